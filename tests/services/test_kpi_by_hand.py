"""The product's figures are those that a slow reckoning from raw events and definitions gives, whatever happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.services import kpi_view
from assistant.services.kpi_scope import Wish
from tests.conftest import SOAK
from tests.services.figures_by_hand import Day, Figures, share, talk_figures
from tests.services.generated_days import LONG_AFTER, Compared, chats
from tests.services.rounds_by_hand import Event
from tests.services.sales_by_hand import sales_figures, sold


def agree(product: Mapping[str, Any], by_hand: Figures) -> None:
    differ = {name: (product[name], value) for name, value in by_hand.items() if product[name] != _near(name, value)}
    assert differ == {}, f"(the product's, by hand): {differ}"


def _near(name: str, value: Any) -> Any:
    """A percentile comes of steps: the contract allows it 5 %."""
    if isinstance(value, str) or value is None:
        return value
    return pytest.approx(value, rel=0.05 if "p90" in name else 1e-9, abs=1e-6)


def by_hand(events: Sequence[Event], zone: ZoneInfo, days: set[date], agent: str | None = None) -> Figures:
    found = Day(events, zone, days, agent)
    return talk_figures(found) | sales_figures(found, events)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=1000 if SOAK else 25,
)
@given(events=chats(), data=st.data())
def test_figures_of_any_chats_are_those_worked_out_by_hand(
    compared: Compared, events: list[Event], data: st.DataObject
) -> None:
    zone = ZoneInfo(events[0]["zone"])
    twice = data.draw(st.lists(st.sampled_from(events), max_size=2))
    shop = compared.shop(str(zone), data.draw(st.permutations([*events, *twice])))
    moments = [one["moment"].astimezone(zone).date() for one in events]
    days = {min(moments) + timedelta(days=n) for n in range((max(moments) - min(moments)).days + 1)}
    span = (shop, min(days), max(days), zone)
    agree(compared.rows(*span)["all"], by_hand(events, zone, days))
    for key, figures in compared.rows(*span, by="day").items():
        agree(figures, by_hand(events, zone, {date.fromisoformat(key)}))
    for key, figures in compared.rows(*span, by="agent").items():
        if key:
            agree(figures, by_hand(events, zone, days, key))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=1000 if SOAK else 25,
)
@given(events=chats())
def test_figures_without_thanks_and_with_recent_buyers_are_those_worked_out_by_hand(
    compared: Compared, events: list[Event]
) -> None:
    zone = ZoneInfo(events[0]["zone"])
    shop = compared.shop(str(zone), events)
    first, last = (pick(one["moment"].astimezone(zone).date() for one in events) for pick in (min, max))
    days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    page = compared.desks.store.read_now(lambda tx: kpi_view.view(tx, shop, Wish(first, last), LONG_AFTER))
    agree(page.owed, owed_by_hand(Day(events, zone, days)))
    agree(page.askers, askers_by_hand(Day(events, zone, days), events))


def owed_by_hand(found: Day) -> Figures:
    owed = found.owed()
    missed = share(owed.unanswered(), len(found.consulted()))
    return {
        "within_180s_rate": share(*owed.in_time(180)),
        "reply_rate": None if missed is None else 1 - missed,
        "unanswered_buyers": owed.unanswered(),
    }


def askers_by_hand(found: Day, events: Sequence[Event]) -> Figures:
    counts = sold(found, events)
    return {
        "inquiry_buyers": counts["askers"],
        "inquiry_to_order_rate": share(counts["asked_ordered"], counts["askers"]),
        "inquiry_to_paid_rate": share(counts["asked_paid"], counts["askers"]),
    }
