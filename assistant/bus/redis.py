"""The bus of several nodes: signals and counts over Redis or Valkey. While that is away a node tells and counts for
itself, and what others change it finds by comparing versions: nothing waits, nothing fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import structlog
from redis.exceptions import RedisClusterException, RedisError

from assistant.bus.ears import QUIET_SECONDS, Ears, channel_of
from assistant.bus.links import Client, Links, address_of, opened
from assistant.bus.memory import Listener, MemoryBus
from assistant.bus.presence import Presence, Shown
from assistant.bus.shared_counts import SharedCounts
from assistant.bus.signals import Signal, merged, packed, unpacked

log = structlog.get_logger(__name__)

# Between two attempts to reach the server; twice as long after each that failed.
FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0
_AWAY = (RedisError, RedisClusterException, OSError, TimeoutError)
# Both steps at once: a counter that were left without an end would lock somebody out for ever.
_COUNT = "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n"


class RedisBus:
    """Listeners of this node hear at once, those of other nodes over the server; `run` keeps the connection."""

    def __init__(self, url: str, quiet_seconds: float = QUIET_SECONDS) -> None:
        self._address = address_of(url)
        self._quiet_seconds = quiet_seconds
        self._alone = MemoryBus()
        self._node = secrets.token_hex(4)
        self._presence = Presence(self._node)
        self._sums = SharedCounts()
        self._client: Client | None = None
        self._back: list[Callable[[], None]] = []
        self._followed: set[str] = set()
        self._asked = asyncio.Event()
        self._outbox: list[Signal] = []
        self._filled = asyncio.Event()
        self._told_away = False

    @property
    def connected(self) -> bool:
        """Whether other nodes are heard."""
        return self._client is not None

    # --- signals

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every signal until the returned function is called."""
        return self._alone.listen(listener)

    def when_back(self, call: Callable[[], None]) -> None:
        """Call this whenever signals are heard again after they may have been missed."""
        self._back.append(call)

    def follow(self, shop: str) -> None:
        """Hear what other nodes tell of a shop from now on."""
        channel = channel_of(shop)
        if channel not in self._followed:
            self._followed.add(channel)
            self._asked.set()

    async def publish(self, signals: Iterable[Signal]) -> None:
        """Tell listeners here, and the other nodes as soon as this turn of the loop is over."""
        told = list(signals)
        await self._alone.publish(told)
        if self._client is not None:
            self._outbox += told
            self._filled.set()

    # --- what all nodes share

    async def count(self, key: str, seconds: float) -> int:
        """How many times this key was counted on any node within a window that begins with the first; while the
        server is away on this node alone."""
        if self._client is not None:
            try:
                return int(await self._client.eval(_COUNT, 1, f"assistant:count:{key}", int(seconds * 1000)))
            except _AWAY:
                log.warning("bus.counting_alone")
        return await self._alone.count(key, seconds)

    async def others(self, taken: Mapping[str, float]) -> dict[str, float]:
        """Tell how much was let through here under each name; how much other nodes have told since they were asked
        last. While the server is away nobody hears of anybody."""
        if self._client is not None:
            try:
                return await self._sums.others(self._client, taken)
            except _AWAY:
                log.warning("bus.counting_alone")
        return {}

    def show(self, shown: Shown) -> None:
        """Say which agents' screens are open on this node, by shop."""
        self._presence.show(shown)

    async def present(self, shop: str) -> frozenset[str]:
        """The agents of a shop whose screens are open on any node that is heard of."""
        here = self._presence.shown.get(shop, frozenset())
        if self._client is not None:
            try:
                return here | await self._presence.everywhere(self._client, shop)
            except _AWAY:
                log.warning("bus.presence_unknown")
        return here

    # --- the connection

    async def run(self) -> None:
        """Keep in touch as long as the service lives."""
        wait = FIRST_WAIT
        while True:
            try:
                async with opened(self._address) as links:
                    await self._keep_in_touch(links)
            except Exception as error:
                if self._client is not None:
                    wait = FIRST_WAIT
                self._lost(error)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(2 * wait, LONGEST_WAIT)

    async def _keep_in_touch(self, links: Links) -> None:
        """Returns never; raises when the connection is lost."""
        try:
            async with asyncio.TaskGroup() as tasks:
                ears = Ears(links, tasks, self._take, lambda: self._up(links.client), self._quiet_seconds)
                tasks.create_task(self._follow(ears))
                tasks.create_task(self._send(links.client))
                tasks.create_task(self._presence.run(links.client))
        except asyncio.CancelledError:
            with contextlib.suppress(*_AWAY):
                await self._presence.leave(links.client)
            raise

    def _up(self, client: Client) -> None:
        """All that was asked for is heard; what was told before may have been missed."""
        if self._client is None:
            self._client = client
            self._told_away = False
            log.info("bus.connected")
            for call in self._back:
                call()

    def _lost(self, error: Exception) -> None:
        self._client = None
        self._outbox.clear()
        causes = list(_causes(error))
        if not all(isinstance(cause, _AWAY) for cause in causes):
            log.error("bus.failed", exc_info=error)
        elif not self._told_away:
            log.warning("bus.away", reason=str(causes[0]) or type(causes[0]).__name__)
        self._told_away = True

    async def _follow(self, ears: Ears) -> None:
        while True:
            self._asked.clear()
            await ears.listen_to(self._followed)
            await self._asked.wait()

    async def _send(self, client: Client) -> None:
        while True:
            self._filled.clear()
            outbox, self._outbox = self._outbox, []
            by_channel: defaultdict[str, list[Signal]] = defaultdict(list)
            for signal in merged(outbox):
                by_channel[channel_of(signal.shop)].append(signal)
            for channel, signals in by_channel.items():
                await client.spublish(channel, packed(self._node, signals))
            # Woken once this turn of the loop is over, so that all that is told in it goes together.
            await self._filled.wait()

    def _take(self, data: bytes) -> None:
        try:
            sender, signals = unpacked(data)
        except ValueError:
            log.warning("bus.not_understood")
            return
        if sender != self._node:
            self._alone.tell(signals)


def _causes(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _causes(inner)
    else:
        yield error
