"""The floor that remembers: one file of queries per noun, used as `store.buyers.find(tx, …)`."""

from assistant.store import (
    buyers,
    conversations,
    events,
    facts,
    follow_ups,
    items,
    keys,
    messages,
    notes,
    orders,
    promotions,
    ratings,
    refunds,
    reviews,
    rounds,
    scripts,
    secrets,
    shipments,
    shops,
    suggestions,
    tags,
    users,
    views,
)
from assistant.store.engine import Store, open_store
from assistant.store.statements import Transaction, savepoint

__all__ = [
    "Store", "Transaction", "buyers", "conversations", "events", "facts", "follow_ups", "items", "keys", "messages",
    "notes", "open_store", "orders", "promotions", "ratings", "refunds", "reviews", "rounds", "savepoint", "scripts", "secrets",
    "shipments", "shops", "suggestions", "tags", "users", "views",
]
