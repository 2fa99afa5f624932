"""Figures of teams and of several shops over real rows: worked out by hand beside, and fixed for the days before a
move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.kpi_behind import LISTS
from assistant.domain.teams import Move, Roster
from assistant.services import kpi, kpi_behind, kpi_scope, kpi_view, staff, teams
from assistant.services.desk import Desk
from assistant.services.kpi_follower import catch_up_now
from assistant.services.kpi_scope import Wish
from tests.conftest import SOAK
from tests.services.figures_by_hand import Day, Figures, Together, talk_figures
from tests.services.generated_days import LONG_AFTER, Compared, chats
from tests.services.rounds_by_hand import Event
from tests.services.sales_by_hand import figures_of, sold
from tests.services.shop import Shop, moment
from tests.services.test_kpi_by_hand import agree

DAY = date(2026, 11, 11)
EXAMPLES = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=500 if SOAK else 12
)


def by_hand(parts: Sequence[tuple[Day, Sequence[Event]]]) -> Figures:
    """Of several days, agents or shops, each worked out by itself."""
    counts = sum((sold(found, events) for found, events in parts), Counter[str]())
    return talk_figures(Together([found for found, _ in parts])) | figures_of(counts)


def days_of(events: Sequence[Event], zone: ZoneInfo) -> list[date]:
    moments = [one["moment"].astimezone(zone).date() for one in events]
    return [min(moments) + timedelta(days=n) for n in range((max(moments) - min(moments)).days + 1)]


@EXAMPLES
@given(events=chats(), data=st.data())
def test_a_team_is_its_people_of_each_day_added_up(
    compared: Compared, events: list[Event], data: st.DataObject
) -> None:
    zone = ZoneInfo(events[0]["zone"])
    shop, days = compared.shop(str(zone), events), days_of(events, zone)
    since = st.sampled_from(days)
    moves = [Move(agent, data.draw(since), data.draw(st.sampled_from([1, 2, None]))) for agent in ("a1", "a1", "a2")]
    roster = Roster({(move.agent, move.since): move for move in moves}.values(), 1)
    if data.draw(st.booleans()):
        catch_up_now(compared.desks.store, LONG_AFTER)

    def of(some: Sequence[date]) -> Figures:
        return by_hand([(Day(events, zone, {day}, agent), events) for day in some for agent in sorted(roster.on(day))])

    span = (shop, days[0], days[-1], zone)
    agree(compared.rows(*span, team=roster)["all"], of(days))
    for key, found in compared.rows(*span, team=roster, by="day").items():
        agree(found, of([date.fromisoformat(key)]))
    waits = [one["longest_wait_seconds"] for one in compared.rows(*span, team=roster, by="hour").values()]
    agree(
        {"longest": max((one for one in waits if one is not None), default=None)},
        {"longest": of(days)["longest_wait_seconds"]},
    )


@EXAMPLES
@given(here=chats(), there=chats())
def test_several_shops_are_each_worked_out_and_added_up(
    compared: Compared, here: list[Event], there: list[Event]
) -> None:
    zone = ZoneInfo(here[0]["zone"])
    one, other = (compared.shop(str(zone), events) for events in (here, there))
    days = sorted({*days_of(here, zone), *days_of(there, zone)})
    wish = Wish(days[0], days[-1], beside=(other,)) if (days[-1] - days[0]).days < kpi_scope.LONGEST_DAYS else None
    if wish is None:
        return
    view = compared.desks.store.read_now(lambda tx: kpi_view.view(tx, one, wish, LONG_AFTER))
    meant = by_hand([(Day(events, zone, set(days)), events) for events in (here, there)])
    numbers = {name: float(value) if isinstance(value, str) else value for name, value in meant.items()}
    agree({**view.total, "amount_per_buyer": _cents(view.total["amount_per_buyer"])}, numbers)
    assert [line.key for line in view.shops] == [one, other]


def _cents(value: Any) -> Any:
    return None if value is None else round(value, 2)


# --- what leaders set ------------------------------------------------------------------------------------------------


def _join(shop: Shop, agent: str, desk: Desk) -> None:
    staff.add(desk.tx, agent, "x", shop.now, shop=shop.id, role="agent", by="operator")


@pytest.fixture
def floor(shop: Shop) -> Shop:
    """Two agents on one day, one chat each."""
    for n, agent in ((1, "a1"), (2, "a2")):
        shop.works(partial(_join, shop, agent))
        shop.buyer_says("在吗", f"10:0{n}:00", conversation=f"c{n}", buyer=f"b{n}")
        shop.agent_says("在的", f"10:0{n}:20", conversation=f"c{n}", buyer=f"b{n}", by=agent)
    shop.passes_until("10:40:00")
    return shop


def put(shop: Shop, agent: str, team: int | None, since: date) -> None:
    shop.works(lambda desk: teams.move(desk.tx, shop.id, agent, team, since, by="boss", now=shop.now))


def made(shop: Shop, name: str) -> int:
    return shop.works(lambda desk: teams.add(desk.tx, shop.id, name, shop.now, by="boss"))


def received(shop: Shop, team: int, day: date = DAY) -> Any:
    wish = Wish(day, day, team=team)
    return shop.read(lambda tx: kpi_view.view(tx, shop.id, wish, shop.now)).total["buyers_received"]


def test_who_moves_today_leaves_yesterdays_figures_where_they_were(floor: Shop) -> None:
    sales, service = made(floor, "售前组"), made(floor, "售后组")
    put(floor, "a1", sales, DAY)
    assert (received(floor, sales), received(floor, service)) == (1, 0)
    floor.now = moment("09:00:00", 12)
    put(floor, "a1", service, DAY + timedelta(days=1))
    assert (received(floor, sales), received(floor, service)) == (1, 0)
    view = floor.read(lambda tx: teams.view(tx, floor.id, floor.now))
    person = next(one for one in view.people if one.agent == "a1")
    assert (view.name(person.team), len(person.moves), person.moves[0].by) == ("售后组", 2, "boss")
    floor.works(lambda desk: teams.take_back(desk.tx, floor.id, "a1", DAY, by="boss", now=floor.now))
    assert received(floor, sales) == 0
    with pytest.raises(NotFound):
        floor.works(lambda desk: teams.take_back(desk.tx, floor.id, "a1", DAY, by="boss", now=floor.now))


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_list_of_a_team_holds_only_what_its_people_did(floor: Shop, name: str) -> None:
    team = made(floor, "售前组")
    put(floor, "a2", team, DAY)
    wish = Wish(DAY, DAY, team=team)
    found = floor.read(lambda tx: kpi_behind.rows(tx, floor.id, name, wish, floor.now))
    assert {row.agent for row in found.rows} <= {"a2"}
    view = floor.read(lambda tx: kpi_view.view(tx, floor.id, wish, floor.now))
    assert found.figure == view.total[name]


def test_what_cannot_be_meant_is_refused(floor: Shop) -> None:
    team = made(floor, "售前组")
    for agent, to, since in (("nobody", team, DAY), ("a1", 99, DAY), ("a1", team, date(1, 1, 1))):
        with pytest.raises(InvalidInput):
            put(floor, agent, to, since)
    with pytest.raises(InvalidInput, match="售前组"):
        floor.read(lambda tx: teams.find(tx, floor.id, "夜班组"))
    with pytest.raises(InvalidInput):
        made(floor, "售前组")
    with pytest.raises(InvalidInput):
        Wish(DAY, DAY, team=team, beside=("other",))
    assert floor.read(lambda tx: teams.find(tx, floor.id, str(team))) == team


def test_shops_that_do_not_share_a_zone_are_not_added_up(floor: Shop) -> None:
    floor.works(lambda desk: store.shops.add(desk.tx, "far", floor.now, timezone="America/New_York"))
    with pytest.raises(InvalidInput, match="time zones"):
        floor.read(lambda tx: kpi_view.view(tx, floor.id, Wish(DAY, DAY, beside=("far",)), floor.now))


def test_situations_and_touchpoints_can_be_asked_for_by_team(floor: Shop) -> None:
    start, end = moment("00:00:00"), moment("00:00:00", 12)
    roster = Roster([Move("a1", DAY, 1)], 1)
    for by in ("situation", "touchpoint"):
        rows = floor.read(lambda tx, by=by: kpi.rows(tx, floor.id, start, end, now=floor.now, by=by, team=roster))  # type: ignore[misc]
        assert all(row["suggestions_shown"] in (None, 0, 1) for row in rows)
