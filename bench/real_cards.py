"""Draws cards and silences at random from a replay of recorded chats, for a person to judge.

The chats are public text that does not belong to the project: what is printed must stay
out of it, only judgements are counted.
Run: python -m bench.real_cards EVENTS.jsonl [--cards 200] [--silences 100] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import text

from assistant import store
from assistant.app import opened_desks
from assistant.services.replay import replay
from assistant.settings import read_settings

# A card is judged by what the buyer had said when it last stood there: withdrawn ones by what had been said before.
_CARDS = """
    SELECT c.external, s.situation, s.score, s.state, s.run_at, coalesce(s.closed_at, '9') AS until
    FROM suggestions s JOIN conversations c ON c.id = s.conversation ORDER BY s.id
"""
_SILENCES = """
    SELECT c.external, '' AS situation, 0 AS score, '' AS state, r.asked_at AS run_at,
        coalesce(r.answered_at, '9') AS until
    FROM rounds r JOIN conversations c ON c.id = r.conversation
    WHERE NOT EXISTS (
        SELECT 1 FROM suggestions s WHERE s.conversation = r.conversation AND s.run_at >= r.asked_at
        AND s.run_at < coalesce(r.answered_at, '9')
    )
    ORDER BY r.conversation, r.number
"""
_SAID = """
    SELECT m.side, m.text, m.at FROM messages m JOIN conversations c ON c.id = m.conversation
    WHERE c.external = :conversation AND m.at < :until ORDER BY m.at, m.id
"""
# Judging needs what was said before the run.
_BEFORE = 2


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("events", type=Path)
    options.add_argument("--cards", type=int, default=200)
    options.add_argument("--silences", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_desks(read_settings(), f"sqlite:///{Path(folder) / 'chats.db'}") as desks,
    ):
        replay(desks, given.events.read_text(encoding="utf-8").splitlines())
        desks.store.read_now(lambda tx: show(tx, given.cards, given.silences, given.seed))


def show(tx: store.Transaction, cards: int, silences: int, seed: int) -> None:
    """Print as many of each as asked for, numbered, always the same ones for one seed."""
    drawn = random.Random(seed)
    for title, query, wanted in (("card", _CARDS, cards), ("silence", _SILENCES, silences)):
        found = list(tx.connection.execute(text(query)))
        print(f"# {len(found)} of kind {title}")
        for number, row in enumerate(drawn.sample(found, min(wanted, len(found))), 1):
            print(f"{title} {number}: {row.situation} {row.score:.2f} {row.state}")
            _print_run(tx, row)


def _print_run(tx: store.Transaction, row: Any) -> None:
    said = list(tx.connection.execute(text(_SAID), {"conversation": row.external, "until": row.until}))
    run = [line for line in said if line.side == "buyer" and line.at >= row.run_at]
    for line in [line for line in said if line.at < row.run_at][-_BEFORE:]:
        print(f"    ({line.side}) {line.text}")
    for line in run:
        print(f"  > {line.text}")


if __name__ == "__main__":
    main()
