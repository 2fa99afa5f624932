"""The shapes a practice is reviewed in: what is known of a chat, and what is found about it.

Not for judging (`practice_review.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel

from assistant.domain.practice import ScriptedBuyer
from assistant.domain.practice_play import Visit
from assistant.domain.rounds import Side


class Finding(BaseModel):
    """One judgement. `good` None: noted, no praise, no blame. `message` is what it rests on, `words` what in it."""

    kind: str
    good: bool | None = None
    values: dict[str, int | float | str] = {}
    message: str | None = None
    words: str = ""


class Shown(BaseModel):
    """A message as the review shows it; `rate` in characters a minute where it was written by hand."""

    id: str
    side: str
    text: str
    at: float
    rate: int | None = None


class ChatReview(BaseModel):
    buyer: str
    nickname: str
    about: str
    platform: str
    outcome: str
    findings: list[Finding]
    messages: list[Shown]


class Review(BaseModel):
    """`sums` over all chats, then each chat."""

    sums: list[Finding]
    chats: list[ChatReview]


@dataclass(frozen=True, slots=True)
class Line:
    """A message that was said. `script` is the reply it was recognised as."""

    id: str
    at: datetime
    side: Side
    text: str
    script: str | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """A follow-up of the chat as it stands at the end."""

    name: str
    state: str
    shown_at: datetime | None
    closed_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """All that is known of one buyer's chat. `writing`: seconds in the composer by message, of texts typed by hand."""

    script: ScriptedBuyer
    visit: Visit
    lines: Sequence[Line]
    reminders: Sequence[Reminder] = ()
    writing: Mapping[str, float] = field(default_factory=dict)
