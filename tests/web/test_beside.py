"""What screens show beside their conversation: read for everybody now and then, so that no event waits for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from assistant import store
from assistant.services.clocks import DemoClock
from assistant.services.desk import Shop
from assistant.services.queue import Queue
from assistant.services.sidebar_view import TodayView
from assistant.web import beside
from assistant.web.beside import Foot, Queues
from tests.web.service import Service, message, running

WHOSE = ("default", "a1", "taobao")


async def test_an_answer_shows_in_the_agents_figures_without_anything_else_happening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "TODAY_SECONDS", 0.0)
    # At ten in the morning: at night platforms count no answer.
    clock = DemoClock(datetime.now(UTC), datetime(2026, 11, 11, 2, tzinfo=UTC))
    async with running(tmp_path, clock) as service, service.sidebar() as page:
        asked = clock.now() - timedelta(seconds=40)
        await service.send(message("m1", "在吗", conversation="c1", buyer="b1", at=asked.isoformat()))
        await page.open("c1")
        await page.parts("today", "—")
        answered = (asked + timedelta(seconds=17)).isoformat()
        await service.send(message("m2", "在的", conversation="c1", buyer="b1", side="agent", agent="a1", at=answered))
        await page.parts("today", "17")


async def test_only_an_agents_first_screen_waits_for_their_figures(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = iter(range(10))
    monkeypatch.setattr(beside, "TODAY_SECONDS", 0.0)
    monkeypatch.setattr(beside, "today", lambda *_: TodayView(follow_ups_due=next(read)))
    now, foot = datetime.now(UTC), Foot()
    shop = await service.parts.desks.shop("default", now)
    shown = [await service.parts.desks.store.read(partial(_shown, foot, shop, now)) for _ in range(3)]
    assert shown == [0, 0, 0]
    assert foot.outdated() == [WHOSE]
    assert foot.outdated() == [], "asked for once, read once"
    await service.parts.desks.store.read(partial(foot.read, shop=shop, agent="a1", platform="taobao", now=now))
    assert await service.parts.desks.store.read(partial(_shown, foot, shop, now)) == 1


def _shown(foot: Foot, shop: Shop, now: datetime, tx: store.Transaction) -> int:
    return foot.of(tx, shop, "a1", "taobao", now).follow_ups_due


async def test_figures_that_nobody_has_asked_for_in_a_long_time_are_forgotten_and_read_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = iter(range(10))
    monkeypatch.setattr(beside, "TODAY_SECONDS", -beside.FORGOTTEN_SECONDS)
    monkeypatch.setattr(beside, "today", lambda *_: TodayView(follow_ups_due=next(read)))
    now, foot, empty = datetime.now(UTC), Foot(), TodayView()
    shop = await service.parts.desks.shop("default", now)
    assert await service.parts.desks.store.read(partial(_shown, foot, shop, now)) == 0
    assert foot.kept(WHOSE, empty).follow_ups_due == 0
    foot.forget()
    assert foot.kept(WHOSE, empty) is empty
    assert await service.parts.desks.store.read(partial(_shown, foot, shop, now)) == 1


def test_who_waits_is_forgotten_of_shops_whose_screens_are_closed() -> None:
    queues, found = Queues(), Queue(handed=())
    for shop in ("default", "default/practice-1"):
        queues.keep(shop, found)
    queues.forget_all_but({"default"})
    assert queues.of("default") is found
    assert queues.outdated("default/practice-1")
    assert queues.of("default/practice-1") is not found
