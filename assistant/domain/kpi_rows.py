"""The plain rows that figures are made of, easy to fill from a query, and their grouping by a key.

Not for formulas: those are in `kpi`. All rows belong to one shop and one period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, tzinfo
from typing import Any, Final, Literal, TypeVar

from assistant.domain.rounds import SHANGHAI, Round, shop_day

By = Literal["all", "agent", "day", "hour", "situation", "touchpoint"]

NOBODY: Final = ""  # the key of rows that no agent held

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RoundRow(Round):
    """A round with its keys. `ended_at` ends an unanswered wait (`session_end`); None = still waiting."""

    platform: str = "other"
    conversation: str = ""
    buyer: str = ""
    ended_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """A round belongs to the moment of its first message."""
        return self.asked_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """Messages between one buyer and one agent, counted over one shop-hour or any part of it (one message).

    `at` lies in that hour; a buyer's message goes to the agent who held the conversation. `buyer_spoke`: the
    buyer wrote that day, to anyone. `filtered`: own accounts, adverts, spam; their rounds count nowhere.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRow:
    """One suggestion card put before an agent. `round` is any key of the buyer's run it answered."""

    at: datetime
    agent: str | None
    id: str
    round: Hashable
    situation: str | None
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRow:
    """One follow-up: `at` = due, `agent` held the conversation then, `fired_at` = its card was shown."""

    at: datetime
    agent: str | None
    touchpoint: str
    state: str
    fired_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check that hit an agent's text."""

    at: datetime
    agent: str | None
    severity: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the figures of one shop and period are made of, without test buyers."""

    rounds: Sequence[RoundRow] = ()
    contacts: Sequence[ContactRow] = ()
    suggestions: Sequence[SuggestionRow] = ()
    follow_ups: Sequence[FollowUpRow] = ()
    checks: Sequence[CheckRow] = ()


def group(rows: Iterable[Row], by: By, tz: tzinfo = SHANGHAI) -> dict[str, list[Row]]:
    """Rows by key: `all`, agent, day (2026-11-22), hour of the day (09), situation, touchpoint.

    Rows that have no such key are left out, except that rows of no agent come under `NOBODY`.
    """
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        key = _key(row, by, tz)
        if key is not None:
            groups[key].append(row)
    return dict(groups)


def without_filtered(inputs: Inputs) -> Inputs:
    """The same without the rounds of filtered buyers; their contacts stay, since they did consult."""
    filtered = {(row.platform, row.buyer) for row in inputs.contacts if row.filtered}
    kept = [row for row in inputs.rounds if (row.platform, row.buyer) not in filtered]
    return replace(inputs, rounds=kept)


def _key(row: Any, by: By, tz: tzinfo) -> str | None:
    if by == "all":
        return "all"
    if by == "day":
        return shop_day(row.at, tz).isoformat()
    if by == "hour":
        return f"{row.at.astimezone(tz).hour:02}"
    if by == "agent":
        return row.agent or NOBODY
    key: str | None = getattr(row, by, None)
    return key


def split(inputs: Inputs, by: By, tz: tzinfo) -> dict[str, Inputs]:
    """The same rows in parts, one per key."""
    parts = {"all": Inputs()} if by == "all" else {}
    for field in fields(Inputs):
        for key, rows in group(getattr(inputs, field.name), by, tz).items():
            parts[key] = replace(parts.get(key, Inputs()), **{field.name: rows})
    return parts
