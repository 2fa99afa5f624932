"""A process of its own does what trainers ask for: it says how far it is, stops when told to, and may fail alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.services.gaps import Findings
from assistant.services.proving import Broken, Provers, Stopped
from assistant.services.proving_jobs import BackTest, Gaps, Place
from tests.events_of_a_day import buyer
from tests.services.shop import TABLES, Shop, moment

CONTENT = TABLES.model_dump_json(by_alias=True)


@pytest.fixture(scope="module")
async def provers() -> AsyncIterator[Provers]:
    made = Provers()
    yield made
    await made.close()


async def going_on(share: float) -> bool:
    return True


def job(events: Path) -> BackTest:
    return BackTest(events=str(events), before=CONTENT, shipped=CONTENT)


async def test_a_process_reads_the_database_of_a_shop_and_finds_what_it_lacks(provers: Provers, shop: Shop) -> None:
    for number, text in enumerate(["可以开发票吗", "能开发票不"]):
        shop.buyer_says(text, f"10:0{number}:00", conversation=f"c{number}")
        shop.agent_says("亲，可以开的", f"10:0{number}:20", conversation=f"c{number}")
    first = moment("00:00:00")
    place = Place(database=shop.desks.store.address, shop=shop.id, first=first, last=first + timedelta(days=1))
    lacking, findings = Gaps(place=place, version=1), Findings(provers)
    found, same = await asyncio.gather(findings.lacking(lacking), findings.lacking(lacking))
    assert [gap["runs"] for gap in found["gaps"]] == [2]
    assert same is found, "who waits for the same looks once"
    assert (await findings.lacking(lacking, anew=True)) is not found
    assert shop.desks.store.address not in repr(place)


async def test_a_process_that_fails_or_is_stopped_is_gone_and_the_next_job_finds_another(
    provers: Provers, tmp_path: Path
) -> None:
    # The process of the test before is still there, and ends with this.
    with pytest.raises(Broken):
        await provers.proved(job(tmp_path / "none"), going_on)
    (tmp_path / "week").write_text(json.dumps(buyer("10:00:00", "能便宜点嘛")))
    asked: list[float] = []

    async def stop(share: float) -> bool:
        asked.append(share)
        return False

    with pytest.raises(Stopped):
        await provers.proved(job(tmp_path / "week"), stop)
    assert len(asked) == 1
