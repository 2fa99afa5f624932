"""Figures of shops that change their rules are the same as those of a slow reckoning that knows of the change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.domain.kpi_group import Rules
from assistant.domain.kpi_rolls import GRAINS
from assistant.services import platforms
from assistant.services.kpi_follower import catch_up_now
from assistant.services.kpi_rollups import rolls
from assistant.store.kpi import Between
from tests.conftest import SOAK
from tests.services.figures_by_hand import Day, Figures, talk_figures
from tests.services.generated_days import LONG_AFTER, Compared, chats
from tests.services.platform_changes import BY, DAY, SOURCE
from tests.services.rounds_by_hand import Book, Event
from tests.services.sales_by_hand import sales_figures
from tests.services.test_kpi_by_hand import agree

# What the product is told, and what that means to the slow reckoning.
Rule = tuple[str, str, dict[str, Any]]
# These change the rounds themselves, and are drawn as often as all others together.
OF_ROUNDS: tuple[Rule, ...] = (
    ("session_gap", "30", {"gap": timedelta(minutes=30)}),
    ("session_gap", "5", {"gap": timedelta(minutes=5)}),
    ("session_gap", "120", {"gap": timedelta(minutes=120)}),
    ("robot_assist", "yes", {"helped": True}),
    ("robot_assist", "no", {"helped": False}),
    ("alarm", "5/10/20", {"late": 20}),
)
RULES: tuple[Rule, ...] = (
    ("window", "09:00-24:00", {"opens": time(9), "closes": time(0)}),
    ("window_by", "session", {"window_by": "session"}),
    ("unit", "session", {"unit": "session"}),
    ("unit", "round", {"unit": "round"}),
    ("unit", "buyer", {"unit": "buyer"}),
    ("session_rule", "first", {"first_only": True}),
    ("session_rule", "all", {"first_only": False}),
    ("average_cap_seconds", "60", {"cap": 60.0}),
    ("average_cap_seconds", "0", {"cap": None}),
    ("slow_seconds", "15", {"slow": 15}),
    ("slow_rounds", "1", {"slow_rounds": 1}),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=1000 if SOAK else 12,
)
@given(events=chats(), data=st.data())
def test_figures_are_those_worked_out_by_hand_also_where_rules_change_in_the_middle(
    compared: Compared, events: list[Event], data: st.DataObject
) -> None:
    zone = ZoneInfo(events[0]["zone"])
    shop = compared.shop(str(zone), events)
    found = [one["moment"].astimezone(zone).date() for one in events]
    days = [min(found) + DAY * n for n in range((max(found) - min(found)).days + 1)]
    talked = [one["moment"].astimezone(zone).date() for one in events if one["type"] == "message"] or days
    rules = st.one_of(st.sampled_from(OF_ROUNDS), st.sampled_from(RULES))
    on = st.tuples(st.sampled_from(sorted({str(one["platform"]) for one in events})), rules)
    changes = {
        (platform, name): (platform, name, value, data.draw(st.sampled_from([*talked, max(talked) + DAY])), meant)
        for platform, (name, value, meant) in data.draw(st.lists(on, min_size=2, max_size=6))
    }
    if data.draw(st.booleans()):
        catch_up_now(compared.desks.store, LONG_AFTER)
    book = Book([(on, rule, since, to) for on, _, _, since, meant in changes.values() for rule, to in meant.items()])
    for platform, name, value, since, _ in changes.values():
        compared.desks.write_now(shop, LONG_AFTER, _changing(platform, name, value, since))
    platforms.catch_up_now(compared.desks, LONG_AFTER)

    def by_hand(of: set[date], agent: str | None = None) -> Figures:
        reckoned = Day(events, zone, of, agent, book)
        return talk_figures(reckoned) | sales_figures(reckoned, events)

    span = (shop, days[0], days[-1], zone)
    agree(compared.rows(*span)["all"], by_hand(set(days)))
    for key, row in compared.rows(*span, by="day").items():
        agree(row, by_hand({date.fromisoformat(key)}))
    for key, row in compared.rows(*span, by="agent").items():
        if key:
            agree(row, by_hand(set(days), key))
    catch_up_now(compared.desks.store, LONG_AFTER)
    _kept_as_raw(compared, shop, days, zone)


def _changing(platform: str, name: str, value: str, since: date) -> Any:
    return lambda desk: platforms.change(desk, platform, name, value, since, SOURCE, by=BY, past=True)


def _kept_as_raw(compared: Compared, shop: str, days: Sequence[date], zone: ZoneInfo) -> None:
    start, end = (datetime.combine(at, time(), zone) for at in (days[0], days[-1] + DAY))

    def told(tx: Any) -> Any:
        found = rolls(tx, Between(shop, start, end), LONG_AFTER, Rules(zone=zone, now=LONG_AFTER), GRAINS)
        return sorted(found, key=lambda roll: (roll.day, roll.section, roll.grain, roll.platform))

    assert compared.desks.store.read_now(told) == compared.raw(told, shop)
