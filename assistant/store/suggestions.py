"""Suggestion cards: what was put before an agent and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select

from assistant.store.statements import Insertion, Statement, Transaction, saving
from assistant.store.tables import suggestions


@dataclass(slots=True)
class Suggestion:
    """One card. `state`: shown | inserted | dismissed while its run lasts; sent | passed once the agent has spoken;
    withdrawn when the buyer's further words or a change of order made it wrong. Of a card that was sent `message` is
    the platform's id of the message, `edited` whether its words had been changed. `arm` is the wording
    of a `trial` that it has."""

    id: int
    shop: str
    conversation: int
    buyer: int
    agent: str | None
    run_at: datetime
    situation: str
    reply: str
    text: str
    missing: list[str] = field(default_factory=list)
    score: float = 0.0
    why: str = ""
    state: str = "shown"
    shown_at: datetime | None = None
    inserted_at: datetime | None = None
    closed_at: datetime | None = None
    message: str | None = None
    edited: bool = False
    trial: int | None = None
    arm: int | None = None

    @property
    def script(self) -> str:
        return f"{self.situation}/{self.reply}"


_NEW = [c.name for c in suggestions.c if c.name != "id"]
_KEPT = (
    *("agent", "text", "missing", "score", "why", "reply", "state", "inserted_at", "closed_at", "message", "edited"),
    *("trial", "arm"),
)
_ADD = Insertion(suggestions, *_NEW, keeps=True)
_SAVE = saving(suggestions, *_KEPT)
_OPEN = Statement[Suggestion](
    select(suggestions)
    .where(
        suggestions.c.conversation == bindparam("conversation"),
        suggestions.c.closed_at.is_(None),
    )
    .order_by(suggestions.c.score.desc(), suggestions.c.id),
    Suggestion,
)
_GET = Statement[Suggestion](
    select(suggestions).where(suggestions.c.id == bindparam("key"), suggestions.c.shop == bindparam("shop")), Suggestion
)

_LATEST = Statement[Suggestion](
    select(suggestions)
    .where(
        suggestions.c.conversation == bindparam("conversation"),
        suggestions.c.situation == bindparam("situation"),
        suggestions.c.state != bindparam("withdrawn", "withdrawn"),
    )
    .order_by(suggestions.c.id.desc())
    .limit(1),
    Suggestion,
)


def add(tx: Transaction, suggestion: Suggestion) -> None:
    suggestion.id = _ADD.write(tx, suggestion)


def save(tx: Transaction, suggestion: Suggestion) -> None:
    _SAVE.write(tx, suggestion)


def open_in(tx: Transaction, conversation: int) -> list[Suggestion]:
    """The cards of the buyer's unanswered run, best first, dismissed ones too."""
    return _OPEN.all(tx, conversation=conversation)


def get(tx: Transaction, shop: str, id: int) -> Suggestion | None:
    return _GET.one(tx, key=id, shop=shop)


def latest(tx: Transaction, conversation: int, situation: str) -> Suggestion | None:
    """The newest card of one situation, unless it was withdrawn."""
    return _LATEST.one(tx, conversation=conversation, situation=situation)
