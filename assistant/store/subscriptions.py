"""Who is told of facts, how far, and what they never took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, null, select, update

from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import dead_letters, facts
from assistant.store.tables import subscriptions as table

LISTED = 200
LONGEST_FAILURE = 300


@dataclass(frozen=True, slots=True)
class Subscription:
    """`facts`: the names that are told; none = all of them."""

    id: int
    shop: str
    address: str
    facts: list[str]
    sealed: str
    cursor: int
    made_at: datetime
    next_at: datetime
    attempts: int
    told: int
    told_at: datetime | None
    failed_at: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Facts `first` to `last` that a subscriber never took: `count` of them were meant for it."""

    id: int
    shop: str
    subscription: int
    first: int
    last: int
    count: int
    at: datetime
    failure: str


_ADD = Insertion(table, "shop", "address", "facts", "sealed", "cursor", "made_at", "next_at")
_ALL = Statement[Subscription](select(table).order_by(table.c.id), Subscription)
_GET = Statement[Subscription](
    select(table).where(table.c.id == bindparam("key"), table.c.shop == bindparam("shop")), Subscription
)
_BEHIND = Statement[Subscription](
    select(table)
    .where(table.c.next_at <= bindparam("now"), table.c.cursor < bindparam("newest"))
    .order_by(table.c.next_at)
    .limit(20),
    Subscription,
)
_HAS = Statement[int](select(table.c.id).where(table.c.id == bindparam("key"), table.c.next_at == bindparam("until")))
_TAKE = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"), table.c.next_at == bindparam("due"), table.c.cursor == bindparam("cursor"))
    .values(next_at=bindparam("until"))
)
_ON = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"))
    .values(cursor=bindparam("cursor"), next_at=bindparam("next_at"), attempts=0)
)
_TOLD = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"))
    .values(told=table.c.told + bindparam("count"), told_at=bindparam("now"), failure=null(), failed_at=null())
)
_FAILED = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"))
    .values(
        attempts=table.c.attempts + 1, next_at=bindparam("next_at"), failed_at=bindparam("now"),
        failure=bindparam("failure"),
    )
)  # fmt: skip
_REMOVE = Statement[int](delete(table).where(table.c.id == bindparam("key"), table.c.shop == bindparam("shop")))
_NEWEST_FACT = Statement[int](select(func.coalesce(func.max(facts.c.id), 0)))
_IDS = Statement[tuple[int, datetime]](
    select(facts.c.id, facts.c.recorded_at)
    .where(facts.c.id > bindparam("after"))
    .order_by(facts.c.id)
    .limit(bindparam("most")),
    lambda id, at: (id, at),
)
_BURY = Insertion(dead_letters, "shop", "subscription", "first", "last", "count", "at", "failure")
_DEAD = Statement[DeadLetter](
    select(dead_letters)
    .where(dead_letters.c.shop == bindparam("shop"))
    .order_by(dead_letters.c.id.desc())
    .limit(LISTED),
    DeadLetter,
)
_DIG = Statement[DeadLetter](
    select(dead_letters).where(dead_letters.c.id == bindparam("key"), dead_letters.c.shop == bindparam("shop")),
    DeadLetter,
)
_FORGET = Statement[int](delete(dead_letters).where(dead_letters.c.id == bindparam("key")))
_FORGET_ALL = Statement[int](delete(dead_letters).where(dead_letters.c.subscription == bindparam("subscription")))


def add(tx: Transaction, *, shop: str, address: str, facts: list[str], sealed: str, cursor: int, now: datetime) -> int:
    return _ADD.add(
        tx, shop=shop, address=address, facts=facts, sealed=sealed, cursor=cursor, made_at=now, next_at=now
    )  # fmt: skip


def every(tx: Transaction) -> list[Subscription]:
    return _ALL.all(tx)


def get(tx: Transaction, shop: str, id: int) -> Subscription | None:
    return _GET.one(tx, shop=shop, key=id)


def behind(tx: Transaction, newest: int, now: datetime) -> list[Subscription]:
    """Those that may be told something now and do not know this fact yet, at most 20."""
    return _BEHIND.all(tx, newest=newest, now=now)


def take(tx: Transaction, found: Subscription, until: datetime) -> bool:
    """Whether it is ours to tell until then; False if another node was faster."""
    return _TAKE.run(tx, key=found.id, due=found.next_at, cursor=found.cursor, until=until) == 1


def has(tx: Transaction, found: Subscription) -> bool:
    """Whether it is still there and still taken until `found.next_at`."""
    return _HAS.one(tx, key=found.id, until=found.next_at) is not None


def go_on(tx: Transaction, id: int, cursor: int, next_at: datetime) -> None:
    """Everything up to this fact is done with."""
    _ON.run(tx, key=id, cursor=cursor, next_at=next_at)


def told(tx: Transaction, id: int, count: int, now: datetime) -> None:
    """So many facts were taken."""
    _TOLD.run(tx, key=id, count=count, now=now)


def failed(tx: Transaction, id: int, failure: str, next_at: datetime, now: datetime) -> None:
    """They were not; it is tried again then."""
    _FAILED.run(tx, key=id, failure=failure[:LONGEST_FAILURE], next_at=next_at, now=now)


def remove(tx: Transaction, shop: str, id: int) -> bool:
    """False if there is none; its dead letters go along."""
    if _REMOVE.run(tx, shop=shop, key=id) != 1:
        return False
    _FORGET_ALL.run(tx, subscription=id)
    return True


def newest_fact(tx: Transaction) -> int:
    return _NEWEST_FACT.one(tx) or 0


def fact_ids(tx: Transaction, after: int, most: int) -> list[tuple[int, datetime]]:
    """(id, recorded_at) of the next facts of all shops."""
    return _IDS.all(tx, after=after, most=most)


def bury(
    tx: Transaction, found: Subscription, first: int, last: int, count: int, failure: str, now: datetime
) -> None:  # fmt: skip
    """Keep which facts were never taken."""
    _BURY.add(
        tx, shop=found.shop, subscription=found.id, first=first, last=last, count=count, at=now,
        failure=failure[:LONGEST_FAILURE],
    )  # fmt: skip


def dead(tx: Transaction, shop: str) -> list[DeadLetter]:
    """The newest dead letters of a shop, at most 200."""
    return _DEAD.all(tx, shop=shop)


def dead_letter(tx: Transaction, shop: str, id: int) -> DeadLetter | None:
    return _DIG.one(tx, shop=shop, key=id)


def forget(tx: Transaction, id: int) -> None:
    _FORGET.run(tx, key=id)
