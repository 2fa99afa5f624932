"""Back-tests as they are kept: one at a time in a shop, the newest for a month, and failed where the node is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import pytest

from assistant import store
from assistant.domain.errors import Conflict, Unavailable
from assistant.services import back_test_runs
from assistant.services.back_test_runs import KEPT, MOST_KEPT, SILENT_SECONDS, Runs, Wish
from assistant.services.clocks import SystemClock
from assistant.services.proving import Provers
from assistant.services.proving_jobs import BackTest
from tests.services.shop import Shop
from tests.until import until

JOB = BackTest(before="{}", shipped="{}")


def begin(shop: Shop, at: datetime) -> int:
    work = partial(back_test_runs.begin, wish=Wish(1, 0, file="a"), author="t")
    return shop.desks.write_now(shop.id, at, work)


def ends(shop: Shop, id: int, at: datetime, state: str = "done") -> None:
    shop.desks.store.write_now(partial(store.back_tests.end, shop=shop.id, id=id, state=state, now=at, result={}))


def states(shop: Shop) -> list[str]:
    return [one.state for one in shop.read(lambda tx: store.back_tests.latest(tx, shop.id, 99))]


def shown(shop: Shop, id: int | None, at: datetime) -> str | None:
    view = shop.read(lambda tx: back_test_runs.view(tx, shop.id, id, at, 1.0))
    return view.shown.state if view.shown else None


def moves(shop: Shop, id: int, at: datetime) -> bool:
    return shop.desks.store.write_now(lambda tx: store.back_tests.move(tx, shop.id, id, 0.5, at))


def test_one_whose_node_is_gone_counts_as_failed_and_another_may_begin(shop: Shop) -> None:
    shop.works(lambda desk: None)
    lost = begin(shop, shop.now)
    soon, later = (shop.now + timedelta(seconds=SILENT_SECONDS + late) for late in (0, 1))
    with pytest.raises(Conflict):
        begin(shop, soon)
    assert (shown(shop, lost, soon), shown(shop, lost, later)) == (None, "failed")
    assert moves(shop, lost, soon)
    with pytest.raises(Conflict):
        begin(shop, later)
    much_later = later + timedelta(seconds=SILENT_SECONDS)
    begin(shop, much_later)
    assert states(shop) == ["running", "failed"]
    assert not moves(shop, lost, much_later)


def test_the_newest_are_kept_and_none_for_longer_than_a_month(shop: Shop) -> None:
    shop.works(lambda desk: None)
    for second in range(MOST_KEPT + 2):
        at = shop.now + timedelta(seconds=second)
        ends(shop, begin(shop, at), at)
    assert states(shop) == ["done"] * MOST_KEPT
    later = shop.now + KEPT + timedelta(seconds=MOST_KEPT)
    assert shop.read(lambda tx: len(back_test_runs.view(tx, shop.id, None, later, 1.0).kept)) == 2
    shop.desks.store.write_now(partial(back_test_runs.forget, now=later))
    assert states(shop) == ["done"] * 2


def test_a_cancelled_one_is_not_going_on_and_never_done(shop: Shop) -> None:
    shop.works(lambda desk: None)
    id = begin(shop, shop.now)
    shop.works(lambda desk: back_test_runs.cancel(desk, id))
    assert not moves(shop, id, shop.now)
    ends(shop, id, shop.now)
    assert (states(shop), shown(shop, None, shop.now)) == (["cancelled"], "cancelled")


class Played:
    """What plays a back-test, in no time; from its end on the database is away for so many tries."""

    def __init__(self, desks: Any, monkeypatch: pytest.MonkeyPatch, away: int) -> None:
        self._away, self._write = away, desks.store.write
        self._begin_to_fail = partial(monkeypatch.setattr, desks.store, "write", self._writes)

    async def proved(self, job: BackTest, watch: Callable[[float], object]) -> dict[str, Any]:
        self._begin_to_fail()
        return {"cards": 7}

    async def _writes(self, work: Callable[[store.Transaction], Any], *about: Any) -> Any:
        self._away -= 1
        if self._away >= 0:
            raise Unavailable
        return await self._write(work, *about)


@pytest.mark.parametrize(("away", "state"), [(3, "done"), (99, "running")])
def test_a_report_is_kept_although_the_database_is_away_for_a_moment_at_the_end(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, away: int, state: str
) -> None:
    monkeypatch.setattr(back_test_runs, "AGAIN_SECONDS", (0.0,) * 4)

    async def play() -> None:
        played = Runs(shop.desks, SystemClock(), cast(Provers, Played(shop.desks, monkeypatch, away)))
        await played.start(shop.id, Wish(1, 0, file="a"), JOB, author="t")
        await until(lambda: not played.playing)

    shop.works(lambda desk: None)
    asyncio.run(play())
    assert states(shop) == [state]
