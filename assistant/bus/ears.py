"""Listening to shops' channels, wherever in a cluster they live. Each channel belongs to one shop, whose name is the
part that a cluster hashes: so everything of a shop is in one place."""

from __future__ import annotations

from asyncio import TaskGroup
from collections.abc import Callable, Iterable

from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError

from assistant.bus.links import Home, Links
from assistant.domain.practice import real_shop

# A server that has said nothing for so long is asked whether it is still there, and has as long to answer.
QUIET_SECONDS = 3.0


def channel_of(shop: str) -> str:
    """Where a shop's signals are told; those of a practice beside the shop's own."""
    return f"assistant:signals:{{{real_shop(shop)}}}"


class Ears:
    """Takes what is told in channels; `settled` is called whenever all that were asked for are listened to."""

    def __init__(
        self,
        links: Links,
        tasks: TaskGroup,
        take: Callable[[bytes], None],
        settled: Callable[[], None],
        quiet_seconds: float,
    ) -> None:
        self._links, self._tasks, self._take, self._settled = links, tasks, take, settled
        self._quiet = quiet_seconds
        self._ears: dict[Home, PubSub] = {}
        self._asked: set[str] = set()
        self._waiting: set[str] = set()

    async def listen_to(self, channels: Iterable[str]) -> None:
        """Listen to these as well."""
        fresh = set(channels) - self._asked
        self._asked |= fresh
        self._waiting |= fresh
        if not self._waiting:
            self._settled()
        for channel in fresh:  # one by one: a cluster takes no list of channels that live apart
            home = self._links.home_of(channel)
            known = self._ears.get(home)
            ear = known or self._ears.setdefault(home, self._links.ear(home))
            await ear.ssubscribe(channel)
            if known is None:
                self._tasks.create_task(self._hear(ear))

    async def _hear(self, ear: PubSub) -> None:
        while True:
            message = await ear.get_message(timeout=self._quiet)
            if message is None:
                await ear.ping()
                message = await ear.get_message(timeout=self._quiet)
            if message is None:
                raise ConnectionError("the server has fallen silent")
            self._heard(message["type"], message["channel"], message["data"])

    def _heard(self, kind: str, channel: bytes | None, data: bytes) -> None:
        if kind == "smessage":
            self._take(data)
        elif kind == "ssubscribe" and channel is not None:
            self._waiting.discard(channel.decode())
            if not self._waiting:
                self._settled()
        elif kind == "sunsubscribe":
            # Nobody here asks for that: a cluster says so that the channel has moved.
            raise ConnectionError("a channel has moved to another server")
