"""Messages of conversations, as they were said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select, tuple_

from assistant.store.statements import Statement, Transaction, adding
from assistant.store.tables import conversations, messages

RUN = 20
EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    external: str
    at: datetime
    side: str
    agent: str | None
    origin: str
    text: str
    script: str | None


class Said(NamedTuple):
    """What of a message is read again."""

    at: datetime
    text: str


_COLUMNS = [messages.c[name] for name in ("id", "external", "at", "side", "agent", "origin", "text", "script")]
_ADD = adding(
    messages,
    *("shop", "conversation", "external", "at", "side", "agent", "origin", "text", "script", "item"),
    keeps=True,
)
_of = messages.c.conversation == bindparam("conversation")


def unanswered(conversation: ColumnElement[int], answered: ColumnElement[Any]) -> ColumnElement[bool]:
    """That a message came after a person's answer at `answered`: of those told for the same moment (many hosts tell
    whole seconds), which came to us after it."""
    said = messages.alias()
    answer = select(func.max(said.c.id)).where(
        said.c.conversation == conversation, said.c.at == answered, said.c.side == "agent", said.c.origin == "human"
    )
    return tuple_(messages.c.at, messages.c.id) > tuple_(answered, func.coalesce(answer.scalar_subquery(), 0))


_AFTER = bindparam("after", type_=messages.c.at.type)
_RUN = Statement[Said](
    select(messages.c.at, messages.c.text)
    .where(_of, messages.c.side == "buyer", unanswered(messages.c.conversation, _AFTER))
    .order_by(messages.c.at.desc(), messages.c.id.desc())
    .limit(RUN),
    Said,
)
_ALL = Statement[Message](select(*_COLUMNS).where(_of).order_by(messages.c.at, messages.c.id), Message)
_LAST = Statement[Message](
    select(*_COLUMNS).where(_of).order_by(messages.c.at.desc(), messages.c.id.desc()).limit(bindparam("limit")), Message
)

_TEXT = Statement[str](
    select(messages.c.text).where(_of, messages.c.at == bindparam("at"), messages.c.external == bindparam("external"))
)
_ANSWERS = Statement[Said](
    select(messages.c.at, messages.c.text)
    .join(conversations, conversations.c.id == messages.c.conversation)
    .where(
        conversations.c.buyer == bindparam("buyer"),
        messages.c.at > bindparam("after"),
        messages.c.side == bindparam("side", "agent"),
        messages.c.origin == bindparam("origin", "human"),
    )
    .order_by(messages.c.at, messages.c.id),
    Said,
)

_ASKED = Statement[str](
    select(messages.c.text)
    .where(
        _of,
        messages.c.side == bindparam("side", "buyer"),
        messages.c.at >= bindparam("since"),
        messages.c.at < bindparam("until"),
    )
    .order_by(messages.c.at, messages.c.id)
    .limit(bindparam("limit"))
)
_ANSWER = Statement[str](
    select(messages.c.text)
    .where(
        _of,
        messages.c.side == bindparam("side", "agent"),
        messages.c.origin == bindparam("origin", "human"),
        messages.c.at < bindparam("before"),
    )
    .order_by(messages.c.at.desc(), messages.c.id.desc())
    .limit(1)
)
_NEWEST = Statement[str](
    select(messages.c.text)
    .where(_of, messages.c.side == bindparam("side", "buyer"))
    .order_by(messages.c.at.desc(), messages.c.id.desc())
    .limit(1)
)


def add(tx: Transaction, **row: object) -> None:
    _ADD.put(tx, **row)


def run_after(tx: Transaction, conversation: int, after: datetime) -> list[Said]:
    """The buyer's messages since the answer at `after`, oldest first, at most the last `RUN`."""
    return _RUN.all(tx, conversation=conversation, after=after)[::-1]


def text(tx: Transaction, conversation: int, at: datetime, external: str) -> str:
    """The words of one message, empty if it is not known."""
    return _TEXT.one(tx, conversation=conversation, at=at, external=external) or ""


def newest_of_buyer(tx: Transaction, conversation: int) -> str:
    """What the buyer said last, empty if nothing."""
    return _NEWEST.one(tx, conversation=conversation) or ""


def asked(tx: Transaction, conversation: int, since: datetime, until: datetime, limit: int) -> list[str]:
    """What the buyer said between two moments (without the second), oldest first."""
    return _ASKED.all(tx, conversation=conversation, since=since, until=until, limit=limit)


def answer_before(tx: Transaction, conversation: int, before: datetime) -> str | None:
    """What a person of the shop said last before a moment; None: nothing."""
    return _ANSWER.one(tx, conversation=conversation, before=before)


def answers_after(tx: Transaction, buyer: int, after: datetime) -> list[Said]:
    """What people of the shop said to a buyer since, in all conversations, oldest first."""
    return _ANSWERS.all(tx, buyer=buyer, after=after)


def all_of(tx: Transaction, conversation: int) -> list[Message]:
    return _ALL.all(tx, conversation=conversation)


def last(tx: Transaction, conversation: int, limit: int) -> list[Message]:
    """The newest `limit` messages, oldest first."""
    return _LAST.all(tx, conversation=conversation, limit=limit)[::-1]
