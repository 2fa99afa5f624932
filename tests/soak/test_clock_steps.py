"""The clock is set forward and back while follow-ups run and news come late: none comes up before its time by the clock
that is read, none twice, and what screens count stays sensible. Ids of facts grow with recording, whatever the clock
says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import store
from tests.conftest import SOAK
from tests.services.shop import ASKS, HOLDS, TELLS, Shop, moment
from tests.set_clock import SetClock
from tests.soak.ledger import complaints
from tests.until import until
from tests.web.service import Service, running

Step = Callable[[Shop], object]


def says(text: str, agent: str | None, buyer: int, late: int) -> Step:
    """Words that were said so many seconds ago."""
    side = {"side": "buyer"} if agent is None else {"side": "agent", "agent": agent}
    place = {"conversation": f"c{buyer}", "buyer": f"b{buyer}"}
    return _tells(late, type="message", text=text, **place, **side)


def orders(status: str, buyer: int, late: int) -> Step:
    return _tells(late, type="order", order=f"o{buyer}", status=status, amount="9.00", buyer=f"b{buyer}")


def becomes(state: str, buyer: int, late: int) -> Step:
    return _tells(late, type="conversation", conversation=f"c{buyer}", state=state, buyer=f"b{buyer}")


def _tells(late: int, **fields: Any) -> Step:
    def step(shop: Shop) -> None:
        at = (shop.now - timedelta(seconds=late)).isoformat()
        shop.receives({**shop.event(None, **fields), "at": at})

    return step


def moves(seconds: int) -> Step:
    """The clock is set; then the timekeeper looks at it."""

    def step(shop: Shop) -> None:
        shop.now += timedelta(seconds=seconds)
        while shop.fire():
            pass

    return step


buyers, late = st.integers(1, 2), st.sampled_from([0, 0, 0, 1, 31, 95, 400, 1000])
steps = st.one_of(
    st.builds(says, st.sampled_from([ASKS, TELLS, HOLDS, "在的，亲"]), st.just("a1"), buyers, late),
    st.builds(says, st.sampled_from(["嗯", "能便宜点嘛", "不要了"]), st.none(), buyers, late),
    st.builds(orders, st.sampled_from(["unpaid", "paid"]), buyers, late),
    st.builds(becomes, st.sampled_from(["closed", "transferred"]), buyers, late),
    st.builds(moves, st.sampled_from([-7200, -900, -301, -60, -1, 1, 60, 119, 120, 299, 300, 301, 900, 2400])),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=1000 if SOAK else 15)
@given(day=st.lists(steps, min_size=3, max_size=15))
def test_none_comes_up_early_or_twice_however_the_clock_is_set(new_shop: Callable[[], Shop], day: list[Step]) -> None:
    shop = new_shop()
    for step in day:
        step(shop)
    assert complaints(shop.desks.store.engine, now=None) == []
    assert [fact.id for fact in shop.facts()] == sorted(fact.id for fact in shop.facts())


async def test_a_service_whose_clock_is_set_back_waits_again_and_shows_no_negative_times(tmp_path: Path) -> None:
    clock = SetClock(moment("10:00:00"))
    async with running(tmp_path, clock) as service:
        await service.send(said("1", clock, "buyer", "在吗"), said("2", clock, "agent", ASKS))
        clock.step(minutes=5)
        await shown(service, ["due"])
        clock.step(minutes=-10)
        await service.send(said("3", clock, "agent", ASKS, chat="c2"), said("4", clock, "buyer", "嗯", chat="c3"))
        clock.step(minutes=-1)
        status, found = await service.call("GET", "/api/v1/conversations/c3/sidebar")
        assert (status, found["waiting"]["seconds"] >= 0, found["waiting"]["level"]) == (200, True, "ok")
        assert await states(service) == ["due", "armed"]
        clock.step(minutes=6)
        await shown(service, ["due", "due"])
        assert complaints(service.parts.desks.store.engine, now=clock.at) == []


def said(id: str, clock: SetClock, side: str, text: str, chat: str = "c1") -> dict[str, Any]:
    agent = {"agent": "a1"} if side == "agent" else {}
    place = {"platform": "taobao", "conversation": chat, "buyer": f"b-{chat}"}
    return {"id": id, "type": "message", "at": clock.at.isoformat(), "side": side, "text": text, **place, **agent}


async def shown(service: Service, wanted: list[str]) -> None:
    async def as_wanted() -> bool:
        return await states(service) == wanted

    await until(as_wanted)


async def states(service: Service) -> list[str]:
    """Of every follow-up, in the order of making."""
    return await service.parts.desks.store.read(
        lambda tx: [row.state for row in store.follow_ups.of_shop(tx, "default")]
    )
