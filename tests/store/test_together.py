"""PostgreSQL: several questions asked as one bring what each of them would have brought by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import BindParameter, bindparam, select

from assistant import store
from assistant.store.buyers import Buyer
from assistant.store.statements import Statement
from assistant.store.suggestions import Suggestion
from assistant.store.tables import buyers, suggestions
from assistant.store.together import Together

NOW = datetime(2026, 11, 11, 9, 30, 0, 123_456, UTC)
_SHOP: BindParameter[str] = bindparam("shop", "s")
_PEOPLE = Statement[Buyer](select(buyers).where(buyers.c.shop == _SHOP).order_by(buyers.c.id), Buyer)
# Newest first: the order of each question holds.
_CARDS = Statement[Suggestion](
    select(suggestions).where(suggestions.c.shop == _SHOP).order_by(suggestions.c.id.desc()), Suggestion
)
_NOBODY = Statement[Buyer](select(buyers).where(buyers.c.shop == "elsewhere"), Buyer)


@pytest.fixture
def database(postgres_url: str) -> Iterator[store.Store]:
    opened = store.open_store(postgres_url)
    yield opened
    opened.close()


def test_rows_are_the_same_in_value_kind_and_order(database: store.Store) -> None:
    def fill(tx: store.Transaction) -> None:
        for name in ('"小鹿"\\ \n', "b2"):
            buyer = store.buyers.add(tx, "s", "demo", name).id
            chat = store.conversations.add(tx, "s", "demo", name, buyer).id
            for n in range(2):
                shown = NOW + timedelta(microseconds=n)
                store.suggestions.add(
                    tx,
                    Suggestion(0, "s", chat, buyer, None, NOW, "price-too-high", "coupon", "亲\t“好”", missing=["x"],
                               score=0.1 + 0.2 + n, shown_at=shown),
                )  # fmt: skip

    def ask(tx: store.Transaction) -> list[list[object]]:
        with tx.driver.pipeline():
            return Together(_PEOPLE, _NOBODY, _CARDS).ask(tx, shop="s")()

    database.write_now(fill)
    people, nobody, cards = database.read_now(ask)
    assert nobody == []
    assert people == database.read_now(_PEOPLE.all)
    assert cards == database.read_now(_CARDS.all)
    assert len(cards) == 4
