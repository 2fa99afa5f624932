"""`assistant scripts`: out to a file, in as a new version."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.typed import typed
from tests.events_of_a_day import buyer, written


@pytest.mark.parametrize("name", ["s.yaml", "s.csv", "s.xlsx"])
def test_what_was_exported_is_published_again_as_the_next_version(database: str, tmp_path: Path, name: str) -> None:
    typed("replay", written(tmp_path, buyer("10:00:00")), "--database", database)
    before, again = tmp_path / "before.yaml", tmp_path / "again.yaml"
    for file in (before, tmp_path / name):
        assert typed("scripts", "export", file, "--database", database).code == 0
    made = typed("scripts", "import", tmp_path / name, "--database", database, "--json").json
    assert made == {"shop": "default", "version": 2}
    typed("scripts", "export", again, "--database", database)
    assert again.read_text("utf-8") == before.read_text("utf-8")
    assert "price-too-high" in again.read_text("utf-8")


def test_tables_with_complaints_are_not_published(database: str, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("situations:\n  - {id: a, name: 甲, goal: 无, replies: [{id: r, text: '{{ buyer.nam }}'}]}\n")
    answer = typed("scripts", "import", file, "--database", database)
    assert (answer.code, answer.out) == (1, "")
    assert "s.yaml:2:" in answer.err
    assert not (tmp_path / "shop.db").exists()


def test_a_shop_without_tables_has_nothing_to_export(database: str, tmp_path: Path) -> None:
    typed("migrate", "--database", database)
    assert typed("scripts", "export", tmp_path / "s.yaml", "--database", database).code == 1
