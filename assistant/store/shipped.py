"""Which shipped tables a shop has looked at and does not want to hear of any more."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import shipped_seen

_SEE = Statement[int](
    insert(shipped_seen)
    .values(shop=bindparam("shop"), mark=bindparam("mark"))
    .on_conflict_do_update(index_elements=["shop"], set_={"mark": bindparam("mark")})
)
_SEEN = Statement[str](select(shipped_seen.c.mark).where(shipped_seen.c.shop == bindparam("shop")))


def see(tx: Transaction, shop: str, mark: str) -> None:
    """The tables of this mark were looked at; newer ones are told of again."""
    _SEE.run(tx, shop=shop, mark=mark)


def seen(tx: Transaction, shop: str) -> str | None:
    return _SEEN.one(tx, shop=shop)
