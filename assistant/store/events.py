"""Which inbound events we have had. Not their content: that lives with the nouns it is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import events, operations

_SEEN = Statement[int](insert(events).on_conflict_do_nothing())
_DONE = Statement[int](insert(operations).on_conflict_do_nothing())

_HAD = Statement[str](
    select(events.c.id).where(
        events.c.shop == bindparam("shop"), events.c.platform == bindparam("platform"), events.c.id == bindparam("key")
    )
)


def had(tx: Transaction, shop: str, platform: str, id: str) -> bool:
    return _HAD.one(tx, shop=shop, platform=platform, key=id) is not None


def first_time(tx: Transaction, shop: str, platform: str, id: str, now: datetime) -> bool:
    """Remember the event; False if it was had before."""
    noted = tx.arrived.get((shop, platform, id))
    if noted is not None:
        tx.arrived[shop, platform, id] = False
        return noted
    return _SEEN.run(tx, shop=shop, platform=platform, id=id, received_at=now) == 1


def first_operation(tx: Transaction, shop: str, key: str, now: datetime) -> bool:
    """Remember a person's click by its idempotency key; False if it was carried out before."""
    return _DONE.run(tx, shop=shop, key=key, at=now) == 1
