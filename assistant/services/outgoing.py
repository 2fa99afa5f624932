"""What leaves the house by mail or signed webhook: asked for in a transaction, delivered once, by one node.

A repeat does no harm to a webhook, whose receiver knows it by its id; a mail of which nobody knows whether it went out
is not sent again by itself: a person decides. How it travels is a carrier's matter (`connectors/`).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.services.clocks import Clock
from assistant.services.sealing import NAME, Seal
from assistant.store.outgoing import Letter

log = structlog.get_logger(__name__)

MAIL, WEBHOOK = "mail", "webhook"
# Whoever took a letter has given up after so long, in real time.
TAKEN = timedelta(seconds=120)
# Between one attempt and the next, in seconds; after the last nobody tries by themselves any more.
WAITS = (30, 120, 600, 3_600, 4 * 3_600)
LONGEST_FAILURE = 200
# So many letters are on their way at once: one that takes long keeps none of the others.
HANDS = 8


# --- signing ---------------------------------------------------------------------------------------------------------


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 of `timestamp.body` in hexadecimal, over the very bytes that are sent."""
    return "v1=" + hmac.new(secret.encode(), str(timestamp).encode() + b"." + body, hashlib.sha256).hexdigest()


def signed_headers(secret: str, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What a receiver checks: who knows the secret has sent this body then; and the id that stays at each attempt."""
    return {
        "X-Assistant-Id": id,
        "X-Assistant-Timestamp": str(timestamp),
        "X-Assistant-Signature": signature(secret, timestamp, body),
    }


def signing_secret(tx: store.Transaction, shop: str) -> str:
    """What the shop's webhooks are signed with; empty while there is none."""
    asked, key = store.alerts.asked(tx, shop), store.secrets.find(tx, NAME)
    return Seal(key).open(asked.sealed)["signing"] if asked is not None and asked.sealed and key is not None else ""


# --- delivering ------------------------------------------------------------------------------------------------------


class NotCarried(Exception):
    """It did not arrive, or (`unclear`) nobody knows. `again`: it may later."""

    def __init__(self, failure: str, *, again: bool, unclear: bool = False) -> None:
        super().__init__(failure)
        self.failure, self.again, self.unclear = failure[:LONGEST_FAILURE], again, unclear


class Carrier(Protocol):
    """A way out of the house."""

    async def carry(self, letter: Letter, secret: str, now: datetime) -> None:
        """Deliver it. Raises NotCarried. `secret` is what the shop signs with."""
        ...


async def deliver(database: store.Store, carriers: Mapping[str, Carrier], clock: Clock) -> int:
    """Try what is to be tried now, several letters at once; how many were. Each is taken by one node just before it
    leaves: those before it may have been slow."""
    hands = asyncio.Semaphore(HANDS)

    async def one(letter: Letter) -> bool:
        async with hands:
            try:
                return await _try(database, carriers[letter.way], letter, clock)
            except Exception:
                # The others are on their way: a mail that is called back is one nobody knows of.
                log.exception("outgoing.failed", way=letter.way, about=letter.about)
                return False

    ready = await database.read(lambda tx: store.outgoing.ready(tx, clock.now()))
    return sum(await asyncio.gather(*map(one, ready)))


async def _try(database: store.Store, carrier: Carrier, letter: Letter, clock: Clock) -> bool:
    """Whether it was ours to try."""
    if letter.state == "taken":
        await database.write(partial(_give_up, letter=letter, now=clock.now()))
        return False
    until = clock.now() + TAKEN * clock.speed
    if not await database.write(partial(store.outgoing.take, letter=letter, until=until)):
        return False
    await _carry(database, carrier, letter, clock)
    return True


async def _carry(database: store.Store, carrier: Carrier, letter: Letter, clock: Clock) -> None:
    try:
        secret = await database.read(lambda tx: signing_secret(tx, letter.shop))
        await carrier.carry(letter, secret, clock.now())
    except NotCarried as error:
        log.warning("outgoing.not_carried", way=letter.way, about=letter.about, failure=error.failure)
        await database.write(partial(_failed, letter=letter, error=error, now=clock.now()))
    else:
        await database.write(partial(store.outgoing.put, letter=letter, state="sent"))


def _give_up(tx: store.Transaction, letter: Letter, now: datetime) -> None:
    """Its taker has said nothing for too long: it may have left the house."""
    lost = NotCarried("whoever was sending it did not come back", again=letter.way == WEBHOOK, unclear=True)
    _failed(tx, letter, lost, now)


def _failed(tx: store.Transaction, letter: Letter, error: NotCarried, now: datetime) -> None:
    tried = letter.attempts + (letter.state == "waiting")
    if error.again and tried <= len(WAITS):
        later = now + timedelta(seconds=WAITS[tried - 1])
        store.outgoing.put(tx, letter, "waiting", next_at=later, failure=error.failure)
    else:
        store.outgoing.put(tx, letter, "unclear" if error.unclear else "failed", failure=error.failure)


def send_again(tx: store.Transaction, shop: str, id: int, now: datetime) -> None:
    """A person wants it sent once more. Raises NotFound, InvalidInput for what is on its way or has arrived."""
    letter = store.outgoing.get(tx, shop, id)
    if letter is None:
        raise NotFound(f"there is no letter {id} in this shop")
    if letter.state not in ("failed", "unclear"):
        raise InvalidInput("this is on its way or has arrived: there is nothing to send again", reason="nothing_failed")
    store.outgoing.put(tx, letter, "waiting", was=letter.state, next_at=now)
