"""Live screens: each node renders a changed conversation once and pushes the parts that differ to its sockets.

The hub hears signals, never state. Lost signals are made up for by comparing versions once a second.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiohttp import WSCloseCode

from assistant import store
from assistant.bus.signals import EVERYTHING, Signal
from assistant.domain.errors import Unavailable
from assistant.domain.histograms import Histogram
from assistant.domain.practice import real_shop
from assistant.web import arrivals
from assistant.web.open_pages import Parts, Screen, Socket, Topic
from assistant.web.shown import Shown

log = structlog.get_logger(__name__)

COMPARE_SECONDS = 1.0
# After a push a screen rests so long before the next: nobody reads faster, and a storm of events costs one rendering.
REST_SECONDS = 0.3
# Screens are rendered together, at most so often: the first change at once, those that follow in company.
PACE_SECONDS = 0.002
# Screens looked at before others get their turn.
AT_A_TIME = 16
# Screens read and rendered together: thousands that come back at once must not keep events from being answered.
TOGETHER = 32
# A pause before rendering again what a database away for a moment has kept from being read.
AGAIN_SECONDS = 1.0


@dataclass(slots=True)
class Tally:
    """What the hub has done; `delay`: seconds from an event's arrival until it is queued for a page, rest included."""

    heard: int = 0
    renderings: int = 0
    dropped: int = 0
    delay: Histogram = field(default_factory=Histogram)


