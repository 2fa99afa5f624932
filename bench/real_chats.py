"""Replays recorded chats in virtual time and prints what would have been offered, armed, fired and left alone.

The chats are public text that does not belong to the project: name the file of events (JSON Lines).
Run: python -m bench.real_chats EVENTS.jsonl [--twice]
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import text

from assistant import store
from assistant.app import opened_desks
from assistant.services.replay import replay
from assistant.settings import read_settings

_TABLES = ("facts", "follow_ups", "suggestions", "rounds")
_ROUNDS = "SELECT count(*), count(answered_at) FROM rounds"
_OFFERED = "SELECT count(DISTINCT conversation || '-' || run_at), count(*) FROM suggestions"
_BY_SITUATION = "SELECT situation, count(*) FROM suggestions GROUP BY 1 ORDER BY 2 DESC"
_FOLLOW_UPS = "SELECT touchpoint, state, coalesce(reason, ''), count(*) FROM follow_ups GROUP BY 1, 2, 3 ORDER BY 1, 2"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("events", type=Path)
    options.add_argument("--twice", action="store_true", help="play into two databases and compare them")
    given = options.parse_args()
    digests = []
    for n in range(2 if given.twice else 1):
        with tempfile.TemporaryDirectory() as folder:
            digests.append(play(given.events, Path(folder) / "chats.db", show=n == 0))
    if given.twice:
        print("the same each time:", digests[0] == digests[1])


def play(events: Path, database: Path, *, show: bool) -> str:
    """Replay into a fresh database, then once more: returns a digest of everything derived."""
    lines = events.read_text(encoding="utf-8").splitlines()
    with opened_desks(read_settings(), f"sqlite:///{database}") as desks:
        started = time.perf_counter()
        first = replay(desks, lines)
        took = time.perf_counter() - started
        again = replay(desks, lines)
        if show:
            print(f"{first.events} events in {took:.1f} s: {first.accepted} accepted, {len(first.refused)} refused")
            print(f"a second time: {again.accepted} accepted, {again.duplicates} duplicates")
            desks.store.read_now(_print)
        return desks.store.read_now(_digest)


def _print(tx: store.Transaction) -> None:
    rounds, answered = _rows(tx, _ROUNDS)[0]
    offered, cards = _rows(tx, _OFFERED)[0]
    print(
        f"{rounds} rounds, {answered} answered; something offered in {offered} ({offered / rounds:.1%}), {cards} cards"
    )
    print("cards by situation:", ", ".join(f"{name} {n}" for name, n in _rows(tx, _BY_SITUATION)))
    print("facts:", dict(sorted(Counter(dict(_rows(tx, "SELECT name, count(*) FROM facts GROUP BY 1"))).items())))
    for row in _rows(tx, _FOLLOW_UPS):
        print("follow-ups:", *row)


def _rows(tx: store.Transaction, query: str) -> list[Any]:
    return list(tx.connection.execute(text(query)))


def _digest(tx: store.Transaction) -> str:
    found = hashlib.sha256()
    for table in _TABLES:
        for row in _rows(tx, f"SELECT * FROM {table} ORDER BY 1, 2"):
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()


if __name__ == "__main__":
    main()
