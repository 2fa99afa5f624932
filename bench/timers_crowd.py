"""The crowd of `timers.py`: buyers of many shops whose follow-ups are armed for the days to come.

It is put into empty tables in bulk, since only what comes on top of it is measured: by events, as in the product.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import count, islice
from typing import Any, NamedTuple

from sqlalchemy import insert, text

from assistant.app import opened_desks
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.services.intake import read, receive, whom
from assistant.settings import read_settings
from assistant.store import tables
from assistant.store.columns import to_microseconds
from assistant.store.engine import writing

SHOPS = tuple(f"shop-{n}" for n in range(20))
BEGINS = datetime.fromisoformat("2026-11-11T10:00:00+08:00")
# What the crowd waits for; none of it is due before the second day, and none of what is measured stops it.
STANDING = ("promotion-15-minutes", "promise")
FIRST_DUE, LAST_DUE = timedelta(days=2), timedelta(days=9)
# What arms a follow-up here, and when the table has it come up: an unanswered question, an unpaid order. The latter
# asks who the order is for and how often the buyer was reminded before.
ASKS, ASKED_AFTER = "您平时穿多大码呀", timedelta(minutes=5)
ORDERED_AFTER = timedelta(minutes=15)
AT_ONCE = 10_000


class Spent(NamedTuple):
    """Seconds by the clock, and of processor in all threads."""

    seconds: float
    processor: float


class Crowd:
    """Desks on a database in which so many follow-ups are armed."""

    def __init__(self, desks: Desks, armed: int) -> None:
        self.desks, self.armed = desks, armed
        buyers = list(range(armed))
        random.Random(1).shuffle(buyers)
        self._unasked, self._numbers = iter(buyers), count()

    def says(self, at: datetime, said: str) -> tuple[str, dict[str, Any]]:
        """(shop, event): an agent says something to another buyer."""
        return self._said(next(self._unasked), at, said)

    def _said(self, buyer: int, at: datetime, said: str) -> tuple[str, dict[str, Any]]:
        number = next(self._numbers)
        chat = {"conversation": f"c{buyer}", "side": "agent", "agent": "a1", "text": f"{said} {number}"}
        return self._event(buyer, number, at, type="message", **chat)

    def _event(self, buyer: int, number: int, at: datetime, **more: Any) -> tuple[str, dict[str, Any]]:
        return _shop_of(buyer), {"id": f"e{number}", "at": at.isoformat(), "buyer": f"b{buyer}", **more}

    def arms(self, due: datetime) -> tuple[str, dict[str, Any]]:
        """(shop, event): what arms a follow-up for this moment, of a buyer of whom only one is armed yet."""
        buyer = next(self._unasked)
        if STANDING[buyer % 2] != "promise":
            return self._said(buyer, due - ASKED_AFTER, ASKS)
        number = next(self._numbers)
        order = {"order": f"o{number}", "status": "unpaid", "amount": "59.00"}
        return self._event(buyer, number, due - ORDERED_AFTER, type="order", **order)

    async def arm(self, moments: Sequence[datetime]) -> Spent:
        """Arm a follow-up for each of these moments."""
        told = [(shop, read([event], None, shop)) for shop, event in map(self.arms, moments)]
        now, began = max(moments) - ASKED_AFTER, _spent()
        works = (self.desks.write(shop, now, partial(receive, found=found), whom(found)) for shop, found in told)
        await asyncio.gather(*works)
        return _since(began)

    async def fire_all(self, now: datetime) -> tuple[int, Spent]:
        """Fire what is due by then; how many were."""
        began, fired = _spent(), 0
        while found := await self.desks.fire(now):
            fired += found
        return fired, _since(began)


def _spent() -> Spent:
    return Spent(time.perf_counter(), time.process_time())


def _since(began: Spent) -> Spent:
    now = _spent()
    return Spent(now.seconds - began.seconds, now.processor - began.processor)


@contextmanager
def crowd(url: str, armed: int) -> Iterator[Crowd]:
    """A crowd on an empty database."""
    with opened_desks(read_settings(), url) as desks:
        for shop in SHOPS:
            desks.write_now(shop, BEGINS, _nothing)
        _fill(desks, armed)
        yield Crowd(desks, armed)


def _nothing(desk: Desk) -> None:
    """Opening a shop makes its tables."""


def _shop_of(buyer: int) -> str:
    return SHOPS[buyer % len(SHOPS)]


def _fill(desks: Desks, armed: int) -> None:
    with writing(desks.store.engine) as connection:
        for table, rows in (
            (tables.buyers, _buyers(armed)),
            (tables.conversations, _conversations(armed)),
            (tables.follow_ups, _follow_ups(armed)),
        ):
            while some := list(islice(rows, AT_ONCE)):
                connection.execute(insert(table), some)
    with desks.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _buyers(buyers: int) -> Iterator[dict[str, Any]]:
    for n in range(buyers):
        yield {"shop": _shop_of(n), "platform": "other", "external": f"b{n}"}


def _conversations(buyers: int) -> Iterator[dict[str, Any]]:
    for n in range(buyers):
        yield {
            "shop": _shop_of(n), "platform": "other", "external": f"c{n}", "buyer": n + 1, "agent": "a1",
            "last_at": BEGINS, "buyer_at": BEGINS,
        }  # fmt: skip


def _follow_ups(buyers: int) -> Iterator[dict[str, Any]]:
    rng = random.Random(2)
    began, span = BEGINS - timedelta(days=1), LAST_DUE - FIRST_DUE
    for n in range(buyers):
        yield {
            "shop": _shop_of(n), "platform": "other", "touchpoint": STANDING[n % 2], "conversation": n + 1,
            "buyer": n + 1, "agent": "a1", "anchors": {"": to_microseconds(began)}, "armed_at": began,
            "due_at": BEGINS + FIRST_DUE + span * rng.random(), "state": "armed",
        }  # fmt: skip