class Hub:
    """All sockets of this node."""

    def __init__(
        self,
        database: store.Store,
        wrap: Callable[[str, str], str],
        rest_seconds: float = REST_SECONDS,
        follow: Callable[[str], None] = lambda shop: None,
    ) -> None:
        """`follow` is told of each shop whose screens are opened here."""
        self._store = database
        self._follow = follow
        self._wrap = wrap
        self._rest_seconds = rest_seconds
        self._sockets: set[Socket] = set()
        self._listening: defaultdict[Topic, set[Socket]] = defaultdict(set)
        self._dirty: dict[Socket, frozenset[str]] = {}
        self._shown = Shown()
        self._versions: dict[int, int] = {}
        self._lists: dict[str, Mapping[int, int]] = {}
        self._wake = asyncio.Event()
        self.tally = Tally()

    def __len__(self) -> int:
        return len(self._sockets)

    def add(self, socket: Socket) -> None:
        self._sockets.add(socket)

    def remove(self, socket: Socket) -> None:
        self.tally.dropped += socket in self._sockets and socket.dropping is not None
        self._sockets.discard(socket)
        self._dirty.pop(socket, None)
        self._leave(socket)

    def _leave(self, socket: Socket) -> None:
        """Stop listening for what the socket shows, and forget what nobody else shows."""
        screen = socket.screen
        if screen is None:
            return
        listening = self._listening[screen.topic]
        listening.discard(socket)
        if not any(other.screen == screen for other in listening):
            self._shown.forget(screen)
        if not listening:
            del self._listening[screen.topic]

    def hear(self, signal: Signal) -> None:
        """A conversation changed: whoever shows it is rendered soon."""
        self.tally.heard += 1
        arrived = arrivals.of_this_request() or asyncio.get_running_loop().time()
        for topic in ((signal.shop, signal.conversation), (signal.shop, None)):
            for socket in self._listening.get(topic, ()):
                if socket.changed_at is None:
                    socket.changed_at = arrived
                self._mark(socket, signal.nouns)

    def _mark(self, socket: Socket, changed: frozenset[str] = EVERYTHING) -> None:
        self._dirty[socket] = self._dirty.get(socket, frozenset()) | changed
        self._wake.set()

    def show(self, socket: Socket, screen: Screen) -> None:
        """Show another screen, whole and at once."""
        self._leave(socket)
        socket.screen, socket.sent, socket.rests_until, socket.changed_at = screen, {}, 0.0, None
        self._listening[screen.topic].add(socket)
        self._follow(screen.topic[0])
        self._mark(socket)

    def shops(self) -> set[str]:
        """The shops whose screens are open here."""
        return {shop for shop, _ in self._listening}

    def present(self) -> dict[str, frozenset[str]]:
        """By shop, whose screens are open here; whoever practises is at work in the real shop."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for shop, agent in {(socket.principal.shop, socket.principal.agent) for socket in self._sockets}:
            found[real_shop(shop)].add(agent)
        return {shop: frozenset(agents) for shop, agents in found.items()}

    def shows(self, shop: str, conversation: int) -> bool:
        """Whether somebody looks at a conversation here."""
        return (shop, conversation) in self._listening

    def look_again(self, noun: str) -> None:
        """Read those screens again whose `noun` no signal speaks of, where it has moved since it was shown."""
        for screen, view in self._shown.views():
            if screen.moved(view):
                for socket in self._sockets_of(screen):
                    self._mark(socket, frozenset({noun}))

    async def look_beside(self) -> None:
        """Bring up to date what screens show beside their conversation; nothing is read, and no real change held
        back: a few screens at a time."""
        pace = 0.0
        for number, (screen, _) in enumerate(self._shown.views()):
            view = self._shown.view(screen)
            beside = view if view is None else screen.beside(view)
            if beside is not None and beside is not view:
                self._show(screen, beside, self._sockets_of(screen), 0.0)
                pace = PACE_SECONDS  # what everybody sees must not hold back what one of them waits for
            if number % AT_A_TIME == AT_A_TIME - 1:
                await asyncio.sleep(pace)
                pace = 0.0

    def _sockets_of(self, screen: Screen) -> list[Socket]:
        return [socket for socket in self._listening.get(screen.topic, ()) if socket.screen == screen]

    def refresh_all(self) -> None:
        """Compare every screen with what is true now, e.g. after the bus was away."""
        for socket in self._sockets:
            self._mark(socket)

    async def run(self) -> None:
        """Render and push as long as the service lives."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if ready := self._rested():
                await self._attempt(ready)
                await asyncio.sleep(PACE_SECONDS)

    def _rested(self) -> dict[Socket, frozenset[str]]:
        """Take out who is to be rendered now, the sockets of at most `TOGETHER` screens; for the others wake up when
        the first has rested."""
        loop = asyncio.get_running_loop()
        now, screens = loop.time(), set[Screen | None]()
        ready: dict[Socket, frozenset[str]] = {}
        for socket, changed in self._dirty.items():
            if socket.rests_until <= now and (len(screens) < TOGETHER or socket.screen in screens):
                screens.add(socket.screen)
                ready[socket] = changed
        for socket in ready:
            del self._dirty[socket]
        if self._dirty:
            loop.call_at(min(socket.rests_until for socket in self._dirty), self._wake.set)
        return ready

    async def _attempt(self, dirty: Mapping[Socket, frozenset[str]]) -> None:
        """Render; what fails is tried again, and is kept apart from what does not."""
        try:
            return await self._render(dirty)
        except Exception as error:
            log.exception("live.rendering_failed")
            together = len(dirty) == 1 or isinstance(error, Unavailable)
        if together:
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._mark_again, dirty)
            return
        for socket, changed in dirty.items():
            await self._attempt({socket: changed})

    def _mark_again(self, dirty: Mapping[Socket, frozenset[str]]) -> None:
        for socket, changed in dirty.items():
            if socket in self._sockets:
                self._mark(socket, changed)

    async def _render(self, dirty: Mapping[Socket, frozenset[str]]) -> None:
        # Sockets that show the same thing share one reading and one rendering.
        shown: defaultdict[Screen, list[Socket]] = defaultdict(list)
        changes: defaultdict[Screen, frozenset[str]] = defaultdict(frozenset)
        for socket, changed in dirty.items():
            if socket.screen is not None:
                shown[socket.screen].append(socket)
                changes[socket.screen] |= changed
        befores = {screen: self._shown.view(screen) for screen in shown}
        views = await self._store.read(lambda tx: [one.read(tx, befores[one], changes[one]) for one in shown])
        for screen, view in zip(shown, views, strict=True):
            if view is None or not self._sockets_of(screen):
                continue  # gone, or everybody left meanwhile
            self._note_version(screen, view)
            # What a signal did not bring (`look_again`) must not hold back the next real change.
            rest = self._rest_seconds if not changes[screen] or changes[screen] & EVERYTHING else 0.0
            showing = [socket for socket in shown[screen] if socket.screen == screen]
            self._show(screen, view, showing, rest)
            for socket in showing:
                self._measure(socket)

    def _note_version(self, screen: Screen, view: object) -> None:
        # What has just been read need not be read again because its version is new to the comparison.
        version = getattr(view, "version", None)
        if version is not None:
            self._versions.update(dict.fromkeys(screen.conversations(), version))
        listed = getattr(view, "versions", None)
        if listed is not None:
            self._lists[screen.topic[0]] = listed

    def _show(self, screen: Screen, view: object, sockets: Iterable[Socket], rest: float) -> None:
        rendered = self._shown.keep(screen, view)
        self.tally.renderings += 1
        for socket in sockets:
            self._push(socket, rendered, rest)

    def _push(self, socket: Socket, rendered: Parts, rest: float) -> None:
        assert socket.screen is not None
        changed, marks = self._shown.differing(socket.screen, socket.sent, rendered)
        if changed:
            socket.push("".join(self._wrap(name, html) for name, html in changed.items()))
            socket.sent = marks
            socket.rests_until = asyncio.get_running_loop().time() + rest

    def _measure(self, socket: Socket) -> None:
        """How long the change took that has now been shown, or turned out to be none."""
        if socket.changed_at is not None:
            self.tally.delay.observe(asyncio.get_running_loop().time() - socket.changed_at)
            socket.changed_at = None

    async def compare(self) -> None:
        """Once a second look for changes whose signal was lost."""
        while True:
            await asyncio.sleep(COMPARE_SECONDS)
            try:
                await self._compare()
            except Exception:
                log.exception("live.comparison_failed")

    async def _compare(self) -> None:
        shown = {id for s in self._sockets if s.screen is not None for id in s.screen.conversations()}
        shops = {shop for shop, conversation in self._listening if conversation is None}
        if not shown and not shops:
            return
        found, lists = await self._store.read(partial(_versions, shown=shown, shops=shops))
        for id, version in found.items():
            if self._versions.get(id, version) != version:
                self._mark_all_that_show(id)
        for shop, listed in lists.items():
            if self._lists.get(shop, listed) != listed:
                for socket in self._listening.get((shop, None), ()):
                    self._mark(socket)
        self._versions, self._lists = found, lists

    def _mark_all_that_show(self, conversation: int) -> None:
        for socket in self._sockets:
            if socket.screen is not None and conversation in socket.screen.conversations():
                self._mark(socket)

    async def close(self) -> None:
        """Tell every page to come back: 1000 would make it stay away."""
        closing = [socket.close(WSCloseCode.SERVICE_RESTART) for socket in tuple(self._sockets)]
        await asyncio.gather(*closing, return_exceptions=True)


def _versions(
    tx: store.Transaction, shown: set[int], shops: set[str]
) -> tuple[dict[int, int], dict[str, Mapping[int, int]]]:
    """Of these conversations, and of all that stand in these shops' lists."""
    lists: dict[str, Mapping[int, int]] = {shop: store.conversations.listed_versions(tx, shop) for shop in shops}
    return store.conversations.versions(tx, list(shown)) if shown else {}, lists
