"""A node to connect hosts to, on a fresh SQLite file with tiny tables that are fitted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assistant import store
from assistant.services.clocks import SystemClock
from tests.connectors.at_work import SHOP, AtWork
from tests.databases import Databases
from tests.services.shop import Shop


@pytest.fixture(scope="session")
def fitted(sqlite_databases: Databases) -> Databases:
    """A database whose shop has its tables."""
    shop = Shop(sqlite_databases.fresh())
    shop.works(lambda desk: None)
    shop.desks.store.write_now(lambda tx: store.shops.add(tx, SHOP, SystemClock().now()))
    shop.close()
    sqlite_databases.remember(shop.url, "for-hosts")
    return sqlite_databases


@pytest.fixture
def new_node(fitted: Databases) -> Iterator[Callable[[], AtWork]]:
    """Nodes on one database."""
    url = fitted.fresh("for-hosts")
    shops = list[Shop]()

    def make() -> AtWork:
        shops.append(Shop(url))
        return AtWork(shops[-1].desks, url)

    yield make
    for shop in shops:
        shop.close()
    fitted.give_back(url)


@pytest.fixture
def node(new_node: Callable[[], AtWork]) -> AtWork:
    return new_node()
