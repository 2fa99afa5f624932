"""Items on sale: title, stock, price (whole fen), address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import items
from assistant.store.upserts import Newest


@dataclass(frozen=True, slots=True)
class Item:
    external: str
    title: str | None
    stock: int | None
    price: int | None
    url: str | None


_SAVE = Newest(items, ["shop", "platform", "external"])
_FIND = Statement[Item](
    select(items.c.external, items.c.title, items.c.stock, items.c.price, items.c.url).where(
        items.c.shop == bindparam("shop"),
        items.c.platform == bindparam("platform"),
        items.c.external == bindparam("external"),
    ),
    Item,
)


DEARER = 500  # items; a buyer is recommended what is near in price
_DEARER = Statement[tuple[str | None, str | None]](
    select(items.c.title, items.c.url)
    .where(
        items.c.shop == bindparam("shop"),
        items.c.platform == bindparam("platform"),
        items.c.price > bindparam("price"),
    )
    .order_by(items.c.price, items.c.external)
    .limit(DEARER)
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known; what that left out is taken over."""
    return _SAVE.save(tx, **row)


def find(tx: Transaction, shop: str, platform: str, external: str) -> Item | None:
    return _FIND.one(tx, shop=shop, platform=platform, external=external)


def dearer(tx: Transaction, shop: str, platform: str, price: int) -> list[str]:
    """Titles and addresses of items that cost more than `price` (fen), the nearest in price first; at most `DEARER`."""
    found = _DEARER.all(tx, shop=shop, platform=platform, price=price)
    return [words for row in found for words in row if words]
