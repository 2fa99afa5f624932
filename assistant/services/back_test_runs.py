"""Back-tests that trainers start on their page: one at a time in a shop, played by a process of its own, each kept with
its report for a while. Not for what is played (`back_tests.py`)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from assistant import store
from assistant.domain.errors import AssistantError, Conflict, InvalidInput, NotFound, Unavailable
from assistant.services.clocks import Clock
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.services.proving import Provers, Stopped
from assistant.services.proving_jobs import BackTest
from assistant.store.back_tests import Entry

log = structlog.get_logger(__name__)

MOST_DAYS = 31
# So many of a shop are kept, and none for longer: reports quote what buyers said.
MOST_KEPT, KEPT = 20, timedelta(days=30)
# A process of which nothing was heard for so many real seconds is gone with its node.
SILENT_SECONDS = 30.0
# A report that cannot be kept at once is tried again after so many seconds: minutes of work stand in it.
AGAIN_SECONDS = (0.5, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be played: the shop's days `first` to `last`, or a file of this name; with how many changed rows
    against which published version."""

    version: int
    changes: int
    first: str = ""
    last: str = ""
    file: str = ""


def days(first: date, last: date) -> tuple[date, date]:
    """A period that may be played. Raises InvalidInput."""
    if not first <= last < first + timedelta(days=MOST_DAYS):
        raise InvalidInput(f"choose 1 to {MOST_DAYS} days", reason="period_days", most=MOST_DAYS)
    return first, last


# --- one at a time -------------------------------------------------------------------------------------------------


def begin(desk: Desk, wish: Wish, *, author: str, speed: float = 1.0) -> int:
    """A new one; returns its id. Raises Conflict while another one runs. `speed` is the clock's."""
    shop = desk.shop.id
    running = store.back_tests.running(desk.tx, shop)
    if running is not None:
        if not gone(running, desk.now, speed):
            raise Conflict("a back-test is running in this shop: wait or stop it", reason="back_test_running")
        store.back_tests.end(desk.tx, shop, running.id, "failed", desk.now)
    store.back_tests.sweep(desk.tx, shop, desk.now - KEPT, MOST_KEPT - 1)
    return store.back_tests.add(desk.tx, shop, author, asdict(wish), desk.now)


def gone(running: Entry, now: datetime, speed: float) -> bool:
    """Whether whoever plays it has not been heard of for too long."""
    return running.state == "running" and now - running.seen_at > timedelta(seconds=SILENT_SECONDS * speed)


def cancel(desk: Desk, id: int) -> None:
    """Stop it; whoever plays it notices within a second. Raises NotFound."""
    if store.back_tests.get(desk.tx, desk.shop.id, id) is None:
        raise NotFound(f"there is no back-test {id} in this shop")
    store.back_tests.end(desk.tx, desk.shop.id, id, "cancelled", desk.now)


def forget(tx: store.Transaction, now: datetime) -> None:
    """Delete what was kept for long enough, in every shop."""
    store.back_tests.forget(tx, now - KEPT)


# --- playing -------------------------------------------------------------------------------------------------------


class Runs:
    """The back-tests that this node plays."""

    def __init__(self, desks: Desks, clock: Clock, provers: Provers) -> None:
        self._desks, self._clock, self._provers = desks, clock, provers
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def playing(self) -> int:
        """How many are being played here."""
        return len(self._tasks)

    async def start(self, shop: str, wish: Wish, job: BackTest, *, author: str) -> int:
        """Begin and play it in the background; a file of events is deleted in any case. Raises Conflict."""
        work = partial(begin, wish=wish, author=author, speed=self._clock.speed)
        try:
            id = await self._desks.write(shop, self._clock.now(), work)
        except BaseException:
            _delete(job)
            raise
        task = asyncio.create_task(self._play(shop, id, job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return id

    async def _play(self, shop: str, id: int, job: BackTest) -> None:
        state, result = "failed", None
        try:
            result = await self._provers.proved(job, partial(self._watch, shop, id))
            state = "done"
        except Stopped:
            state = "cancelled"
        except AssistantError as error:
            result = {"reason": error.reason, "values": error.values}
        except Exception:
            log.exception("back_test.failed")
        finally:
            _delete(job)
            await self._end(shop, id, state, result)

    async def _watch(self, shop: str, id: int, share: float) -> bool:
        now = self._clock.now()
        try:
            return await self._desks.store.write(lambda tx: store.back_tests.move(tx, shop, id, share, now))
        except Unavailable:
            return True  # buyers' messages come first

    async def _end(self, shop: str, id: int, state: str, result: dict[str, Any] | None) -> None:
        end = partial(store.back_tests.end, shop=shop, id=id, state=state, now=self._clock.now(), result=result)
        for pause in (0.0, *(AGAIN_SECONDS if result else ())):
            await asyncio.sleep(pause)
            with suppress(Unavailable):
                await self._desks.store.write(end)
                return
        log.error("back_test.not_kept", shop=shop)

    async def close(self) -> None:
        """Stop what is being played; it stands as failed."""
        playing = tuple(self._tasks)
        for task in playing:
            task.cancel()
        await asyncio.gather(*playing, return_exceptions=True)


def _delete(job: BackTest) -> None:
    if job.events is not None:
        Path(job.events).unlink(missing_ok=True)


# --- looking -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunView:
    """One back-test; times are epoch seconds, `share` whole percents. `reason` says why it failed, if that is known."""

    id: int
    author: str
    state: str
    at: float
    share: int
    wish: Mapping[str, Any]
    reason: str = ""
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class BackTestsView:
    """The page: what runs, which one is `shown` with its `report`, and all that are kept, newest first."""

    running: RunView | None
    shown: RunView | None
    report: Mapping[str, Any] | None
    kept: tuple[RunView, ...]


def view(
    tx: store.Transaction, shop: str, id: int | None, now: datetime, speed: float, before: BackTestsView | None = None
) -> BackTestsView:
    """What a page shows that has opened the back-test `id`, without one the newest; a report that stands in `before` is
    not read again."""
    names = store.users.names_of(tx, shop)
    found = [_seen(one, names, now, speed) for one in store.back_tests.latest(tx, shop, MOST_KEPT)]
    kept = tuple(one for one in found if one.state != "running" and now.timestamp() - one.at <= KEPT.total_seconds())
    running = next((one for one in found if one.state == "running"), None)
    chosen = [one for one in kept if id is None or one.id == id]
    shown = chosen[0] if chosen and (id is not None or running is None) else None
    if shown is None:
        return BackTestsView(running, None, None, kept)
    if before is not None and before.shown is not None and before.shown.id == shown.id:
        return BackTestsView(running, before.shown, before.report, kept)
    report = store.back_tests.report(tx, shop, shown.id)
    if shown.state == "done":
        return BackTestsView(running, shown, report, kept)
    why = report or {}
    shown = replace(shown, reason=why.get("reason", ""), values=tuple(why.get("values", {}).items()))
    return BackTestsView(running, shown, None, kept)


def _seen(one: Entry, names: Mapping[str, str], now: datetime, speed: float) -> RunView:
    state = "failed" if gone(one, now, speed) else one.state
    author = names.get(one.author, one.author)
    return RunView(one.id, author, state, one.asked_at.timestamp(), round(one.share * 100), one.wish)
