"""The service of the web tests, started once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.service import Service, running


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("web")
    async with running(folder) as made:
        yield made
