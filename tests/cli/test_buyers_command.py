"""`assistant buyers`: one person's data as one document, and erasing that asks first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.typed import typed
from tests.events_of_a_day import agent, buyer, written


@pytest.fixture
def shop(database: str, tmp_path: Path) -> str:
    events = written(tmp_path, buyer("10:00:00", "我是小美"), agent("10:00:09"), buyer("10:01:00", who="b2"))
    assert typed("replay", events, "--database", database, "--json").code == 0
    return database


def test_what_is_kept_of_a_person_is_one_document(shop: str) -> None:
    found = typed("buyers", "export", "b1", "--database", shop).json
    assert (found["buyer"], found["platform"]) == ("b1", "taobao")
    assert [row["text"] for row in found["tables"]["messages"]] == ["我是小美", "在的，亲"]
    assert found["tables"]["messages"][0]["at"] == "2026-11-11T02:00:00+00:00"
    assert typed("buyers", "export", "nobody", "--database", shop).code == 1


def test_erasing_asks_first_and_can_be_said_twice(shop: str) -> None:
    unasked = typed("buyers", "erase", "b1", "--database", shop)
    assert (unasked.code, unasked.out) == (2, "")
    assert "--yes" in unasked.err
    assert typed("buyers", "export", "b1", "--database", shop).code == 0
    erased = typed("buyers", "erase", "b1", "--yes", "--database", shop, "--json").json
    again = typed("buyers", "erase", "b1", "--yes", "--database", shop, "--json").json
    assert (erased["erased"], again["erased"]) == (True, False)
    assert typed("buyers", "export", "b1", "--database", shop).code == 1
    facts = typed("facts", "--from", "2026-11-11", "--to", "2026-11-12", "--database", shop, "--json").json["facts"]
    assert {fact["buyer"] for fact in facts} == {None, "b2"}
