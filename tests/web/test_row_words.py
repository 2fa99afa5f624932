"""Where rows are compared, keys and closed values are called what the forms call them; what trainers wrote stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.app import tables
from assistant.domain.script_rows import rows
from assistant.settings import Settings
from assistant.web import row_words, texts

CATALOGUES = texts.load(Path(__file__).resolve().parents[2] / "web_sidebar/locales")


@pytest.mark.parametrize(
    ("line", "chinese", "english"),
    [
        ("stage: presale", "阶段: 售前", "Stage: Pre-sale"),
        (
            "  tells: promotion",
            "  说出去就算告知了: 活动或优惠，开始活动后的跟进",
            "  Sending it tells: A promotion, which starts its follow-up",
        ),
        ("  shop.campaign: none", "  正在进行的活动: 没有活动", "  Promotion running now: No promotion"),
        ("- id: usual", "- 编号: usual", "- Id: usual"),
        ("  text: 亲，stage: presale", "  内容: 亲，stage: presale", "  Text: 亲，stage: presale"),
        ("phrases:", "买家的说法:", "What buyers say:"),
        ("  order.state: unpaid", "  订单状态: 待付款", "  State of the order: To be paid"),
        ("- order.paid", "- 订单付款", "- Order paid"),
        ("image: d62d0f316748a875", "图片: d62d0f31…", "Picture: d62d0f31…"),
        ("refusable: false", "拒绝的话放过: 否", "Refusals pass: no"),
        ("- 能便宜点嘛", "- 能便宜点嘛", "- 能便宜点嘛"),
        ("亲爱的: 您好", "亲爱的: 您好", "亲爱的: 您好"),
    ],
)
def test_a_line_is_said_in_the_readers_words(line: str, chinese: str, english: str) -> None:
    assert row_words.line(CATALOGUES["zh-CN"], line) == chinese
    assert row_words.line(CATALOGUES["en"], line) == english


def test_no_key_of_a_shipped_row_is_left_in_the_language_of_the_files() -> None:
    kept = {
        line
        for text in rows(tables(Settings())).values()
        for line in text.splitlines()
        if row_words.line(CATALOGUES["zh-CN"], line) == line and line.strip("- ").partition(":")[0].isascii()
    }
    assert {line for line in kept if ":" in line and not line.startswith(("  ", "- "))} == set()
