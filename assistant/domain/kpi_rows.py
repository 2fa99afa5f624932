"""The plain rows that figures are made of, easy to fill from a query, and their grouping by a key.

Not for formulas: those are in `kpi`. All rows belong to one shop and one period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, tzinfo
from typing import Any, Final, Literal, TypeVar

from assistant.domain.moments import SHANGHAI, shop_day
from assistant.domain.rounds import Round

By = Literal["all", "agent", "day", "hour", "situation", "touchpoint"]

NOBODY: Final = ""  # the key of rows that no agent held

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RoundRow(Round):
    """A round with its keys. `ended_at` ends an unanswered wait (`session_end`); None = still waiting. `closing`:
    nobody answered it, and it was nothing but 好的 or 谢谢 (`closing_words`)."""

    platform: str = "other"
    conversation: str = ""
    buyer: str = ""
    ended_at: datetime | None = None
    closing: bool = False

    @property
    def at(self) -> datetime:
        """A round belongs to the moment of its first message."""
        return self.asked_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """Messages between one buyer and one agent, counted over one shop-hour or any part of it (one message).

    `at` lies in that hour; a buyer's message goes to the agent who held the conversation. `buyer_spoke`: the
    buyer wrote that day, to anyone. `filtered`: own accounts, adverts, spam; their rounds count nowhere. `inquiry`,
    `asked_at` is the first message of the buyer among them; `inquiry` and what follows is what became of the buyer's
    asking that day (`inquiries.judge`).
    """

    at: datetime
    agent: str | None
    platform: str
    buyer: str
    buyer_messages: int = 0
    human_messages: int = 0
    scripted_messages: int = 0  # of the human ones: from a situation's reply or a quick reply, edited or not
    buyer_spoke: bool = False
    filtered: bool = False
    asked_at: datetime | None = None
    inquiry: bool = False
    settling: bool = False  # the day after is not over: what follows is not known yet
    ordered_same_day: bool = False
    ordered: bool = False  # by the end of the next day
    paid_next_day: bool = False  # by then, too
    paid: bool = False  # by now


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What an agent or a buyer did, and where: what several rows have in common."""

    at: datetime
    agent: str | None
    platform: str | None = None
    buyer: str | None = None
    conversation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRow(Placed):
    """One suggestion card put before an agent. `round` is any key of the buyer's run it answered."""

    id: str
    round: Hashable
    situation: str | None
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRow(Placed):
    """One follow-up: `at` = due, `agent` held the conversation then, `fired_at` = its card was shown."""

    touchpoint: str
    state: str
    fired_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow(Placed):
    """One check that hit an agent's text."""

    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRow(Placed):
    """A buyer was asked to rate a conversation (`score` None), or did; the agent is who held it then."""

    score: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order with the agent it is credited to then (None: nobody). `amount` is fen; as a payment `at` is when, and
    `made_by` whom the order itself is credited to. `again`: the buyer had paid before that day; `pieces_back` were
    refunded since, for reasons that count."""

    at: datetime
    agent: str | None
    platform: str
    buyer: str
    amount: int
    pieces: int
    paid: bool
    conversation: str | None = None
    made_by: str | None = None
    again: bool = False
    pieces_back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRow(Placed):
    """An order (`at` = made) whose buyer was reminded of paying, or left alone to compare with (`held_out`).

    `paid`: within the time its touchpoint gives; `settles_at` is the end of that time while it still runs.
    """

    touchpoint: str
    held_out: bool
    paid: bool
    settles_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow(Placed):
    """A payment reminder that was really sent."""

    touchpoint: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the figures of one shop and period are made of, without test buyers."""

    rounds: Sequence[RoundRow] = ()
    contacts: Sequence[ContactRow] = ()
    suggestions: Sequence[SuggestionRow] = ()
    follow_ups: Sequence[FollowUpRow] = ()
    checks: Sequence[CheckRow] = ()
    ratings: Sequence[RatingRow] = ()
    orders: Sequence[OrderRow] = ()  # by the moment they were made
    payments: Sequence[OrderRow] = ()  # by the moment they were paid
    reminders: Sequence[ReminderRow] = ()  # by the moment the orders were made
    sent: Sequence[SentRow] = ()


def group(rows: Iterable[Row], by: By, zone: tzinfo = SHANGHAI) -> dict[str, list[Row]]:
    """Rows by key: `all`, agent, day (2026-11-22), hour of the day (09), situation, touchpoint.

    Rows that have no such key are left out, except that rows of no agent come under `NOBODY`.
    """
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        key = _key(row, by, zone)
        if key is not None:
            groups[key].append(row)
    return dict(groups)


def without_filtered(inputs: Inputs) -> Inputs:
    """The same without the rounds of filtered buyers; their contacts stay, since they did consult."""
    filtered = {(row.platform, row.buyer) for row in inputs.contacts if row.filtered}
    kept = [row for row in inputs.rounds if (row.platform, row.buyer) not in filtered]
    return replace(inputs, rounds=kept)


def _key(row: Any, by: By, zone: tzinfo) -> str | None:
    if by == "all":
        return "all"
    if by == "day":
        return shop_day(row.at, zone).isoformat()
    if by == "hour":
        return f"{row.at.astimezone(zone).hour:02}"
    if by == "agent":
        return row.agent or NOBODY
    key: str | None = getattr(row, by, None)
    return key


def split(inputs: Inputs, by: By, zone: tzinfo) -> dict[str, Inputs]:
    """The same rows in parts, one per key."""
    parts = {"all": Inputs()} if by == "all" else {}
    for field in fields(Inputs):
        for key, rows in group(getattr(inputs, field.name), by, zone).items():
            parts[key] = replace(parts.get(key, Inputs()), **{field.name: rows})
    return parts
