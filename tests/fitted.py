"""The shipped tables of new shops, and recognisers fitted once a run: what one worker has learnt the others read.

The product itself remembers only the last few it fitted, and a process started by a test none of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant import store
from assistant.app import opened_store, tables
from assistant.domain.recognition import Recogniser
from assistant.domain.scripts import Scripts
from assistant.services import keys, scripts
from assistant.services.scripts import recogniser_of as fit_now
from assistant.settings import read_settings


def sharing(folder: Path) -> Callable[[Scripts], Recogniser]:
    """As the product's `recogniser_of`, but what another worker has fitted is read from the folder."""

    def recogniser_of(scripts: Scripts) -> Recogniser:
        learnt = {"situations", "small_talk", "synonyms"}
        file = folder / sha256(scripts.model_dump_json(include=learnt).encode()).hexdigest()
        with file.with_suffix(".lock").open("w") as lock:
            flock(lock, LOCK_EX)  # whoever comes second waits: fitting twice at once would take as long
            if not file.exists():
                file.write_bytes(fit_now(scripts).to_bytes())
        return Recogniser.from_bytes(file.read_bytes())

    return recogniser_of


@cache
def shipped() -> scripts.Prepared:
    return scripts.prepare(tables(read_settings()))


def furnish(tx: store.Transaction, shop: str, now: datetime) -> None:
    """Give a shop that has none the shipped tables, as its first event would."""
    store.shops.add(tx, shop, now)
    if store.scripts.newest(tx, shop) is None:
        scripts.publish(tx, shop, shipped(), now, author="system", note="shipped")


def key_for(url: str, shop: str = "default") -> str:
    """A key for events on a database, an empty one too; a command of its own would fit the tables anew."""
    now = datetime.now(UTC)

    def work(tx: store.Transaction) -> str:
        furnish(tx, shop, now)
        return keys.add(tx, shop, now).key

    with opened_store(url) as opened:
        return opened.write_now(work)


def publish(url: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Another version whose situations are the same, so that nothing need be fitted."""

    def work(tx: store.Transaction) -> None:
        newest = store.scripts.newest(tx, "default") or 0
        before = store.scripts.get(tx, "default", newest)
        assert before is not None
        tables = json.loads(before.content)
        change(tables)
        store.scripts.add(tx, replace(before, version=newest + 1, content=json.dumps(tables, ensure_ascii=False)))

    with opened_store(url) as opened:
        opened.write_now(work)
