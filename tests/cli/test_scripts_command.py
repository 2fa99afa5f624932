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


def test_an_earlier_version_is_listed_exported_and_put_back(database: str, tmp_path: Path) -> None:
    typed("replay", written(tmp_path, buyer("10:00:00")), "--database", database)
    first, other, again = (tmp_path / name for name in ("first.yaml", "other.yaml", "again.yaml"))
    typed("scripts", "export", first, "--database", database)
    other.write_text(first.read_text("utf-8").replace("price-too-high", "too-dear"), "utf-8")
    typed("scripts", "import", other, "--database", database, "--author", "小周", "--note", "改名")
    assert typed("scripts", "roll-back", "1", "--database", database, "--json").json == {
        "shop": "default",
        "version": 3,
        "back_to": 1,
    }
    listed = typed("scripts", "versions", "--database", database, "--json").json["versions"]
    assert [(one["version"], one["author"], one["back_to"]) for one in listed][:2] == [
        (3, "trainer", 1),
        (2, "小周", None),
    ]
    typed("scripts", "export", again, "--database", database)
    assert again.read_text("utf-8") == first.read_text("utf-8")
    typed("scripts", "export", again, "--version", "2", "--database", database)
    assert again.read_text("utf-8") == other.read_text("utf-8")


def test_a_version_that_never_was_is_neither_exported_nor_put_back(database: str, tmp_path: Path) -> None:
    typed("replay", written(tmp_path, buyer("10:00:00")), "--database", database)
    for words in (("export", tmp_path / "s.yaml", "--version", "9"), ("roll-back", "9")):
        answer = typed("scripts", *words, "--database", database)
        assert answer.code == 1
        assert "version 9" in answer.err
