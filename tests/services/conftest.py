"""A fresh shop for each test: the database is migrated and its tables fitted once a run, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from assistant.store.engine import open_engine
from assistant.store.migrations import upgrade
from tests.services.shop import Shop


@pytest.fixture(scope="session")
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file in which the shop has its tables."""
    path = tmp_path_factory.mktemp("ready") / "shop.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    shop = Shop(f"sqlite:///{path}")
    shop.works(lambda desk: None)
    shop.close()
    return path


@pytest.fixture
def new_shop(ready_database: Path, tmp_path: Path) -> Iterator[Callable[[], Shop]]:
    """Makes shops that know nothing of each other."""
    numbers, made = count(), list[Shop]()

    def make() -> Shop:
        path = tmp_path / f"shop-{next(numbers)}.db"
        shutil.copy(ready_database, path)
        made.append(Shop(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for shop in made:
        shop.close()


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    return new_shop()
