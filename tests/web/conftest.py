"""The service of the web tests, started once; and one whose people sign in by the company's."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import store
from assistant.connectors.oidc import Client, Issuer
from assistant.web.keys import Outside
from tests.web.oidc_house import House
from tests.web.oidc_provider import CLIENT, SECRET, provided
from tests.web.service import Service, running


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("web")
    async with running(folder) as made:
        yield made


@pytest.fixture
async def no_drafts_left(service: Service) -> AsyncIterator[None]:
    """What a test has drafted on the service of its file is gone after it."""
    yield
    await service.parts.desks.store.write(lambda tx: tx.driver.execute("DELETE FROM drafts"))


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A service and the company's that its people sign in by, once for a file."""
    async with provided() as provider:
        known = Client(provider.address, CLIENT, SECRET)
        issuer = Issuer(known, lambda: datetime.now(UTC), lambda: made.seconds)
        outside = Outside(issuer, provider.address, "公司账号", None)
        async with running(tmp_path_factory.mktemp("oidc"), oidc=outside) as service:
            made = House(service, provider)
            now = service.parts.clock.now()
            await service.parts.desks.store.write(lambda tx: store.shops.add(tx, "default", now))
            yield made


@pytest.fixture
async def house(place: House) -> House:
    """The same, with nobody linked yet."""
    await place.begin_anew()
    return place
