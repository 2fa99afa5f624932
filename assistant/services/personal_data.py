"""What is kept of one buyer: handed out as a whole, and erased for good. Both are recorded without saying whose it was.

Not for hiding it from view (`domain/masking.py`).
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.facts import Fact
from assistant.domain.kpi_counts import ON_TIME
from assistant.store.buyers import Buyer

REASON = "buyer: erased"


def find(tx: store.Transaction, id: str, shop: str | None = None, platform: str | None = None) -> Buyer | None:
    """The buyer with this platform id. Raises InvalidInput where several shops or platforms have one."""
    shops = [shop] if shop is not None else [row.id for row in store.shops.every(tx)]
    found = [buyer for at in shops for buyer in store.buyers.named(tx, at, id) if platform in (None, buyer.platform)]
    known = [buyer for buyer in found if buyer.erased_at is None]
    if len(known) > 1:
        places = ", ".join(f"--shop {buyer.shop} --platform {buyer.platform}" for buyer in known)
        raise InvalidInput(f"there are {len(known)} buyers {id!r}: choose one with {places}")
    return known[0] if known else None


def export(
    tx: store.Transaction, id: str, now: datetime, *, by: str, shop: str | None = None, platform: str | None = None
) -> dict[str, Any]:
    """Everything kept of a buyer, by table, times as datetimes. Raises NotFound, InvalidInput."""
    buyer = find(tx, id, shop, platform)
    if buyer is None:
        raise NotFound(f"there is no buyer {id!r}: look at the id and at --shop")
    tables = store.personal_data.everything(tx, buyer)
    _record(tx, "access.exported", buyer, by, now)
    whose = {"shop": buyer.shop, "platform": buyer.platform, "buyer": buyer.external}
    return {**whose, "exported_at": now, "tables": tables}


def erase(
    tx: store.Transaction, id: str, now: datetime, *, by: str, shop: str | None = None, platform: str | None = None
) -> Buyer | None:
    """Erase a buyer everywhere; None if there is none of this id (any more). Who writes under it later is a new one."""
    buyer = find(tx, id, shop, platform)
    if buyer is None:
        return None
    store.locks.whole_shop(tx, buyer.shop)
    erase_known(tx, buyer, now, by=by)
    return buyer


def erase_known(tx: store.Transaction, buyer: Buyer, now: datetime, *, by: str) -> None:
    """The same for one who was found; the caller has the shop to itself."""
    store.personal_data.close_follow_ups(tx, buyer, now, now - ON_TIME, REASON)
    store.personal_data.erase(tx, buyer, now, secrets.token_hex(8))
    _record(tx, "buyer.erased", buyer, by, now)


def _record(tx: store.Transaction, name: str, buyer: Buyer, by: str, now: datetime) -> None:
    fact = Fact(name, now, platform=buyer.platform, buyer=buyer.id, data={"by": by})
    store.facts.add_all(tx, buyer.shop, [fact], now)
