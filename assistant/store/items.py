"""Items on sale: title, stock, price (whole fen), address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import items
from assistant.store.upserts import newest


@dataclass(frozen=True, slots=True)
class Item:
    external: str
    title: str | None
    stock: int | None
    price: int | None
    url: str | None


_SAVE = newest(items, ["shop", "platform", "external"])
_FIND = Statement[Item](
    select(items.c.external, items.c.title, items.c.stock, items.c.price, items.c.url).where(
        items.c.shop == bindparam("shop"),
        items.c.platform == bindparam("platform"),
        items.c.external == bindparam("external"),
    ),
    Item,
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known."""
    return _SAVE.run(tx, **row) == 1


def find(tx: Transaction, shop: str, platform: str, external: str) -> Item | None:
    return _FIND.one(tx, shop=shop, platform=platform, external=external)
