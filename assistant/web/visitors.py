"""From which address somebody comes: behind a proxy that we trust it is what the proxy says."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from aiohttp import web

from assistant.domain.errors import InvalidInput

FORWARDED = "X-Forwarded-For"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Who has an IPv6 line has 2**64 addresses of it.
_ONE_LINE = 64


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks, comma between them. Raises InvalidInput."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise InvalidInput(
            f"ASSISTANT_TRUSTED_PROXIES: {error}; write addresses or networks such as 127.0.0.1,10.0.0.0/8"
        ) from error


class Visitors:
    """Tells visitors apart. What comes from a trusted network and names no visitor is a program of ours."""

    def __init__(self, proxies: Iterable[Network]) -> None:
        self._proxies = tuple(proxies)
        self._known = lru_cache(4_096)(self._name)

    def of(self, request: web.Request) -> str | None:
        """The visitor's address (an IPv6 line's network); None: a program of ours."""
        found = self._known(request.remote or "")
        if found is not None or FORWARDED not in request.headers:
            return found
        # The nearest proxy speaks last: whatever stands before the first stranger was said by that stranger.
        said = ",".join(request.headers.getall(FORWARDED)).split(",")
        return next((name for part in reversed(said) if (name := self._known(part.strip())) is not None), None)

    def _name(self, text: str) -> str | None:
        if not text:
            return None  # a socket of this machine has no address
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return "unreadable"
        if isinstance(address, ipaddress.IPv6Address):
            address = address.ipv4_mapped or address
        if any(address in network for network in self._proxies):
            return None
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, _ONE_LINE), strict=False))
        return str(address)
