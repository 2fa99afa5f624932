"""Rules of platforms that a shop changes: valid from a day on, worked out anew where they come out differently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.errors import InvalidInput, NotFound
from assistant.services import kpi, kpi_behind, platforms, wallboard
from assistant.services.desk import Desk
from assistant.services.desks import Desks, Work
from assistant.services.kpi_follower import catch_up_now
from assistant.services.kpi_scope import Wish
from assistant.store.locks import Hold, whole_shop
from tests.services.platform_changes import BY, DAY, SOURCE, TODAY, change
from tests.services.shop import Shop, moment


def figure(shop: Shop, name: str, day: date = TODAY) -> Any:
    start = datetime.combine(day, time(), shop_zone())
    (row,) = shop.read(lambda tx: kpi.rows(tx, shop.id, start, start + DAY, now=shop.now))
    return row[name]


def shop_zone() -> ZoneInfo:
    return ZoneInfo("Asia/Shanghai")


@pytest.fixture
def slow(shop: Shop) -> Shop:
    """An answer after five minutes and ten seconds, yesterday at nine and again today."""
    for day in (10, 11):
        shop.now = moment("08:59:00", day)
        shop.receives(
            shop.event(None, type="message", side="buyer", text="在吗", conversation=f"c{day}"),
            {**shop.event(None, type="message", side="agent", agent="a1", text="在的", conversation=f"c{day}"),
             "at": moment("09:04:10", day).isoformat()},
        )  # fmt: skip
        shop.now = moment("09:05:00", day)
    shop.now = moment("10:00:00")
    catch_up_now(shop.desks.store, shop.now)
    return shop


YESTERDAY = TODAY - DAY


def test_a_change_of_today_leaves_yesterday_where_it_was(slow: Shop) -> None:
    change(slow, "average_cap_seconds", "60")
    assert (figure(slow, "average_response_seconds"), figure(slow, "average_response_seconds", YESTERDAY)) == (60, 310)


def test_a_change_of_tomorrow_changes_nothing_yet(slow: Shop) -> None:
    change(slow, "window", "12:00-23:00", TODAY + DAY)
    assert figure(slow, "average_response_seconds") == 310


def test_a_day_that_is_over_changes_only_if_that_is_meant_and_its_sums_with_it(slow: Shop) -> None:
    with pytest.raises(InvalidInput, match="is over"):
        change(slow, "average_cap_seconds", "60", YESTERDAY)
    change(slow, "average_cap_seconds", "60", YESTERDAY, past=True)
    assert figure(slow, "average_response_seconds", YESTERDAY) == 60
    catch_up_now(slow.desks.store, slow.now)
    assert figure(slow, "average_response_seconds", YESTERDAY) == 60
    slow.works(lambda desk: platforms.take_back(desk, "taobao", "average_cap_seconds", YESTERDAY, by=BY, past=True))
    assert figure(slow, "average_response_seconds", YESTERDAY) == 310
    with pytest.raises(NotFound):
        slow.works(lambda desk: platforms.take_back(desk, "taobao", "unit", TODAY, by=BY))


def test_the_list_behind_a_figure_of_several_days_holds_what_each_day_counts(slow: Shop) -> None:
    change(slow, "window", "09:00-23:00")
    wish = Wish(YESTERDAY, TODAY)
    found = slow.read(lambda tx: kpi_behind.rows(tx, slow.id, "average_response_seconds", wish, slow.now))
    assert [row.conversation for row in found.rows] == ["c10"]
    assert found.figure == 310


async def test_rounds_of_today_are_matched_anew_once_every_node_knows_the_new_gap(shop: Shop) -> None:
    for clock, side in (("10:00:00", "buyer"), ("10:00:20", "agent"), ("10:20:00", "buyer"), ("10:20:40", "agent")):
        shop.hears(clock, type="message", side=side, text="嗯", **({"agent": "a1"} if side == "agent" else {}))
    assert figure(shop, "first_response_seconds") == 30
    change(shop, "session_gap", "30")
    desks, now = shop.desks, shop.now
    assert await platforms.catch_up(desks, now) == 0
    assert shop.read(lambda tx: platforms.view(tx, shop.id, "taobao", now)).pending
    later = now + platforms.HEARD
    assert [await platforms.catch_up(desks, later) for _ in range(2)] == [1, 0]
    assert not shop.read(lambda tx: platforms.view(tx, shop.id, "taobao", now)).pending
    assert figure(shop, "first_response_seconds") == 20


def test_whose_chat_an_order_was_made_in_follows_the_new_gap(shop: Shop) -> None:
    shop.buyer_says("在吗", "10:00:00")
    shop.agent_says("在的", "10:00:20")
    shop.agent_says("还有这款", "10:03:00", by="a2", conversation="c2")
    shop.order(
        "o1", "paid", "10:05:00", created_at=moment("10:05:00").isoformat(), paid_at=moment("10:05:30").isoformat()
    )
    shop.buyer_says("好的", "10:15:00")
    shop.agent_says("谢谢亲", "10:15:30")
    shop.buyer_says("在吗", "09:59:00", conversation="c2")
    assert _earner(shop) == ["a2"]
    change(shop, "session_gap", "30")
    assert _earner(shop) == ["a1"]


def _earner(shop: Shop) -> list[object]:
    start = moment("00:00:00")
    rows = shop.read(lambda tx: kpi.rows(tx, shop.id, start, start + DAY, by="agent", now=shop.now))
    return [row["key"] for row in rows if row["buyers_paid"]]


def test_rounds_are_matched_anew_in_parts_and_go_on_where_they_stopped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "AT_ONCE", 2)
    for n in range(5):
        shop.buyer_says("在吗", f"10:0{n}:00", conversation=f"c{n}", buyer=f"b{n}", platform="chatwoot")
        shop.agent_says("在的", f"10:0{n}:20", conversation=f"c{n}", buyer=f"b{n}", platform="chatwoot")
        shop.hears(
            f"10:0{n}:30", type="message", side="agent", agent="bot", origin="robot_assist", text="好", buyer=f"b{n}",
            conversation=f"c{n}", platform="chatwoot",
        )  # fmt: skip
    shop.buyer_says("在吗", "11:00:00")
    change(shop, "robot_assist", "yes", platform="other")
    assert platforms.catch_up_now(shop.desks, shop.now) == 5


class Interrupted(Desks):
    """Something else comes first whenever work is begun."""

    def __init__(self, desks: Desks, first: Callable[[], None]) -> None:
        super().__init__(desks.store, desks.library)
        self._first = first

    async def write(self, shop: str, now: datetime, work: Work[Any], hold: Hold = whole_shop) -> Any:
        self._first()
        return await super().write(shop, now, work, hold)


async def test_what_is_changed_while_rounds_are_matched_anew_has_all_of_them_matched_once_more(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "AT_ONCE", 1)
    for chat in ("c1", "c2"):
        shop.buyer_says("在吗", conversation=chat, buyer=chat)
    change(shop, "session_gap", "5")
    once = shop.now + platforms.HEARD
    assert await platforms.catch_up(shop.desks, once) == 1
    shop.passes("10s")
    await platforms.catch_up(Interrupted(shop.desks, lambda: change(shop, "session_gap", "30")), shop.now)
    again = shop.now + platforms.HEARD
    assert [await platforms.catch_up(shop.desks, again) for _ in range(4)] == [1, 1, 0, 0]


def test_a_waiting_buyer_is_late_by_the_rules_of_the_shop_at_once(shop: Shop) -> None:
    shop.buyer_says("在吗", "10:00:00")
    shop.now = moment("10:00:40")
    assert _levels(shop) == ["notice"]
    change(shop, "alarm", "5/10/20")
    assert _levels(shop) == ["late"]
    waiting = shop.works(lambda desk: wallboard.view(desk.tx, desk.shop, frozenset(), shop.now)).waiting
    assert [one.clock.late for one in waiting] == [20]


def _levels(shop: Shop) -> list[str]:
    view = shop.works(lambda desk: wallboard.view(desk.tx, desk.shop, frozenset(), shop.now))
    return [one.level for one in view.waiting]


def test_reminders_in_the_chat_can_be_allowed_on_a_platform_again(shop: Shop) -> None:
    change(shop, "chat_reminder", "yes", platform="pdd")
    assert shop.works(_reminds_on_pdd)


def _reminds_on_pdd(desk: Desk) -> bool:
    return desk.shop.platforms.at("pdd", desk.now).chat_reminder


def test_what_holds_is_shown_with_its_source_and_where_it_began(shop: Shop) -> None:
    change(shop, "slow_seconds", "90")
    change(shop, "slow_seconds", None, TODAY + DAY)
    view = shop.read(lambda tx: platforms.view(tx, shop.id, "taobao", shop.now))
    (setting,) = [one for one in view.settings if one.name == "slow_seconds"]
    assert (setting.value, setting.shipped, setting.source) == ("90", "120", SOURCE)
    assert [(one.change.value, one.by) for one in setting.changes] == [(None, BY), ("90", BY)]
    begun = shop.read(lambda tx: platforms.begun(tx, shop.id, TODAY - DAY, TODAY + DAY))
    assert [(one.since, one.was, one.value) for one in begun] == [(TODAY, "120", "90"), (TODAY + DAY, "90", "120")]
    assert shop.read(lambda tx: platforms.begun(tx, shop.id, TODAY, TODAY)) == ()
    assert shop.read(lambda tx: platforms.begun(tx, shop.id, TODAY - DAY, TODAY, "jd")) == ()


def test_who_changed_what_from_which_day_on_is_a_fact(shop: Shop) -> None:
    change(shop, "unit", "buyer")
    (fact,) = shop.facts("platform.")
    assert (fact.agent, dict(fact.data)) == (
        BY,
        {"of": "taobao", "setting": "unit", "value": "buyer", "was": "round", "since": "2026-11-11"},
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window", "8-23"), ("window", "23:00-08:00"), ("window", "08:00-24:30"), ("unit", "people"),
        ("alarm", "30/20/10"), ("alarm", "1/2"), ("session_gap", "0"), ("target_seconds", "45"),
        ("slow_rounds", "²"), ("nothing", "1"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_meant_is_refused(shop: Shop, name: str, value: str) -> None:
    with pytest.raises(InvalidInput):
        change(shop, name, value)


def test_a_day_or_source_or_platform_that_cannot_be_meant_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidInput, match="no rules"):
        change(shop, "unit", "buyer", platform="ebay")
    with pytest.raises(InvalidInput, match="year ahead"):
        change(shop, "unit", "buyer", date(2036, 1, 1))
    with pytest.raises(InvalidInput, match="what text"):
        shop.works(lambda desk: platforms.change(desk, "jd", "unit", "buyer", TODAY, replace(SOURCE, name=" "), by=BY))
    with pytest.raises(NotFound):
        shop.read(lambda tx: platforms.view(tx, shop.id, "ebay", shop.now))
