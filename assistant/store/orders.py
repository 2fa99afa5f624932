"""Orders as the platform last told them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import orders

SHOWN = 3
CONSIDERED = 50


@dataclass(slots=True)
class Order:
    """One order; `amount` is whole fen. `id` is 0 until it is stored."""

    id: int
    shop: str
    platform: str
    external: str
    buyer: int
    status: str
    amount: int
    created_at: datetime
    modified_at: datetime
    pay_deadline: datetime | None = None
    paid_at: datetime | None = None
    source: str | None = None
    cod: bool = False
    stages: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    province: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Purchases:
    """What a buyer has paid for so far; `spent` is whole fen."""

    count: int
    spent: int
    last_paid_at: datetime | None


_KEPT = [c.name for c in orders.c if c.name not in ("id", "shop", "platform", "external")]
_new = insert(orders).values({c.name: bindparam(c.name) for c in orders.c if c.name != "id"})
_SAVE = Statement[int](
    _new.on_conflict_do_update(
        index_elements=["shop", "platform", "external"], set_={name: _new.excluded[name] for name in _KEPT}
    ).returning(orders.c.id)
)
_here = (orders.c.shop == bindparam("shop"), orders.c.platform == bindparam("platform"))
_FIND = Statement[Order](select(orders).where(*_here, orders.c.external == bindparam("external")), Order)
_GET = Statement[Order](select(orders).where(orders.c.id == bindparam("key")), Order)
_OF = Statement[Order](
    select(orders)
    .where(orders.c.buyer == bindparam("buyer"))
    .order_by(orders.c.created_at.desc(), orders.c.id.desc())
    .limit(CONSIDERED),
    Order,
)
_LATEST = Statement[Order](
    select(orders)
    .where(orders.c.buyer == bindparam("buyer"))
    .order_by(orders.c.created_at.desc(), orders.c.id.desc())
    .limit(1),
    Order,
)
# A presale order's deposit does not make a purchase: only what was paid whole and not given back counts.
_PAID_STATES = ("paid", "part_shipped", "shipped", "signed", "done")
_PURCHASES = Statement[Purchases](
    select(func.count(), func.coalesce(func.sum(orders.c.amount), 0), func.max(orders.c.paid_at)).where(
        orders.c.buyer == bindparam("buyer"),
        orders.c.status.in_([bindparam(f"s{i}", s) for i, s in enumerate(_PAID_STATES)]),
    ),
    Purchases,
)


def find(tx: Transaction, shop: str, platform: str, external: str) -> Order | None:
    return _FIND.one(tx, shop=shop, platform=platform, external=external)


def get(tx: Transaction, id: int) -> Order | None:
    return _GET.one(tx, key=id)


def seen(tx: Transaction, id: int) -> Order | None:
    """The order with our key, to look at."""
    return tx.kept.answer("orders", to_look_at(id), lambda: get(tx, id))


def all_seen(tx: Transaction, ids: Iterable[int]) -> list[Order]:
    """Those of these orders that there are, to look at."""
    return [order for id in ids if (order := seen(tx, id)) is not None]


def to_look_at(id: int) -> tuple[str, int]:
    """Under which key `seen` looks first; buyers' newest orders lie beside them."""
    return "order", id


def save(tx: Transaction, order: Order) -> None:
    """Store the order whole; gives a new one its id."""
    values = {c.name: getattr(order, c.name) for c in orders.c if c.name != "id"}
    id = _SAVE.one(tx, **values)
    assert id is not None
    order.id = id


def of(tx: Transaction, buyer: int) -> list[Order]:
    """The buyer's newest orders first, at most `CONSIDERED`."""
    return _OF.all(tx, buyer=buyer)


def latest(tx: Transaction, buyer: int) -> Order | None:
    """The buyer's newest order, to look at: who changes one asks `find` or `get`."""
    return tx.kept.answer("orders", buyer, lambda: _LATEST.one(tx, buyer=buyer))


def purchases(tx: Transaction, buyer: int) -> Purchases:
    found = _PURCHASES.one(tx, buyer=buyer)
    assert found is not None
    return found
