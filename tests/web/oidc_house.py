"""A service whose people sign in by the company's, and a browser that goes there and back step by step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from aiohttp import ClientSession, CookieJar
from yarl import URL

from assistant.services import identities, staff
from tests.web.oidc_provider import Provider
from tests.web.service import Service


@dataclass
class House:
    """A service that knows the provider; `seconds` is the time since the start, as the keys are kept by."""

    service: Service
    provider: Provider
    seconds: float = 1000.0

    async def link(self, login: str, given: str) -> None:
        now = self.service.parts.clock.now()
        await self.service.parts.desks.store.write(
            lambda tx: identities.link(tx, login, self.provider.address, given, now, by="operator")
        )

    async def begin_anew(self) -> None:
        """Nobody is linked or shut out, the provider tells the truth, and what it told was long ago."""
        self.provider.tell_the_truth()
        self.seconds += 10_000
        self.service.parts.access.password_logins = None
        for login in ("agent-default", "leader-default"):
            await self.link(login, "")
            await self.service.parts.desks.store.write(
                partial(staff.enable, login=login, now=self.service.parts.clock.now(), by="operator")
            )


class Visitor:
    """A browser: it keeps cookies, and stops at each step."""

    def __init__(self, house: House) -> None:
        self.house, self.http = house, ClientSession(cookie_jar=CookieJar(unsafe=True))

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def leaves(self, next: str = "/kpi") -> URL:
        """Where the service sends the browser to."""
        url = f"{self.house.service.address}/login/oidc"
        async with self.http.get(url, params={"next": next}, allow_redirects=False) as answer:
            assert answer.status == 303
            return URL(answer.headers["Location"], encoded=True)

    async def asks(self, url: URL) -> URL:
        """Where the provider sends it back to."""
        async with self.http.get(url, allow_redirects=False) as answer:
            return URL(answer.headers["Location"], encoded=True)

    async def comes(self, url: URL) -> tuple[int, str]:
        async with self.http.get(url, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def through(self) -> tuple[int, str]:
        return await self.comes(await self.asks(await self.leaves()))

    async def desk(self) -> int:
        async with self.http.get(f"{self.house.service.address}/desk", allow_redirects=False) as answer:
            return answer.status
