"""Tells others of a shop's facts: each subscription follows the table of facts with a cursor of its own, so that the
path of events knows nothing of it. What is never taken becomes a dead letter, which can be told again.

How a message travels: `connectors/subscriptions.py`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from assistant import store
from assistant.domain.errors import AssistantError, InvalidInput, NotFound
from assistant.domain.facts import FACTS
from assistant.domain.problems import proposal
from assistant.domain.staff import OPERATOR
from assistant.domain.web_addresses import is_web_address
from assistant.services import audit
from assistant.services.clocks import Clock
from assistant.services.sealing import kept_seal
from assistant.store.facts import Stored
from assistant.store.subscriptions import Subscription

log = structlog.get_logger(__name__)

AT_ONCE = 200
# So many subscribers are told at once.
HANDS = 8
# Seconds between attempts; after the last one the facts become a dead letter and the next ones have their turn.
WAITS = (5, 30, 120, 600, 1_800, 3_600)
# Whoever took a subscription has given up after so long, in real time.
TAKEN = timedelta(seconds=60)
# A number that is missing may belong to a transaction that is still going on: nobody passes it before.
GAP_SECONDS = 60
MOST = 20
LONGEST_ADDRESS = 2_000


class NotTaken(Exception):
    """The subscriber did not take it: its words are what is kept."""


class Carrier(Protocol):
    """What brings a message to its address."""

    async def carry(self, address: str, secret: str, id: str, body: bytes) -> None:
        """Raises NotTaken."""
        ...


@dataclass(frozen=True, slots=True)
class Portion:
    """The next facts for a subscription, and up to which fact of all shops they reach."""

    facts: Sequence[Stored]
    first: int
    last: int


def subscribe(
    tx: store.Transaction, shop: str, address: str, facts: Sequence[str], now: datetime, *, by: str = OPERATOR
) -> tuple[int, str]:
    """(id, the secret it is signed with, told this once). From now on: what happened before is not told."""
    _check(tx, shop, address, facts)
    secret = secrets.token_urlsafe(32)
    sealed = kept_seal(tx).close({"signing": secret})
    # The address may hold a secret of the receiver's: its host says enough.
    audit.record(tx, shop, "subscription.made", now, by=by, of=urlsplit(address).hostname)
    cursor = store.subscriptions.newest_fact(tx)
    names = list(dict.fromkeys(facts))
    id = store.subscriptions.add(tx, shop=shop, address=address, facts=names, sealed=sealed, cursor=cursor, now=now)
    return id, secret


def _check(tx: store.Transaction, shop: str, address: str, facts: Sequence[str]) -> None:
    if store.shops.get(tx, shop) is None:
        raise NotFound(f"there is no shop {shop!r}: `assistant keys add --shop {shop}` makes it")
    if not is_web_address(address, LONGEST_ADDRESS):
        raise InvalidInput(
            f"{address[:80]!r} is no address to send to: write https://host/path, without a password in it"
        )
    for name in facts:
        if name not in FACTS:
            raise InvalidInput(f"there is no fact {name!r}: {proposal(name, FACTS)}")
    if sum(one.shop == shop for one in store.subscriptions.every(tx)) >= MOST:
        raise InvalidInput(f"a shop has at most {MOST} subscriptions: remove one first")


def unsubscribe(tx: store.Transaction, shop: str, id: int, now: datetime, *, by: str) -> None:
    """Tell it nothing any more; its dead letters are forgotten. Raises NotFound."""
    found = store.subscriptions.get(tx, shop, id)
    if found is None or not store.subscriptions.remove(tx, shop, id):
        raise NotFound(f"shop {shop!r} has no subscription {id}: `assistant subscriptions list` shows them")
    audit.record(tx, shop, "subscription.removed", now, by=by, of=urlsplit(found.address).hostname)


# --- telling ---------------------------------------------------------------------------------------------------------


class Telling:
    """Tells subscribers their next facts, several at once: one that does not answer keeps one hand busy and nobody else
    waiting. Each subscription is told by one hand of one node at a time, so that its facts come in their order."""

    def __init__(self, database: store.Store, carrier: Carrier, clock: Clock, tasks: asyncio.TaskGroup) -> None:
        self._store, self._carrier, self._clock, self._tasks = database, carrier, clock, tasks
        self._busy: set[asyncio.Task[None]] = set()

    async def look(self) -> int:
        """Begin to tell those whose turn it is, as many as there are hands for; how many were begun."""
        begun, now = 0, self._clock.now()
        for found in await self._store.read(lambda tx: _behind(tx, now)):
            if len(self._busy) >= HANDS:
                break
            begun += await self._begin(found)
        return begun

    async def rest(self, seconds: float) -> None:
        """Until a hand is free again, or for so long."""
        if self._busy:
            await asyncio.wait(self._busy, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(seconds)

    async def _begin(self, found: Subscription) -> bool:
        """A node has a subscription from just before it is told: those before it may have been slow."""
        portion = await self._store.read(partial(_portion, found=found, now=self._clock.now()))
        if portion is None:
            return False
        until = self._clock.now() + TAKEN * self._clock.speed
        if not await self._store.write(partial(store.subscriptions.take, found=found, until=until)):
            return False
        task = self._tasks.create_task(self._tell(replace(found, next_at=until), portion))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return True

    async def _tell(self, found: Subscription, portion: Portion) -> None:
        """What goes wrong with one must not end the others, which are on their way."""
        try:
            failure = await _carried(self._store, self._carrier, found, portion)
            now = self._clock.now()
            await self._store.write(lambda tx: _settle(tx, found, portion, failure, now))
        except AssistantError as error:
            log.warning("subscriptions.waiting", subscription=found.id, reason=error.message)
        except Exception:
            log.exception("subscriptions.failed", subscription=found.id)


def _behind(tx: store.Transaction, now: datetime) -> list[Subscription]:
    """Whose turn it is, without those who know everything: most of the time that is everybody."""
    return store.subscriptions.behind(tx, store.subscriptions.newest_fact(tx), now)


def _settle(tx: store.Transaction, found: Subscription, portion: Portion, failure: str | None, now: datetime) -> None:
    if not store.subscriptions.has(tx, found):
        return  # it was removed, or taken by another node once we had had it for too long: that one's word counts
    if failure is None:
        if portion.facts:
            store.subscriptions.told(tx, found.id, len(portion.facts), now)
        store.subscriptions.go_on(tx, found.id, portion.last, now)
    elif found.attempts < len(WAITS):
        later = now + timedelta(seconds=WAITS[found.attempts])
        store.subscriptions.failed(tx, found.id, failure, later, now)
    else:
        store.subscriptions.bury(tx, found, portion.first, portion.last, len(portion.facts), failure, now)
        store.subscriptions.failed(tx, found.id, failure, now, now)
        store.subscriptions.go_on(tx, found.id, portion.last, now)


async def _carried(database: store.Store, carrier: Carrier, found: Subscription, portion: Portion) -> str | None:
    """None: it was taken, or there was nothing to tell; otherwise why not."""
    if not portion.facts:
        return None
    try:
        opened = await database.read(lambda tx: kept_seal(tx).open(found.sealed))
        id = f"{found.id}-{portion.facts[0].id}-{portion.facts[-1].id}"
        await carrier.carry(found.address, opened["signing"], id, message(found, portion.facts))
    except (NotTaken, InvalidInput) as error:
        return str(error)
    return None


def message(found: Subscription, facts: Sequence[Stored]) -> bytes:
    """The body: facts as `assistant facts --json` prints them. Times are RFC 3339 in UTC."""
    rows = [
        {
            "id": fact.id, "name": fact.name, "at": fact.at.isoformat(), "recorded_at": fact.recorded_at.isoformat(),
            "shop": fact.shop, "platform": fact.platform, "conversation": fact.conversation, "buyer": fact.buyer,
            "order": fact.order, "agent": fact.agent, "data": fact.data,
        }
        for fact in facts
    ]  # fmt: skip
    return json.dumps({"subscription": found.id, "facts": rows}, ensure_ascii=False).encode()


def _portion(tx: store.Transaction, found: Subscription, now: datetime) -> Portion | None:
    """The next facts; None while there are none at all."""
    last = _reaches(store.subscriptions.fact_ids(tx, found.cursor, AT_ONCE), found.cursor, now)
    if last is None:
        return None
    return Portion(_between(tx, found, found.cursor + 1, last), found.cursor + 1, last)


def _reaches(ids: Sequence[tuple[int, datetime]], cursor: int, now: datetime) -> int | None:
    """Up to which fact can be told: not past a number that may still come."""
    before = cursor
    for id, recorded_at in ids:
        if id != before + 1 and (now - recorded_at).total_seconds() < GAP_SECONDS:
            break
        before = id
    return before if before > cursor else None


def _between(tx: store.Transaction, found: Subscription, first: int, last: int) -> list[Stored]:
    rows = store.facts.numbered(tx, found.shop, first, last)
    return [fact for fact in rows if not found.facts or fact.name in found.facts]


# --- dead letters ----------------------------------------------------------------------------------------------------


async def replay(database: store.Store, carrier: Carrier, shop: str, id: int, now: datetime) -> int:
    """Tell a dead letter's facts again; how many. Raises NotFound, or InvalidInput with what the subscriber said."""

    def read(tx: store.Transaction) -> tuple[Subscription, Portion]:
        letter = store.subscriptions.dead_letter(tx, shop, id)
        found = store.subscriptions.get(tx, shop, letter.subscription) if letter else None
        if letter is None or found is None:
            raise NotFound(f"shop {shop!r} has no dead letter {id}: `assistant subscriptions list` shows them")
        return found, Portion(_between(tx, found, letter.first, letter.last), letter.first, letter.last)

    found, portion = await database.read(read)
    failure = await _carried(database, carrier, found, portion)
    if failure is not None:
        raise InvalidInput(f"it was not taken again, the dead letter stays: {failure}", reason="not_taken")

    def settle(tx: store.Transaction) -> None:
        store.subscriptions.forget(tx, id)
        store.subscriptions.told(tx, found.id, len(portion.facts), now)

    await database.write(settle)
    return len(portion.facts)
