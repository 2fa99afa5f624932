"""Refunds, as the platform last told them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import refunds
from assistant.store.upserts import Newest


class Refund(NamedTuple):
    """`amount` is whole fen."""

    amount: int | None
    kind: str | None


_SAVE = Newest(refunds, ["shop", "platform", "external"])
_STATUS = Statement[str](
    select(refunds.c.status).where(
        refunds.c.shop == bindparam("shop"),
        refunds.c.platform == bindparam("platform"),
        refunds.c.external == bindparam("external"),
    )
)

_LATEST = Statement[Refund](
    select(refunds.c.amount, refunds.c.kind)
    .where(refunds.c.buyer == bindparam("buyer"))
    .order_by(refunds.c.modified_at.desc(), refunds.c.id.desc())
    .limit(1),
    Refund,
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known; what that left out is taken over."""
    return _SAVE.save(tx, **row)


def status(tx: Transaction, shop: str, platform: str, external: str) -> str | None:
    return _STATUS.one(tx, shop=shop, platform=platform, external=external)


def latest_of(tx: Transaction, buyer: int) -> Refund | None:
    """The refund of a buyer that moved last."""
    return _LATEST.one(tx, buyer=buyer)
