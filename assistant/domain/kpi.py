"""The figures a leader reads: each KPI name has one formula over sums that add up (`kpi_sums`).

Not for matching questions with answers (`rounds`) nor for fetching rows. A ratio is 0..1, seconds are floats,
a figure without a denominator is None. A group's figure comes of its own sums, never of other averages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from math import sqrt
from types import MappingProxyType
from typing import Final

from assistant.domain.kpi_group import Group, Rules, Value, ratio
from assistant.domain.kpi_rows import By, Inputs, split, without_filtered
from assistant.domain.kpi_sales import EARNED
from assistant.domain.kpi_sums import LONGEST, NONE, WAITS, Sums, SumsOf
from assistant.domain.platforms import Profile

# Below so many orders on either side the difference that reminding makes is not told.
ENOUGH: Final = 100
CONFIDENT: Final = 1.96  # standard errors to each side of an interval that holds in 95 of 100 cases

NAMES: Final = (
    "buyers_consulted", "buyers_received", "effective_receptions", "first_response_seconds",
    "average_response_seconds", "response_p90_seconds", "within_15s_rate", "within_30s_rate",
    "within_60s_rate", "within_180s_rate", "reply_rate", "unanswered_buyers", "slow_receptions",
    "longest_wait_seconds", "answer_question_ratio", "inquiry_buyers", "inquiry_to_order_rate",
    "inquiry_to_paid_rate", "order_to_paid_rate", "sales_amount", "buyers_paid", "amount_per_buyer",
    "items_per_buyer", "repeat_buyer_rate", "refund_rate", "satisfaction_rate", "rating_participation",
    "suggestions_shown", "suggestion_adoption_rate", "script_usage_rate", "follow_ups_due",
    "follow_ups_done", "follow_ups_on_time_rate", "follow_ups_missed", "reminders_sent",
    "reminder_paid_rate", "reminder_holdout_paid_rate", "reminder_uplift", "check_hits", "paid_own", "paid_others",
    "paid_silent_order", "paid_silent",
)  # fmt: skip


Formula = Callable[[Sums], Value]


def compute(inputs: Inputs, rules: Rules | None = None, names: Collection[str] | None = None) -> dict[str, Value]:
    """The named figures of one group, by default all, in the order of `NAMES`."""
    return told(SumsOf(Group(without_filtered(inputs), rules or Rules())), names)


def told(sums: Sums, names: Collection[str] | None = None) -> dict[str, Value]:
    """The named figures of these sums, by default all."""
    return {name: FORMULAS[name](sums) for name in NAMES if names is None or name in names}


def figures(inputs: Inputs, by: By = "all", rules: Rules | None = None) -> list[tuple[str, dict[str, Value]]]:
    """(key, figures) per group, ordered by key. By agent, each one's clock starts when he received the buyer.

    By situation and by touchpoint only the figures that know them are computed, the rest are None. Sums over
    agents may exceed the total: a buyer seen by two agents counts for both (DOMAIN 8.22).
    """
    rules = rules or Rules()
    rules = replace(rules, agent_clock=rules.agent_clock or by == "agent")
    blank: dict[str, Value] = dict.fromkeys(NAMES)
    names = MEASURED_BY.get(by)
    parts = split(without_filtered(inputs), by, rules.zone)
    return [(key, blank | compute(parts[key], rules, names)) for key in sorted(parts)]


def foot_names(profile: Profile) -> tuple[str, str, str]:
    """The figures at the sidebar's foot; `Inputs` needs one agent's rounds and follow-ups of the day."""
    return ("first_response_seconds", profile.target_name, "follow_ups_on_time_rate")


# --- formulas --------------------------------------------------------------------------------------------------------


def _count(name: str) -> Formula:
    return lambda sums: int(sums[name])


def _share(part: str, whole: str) -> Formula:
    return lambda sums: ratio(sums[part], sums[whole])


def _took_part(sums: Sums) -> float | None:
    # Some rate without having been asked, or once more.
    return ratio(min(sums["ratings_given"], sums["ratings_invited"]), sums["ratings_invited"])


def _mean(took: str, count: str) -> Formula:
    return lambda sums: ratio(sums[took] / 1_000_000, sums[count])


def _reply_rate(sums: Sums) -> float | None:
    missed = ratio(sums["unanswered"], sums["received"])
    return None if missed is None else 1 - missed


def _longest(sums: Sums) -> float | None:
    longest: int = sums[LONGEST]
    return None if longest == NONE else longest / 1_000_000


def percentile(sums: Sums, share: float) -> float | None:
    """Seconds within which this share of answers came, between two in proportion (as in Excel and PostgreSQL); of
    steps that are at most 2.5 % from what they hold."""
    waits: list[tuple[int, int]] = sorted(sums[WAITS].items())
    count = sum(often for _, often in waits)
    if not count:
        return None
    place = share * (count - 1)
    low, high = (_nth(waits, min(int(place) + more, count - 1)) for more in (0, 1))
    return low + (high - low) * (place - int(place))


def _nth(waits: list[tuple[int, int]], place: int) -> float:
    for milliseconds, often in waits:
        place -= often
        if place < 0:
            return milliseconds / 1000
    raise IndexError(place)


def _settled_share(became: str) -> Formula:
    """Of those who asked before buying, without those whose day after still runs: of them nobody can say yet."""
    return lambda sums: ratio(sums[became], sums["inquiries_inquiry"] - sums["inquiries_settling"])


def _uplift(sums: Sums) -> float | None:
    found = uplift(sums)
    return None if found is None else found[0]


def uplift(sums: Sums) -> tuple[float, float] | None:
    """How much more is paid after reminding than without, and by how much that may be wrong to either side in 95 of
    100 cases; None below `ENOUGH` orders on either side."""
    return difference((sums["reminded_paid"], sums["reminded"]), (sums["held_out_paid"], sums["held_out"]))


def difference(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float] | None:
    """How much the first share (part, whole) is above the second, and by how much that may be wrong to either side in
    95 of 100 cases; None where either whole is below `ENOUGH`."""
    if min(one[1], other[1]) < ENOUGH:
        return None
    rates = one[0] / one[1], other[0] / other[1]
    spread = sum(rate * (1 - rate) / count for rate, count in zip(rates, (one[1], other[1]), strict=True))
    return rates[0] - rates[1], CONFIDENT * sqrt(spread)


FORMULAS: Final[Mapping[str, Formula]] = MappingProxyType(
    {
        "buyers_consulted": _count("consulted"),
        "buyers_received": _count("received"),
        "effective_receptions": _count("effective"),
        "first_response_seconds": _mean("first_took", "first"),
        "average_response_seconds": _mean("answers_took", "answers"),
        "response_p90_seconds": lambda sums: percentile(sums, 0.9),
        **{f"within_{s}s_rate": _share(f"within_{s}", f"units_{s}") for s in (15, 30, 60, 180)},
        "reply_rate": _reply_rate,
        "unanswered_buyers": _count("unanswered"),
        "slow_receptions": _count("slow"),
        "longest_wait_seconds": _longest,
        "answer_question_ratio": _share("human_messages", "buyer_messages"),
        "inquiry_buyers": _count("inquiries_inquiry"),
        "inquiry_to_order_rate": _settled_share("inquiries_ordered"),
        "inquiry_to_paid_rate": _settled_share("inquiries_paid"),
        "order_to_paid_rate": _share("orders_paid", "orders"),
        "sales_amount": lambda sums: sums["sales"] / 100,
        "buyers_paid": _count("buyers_paid"),
        "amount_per_buyer": lambda sums: ratio(sums["sales"] / 100, sums["buyers_paid"]),
        "items_per_buyer": _share("pieces", "buyers_paid"),
        "repeat_buyer_rate": _share("buyers_again", "buyers_paid"),
        "refund_rate": _share("pieces_back", "pieces"),
        "satisfaction_rate": _share("ratings_content", "ratings_given"),
        "rating_participation": _took_part,
        "suggestions_shown": _count("cards"),
        "suggestion_adoption_rate": _share("runs_with_cards_sent", "runs_with_cards"),
        "script_usage_rate": _share("scripted_messages", "human_messages"),
        "follow_ups_due": _count("due"),
        "follow_ups_done": _count("done"),
        "follow_ups_on_time_rate": _share("on_time", "judged"),
        "follow_ups_missed": _count("missed"),
        "reminders_sent": _count("reminders_sent"),
        "reminder_paid_rate": _share("reminded_paid", "reminded"),
        "reminder_holdout_paid_rate": _share("held_out_paid", "held_out"),
        "reminder_uplift": _uplift,
        "check_hits": _count("check_hits"),
        **{f"paid_{kind}": _count(f"paid_{kind}") for kind in EARNED},
    }
)
MEASURED_BY: Final[Mapping[By, tuple[str, ...]]] = MappingProxyType(
    {
        "situation": ("suggestions_shown", "suggestion_adoption_rate"),
        "touchpoint": tuple(name for name in NAMES if name.startswith(("follow_ups_", "reminder"))),
    }
)
