"""What nodes share in these tests, started once for a file: a PostgreSQL and a Valkey; and two nodes on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.bus.conftest import valkey
from tests.bus.valkey import Valkey
from tests.fitted import key_for
from tests.nodes.node import Node
from tests.postgres import Server, started

__all__ = ["valkey"]


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    """A PostgreSQL of our own: it is struck down and started again, and keeps what it has said it has."""
    with started("fsync = off") as server:
        server.run("CREATE DATABASE shop")
        yield server


@pytest.fixture(scope="module")
async def pair(
    database: Server,
    valkey: Valkey,  # the fixture
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Node, Node]]:
    """Two nodes of one shop."""
    made = [Node(tmp_path_factory.mktemp(name), database.url("shop"), valkey.url) for name in ("one", "other")]
    try:
        made[1].key = made[0].key = key_for(database.url("shop"))  # with the shop's tables, which no node then fits
        for node in made:
            await node.begin("serve")
        for node in made:
            await node.ready()
        yield made[0], made[1]
    finally:
        for node in made:
            await node.gone()
