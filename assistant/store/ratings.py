"""Ratings of conversations: invitations and scores."""

from __future__ import annotations

from datetime import datetime

from assistant.store.statements import Statement, Transaction, insertion
from assistant.store.tables import ratings

_ADD = Statement[int](insertion(ratings, "shop", "conversation", "score", "at"))


def add(tx: Transaction, shop: str, conversation: int, score: int | None, at: datetime) -> None:
    _ADD.run(tx, shop=shop, conversation=conversation, score=score, at=at)
