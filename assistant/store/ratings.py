"""Ratings of conversations: invitations and scores."""

from __future__ import annotations

from datetime import datetime

from assistant.store.statements import Transaction, adding
from assistant.store.tables import ratings

_ADD = adding(ratings, "shop", "conversation", "score", "at")


def add(tx: Transaction, shop: str, conversation: int, score: int | None, at: datetime) -> None:
    _ADD.put(tx, shop=shop, conversation=conversation, score=score, at=at)
