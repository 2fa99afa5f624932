"""Brings the trainers' tables in from files and out to files. Not for checking them (`domain`)."""

from __future__ import annotations

from datetime import datetime

from assistant import store
from assistant.domain.scripts import Scripts
from assistant.services.scripts import prepare, publish


def adopt(database: store.Store, scripts: Scripts, now: datetime, *, note: str) -> None:
    """Publish these tables in every shop that has others; a shop without any takes them when it opens."""
    prepared = prepare(scripts)

    def work(tx: store.Transaction) -> None:
        for shop in store.shops.every(tx):
            version = store.scripts.newest(tx, shop.id)
            published = store.scripts.get(tx, shop.id, version) if version is not None else None
            if published is not None and published.content != prepared.content:
                publish(tx, shop.id, prepared, now, author="replay", note=note)

    database.write_now(work)
