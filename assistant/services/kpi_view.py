"""What the leader's page shows of a period: totals beside the period before, tables by agent and day, three charts.

Not for formulas (`domain/kpi.py`) nor for how a figure is written (`web/kpi_names.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from assistant import store
from assistant.domain.kpi import percentile, told
from assistant.domain.kpi_group import Value, ratio
from assistant.domain.kpi_rolls import Roll, summed
from assistant.services import kpi, kpi_scope
from assistant.services.kpi_scope import Found, Wish
from assistant.store.kpi import Between

Figures = Mapping[str, Value]
STEPS = (15, 30, 60, 180)
# What a period is compared with: the one before, the same days of the week in the weeks before, or a year ago.
BEFORE = "before"
AGAINST = (BEFORE, "week", "year")
FUNNEL = ("buyers_consulted", "buyers_received", "inquiry_buyers")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: `key` is the agent (`NOBODY`: held by no one), the shop or the day, `name` how people call
    it."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Spread:
    """How long answers took: seconds at the middle and at nine tenths, shares within STEPS, answers and none."""

    p50: float | None
    p90: float | None
    within: tuple[tuple[int, float | None], ...]
    answered: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class KpiView:
    """The page. `before` is a period as long as the part of this one that has passed; times are epoch seconds."""

    wish: Wish
    as_of: float
    before_from: float
    before_to: float
    total: Figures
    before: Figures
    whole_day: Figures
    owed: Figures  # without what nobody answered because nothing was asked
    askers: Figures  # with buyers who had paid within 21 days and ordered nothing new
    agents: tuple[Line, ...]
    shops: tuple[Line, ...]
    days: tuple[Line, ...]
    spread: Spread
    funnel: tuple[tuple[str, Value], ...]
    load: tuple[tuple[int, ...], ...]  # rounds asked by weekday (Monday first) and hour
    settling: int  # buyers who asked and whose next day still runs: what became of it is not known yet
    empty: bool


def view(tx: store.Transaction, shop: str, wish: Wish, now: datetime, against: str = BEFORE) -> KpiView:
    """Everything the page shows, beside the period that it is compared with (one of `AGAINST`)."""
    zone = kpi_scope.zone_of(tx, shop, wish)
    between = wish.between(shop, zone)
    before = _before(between, now, against)
    found = kpi_scope.sums(tx, shop, wish, between, zone, now)
    earlier = kpi_scope.sums(tx, shop, wish, before, zone, now, grains=["day"])
    sums, sums_before = (kpi.sums_by(one.whole, "all")["all"] for one in (found, earlier))
    return KpiView(
        wish=wish,
        as_of=now.timestamp(),
        before_from=before.start.timestamp(),
        before_to=before.end.timestamp(),
        total=told(sums),
        before=told(sums_before),
        whole_day={"within_180s_rate": ratio(sums["within_180_all_day"], sums["units_180_all_day"])},
        owed=_owed(sums),
        askers=_askers(sums),
        agents=_by_agent(found.agents, called(tx, shop, wish)),
        shops=_by_shop(tx, found),
        days=tuple(Line(key, key, values) for key, values in kpi.grouped(found.whole, "day")),
        spread=_spread(sums),
        funnel=_funnel(sums),
        load=_load(found.whole),
        settling=sums["inquiries_settling"],
        empty=not any(sums[name] for name in ("consulted", "due", "done")),
    )


def agents(tx: store.Transaction, shop: str, wish: Wish) -> list[tuple[str, str]]:
    """Whom one can choose: login and name, by name; a key only where it has been chosen, in a list of figures."""
    chosen = {agent: name for agent, name in called(tx, shop, wish).items() if agent == wish.agent}
    return sorted((names_of(tx, shop, wish) | chosen).items(), key=lambda pair: pair[1])


def names_of(tx: store.Transaction, shop: str, wish: Wish) -> dict[str, str]:
    """What people call those who work in the shops asked for, by login."""
    return {login: name for one in (shop, *wish.beside) for login, name in store.users.names_of(tx, one).items()}


def called(tx: store.Transaction, shop: str, wish: Wish) -> dict[str, str]:
    """The same, and what programs' keys are called there."""
    return {agent: name for one in (shop, *wish.beside) for agent, name in store.users.called(tx, one).items()}


def _before(between: Between, now: datetime, against: str) -> Between:
    """A day that is not over is compared with the same hours before, or every morning would look bad; by weeks and
    years with the same days of the week."""
    length = between.end - between.start
    weeks = -(-length // timedelta(days=7))
    back = {BEFORE: length, "week": timedelta(days=7 * weeks), "year": timedelta(days=364)}[against]
    end = min(between.end, max(now, between.start + timedelta(seconds=1)))
    return replace(between, start=between.start - back, end=end - back)


def _by_agent(found: Iterable[Roll], names: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(Line(key, names.get(key, key), values) for key, values in kpi.grouped(found, "agent"))


def _by_shop(tx: store.Transaction, found: Found) -> tuple[Line, ...]:
    names = {row.id: row.name for row in store.shops.every(tx)}
    sums = {shop: kpi.sums_by(rolls, "all")["all"] for shop, rolls in found.shops.items()}
    return tuple(Line(shop, names.get(shop) or shop, told(one)) for shop, one in sums.items())


def _spread(sums: Mapping[str, Any]) -> Spread:
    return Spread(
        p50=percentile(sums, 0.5),
        p90=percentile(sums, 0.9),
        within=tuple((seconds, ratio(sums[f"within_{seconds}"], sums[f"units_{seconds}"])) for seconds in STEPS),
        answered=sums["answers"],
        unanswered=sums["without_answer"],
    )


def _funnel(sums: Mapping[str, Any]) -> tuple[tuple[str, Value], ...]:
    values = told(sums, FUNNEL)
    became = (("inquiry_to_order_rate", "inquiries_ordered"), ("inquiry_to_paid_rate", "inquiries_paid"))
    settled = sums["inquiries_inquiry"] > sums["inquiries_settling"] or not sums["inquiries_settling"]
    steps = ((name, sums[become] if settled else None) for name, become in became)
    return (*((name, values[name]) for name in FUNNEL), *steps)


def _owed(sums: Mapping[str, Any]) -> Figures:
    missed = ratio(sums["unanswered_owed"], sums["received"])
    return {
        "within_180s_rate": ratio(sums["within_180_owed"], sums["units_180_owed"]),
        "reply_rate": None if missed is None else 1 - missed,
        "unanswered_buyers": sums["unanswered_owed"],
    }


def _askers(sums: Mapping[str, Any]) -> Figures:
    settled = sums["askers"] - sums["askers_settling"]
    return {
        "inquiry_buyers": sums["askers"],
        "inquiry_to_order_rate": ratio(sums["inquiries_ordered"], settled),
        "inquiry_to_paid_rate": ratio(sums["inquiries_paid"], settled),
    }


def _load(found: Iterable[Roll]) -> tuple[tuple[int, ...], ...]:
    days = summed((roll for roll in found if roll.section == "said"), lambda roll, key: str(roll.day.weekday()))
    return tuple(
        tuple(days[str(day)][f"asked_{hour:02}"] if str(day) in days else 0 for hour in range(24)) for day in range(7)
    )
