"""`assistant notices`: posted, listed and ended from the command line, by the clock of the database's service."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from assistant import store
from assistant.app import opened_store
from tests.cli.typed import Typed, typed


@pytest.fixture
def shop(database: str) -> str:
    assert typed("keys", "add", "--shop", "default", "--database", database).code == 0
    return database


def add(database: str, *words: str) -> Typed:
    return typed("notices", "add", *words, "--database", database, "--json")


def listed(database: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = typed("notices", "list", "--database", database, "--json").json["notices"]
    return found


def test_a_notice_is_posted_listed_and_ended(shop: str) -> None:
    made = add(shop, "赠品已送完", "--handbook", "gift_rule", "--handbook", "cutoff", "--author", "李店长").json
    (row,) = listed(shop)
    assert (row["id"], row["text"], row["author"], row["state"]) == (made["id"], "赠品已送完", "李店长", "standing")
    assert (row["withdraws"], row["read"], row["unread"]) == (["handbook:gift_rule", "handbook:cutoff"], [], [])
    assert str(row["ends_at"]).endswith("T00:00:00+08:00")
    assert typed("notices", "end", str(made["id"]), "--database", shop).code == 0
    assert [one["state"] for one in listed(shop)] == ["ended"]
    assert "赠品已送完" in typed("notices", "list", "--database", shop).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("赠品", "--handbook", "gift_rul"), "did you mean `gift_rule`"),
        (("赠品", "--reply", "nowhere/x"), "no reply 'nowhere/x'"),
        (("赠品", "--until", "2020-01-01"), "ended already"),
        (("赠品", "--until", "soon"), "no time"),
        ((" ",), "write what agents are to know"),
        (("赠品", "--shop", "nowhere"), "no shop 'nowhere'"),
    ],
)
def test_bad_input_is_told_and_nothing_is_posted(shop: str, words: tuple[str, ...], says: str) -> None:
    answer = add(shop, *words)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
    assert listed(shop) == []


def test_an_unknown_notice_cannot_be_ended(shop: str) -> None:
    assert typed("notices", "end", "7", "--database", shop).code == 1


def test_a_demos_notice_ends_with_the_day_of_the_demos_clock(shop: str) -> None:
    real = datetime.now(UTC)
    ahead = json.dumps([real.isoformat(), (real + timedelta(days=40)).isoformat(), 1.0])
    with opened_store(shop) as opened:
        opened.write_now(lambda tx: store.secrets.kept(tx, "demo-clock", ahead))
    add(shop, "赠品已送完")
    (row,) = listed(shop)
    assert row["state"] == "standing"
    assert datetime.fromisoformat(str(row["ends_at"])) > real + timedelta(days=40)
