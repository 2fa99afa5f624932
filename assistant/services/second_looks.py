"""Looks a second time, by meaning, at chats that somebody has open and for which nothing was offered.

One thread of its own makes the vectors, so nothing waits for it; what it finds fills a silence and touches no card.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType

import structlog

from assistant import store
from assistant.bus.signals import Signal
from assistant.domain.meaning import Meaning, lesson
from assistant.domain.practice import real_shop
from assistant.domain.pressing import heard
from assistant.domain.recognition import RUN_LENGTH, Floats, Ranking
from assistant.services import suggestions
from assistant.services.clocks import Clock
from assistant.services.desk import Shop
from assistant.services.desks import Desks

log = structlog.get_logger(__name__)

Embed = Callable[[Sequence[str]], Floats]
# More chats than this at once: the oldest are left as the first look left them.
WAITING = 64


class SecondLooks:
    """Hears signals, looks, and offers. `shows(shop, conversation)` says whether anybody has it open here."""

    def __init__(self, desks: Desks, clock: Clock, embed: Embed, shows: Callable[[str, int], bool]) -> None:
        self._desks, self._clock, self._embed, self._shows = desks, clock, embed, shows
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="second-look")
        self._waiting: dict[tuple[str, int], None] = {}
        self._wake = asyncio.Event()
        self._meanings: dict[tuple[str, int], Meaning] = {}

    def __enter__(self) -> SecondLooks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def hear(self, signal: Signal) -> None:
        """Something changed in a chat."""
        conversation = signal.conversation
        if conversation and self._shows(signal.shop, conversation):
            self._waiting[signal.shop, conversation] = None
            while len(self._waiting) > WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._wake.set()

    async def run(self) -> None:
        """Look as long as the service lives."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                shop, conversation = key = next(iter(self._waiting))
                del self._waiting[key]
                try:
                    await self.look(shop, conversation)
                except Exception:
                    # One chat that cannot be looked at must not end it for the others.
                    log.exception("second_look.failed")

    async def look(self, id: str, conversation: int) -> None:
        """Offer what a second look finds, if nothing is up and nothing more was said meanwhile."""
        shop = self._desks.library.known(id)
        run = await self._desks.store.read(partial(_silent, conversation=conversation)) if shop else []
        if shop is None or not run:
            return
        first, about = heard(shop.recogniser, run)
        if first.offer or not any(map(shop.recogniser.wording.clean, about)):
            return
        loop = asyncio.get_running_loop()
        ranking = await loop.run_in_executor(self._thread, self._second, shop, first, about)
        if ranking.offer:
            work = partial(suggestions.fill_silence, id=conversation, run=run, ranking=ranking)
            await self._desks.write(id, self._clock.now(), work, store.locks.by_row("conversations", conversation))

    def _second(self, shop: Shop, first: Ranking, about: Sequence[str]) -> Ranking:
        """Inside the thread. The first look at a version of the tables learns it, which takes about half a minute:
        once for the shop and all who practise in it."""
        key = real_shop(shop.id), shop.version
        if key not in self._meanings:
            # Newer ones stay: a practice goes on by the tables it began with, while the shop works by its newest.
            self._meanings = {of: kept for of, kept in self._meanings.items() if of[0] != key[0] or of[1] > key[1]}
            self._meanings[key] = _learnt(shop, self._embed)
        vector = self._embed([" ".join(about[-RUN_LENGTH:])])[0]
        return self._meanings[key].second(shop.recogniser, first, vector)


def _learnt(shop: Shop, embed: Embed) -> Meaning:
    # scikit-learn takes long to import, and only who looks a second time needs it here.
    from assistant.domain.fitting import fit_meaning

    rows = {row.id: row for row in shop.scripts.situations}
    ids = shop.recogniser.ids
    phrases, names = {id: rows[id].phrases for id in ids}, {id: rows[id].name for id in ids}
    taught = lesson(ids, phrases, names, shop.scripts.small_talk)
    return fit_meaning(embed(taught.texts), taught.labels, len(ids))


def _silent(tx: store.Transaction, conversation: int) -> list[str]:
    """What a waiting buyer has said, oldest first; nothing where cards are up or nobody waits."""
    found = store.conversations.get(tx, conversation)
    if found is None or found.waiting_since is None or store.suggestions.open_in(tx, conversation):
        return []
    return [said.text for said in store.messages.run_after(tx, conversation, found.answered_at or store.messages.EVER)]
