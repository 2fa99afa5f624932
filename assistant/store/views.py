"""What buyers looked at."""

from __future__ import annotations

from datetime import datetime

from assistant.store.statements import Statement, Transaction, insertion
from assistant.store.tables import views

_ADD = Statement[int](insertion(views, "shop", "buyer", "item", "at"))


def add(tx: Transaction, shop: str, buyer: int, item: str, at: datetime) -> None:
    _ADD.run(tx, shop=shop, buyer=buyer, item=item, at=at)
