"""A fresh shop for each test, on each kind of database: its tables are fitted once a run, then copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assistant.domain.scripts import Scripts
from tests.databases import Databases
from tests.services.generated_days import Compared
from tests.services.shop import TABLES, Shop


@pytest.fixture(scope="session")
def fitted() -> dict[str, list[Scripts]]:
    """For each kind of database those tables of which a fitted shop is remembered."""
    return {}


@pytest.fixture
def new_shop(databases: Databases, fitted: dict[str, list[Scripts]]) -> Iterator[Callable[..., Shop]]:
    """Makes shops that know nothing of each other, with the tables given."""
    made = list[Shop]()

    def make(tables: Scripts = TABLES) -> Shop:
        url = databases.fresh(_fitted(tables, databases, fitted.setdefault(databases.kind, [])))
        made.append(Shop(url, tables, closed=lambda: databases.give_back(url)))
        return made[-1]

    yield make
    for shop in made:
        shop.close()


def _fitted(tables: Scripts, databases: Databases, known: list[Scripts]) -> str:
    """The name of the state in which a shop has these tables."""
    if tables not in known:
        known.append(tables)
        shop = Shop(databases.fresh(), tables)
        shop.works(lambda desk: None)
        shop.close()
        databases.remember(shop.url, f"fitted-{known.index(tables)}")
    return f"fitted-{known.index(tables)}"


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    return new_shop()


@pytest.fixture
def compared(databases: Databases) -> Iterator[Compared]:
    """One database for many shops, to each of which something else happens."""
    url = databases.fresh()
    made = Compared(url)
    yield made
    made.desks.store.close()
    databases.give_back(url)
