"""The figures a leader reads: each KPI name has one formula over plain rows, computed group by group.

Not for matching questions with answers (`rounds`) nor for fetching rows. A ratio is 0..1, seconds are floats,
a figure without a denominator is None. A group is computed from its own rows, never from other averages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from math import fsum
from types import MappingProxyType
from typing import Final

from assistant.domain.kpi_group import BuyerDay, Group, Rules
from assistant.domain.kpi_rows import By, FollowUpRow, Inputs, split, without_filtered
from assistant.domain.platforms import Profile

Value = int | float | None

ON_TIME: Final = timedelta(minutes=5)

NAMES: Final = (
    "buyers_consulted", "buyers_received", "effective_receptions", "first_response_seconds",
    "average_response_seconds", "response_p90_seconds", "within_15s_rate", "within_30s_rate",
    "within_60s_rate", "within_180s_rate", "reply_rate", "unanswered_buyers", "slow_receptions",
    "longest_wait_seconds", "answer_question_ratio", "inquiry_buyers", "inquiry_to_order_rate",
    "inquiry_to_paid_rate", "order_to_paid_rate", "sales_amount", "buyers_paid", "amount_per_buyer",
    "items_per_buyer", "repeat_buyer_rate", "refund_rate", "satisfaction_rate", "rating_participation",
    "suggestions_shown", "suggestion_adoption_rate", "script_usage_rate", "follow_ups_due",
    "follow_ups_done", "follow_ups_on_time_rate", "follow_ups_missed", "reminders_sent",
    "reminder_paid_rate", "reminder_holdout_paid_rate", "reminder_uplift", "check_hits",
)  # fmt: skip


def compute(inputs: Inputs, rules: Rules | None = None, names: Collection[str] | None = None) -> dict[str, Value]:
    """The named figures of one group, by default all that are ready, in the order of `NAMES`."""
    group = Group(without_filtered(inputs), rules or Rules())
    wanted = NAMES_READY if names is None else [name for name in NAMES if name in names]
    return {name: FORMULAS[name](group) for name in wanted}


def figures(inputs: Inputs, by: By = "all", rules: Rules | None = None) -> list[tuple[str, dict[str, Value]]]:
    """(key, figures) per group, ordered by key. By agent, each one's clock starts when he received the buyer.

    By situation and by touchpoint only the figures that know them are computed, the rest are None. Sums over
    agents may exceed the total: a buyer seen by two agents counts for both (DOMAIN 8.22).
    """
    rules = rules or Rules()
    rules = replace(rules, agent_clock=rules.agent_clock or by == "agent")
    blank: dict[str, Value] = dict.fromkeys(NAMES_READY)
    names = MEASURED_BY.get(by, NAMES_READY)
    parts = split(without_filtered(inputs), by, rules.tz)
    return [(key, blank | compute(parts[key], rules, names)) for key in sorted(parts)]


def foot_names(profile: Profile) -> tuple[str, str, str]:
    """The figures at the sidebar's foot; `Inputs` needs one agent's rounds and follow-ups of the day."""
    return ("first_response_seconds", profile.target_name, "follow_ups_on_time_rate")


def _ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None


def _mean(values: Collection[float]) -> float | None:
    return _ratio(fsum(values), len(values))


def _consulted(group: Group) -> set[BuyerDay]:
    """Buyer-days with a message either way; a round means one, even if its message was counted elsewhere."""
    contacts = {group.buyer_day(row) for row in group.inputs.contacts}
    return contacts | {group.buyer_day(row) for row in group.inputs.rounds}


def _received(group: Group) -> set[BuyerDay]:
    return _consulted(group) - {group.buyer_day(row) for row in group.inputs.contacts if row.filtered}


def _effective(group: Group) -> set[BuyerDay]:
    contacts = group.inputs.contacts
    spoke = {group.buyer_day(row) for row in contacts if row.buyer_spoke or row.buyer_messages}
    answered = {group.buyer_day(row) for row in contacts if row.human_messages}
    return spoke & answered & _received(group)


def _unanswered(group: Group) -> set[BuyerDay]:
    return {group.buyer_day(row) for row in group.rounds if group.seconds(row) is None}


def _reply_rate(group: Group) -> float | None:
    share = _ratio(len(_unanswered(group)), len(_received(group)))
    return None if share is None else 1 - share


def _first_response(group: Group) -> float | None:
    return _mean([seconds for row, seconds in group.durations if row.first])


def _average_response(group: Group) -> float | None:
    caps = ((group.rules.profiles(row.platform).average_cap_seconds, s) for row, s in group.durations)
    return _mean([s if cap is None else min(s, cap) for cap, s in caps])


def _p90(group: Group) -> float | None:
    """The 90th percentile, between two rounds in proportion (as in Excel and PostgreSQL)."""
    ordered = sorted(seconds for _, seconds in group.durations)
    if not ordered:
        return None
    place = 0.9 * (len(ordered) - 1)
    low, high = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
    return low + (high - low) * (place - int(place))


def _within(seconds: int) -> Callable[[Group], float | None]:
    """Units answered in time ÷ all units; exactly so many seconds are within, unanswered ones are not."""

    def rate(group: Group) -> float | None:
        judged = [
            _in_time([group.seconds(row) for row in rows], profile, seconds) for profile, rows in group.units(seconds)
        ]
        return _ratio(sum(judged), len(judged))

    return rate


def _in_time(waits: Iterable[float | None], profile: Profile, seconds: int) -> bool:
    answered = list(waits)
    known = [wait for wait in answered if wait is not None]
    if len(known) < len(answered):
        return False
    if profile.unit == "session" and profile.session_rule == "average":
        return fsum(known) <= seconds * len(known)
    return all(wait <= seconds for wait in known)


def _slow_receptions(group: Group) -> int:
    profiles = group.rules.profiles
    slow = (row for row in group.rounds if group.wait(row) > profiles(row.platform).slow_seconds)
    counts = Counter(group.buyer_day(row) for row in slow)
    return sum(count >= profiles(platform).slow_rounds for (_, platform, _), count in counts.items())


def _longest_wait(group: Group) -> float | None:
    return max((group.wait(row) for row in group.rounds), default=None)


def _answer_question_ratio(group: Group) -> float | None:
    contacts = group.inputs.contacts
    return _ratio(sum(row.human_messages for row in contacts), sum(row.buyer_messages for row in contacts))


def _script_usage(group: Group) -> float | None:
    contacts = group.inputs.contacts
    return _ratio(sum(row.scripted_messages for row in contacts), sum(row.human_messages for row in contacts))


def _suggestions_shown(group: Group) -> int:
    return len({row.id for row in group.inputs.suggestions})


def _adoption(group: Group) -> float | None:
    """Rounds with a card sent ÷ rounds with a card: several cards of one round count once."""
    shown = group.inputs.suggestions
    return _ratio(len({row.round for row in shown if row.sent}), len({row.round for row in shown}))


def _was_due(row: FollowUpRow) -> bool:
    return row.fired_at is not None or row.state in ("due", "done", "missed")


def _due(group: Group) -> list[FollowUpRow]:
    return [row for row in group.inputs.follow_ups if _was_due(row)]


def _in_state(state: str) -> Callable[[Group], int]:
    return lambda group: sum(row.state == state for row in group.inputs.follow_ups)


def _on_time(group: Group) -> float | None:
    """Done within five minutes of due ÷ due and not cancelled; cards still within them are not judged yet."""
    now = group.rules.now
    open_ = {"due", "armed", "snoozed"}
    judged = [
        row
        for row in _due(group)
        if row.state != "cancelled" and not (row.state in open_ and now and now <= row.at + ON_TIME)
    ]
    done = [row for row in judged if row.state == "done" and row.done_at and row.done_at <= row.at + ON_TIME]
    return _ratio(len(done), len(judged))


def _check_hits(group: Group) -> int:
    return sum(row.severity in ("warn", "block") for row in group.inputs.checks)


FORMULAS: Final[Mapping[str, Callable[[Group], Value]]] = MappingProxyType(
    {
        "buyers_consulted": lambda group: len(_consulted(group)),
        "buyers_received": lambda group: len(_received(group)),
        "effective_receptions": lambda group: len(_effective(group)),
        "first_response_seconds": _first_response,
        "average_response_seconds": _average_response,
        "response_p90_seconds": _p90,
        **{f"within_{seconds}s_rate": _within(seconds) for seconds in (15, 30, 60, 180)},
        "reply_rate": _reply_rate,
        "unanswered_buyers": lambda group: len(_unanswered(group)),
        "slow_receptions": _slow_receptions,
        "longest_wait_seconds": _longest_wait,
        "answer_question_ratio": _answer_question_ratio,
        "suggestions_shown": _suggestions_shown,
        "suggestion_adoption_rate": _adoption,
        "script_usage_rate": _script_usage,
        "follow_ups_due": lambda group: len(_due(group)),
        "follow_ups_done": _in_state("done"),
        "follow_ups_on_time_rate": _on_time,
        "follow_ups_missed": _in_state("missed"),
        "check_hits": _check_hits,
    }
)
NAMES_READY: Final = tuple(name for name in NAMES if name in FORMULAS)
MEASURED_BY: Final[Mapping[By, tuple[str, ...]]] = MappingProxyType(
    {
        "situation": ("suggestions_shown", "suggestion_adoption_rate"),
        "touchpoint": tuple(name for name in NAMES_READY if name.startswith("follow_ups_")),
    }
)
