"""Gives each request its desk: one transaction for one shop, reactions inside it, screens told after the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from assistant import store
from assistant.bus.signals import NOWHERE, Signal
from assistant.domain.errors import AssistantError
from assistant.domain.histograms import LATE, Histogram
from assistant.services import awaited, firing, follow_ups
from assistant.services.desk import Desk, Shop
from assistant.services.order_news import NEVER_LATE, OrderNews
from assistant.services.reactions import react
from assistant.services.scripts import Library
from assistant.store.follow_ups import FollowUp
from assistant.store.locks import About, Hold, OfNamed, whole_shop

log = structlog.get_logger(__name__)

# From so many on it pays to read at once what follow-ups that fire together need.
TOGETHER = 10

T = TypeVar("T")
Work = Callable[[Desk], T]


class Bus(Protocol):
    """What is asked of a bus here."""

    async def publish(self, signals: Iterable[Signal]) -> None: ...


@dataclass(slots=True)
class Tally:
    """What has been told to screens, and by how many seconds follow-ups fired after their time."""

    told: int = 0
    lateness: Histogram = field(default_factory=lambda: Histogram(LATE))


class Desks:
    """Runs work at a desk of a shop, from an event loop (`write`, `fire`) or without one (`write_now`, `fire_now`).

    `hold` says whom the work is about (`store/locks.py`); work that does not say has the shop to itself.
    """

    def __init__(
        self, database: store.Store, library: Library, bus: Bus | None = None, news: OrderNews = NEVER_LATE
    ) -> None:
        self.store = database
        self.library = library
        self.news = news
        self.tally = Tally()
        self._bus = bus

    async def write(self, shop: str, now: datetime, work: Work[T], hold: Hold = whole_shop) -> T:
        """Do the work; the answer comes after the commit."""
        at = await self.shop(shop, now)
        result, signals = await self.store.write(lambda tx: _sit(tx, at, now, work, hold), _about(shop, now, hold))
        if signals and signals[-1].conversation is None:
            # Before anybody is told: whoever hears of a notice shows what is in memory.
            self.library.keep(await self.store.read(lambda tx: self.library.as_it_stands(tx, shop, now)))
        await self._tell(signals)
        return result

    async def say(self, shop: str, noun: str) -> None:
        """Tell those who watch the shop as a whole, on every node, that something of it changed."""
        await self._tell([Signal(shop, NOWHERE, frozenset({noun}))])

    async def shop(self, shop: str, now: datetime) -> Shop:
        """The shop with the tables it works by."""
        known = self.library.known(shop)
        return known or self.library.keep(await self.store.write(lambda tx: self.library.open(tx, shop, now)))

    def write_now(self, shop: str, now: datetime, work: Work[T], hold: Hold = whole_shop) -> T:
        """The same without an event loop; nobody is told."""
        # The shop is kept in memory only once it is stored: the work may fail and leave nothing.
        at = self.library.known(shop) or self.library.keep(
            self.store.write_now(lambda tx: self.library.open(tx, shop, now))
        )
        result, signals = self.store.write_now(lambda tx: _sit(tx, at, now, work, hold), _about(shop, now, hold))
        if signals and signals[-1].conversation is None:
            self.library.keep(self.store.read_now(lambda tx: self.library.as_it_stands(tx, shop, now)))
        return result

    def sit(self, tx: store.Transaction, shop: str, now: datetime, work: Work[T]) -> T:
        """Do the work inside a transaction that is open already; nobody is told."""
        at = self.library.known(shop) or self.library.keep(self.library.open(tx, shop, now))
        return _sit(tx, at, now, work, whole_shop)[0]

    # --- timers

    async def fire(self, now: datetime) -> int:
        """Fire what is due, at most one batch; returns how many."""
        try:
            fired, signals = await self.store.write(lambda tx: self._fire(tx, now))
        except AssistantError:
            raise
        except Exception:
            log.exception("timekeeper.batch_failed")
            fired, signals = await self._fire_apart(now)
        for due_at in fired:
            self.tally.lateness.observe((now - due_at).total_seconds())
        await self._tell(signals)
        return len(fired)

    async def _fire_apart(self, now: datetime) -> tuple[list[datetime], list[Signal]]:
        """One by one, so that a follow-up that cannot be carried out keeps none of the others waiting."""
        fired, signals = list[datetime](), list[Signal]()
        begun = list[FollowUp]()
        while len(fired) < store.follow_ups.CLAIMED:
            try:
                moments, told = await self.store.write(lambda tx: self._fire(tx, now, most=1, begun=begun))
            except AssistantError:
                raise
            except Exception:
                log.exception("timekeeper.follow_up_failed")
                if not begun:
                    raise
                moments, told = await self.store.write(lambda tx: self._set_aside(tx, now, begun[-1].id))
            if not moments:
                break
            fired += moments
            signals += told
        return fired, signals

    def _set_aside(self, tx: store.Transaction, now: datetime, id: int) -> tuple[list[datetime], list[Signal]]:
        """That one and no other: while another node is busy with it, others are the first that are due."""
        due = [follow_up for follow_up in store.follow_ups.due(tx, now) if follow_up.id == id]
        signals = list[Signal]()
        for follow_up in due:
            desk = Desk(tx, self._shop(tx, follow_up.shop, now), now, react, self.news)
            follow_ups.close(desk, desk.adopt(follow_up), "withheld", firing.DEFECT)
            signals += desk.close()
        return [follow_up.due_at for follow_up in due], signals

    async def come(self, now: datetime) -> None:
        """Observe what has become so by itself."""
        for shop in await self.store.read(lambda tx: store.awaited.shops_due(tx, now)):
            await self.write(shop, now, awaited.come)

    def fire_in(self, tx: store.Transaction, now: datetime) -> int:
        """Both inside a transaction that is open already; nobody is told. Returns how many follow-ups."""
        for shop in store.awaited.shops_due(tx, now):
            self.sit(tx, shop, now, awaited.come)
        return len(self._fire(tx, now)[0])

    def _fire(
        self, tx: store.Transaction, now: datetime, most: int | None = None, begun: list[FollowUp] | None = None
    ) -> tuple[list[datetime], list[Signal]]:
        """When each that fired was due, and who is to be told; `begun` takes down those that were begun with."""
        desks: dict[str, Desk] = {}
        due = store.follow_ups.due(tx, now)[:most]
        moments = [follow_up.due_at for follow_up in due]
        latest = store.ahead.read(tx, due) if len(due) >= TOGETHER else []
        for shop in dict.fromkeys(follow_up.shop for follow_up in due):
            desks[shop] = Desk(tx, self._shop(tx, shop, now), now, react, self.news)
            desks[shop].expect(conversation for conversation in latest if conversation.shop == shop)
        with store.without_waiting(tx):
            for follow_up in due:
                if begun is not None:
                    begun.append(follow_up)
                desk = desks[follow_up.shop]
                firing.fire(desk, desk.adopt(follow_up))
                desk.settle()
            return moments, [signal for desk in desks.values() for signal in desk.close()]

    def _shop(self, tx: store.Transaction, shop: str, now: datetime) -> Shop:
        # A shop with follow-ups has published tables, so nothing is made here that a rollback could take back.
        return self.library.known(shop) or self.library.keep(self.library.open(tx, shop, now))

    async def _tell(self, signals: list[Signal]) -> None:
        if self._bus is not None and signals:
            self.tally.told += len(signals)
            await self._bus.publish(signals)


def next_timer(tx: store.Transaction) -> datetime | None:
    """When the next follow-up is due, or something becomes so by itself."""
    found = (store.follow_ups.next_due(tx), store.awaited.next_at(tx))
    return min((at for at in found if at is not None), default=None)


def _about(shop: str, now: datetime, hold: Hold) -> About | None:
    """What work is about, where that is known before it begins."""
    return About(shop, now, hold.what) if isinstance(hold, OfNamed) else None


def _sit(tx: store.Transaction, shop: Shop, now: datetime, work: Work[T], hold: Hold) -> tuple[T, list[Signal]]:
    hold(tx, shop.id)
    desk = Desk(tx, shop, now, react)
    result = work(desk)
    return result, desk.close()
