"""Recorded chats through the whole path. Skips where the recordings are not beside the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant import store
from assistant.app import opened_desks
from assistant.services.replay import Report, replay
from assistant.settings import read_settings
from tests.databases import Databases

SESSIONS = 994 if os.environ.get("SOAK") else 120
CLOSING = ("还有其他", "还有什么可以帮", "有什么可以帮")


@pytest.fixture(scope="module")
def lines(shared: Path) -> list[str]:
    command = [sys.executable, str(shared / "tools/jddc_events.py"), "--sessions", str(SESSIONS)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def play(lines: list[str], database: str) -> tuple[Report, Report, list[tuple[object, ...]]]:
    with opened_desks(read_settings(), database) as desks:
        return replay(desks, lines), replay(desks, lines), desks.store.read_now(_derived)


def _derived(tx: store.Transaction) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for table in ("facts", "follow_ups", "suggestions", "rounds")
        for row in tx.connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
    ]


def test_every_recorded_turn_is_accepted_once_and_the_result_is_always_the_same(
    lines: list[str], databases: Databases
) -> None:
    first, again, derived = play(lines, databases.fresh())
    assert (first.accepted, first.duplicates, first.refused) == (len(lines), 0, [])
    assert (again.accepted, again.duplicates, again.refused) == (0, len(lines), [])
    assert derived == play(lines, databases.fresh())[2]


def test_closing_courtesies_start_no_clock(lines: list[str], databases: Databases) -> None:
    courtesies = [line for line in lines if '"side": "agent"' in line and any(words in line for words in CLOSING)]
    assert courtesies
    # A message may both tell of free shipping and close with a courtesy: what counts here is the clock of questions.
    query = text("SELECT count(*) FROM facts WHERE name = 'agent.asked'")
    with opened_desks(read_settings(), databases.fresh()) as desks:
        replay(desks, courtesies)
        assert desks.store.read_now(lambda tx: tx.connection.execute(query).scalar()) == 0
