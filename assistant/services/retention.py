"""Lets go of what has been kept for long enough, once a day, whichever node is first. Not for erasing somebody who asks
(`personal_data.py`), nor for practices and back-tests, which have times of their own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from assistant import store
from assistant.domain.staff import OPERATOR
from assistant.services import audit, personal_data
from assistant.services.clocks import Clock
from assistant.store.audit import Sought
from assistant.store.retention import SESSIONS, TEXTS, TRACES, Kind, Standing

log = structlog.get_logger(__name__)

LOOK_SECONDS = 600.0
# After an attempt that failed; twice as long after each further one.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=4)
# A node that has begun and is not heard of again has stopped.
TAKEN = timedelta(hours=2)
BY = "retention"
CHANGED, EPOCH = "retention.changed", datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Periods:
    """For how long what is kept, None: for ever. Texts of what was said; traces of what arrived, of looks at items and
    of parcels; buyers of whom nothing is heard."""

    texts: timedelta | None
    traces: timedelta | None
    buyers: timedelta | None


async def keep(database: store.Store, clock: Clock, periods: Periods) -> None:
    """Once a day, until cancelled; what failed is tried again after pauses that grow."""
    while True:
        try:
            await daily(database, clock.now(), periods)
        except Exception:
            log.exception("retention.failed")
        await asyncio.sleep(LOOK_SECONDS)


async def daily(database: store.Store, now: datetime, periods: Periods) -> Counter[str] | None:
    """How many rows of which table were let go of; None: another node or an earlier call saw to this day, or its next
    attempt is still to come. Raises what went wrong, once all has been tried."""
    attempt = await database.write(partial(_begun, now=now))
    if attempt is None:
        return None
    try:
        await database.write(partial(_told, now=now, periods=periods))
        done = await _all(database, now, periods)
    except Exception:
        pause = _pause(attempt)
        log.error("retention.again", attempt=attempt, minutes=pause // timedelta(minutes=1))
        await database.write(lambda tx: store.retention.keep_standing(tx, Standing(None, attempt, now + pause)))
        raise
    await database.write(lambda tx: store.retention.keep_standing(tx, Standing(_day(now), 0, now)))
    log.info("retention.done", **done)
    return done


def _begun(tx: store.Transaction, now: datetime) -> int | None:
    """Which attempt this is, 1 for the first of the day; None: it is not ours to make. A node that stops in the midst
    of one has it for `TAKEN`."""
    store.locks.alone(tx, BY)
    standing = store.retention.standing(tx)
    # What lies further ahead than that was written by a clock that has been set back since.
    waits = timedelta() < standing.next_at - now <= max(TAKEN, LONGEST_PAUSE)
    if standing.day == _day(now) or waits:
        return None
    store.retention.keep_standing(tx, Standing(None, standing.attempts + 1, now + TAKEN))
    return standing.attempts + 1


def _pause(attempt: int) -> timedelta:
    """Before the next one; the doublings are limited, as a month of them could not be written down any more."""
    return min(FIRST_PAUSE * (1 << min(attempt - 1, 10)), LONGEST_PAUSE)


def _day(now: datetime) -> str:
    return f"{now:%Y-%m-%d}"


async def _all(database: store.Store, now: datetime, periods: Periods) -> Counter[str]:
    """One kind that fails does not keep the others. Raises ExceptionGroup."""
    done, failed = Counter[str](), list[Exception]()
    for name, work in _work(database, now, periods):
        try:
            done[name] += await work()
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("not all could be let go of", failed)
    return done


def _work(database: store.Store, now: datetime, periods: Periods) -> Iterator[tuple[str, Callable[[], Awaitable[int]]]]:
    for kinds, period in ((TEXTS, periods.texts), (TRACES, periods.traces), (SESSIONS, timedelta())):
        if period is not None:
            for kind in kinds:
                yield kind.table.name, partial(_through, database, kind, now - period)
    if periods.buyers is not None:
        yield "buyers", partial(_silent, database, now, now - periods.buyers)


def _told(tx: store.Transaction, now: datetime, periods: Periods) -> None:
    """Keep in each shop's audit that the operator has set other periods than before."""
    days = {name: period.days if period else None for name, period in asdict(periods).items()}
    for shop in store.shops.every(tx):
        last = store.audit.latest(tx, shop.id, Sought((CHANGED,), EPOCH, now, None), 1)
        if not last or {name: last[0].data.get(name) for name in days} != days:
            audit.record(tx, shop.id, CHANGED, now, by=OPERATOR, **days)


async def _through(database: store.Store, kind: Kind, before: datetime) -> int:
    total = 0
    while keys := await database.read(partial(store.retention.old, kind=kind, before=before)):
        gone = await database.write(partial(store.retention.let_go, kind=kind, before=before, keys=keys))
        total += gone
        if not gone:
            break
    return total


async def _silent(database: store.Store, now: datetime, before: datetime) -> int:
    total, step = 0, store.retention.LOOKED_AT
    for after in range(0, await database.read(store.retention.last_buyer), step):
        silent = partial(store.retention.silent, before=before, after=after, through=after + step)
        for buyer in await database.read(silent):
            erase = partial(_erase_if_silent, id=buyer.id, shop=buyer.shop, now=now, before=before)
            total += await database.write(erase)
    return total


def _erase_if_silent(tx: store.Transaction, id: int, shop: str, now: datetime, before: datetime) -> bool:
    store.locks.whole_shop(tx, shop)
    still = store.retention.silent(tx, before, after=id - 1, through=id)
    for buyer in still:
        personal_data.erase_known(tx, buyer, now, by=BY)
    return bool(still)
