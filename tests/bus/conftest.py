"""The Valkey of the bus's tests, started once."""

from collections.abc import Iterator

import pytest

from tests.bus.valkey import Valkey, valkeys


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkeys(tmp_path_factory.mktemp("valkey")) as (one,):
        yield one
