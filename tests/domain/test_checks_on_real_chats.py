"""What agents of recorded chats really said: hardly any of it is stopped. Skips where the recordings are absent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.domain.check_samples import NOON, checks


@pytest.fixture(scope="module")
def said(shared: Path) -> list[str]:
    rows = (line.rstrip("\n").split("\t") for line in _open(shared / "data/dialogues/jddc_chat_sample.tsv"))
    return list(dict.fromkeys(row[-1].strip() for row in rows if len(row) >= 7 and row[2] == "1" and row[-1].strip()))


def _open(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def test_of_what_agents_said_less_than_one_in_a_hundred_is_stopped_or_warned_of(said: list[str]) -> None:
    fired = Counter(hit.severity for text in said for hit in checks().hits(text, NOON))
    assert len(said) > 4000
    assert 0 < fired["block"] < 0.005 * len(said)
    assert 0 < fired["warn"] < 0.01 * len(said)


def test_places_are_those_of_the_text_as_it_was_said(said: list[str]) -> None:
    for text in said:
        for hit in checks().hits(text, NOON):
            assert text[hit.start : hit.end] == hit.words
