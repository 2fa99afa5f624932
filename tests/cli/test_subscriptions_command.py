"""`assistant subscriptions`: added with a secret that is told once, listed, removed."""

from __future__ import annotations

import pytest

from tests.cli.typed import typed


@pytest.fixture
def shop(database: str) -> str:
    assert typed("keys", "add", "--shop", "default", "--database", database).code == 0
    return database


def test_a_subscription_is_added_listed_and_removed_and_its_secret_told_once(shop: str) -> None:
    where = ("--database", shop, "--json")
    made = typed("subscriptions", "add", "https://example.com/facts", "--fact", "order.paid", *where).json
    assert len(made["secret"]) >= 32
    listed = typed("subscriptions", "list", *where)
    (row,) = listed.json["subscriptions"]
    assert (row["id"], row["facts"], row["state"], row["told"]) == (made["id"], ["order.paid"], "telling", 0)
    assert made["secret"] not in listed.out + typed("subscriptions", "list", "--database", shop).out
    assert typed("subscriptions", "remove", str(made["id"]), *where).code == 0
    assert typed("subscriptions", "remove", str(made["id"]), *where).code == 1
    assert typed("subscriptions", "replay", "1", *where).code == 1


def test_bad_input_says_what_to_do(shop: str) -> None:
    wrong = typed("subscriptions", "add", "https://example.com", "--fact", "order.payed", "--database", shop)
    assert (wrong.code, "order.paid" in wrong.err) == (2, True)
