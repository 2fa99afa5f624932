"""The running service looks a second time at a chat that is open, after its first look was silent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.domain.recognition import Floats
from tests.web.service import message, running

PARAPHRASE = "囊中羞涩魑魅魍魉"
PRICE = ("小贵", "太贵", "便宜点", "便宜些", "预算", "打个折", "抹个零", "再降一点", "什么价能拿", "有点高")


def about_price(texts: Sequence[str]) -> Floats:
    """Vectors (texts, 2): about the price or about anything else."""
    rows = [int(not any(word in text for word in (*PRICE, PARAPHRASE))) for text in texts]
    vectors: Floats = np.eye(2, dtype=np.float32)[rows]
    return vectors


async def test_an_open_sidebar_gets_the_card_that_only_the_second_look_finds(tmp_path: Path) -> None:
    async with running(tmp_path, embed=about_price) as service:
        await service.send(message("s1", "你好", conversation="sense", buyer="sense"))
        async with service.sidebar() as page:
            await page.open("sense")
            await page.parts("suggestions")
            await service.send(message("s2", PARAPHRASE, conversation="sense", buyer="sense"))
            await page.parts("suggestions", "觉得价格太贵")
