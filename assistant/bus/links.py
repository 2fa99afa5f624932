"""Connections to one Redis or Valkey server, or to a cluster of them; not for what is said over them (`redis.py`).

Nothing here tries again: whoever opened the links opens them anew when one has failed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.client import PubSub
from redis.asyncio.connection import ConnectionPool, SSLConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError

from assistant.domain.errors import InvalidInput

# A server that does not answer within so long is away.
ANSWER_SECONDS = 2.0

Client = Redis | RedisCluster
# Host and port.
Home = tuple[str, int]
Address = dict[str, Any]


def address_of(url: str) -> Address:
    """An address in parts. Raises InvalidInput if it is none."""
    try:
        parts: Address = dict(parse_url(url))
        if not parts.get("host") and not parts.get("path"):
            raise ValueError("no host")
    except ValueError as error:
        # The address may hold a password: it is not repeated.
        raise InvalidInput("ASSISTANT_REDIS is no address: write redis://host:6379/0 or rediss://…") from error
    patience = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
    return {"port": 6379, **parts, **patience, "retry": Retry(NoBackoff(), 0)}


class Links:
    """A client for commands, and for listening a connection to each server that is home to channels."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._pools: list[ConnectionPool] = []
        self.client: Client = Redis(connection_pool=self._pool(address))

    async def look_around(self) -> None:
        """Find out whether the server is one of a cluster, and then know all of them."""
        assert isinstance(self.client, Redis)
        if not (await self.client.info("cluster")).get("cluster_enabled"):
            return
        given = {name: value for name, value in self._address.items() if name not in ("db", "connection_class")}
        secured = self._address.get("connection_class") is SSLConnection
        self.client = RedisCluster(**given, ssl=secured)
        await self.client.initialize()

    def home_of(self, channel: str) -> Home:
        """The server that delivers a channel's messages."""
        if isinstance(self.client, Redis):
            return str(self._address.get("host")), int(self._address["port"])
        node = self.client.get_node_from_key(channel)
        if node is None:
            raise ConnectionError("the cluster does not say where a channel lives")
        return str(node.host), int(node.port)

    def ear(self, home: Home) -> PubSub:
        """A connection that listens there."""
        there = self._address if isinstance(self.client, Redis) else {**self._address, "host": home[0], "port": home[1]}
        return Redis(connection_pool=self._pool(there)).pubsub()

    def _pool(self, address: Address) -> ConnectionPool:
        self._pools.append(ConnectionPool(**address))
        return self._pools[-1]

    async def close(self) -> None:
        await self.client.aclose()
        for pool in self._pools:
            await pool.disconnect()


@asynccontextmanager
async def opened(address: Address) -> AsyncIterator[Links]:
    """Links that work, until they are let go."""
    links = Links(address)
    try:
        await links.look_around()
        yield links
    finally:
        await links.close()
