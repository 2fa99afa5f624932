"""What each figure is made of, one row per thing it counts, so that a leader can walk from the figure to the chat.

The figure can be worked out again from these rows (`kpi.py` has the formulas). Not for naming buyers or chats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, Literal

from assistant.domain.kpi_counts import (
    CONTENT,
    consulted,
    due,
    effective,
    hits,
    in_state,
    judged,
    received,
    slow_receptions,
    unanswered,
    was_on_time,
)
from assistant.domain.kpi_group import BuyerDay, Group
from assistant.domain.kpi_rows import FollowUpRow, OrderRow, Placed, SuggestionRow
from assistant.domain.kpi_sales import EARNED, credited, earned_as, inquiries, settled
from assistant.domain.kpi_waits import Behind, answered, answered_capped, first, waits, within

# rounds: an answer or a wait; buyers: one a day; orders: made or paid; pieces: bought by one buyer on a day;
# the others: what the agent or buyer did
Kind = Literal["rounds", "buyers", "cards", "follow_ups", "checks", "ratings", "orders", "pieces"]


def behind(name: str, group: Group) -> list[Behind]:
    """The rows behind a figure of `LISTS`, worst first: what does not count, then the longest, then the latest."""
    return worst_first(name, LISTS[name][1](group))


def worst_first(name: str, rows: Iterable[Behind]) -> list[Behind]:
    """Rows of several groups in the same order."""
    longest_first = LISTS[name][0] in ("rounds", "follow_ups")

    def place(row: Behind) -> tuple[bool, float, float]:
        waited = (float("inf") if row.value is None else row.value) if longest_first else 0.0
        return row.counts, -waited, -row.at.timestamp()

    return sorted(rows, key=place)


# --- buyers ----------------------------------------------------------------------------------------------------------


def _buyer_days(group: Group, days: Iterable[BuyerDay], value: Callable[[BuyerDay], float]) -> list[Behind]:
    """Each buyer-day at its first message, in the chat of its first round."""
    rounds, contacts = _by_day(group, group.inputs.rounds), _by_day(group, group.inputs.contacts)
    found = []
    for day in days:
        chats, rows = rounds.get(day, []), [*rounds.get(day, []), *contacts.get(day, [])]
        first = min(rows, key=lambda row: row.at)
        chat = min(chats, key=lambda row: row.at).conversation if chats else None
        found.append(
            Behind(
                at=first.at, agent=first.agent, platform=day[1], buyer=day[2], conversation=chat, value=value(day)
            )
        )  # fmt: skip
    return found


def _by_day(group: Group, rows: Iterable[Any]) -> dict[BuyerDay, list[Any]]:
    days: defaultdict[BuyerDay, list[Any]] = defaultdict(list)
    for row in rows:
        days[group.buyer_day(row)].append(row)
    return days


def _messages(group: Group) -> Callable[[BuyerDay], float]:
    """How many messages both sides wrote that day."""
    contacts = _by_day(group, group.inputs.contacts)
    return lambda day: sum(row.buyer_messages + row.human_messages for row in contacts.get(day, []))


def buyers_of(group: Group, days: set[BuyerDay]) -> list[Behind]:
    """Buyer-days as they are listed, with how many messages both sides wrote."""
    return _buyer_days(group, days, _messages(group))


def _buyers(days: Callable[[Group], set[BuyerDay]]) -> Callable[[Group], list[Behind]]:
    return lambda group: _buyer_days(group, days(group), _messages(group))


def _replied(group: Group) -> list[Behind]:
    missed = unanswered(group)
    answered = _buyer_days(group, received(group) - missed, _messages(group))
    return [*answered, *(replace(row, counts=False) for row in _buyer_days(group, missed, _messages(group)))]


def _asked(become: str) -> Callable[[Group], list[Behind]]:
    """Of the rates, without those of whom nobody can say yet."""

    def listed(group: Group) -> list[Behind]:
        open_ = set() if become == "inquiry" else inquiries(group, "settling")
        yes = inquiries(group, become) - open_
        no = _buyer_days(group, inquiries(group) - yes - open_, _messages(group))
        return [*_buyer_days(group, yes, _messages(group)), *(replace(row, counts=False) for row in no)]

    return listed


def _slow(group: Group) -> list[Behind]:
    slow = slow_receptions(group)
    return _buyer_days(group, slow, lambda day: slow[day])


# --- what agents and buyers did --------------------------------------------------------------------------------------


def _placed(
    row: OrderRow | Placed,
    value: float | None,
    *,
    counts: bool,
    what: str,
) -> Behind:
    return Behind(
        at=row.at, agent=row.agent, platform=row.platform, buyer=row.buyer, conversation=row.conversation,
        value=value, counts=counts, what=what,
    )  # fmt: skip


def _follow_ups(
    rows: Callable[[Group], Iterable[FollowUpRow]], counts: Callable[[FollowUpRow], bool] = lambda row: True
) -> Callable[[Group], list[Behind]]:
    """The value is the seconds from due to done."""

    def listed(row: FollowUpRow) -> Behind:
        took = (row.done_at - row.at).total_seconds() if row.done_at else None
        return _placed(row, took, counts=counts(row), what=row.touchpoint)

    return lambda group: [listed(row) for row in rows(group)]


def _payments(group: Group) -> list[Behind]:
    return [_placed(row, row.amount / 100, counts=True, what="") for row in credited(group.inputs.payments)]


def _again(group: Group) -> list[Behind]:
    """One row per buyer who paid that day: the first payment."""
    days: dict[BuyerDay, OrderRow] = {}
    for row in sorted(credited(group.inputs.payments), key=lambda row: row.at):
        days.setdefault(group.buyer_day(row), row)
    return [_placed(row, row.amount / 100, counts=row.again, what="") for row in days.values()]


def _paid(value: Callable[[OrderRow], float]) -> Callable[[Group], list[Behind]]:
    """One row per buyer who paid that day, at the first payment, with the sum of what they paid for."""

    def listed(group: Group) -> list[Behind]:
        days = _by_day(group, sorted(credited(group.inputs.payments), key=lambda row: row.at))
        return [_placed(rows[0], sum(map(value, rows)), counts=True, what="") for rows in days.values()]

    return listed


def _back(group: Group) -> list[Behind]:
    """The payments of which pieces came back, and how many."""
    back = (row for row in credited(group.inputs.payments) if row.pieces_back)
    return [_placed(row, row.amount / 100, counts=True, what="") for row in back]


def _sent(group: Group) -> list[Behind]:
    return [_placed(row, None, counts=True, what=row.touchpoint) for row in group.inputs.sent]


def _reminded(*, held_out: bool) -> Callable[[Group], list[Behind]]:
    return lambda group: [
        _placed(row, None, counts=row.paid, what=row.touchpoint) for row in settled(group, held_out=held_out)
    ]


def _earned(kind: str) -> Callable[[Group], list[Behind]]:
    return lambda group: [
        _placed(row, row.amount / 100, counts=True, what="") for row in group.inputs.payments if earned_as(row) == kind
    ]


def _orders(group: Group) -> list[Behind]:
    return [_placed(row, row.amount / 100, counts=row.paid, what="") for row in credited(group.inputs.orders)]


def _checks(group: Group) -> list[Behind]:
    return [_placed(row, None, counts=True, what=row.severity) for row in hits(group)]


def _rated(group: Group) -> list[Behind]:
    given = ((row, row.score) for row in group.inputs.ratings if row.score is not None)
    return [_placed(row, score, counts=score >= CONTENT, what="") for row, score in given]


def _card(row: SuggestionRow, *, counts: bool) -> Behind:
    return _placed(row, None, counts=counts, what=row.situation or "")


def _cards(group: Group) -> list[Behind]:
    return [_card(row, counts=True) for row in {row.id: row for row in group.inputs.suggestions}.values()]


def _adopted(group: Group) -> list[Behind]:
    """One row per round with cards: the card that was sent, or the first."""
    rounds: dict[object, SuggestionRow] = {}
    for row in sorted(group.inputs.suggestions, key=lambda row: (not row.sent, row.at)):
        rounds.setdefault(row.round, row)
    return [_card(row, counts=row.sent) for row in rounds.values()]


LISTS: Final[Mapping[str, tuple[Kind, Callable[[Group], list[Behind]]]]] = MappingProxyType(
    {
        "buyers_consulted": ("buyers", _buyers(consulted)),
        "buyers_received": ("buyers", _buyers(received)),
        "effective_receptions": ("buyers", _buyers(effective)),
        "first_response_seconds": ("rounds", first),
        "average_response_seconds": ("rounds", answered_capped),
        "response_p90_seconds": ("rounds", answered),
        **{f"within_{seconds}s_rate": ("rounds", within(seconds)) for seconds in (15, 30, 60, 180)},
        "reply_rate": ("buyers", _replied),
        "unanswered_buyers": ("buyers", _buyers(unanswered)),
        "slow_receptions": ("buyers", _slow),
        "longest_wait_seconds": ("rounds", waits),
        "inquiry_buyers": ("buyers", _asked("inquiry")),
        "inquiry_to_order_rate": ("buyers", _asked("ordered")),
        "inquiry_to_paid_rate": ("buyers", _asked("paid")),
        "order_to_paid_rate": ("orders", _orders),
        "sales_amount": ("orders", _payments),
        "buyers_paid": ("orders", _paid(lambda row: row.amount / 100)),
        "amount_per_buyer": ("orders", _paid(lambda row: row.amount / 100)),
        "items_per_buyer": ("pieces", _paid(lambda row: row.pieces)),
        "satisfaction_rate": ("ratings", _rated),
        "suggestions_shown": ("cards", _cards),
        "suggestion_adoption_rate": ("cards", _adopted),
        "follow_ups_due": ("follow_ups", _follow_ups(due)),
        "follow_ups_done": ("follow_ups", _follow_ups(lambda group: in_state(group, "done"))),
        "follow_ups_on_time_rate": ("follow_ups", _follow_ups(judged, was_on_time)),
        "follow_ups_missed": ("follow_ups", _follow_ups(lambda group: in_state(group, "missed"))),
        "repeat_buyer_rate": ("orders", _again),
        "refund_rate": ("orders", _back),
        "reminders_sent": ("cards", _sent),
        "reminder_paid_rate": ("cards", _reminded(held_out=False)),
        "reminder_holdout_paid_rate": ("cards", _reminded(held_out=True)),
        "check_hits": ("checks", _checks),
        **{f"paid_{kind}": ("orders", _earned(kind)) for kind in EARNED},
    }
)
