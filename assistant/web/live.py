"""Live screens: each node renders a changed conversation once and pushes the parts that differ to its sockets.

The hub hears signals, never state. Lost signals are made up for by comparing versions once a second.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial

import structlog
from aiohttp import WSCloseCode

from assistant import store
from assistant.bus.signals import EVERYTHING, Signal
from assistant.domain.errors import Unavailable
from assistant.web.open_pages import Parts, Screen, Socket, Topic

log = structlog.get_logger(__name__)

COMPARE_SECONDS = 1.0
# After a push a screen rests so long before the next: nobody reads faster, and a storm of events costs one rendering.
REST_SECONDS = 0.3
# Screens are rendered together, at most so often: the first change at once, those that follow in company.
PACE_SECONDS = 0.005
# Screens looked at before others get their turn.
AT_A_TIME = 16
# A pause before rendering again what a database away for a moment has kept from being read.
AGAIN_SECONDS = 1.0


class Hub:
    """All sockets of this node."""

    def __init__(
        self, database: store.Store, wrap: Callable[[str, str], str], rest_seconds: float = REST_SECONDS
    ) -> None:
        self._store = database
        self._wrap = wrap
        self._rest_seconds = rest_seconds
        self._sockets: set[Socket] = set()
        self._listening: defaultdict[Topic, set[Socket]] = defaultdict(set)
        self._dirty: dict[Socket, frozenset[str]] = {}
        self._shown: dict[Screen, tuple[object, Parts]] = {}
        self._versions: dict[int, int] = {}
        self._wake = asyncio.Event()

    def add(self, socket: Socket) -> None:
        self._sockets.add(socket)

    def remove(self, socket: Socket) -> None:
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
            self._shown.pop(screen, None)
        if not listening:
            del self._listening[screen.topic]

    def hear(self, signal: Signal) -> None:
        """A conversation changed: whoever shows it is rendered soon."""
        for topic in ((signal.shop, signal.conversation), (signal.shop, None)):
            for socket in self._listening.get(topic, ()):
                self._mark(socket, signal.nouns)

    def _mark(self, socket: Socket, changed: frozenset[str] = EVERYTHING) -> None:
        self._dirty[socket] = self._dirty.get(socket, frozenset()) | changed
        self._wake.set()

    def show(self, socket: Socket, screen: Screen) -> None:
        """Show another screen, whole and at once."""
        self._leave(socket)
        socket.screen, socket.sent, socket.rests_until = screen, {}, 0.0
        self._listening[screen.topic].add(socket)
        self._mark(socket)

    def shops(self) -> set[str]:
        """The shops whose screens are open here."""
        return {shop for shop, _ in self._listening}

    def shows(self, shop: str, conversation: int) -> bool:
        """Whether somebody looks at a conversation here."""
        return (shop, conversation) in self._listening

    def look_again(self, noun: str) -> None:
        """Read those screens again whose `noun` no signal speaks of, where it has moved since it was shown."""
        for screen, (view, _) in self._shown.items():
            if screen.moved(view):
                for socket in self._sockets_of(screen):
                    self._mark(socket, frozenset({noun}))

    async def look_beside(self) -> None:
        """Bring up to date what screens show beside their conversation; nothing is read, and no real change held
        back: a few screens at a time."""
        for number, screen in enumerate(tuple(self._shown)):
            view, parts = self._shown.get(screen, (None, {}))
            beside = view if view is None else screen.beside(view)
            if beside is not view:
                parts = {**parts, **screen.render(beside, view)}
                self._shown[screen] = (beside, parts)
                for socket in self._sockets_of(screen):
                    self._push(socket, parts, 0.0)
            if number % AT_A_TIME == AT_A_TIME - 1:
                await asyncio.sleep(0)

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
            ready = self._rested()
            if ready:
                await self._attempt(ready)
                await asyncio.sleep(PACE_SECONDS)

    def _rested(self) -> dict[Socket, frozenset[str]]:
        """Take out who is to be rendered now; for the others wake up when the first has rested."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        ready = {socket: changed for socket, changed in self._dirty.items() if socket.rests_until <= now}
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
        befores = {screen: self._shown.get(screen, (None, {}))[0] for screen in shown}
        views = await self._store.read(
            lambda tx: [screen.read(tx, befores[screen], changes[screen]) for screen in shown]
        )
        for screen, view in zip(shown, views, strict=True):
            if view is None:
                continue
            parts = self._brought_up_to_date(screen, view)
            # What a signal did not bring (`look_again`) must not hold back the next real change.
            rest = self._rest_seconds if not changes[screen] or changes[screen] & EVERYTHING else 0.0
            for socket in shown[screen]:
                if socket.screen == screen:
                    self._push(socket, parts, rest)

    def _brought_up_to_date(self, screen: Screen, view: object) -> Parts:
        self._note_version(screen, view)
        before, parts = self._shown.get(screen, (None, {}))
        parts = {**parts, **screen.render(view, before)}
        self._shown[screen] = (view, parts)
        return parts

    def _note_version(self, screen: Screen, view: object) -> None:
        # What has just been read need not be read again because its version is new to the comparison.
        version = getattr(view, "version", None)
        if version is not None:
            self._versions.update(dict.fromkeys(screen.conversations(), version))

    def _push(self, socket: Socket, parts: Parts, rest: float) -> None:
        changed = [name for name, html in parts.items() if socket.sent.get(name) != html]
        if changed:
            socket.push("".join(self._wrap(name, parts[name]) for name in changed))
            socket.sent = parts
            socket.rests_until = asyncio.get_running_loop().time() + rest

    async def compare(self) -> None:
        """Once a second look for changes whose signal was lost."""
        while True:
            await asyncio.sleep(COMPARE_SECONDS)
            shown = {id for s in self._sockets if s.screen is not None for id in s.screen.conversations()}
            if not shown:
                continue
            try:
                found = await self._store.read(partial(store.conversations.versions, ids=list(shown)))
            except Exception:
                log.exception("live.comparison_failed")
                continue
            for id, version in found.items():
                if self._versions.get(id, version) != version:
                    self._mark_all_that_show(id)
            self._versions = found

    def _mark_all_that_show(self, conversation: int) -> None:
        for socket in self._sockets:
            if socket.screen is not None and conversation in socket.screen.conversations():
                self._mark(socket)

    async def close(self) -> None:
        """Tell every page to come back: 1000 would make it stay away."""
        closing = [socket.close(WSCloseCode.SERVICE_RESTART) for socket in tuple(self._sockets)]
        await asyncio.gather(*closing, return_exceptions=True)
