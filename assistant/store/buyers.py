"""Buyers: who they are on their platform. The row is the mapping from our key to a person; erasing empties it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, select, update

from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import buyers


@dataclass(slots=True)
class Buyer:
    """One buyer. `spent` is whole fen over `paid_orders`; since `erased_at` nobody knows any more who it was."""

    id: int
    shop: str
    platform: str
    external: str
    nickname: str | None = None
    phone: str | None = None
    tier: str = "none"
    province: str | None = None
    city: str | None = None
    registered_at: datetime | None = None
    birthday: str | None = None
    baby_birthday: str | None = None
    consent: dict[str, bool] | None = None
    attributes: dict[str, Any] | None = None
    modified_at: datetime | None = None
    paid_orders: int = 0
    spent: int = 0
    last_paid_at: datetime | None = None
    erased_at: datetime | None = None


_PROFILE = (
    "nickname phone tier province city registered_at birthday baby_birthday consent attributes modified_at".split()
)
# The platform's id as it is printed: of somebody erased there is none.
PRINTED = case((buyers.c.erased_at.is_(None), buyers.c.external))
_here = (buyers.c.shop == bindparam("shop"), buyers.c.platform == bindparam("platform"))
_FIND = Statement[Buyer](select(buyers).where(*_here, buyers.c.external == bindparam("external")), Buyer)
_NAMED = Statement[Buyer](
    select(buyers).where(buyers.c.shop == bindparam("shop"), buyers.c.external == bindparam("external")).limit(20),
    Buyer,
)
_GET = Statement[Buyer](select(buyers).where(buyers.c.id == bindparam("key")), Buyer)
_ADD = Insertion(buyers, "shop", "platform", "external", keeps=True)
_SAVE = Statement[int](
    update(buyers).where(buyers.c.id == bindparam("key")).values({name: bindparam(name) for name in _PROFILE}),
    keeps=True,
)
_PAID = Statement[int](
    update(buyers)
    .where(buyers.c.id == bindparam("key"))
    .values(paid_orders=bindparam("paid_orders"), spent=bindparam("spent"), last_paid_at=bindparam("last_paid_at")),
    keeps=True,
)


def find(tx: Transaction, shop: str, platform: str, external: str) -> Buyer | None:
    return _FIND.one(tx, shop=shop, platform=platform, external=external)


def named(tx: Transaction, shop: str, external: str) -> list[Buyer]:
    """Buyers with this platform id, one per platform."""
    return _NAMED.all(tx, shop=shop, external=external)


def get(tx: Transaction, id: int) -> Buyer | None:
    return _GET.one(tx, key=id)


def add(tx: Transaction, shop: str, platform: str, external: str) -> Buyer:
    id = _ADD.add(tx, shop=shop, platform=platform, external=external)
    return Buyer(id, shop, platform, external)


def save_profile(tx: Transaction, buyer: Buyer) -> None:
    values = {name: getattr(buyer, name) for name in _PROFILE}
    _SAVE.run(tx, key=buyer.id, **{**values, "consent": buyer.consent or {}, "attributes": buyer.attributes or {}})


def save_purchases(tx: Transaction, buyer: Buyer) -> None:
    _PAID.run(tx, key=buyer.id, paid_orders=buyer.paid_orders, spent=buyer.spent, last_paid_at=buyer.last_paid_at)
