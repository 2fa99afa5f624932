"""Gives each request its desk: one transaction for one shop, reactions inside it, screens told after the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from assistant import store
from assistant.bus.signals import Signal
from assistant.services import timekeeper
from assistant.services.data_age import ON_TIME, OrderNews
from assistant.services.desk import Desk, Shop
from assistant.services.reactions import react
from assistant.services.scripts import Library

T = TypeVar("T")
Work = Callable[[Desk], T]


class Bus(Protocol):
    """What is asked of a bus here."""

    async def publish(self, signals: Iterable[Signal]) -> None: ...


class Desks:
    """Runs work at a desk of a shop, from an event loop (`write`, `fire`) or without one (`write_now`, `fire_now`)."""

    def __init__(
        self, database: store.Store, library: Library, bus: Bus | None = None, news: OrderNews = ON_TIME
    ) -> None:
        self.store = database
        self.library = library
        self.news = news
        self._bus = bus

    async def write(self, shop: str, now: datetime, work: Work[T]) -> T:
        """Do the work; the answer comes after the commit."""
        at = await self.shop(shop, now)
        result, signals = await self.store.write(lambda tx: _sit(tx, at, now, work))
        if signals and signals[-1].conversation is None:
            # Before anybody is told: whoever hears of a notice shows what is in memory.
            self.library.keep(await self.store.read(lambda tx: self.library.with_notices(tx, shop, now)))
        await self._tell(signals)
        return result

    async def shop(self, shop: str, now: datetime) -> Shop:
        """The shop with the tables it works by."""
        known = self.library.known(shop)
        return known or self.library.keep(await self.store.write(lambda tx: self.library.open(tx, shop, now)))

    def write_now(self, shop: str, now: datetime, work: Work[T]) -> T:
        """The same without an event loop; nobody is told."""
        # The shop is kept in memory only once it is stored: the work may fail and leave nothing.
        at = self.library.known(shop) or self.library.keep(
            self.store.write_now(lambda tx: self.library.open(tx, shop, now))
        )
        result, signals = self.store.write_now(lambda tx: _sit(tx, at, now, work))
        if signals and signals[-1].conversation is None:
            self.library.keep(self.store.read_now(lambda tx: self.library.with_notices(tx, shop, now)))
        return result

    def sit(self, tx: store.Transaction, shop: str, now: datetime, work: Work[T]) -> T:
        """Do the work inside a transaction that is open already; nobody is told."""
        at = self.library.known(shop) or self.library.keep(self.library.open(tx, shop, now))
        return _sit(tx, at, now, work)[0]

    # --- timers

    async def fire(self, now: datetime) -> int:
        """Fire what is due, at most one batch; returns how many."""
        fired, signals = await self.store.write(lambda tx: self._fire(tx, now))
        await self._tell(signals)
        return fired

    def fire_in(self, tx: store.Transaction, now: datetime) -> int:
        """The same inside a transaction that is open already; nobody is told."""
        return self._fire(tx, now)[0]

    def _fire(self, tx: store.Transaction, now: datetime) -> tuple[int, list[Signal]]:
        desks: dict[str, Desk] = {}
        due = store.follow_ups.due(tx, now)
        for follow_up in due:
            desk = desks.get(follow_up.shop) or Desk(tx, self._shop(tx, follow_up.shop, now), now, react, self.news)
            desks[follow_up.shop] = desk
            timekeeper.fire(desk, desk.adopt(follow_up))
            desk.settle()
        return len(due), [signal for desk in desks.values() for signal in desk.close()]

    def _shop(self, tx: store.Transaction, shop: str, now: datetime) -> Shop:
        # A shop with follow-ups has published tables, so nothing is made here that a rollback could take back.
        return self.library.known(shop) or self.library.keep(self.library.open(tx, shop, now))

    async def _tell(self, signals: list[Signal]) -> None:
        if self._bus is not None and signals:
            await self._bus.publish(signals)


def _sit(tx: store.Transaction, shop: Shop, now: datetime, work: Work[T]) -> tuple[T, list[Signal]]:
    desk = Desk(tx, shop, now, react)
    result = work(desk)
    return result, desk.close()
