"""Requests to addresses that people have typed in: never to our own network, unless a setting says so.

The name is looked up once, what it stands for is checked, and the connection goes to just that, so that no second
answer of a name server can lead inside.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

TIMEOUT = ClientTimeout(total=15, connect=5)


class Inward(OSError):
    """This address leads into a private network: an operator allows that with ASSISTANT_PRIVATE_WEBHOOKS=true."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        # Addresses of one kind in the clothes of the other lead where the inner one leads.
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


class PublicOnly(AbstractResolver):
    """Looks names up; a name that leads inside leads nowhere."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        refuse_inward(row["host"] for row in found)
        return found

    async def close(self) -> None:
        await self._resolver.close()


def refuse_inward(addresses: Iterable[str]) -> None:
    """Raises Inward if any of them is not public: one bad one among good ones is no accident."""
    if not all(map(is_public, addresses)):
        raise Inward(Inward.__doc__)


def refuse_literal(url: str) -> None:
    """The same for an address that is written in figures: it is not looked up. Raises Inward, ValueError for none."""
    # Read by what the request will be read by: to others 127。0。0。1 and ①②⑦.0.0.1 are names.
    host = URL(url).host or ""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return
    refuse_inward([host])


def outward_session(*, private: bool) -> ClientSession:
    """A session for such requests; with `private` it goes anywhere. Not for redirects: those must be refused."""
    connector = TCPConnector() if private else TCPConnector(resolver=PublicOnly(), use_dns_cache=False)
    return ClientSession(connector=connector, timeout=TIMEOUT, cookie_jar=DummyCookieJar(), trust_env=False)
