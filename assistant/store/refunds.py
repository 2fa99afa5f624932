"""Refunds, as the platform last told them."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import refunds
from assistant.store.upserts import Newest

_SAVE = Newest(refunds, ["shop", "platform", "external"])
_STATUS = Statement[str](
    select(refunds.c.status).where(
        refunds.c.shop == bindparam("shop"),
        refunds.c.platform == bindparam("platform"),
        refunds.c.external == bindparam("external"),
    )
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known; what that left out is taken over."""
    return _SAVE.save(tx, **row)


def status(tx: Transaction, shop: str, platform: str, external: str) -> str | None:
    return _STATUS.one(tx, shop=shop, platform=platform, external=external)
