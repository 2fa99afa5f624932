"""Messages that agents sent through hosts' interfaces, until they are delivered or somebody has decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, or_, select, update

from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import host_sendings as table

OPEN = ("waiting", "taken", "failed", "unclear")


@dataclass(frozen=True, slots=True)
class Sending:
    """One message on its way. `next_at`: when it is tried next, or, while it is taken, when its taker has given up."""

    id: int
    shop: str
    connection: int
    conversation: int
    key: str
    agent: str
    text: str
    state: str
    attempts: int
    made_at: datetime
    next_at: datetime
    external: str | None
    failure: str | None


_ADD = Insertion(table, "shop", "connection", "conversation", "key", "agent", "text", "state", "made_at", "next_at")
_BY_KEY = Statement[Sending](
    select(table).where(table.c.shop == bindparam("shop"), table.c.key == bindparam("key")), Sending
)
_GET = Statement[Sending](
    select(table).where(table.c.shop == bindparam("shop"), table.c.id == bindparam("key")), Sending
)
_before = table.alias("before")
# One after another in each chat: what was said first arrives first.
_ready = and_(
    or_(
        table.c.state == "waiting",
        table.c.state == "taken",
    ),
    table.c.next_at <= bindparam("now"),
    ~exists().where(
        _before.c.conversation == table.c.conversation,
        or_(_before.c.state == "waiting", _before.c.state == "taken"),
        _before.c.id < table.c.id,
    ),
)
_READY = Statement[Sending](select(table).where(_ready).order_by(table.c.next_at, table.c.id).limit(20), Sending)
_TAKE = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"), table.c.state == bindparam("was"), table.c.next_at == bindparam("due"))
    .values(state="taken", next_at=bindparam("until"), attempts=table.c.attempts + 1)
)
_PUT = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"), table.c.state == bindparam("was"))
    .values(
        state=bindparam("state"), next_at=bindparam("next_at"), text=bindparam("text"), external=bindparam("external"),
        failure=bindparam("failure"),
    )
)  # fmt: skip
_OPEN = Statement[Sending](
    select(table)
    .where(
        table.c.conversation == bindparam("conversation"),
        table.c.state.in_([bindparam(f"s{i}", state) for i, state in enumerate(OPEN)]),
    )
    .order_by(table.c.id),
    Sending,
)


def add(
    tx: Transaction, *, shop: str, connection: int, conversation: int, key: str, agent: str, text: str, now: datetime
) -> int:
    return _ADD.add(
        tx, shop=shop, connection=connection, conversation=conversation, key=key, agent=agent, text=text,
        state="waiting", made_at=now, next_at=now,
    )  # fmt: skip


def by_key(tx: Transaction, shop: str, key: str) -> Sending | None:
    return _BY_KEY.one(tx, shop=shop, key=key)


def get(tx: Transaction, shop: str, id: int) -> Sending | None:
    return _GET.one(tx, shop=shop, key=id)


def ready(tx: Transaction, now: datetime) -> list[Sending]:
    """What may be tried now, at most 20: waiting ones, and those whose taker has given up."""
    return _READY.all(tx, now=now)


def take(tx: Transaction, sending: Sending, until: datetime) -> bool:
    """Whether it is ours to send until then; False if another node was faster."""
    return _TAKE.run(tx, key=sending.id, was=sending.state, due=sending.next_at, until=until) == 1


def put(
    tx: Transaction, sending: Sending, state: str, *, was: str = "taken", next_at: datetime | None = None,
    external: str | None = None, failure: str | None = None,
) -> bool:  # fmt: skip
    """Move it on, unless somebody did so before; once it is sent its text is kept with the messages only."""
    text = "" if state in ("sent", "dropped") else sending.text
    given = {"next_at": next_at or sending.next_at, "external": external, "failure": failure, "text": text}
    return _PUT.run(tx, key=sending.id, was=was, state=state, **given) == 1


def open_in(tx: Transaction, conversation: int) -> list[Sending]:
    """What of a conversation is not delivered yet, or did not get through."""
    return _OPEN.all(tx, conversation=conversation)
