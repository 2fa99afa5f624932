"""However many passwords are to be checked at once, a few are; nobody else waits, and who would wait long is told."""

from __future__ import annotations

import asyncio
import threading

import pytest

from assistant.domain.errors import Unavailable
from assistant.services.passwords import AT_ONCE, MOST, Passwords
from tests.until import PATIENCE, until


class Gate:
    """Work that goes on until it is let go, and how much of it is at work."""

    def __init__(self) -> None:
        self.open, self.inside, self._lock = threading.Event(), 0, threading.Lock()

    def work(self) -> str:
        with self._lock:
            self.inside += 1
        self.open.wait(PATIENCE)
        return "done"


async def test_a_few_are_worked_on_at_once_while_everybody_else_goes_on() -> None:
    passwords, gate = Passwords(), Gate()
    asked = [asyncio.ensure_future(passwords.in_turn(gate.work)) for _ in range(MOST)]
    await until(lambda: gate.inside == AT_ONCE)
    assert await asyncio.to_thread(lambda: "a thread is free") == "a thread is free"
    assert gate.inside == AT_ONCE
    with pytest.raises(Unavailable, match="try again in") as refused:
        await passwords.in_turn(gate.work)
    assert refused.value.retry_after > 0
    gate.open.set()
    assert await asyncio.gather(*asked) == MOST * ["done"]
    assert await passwords.in_turn(gate.work) == "done"


async def test_who_goes_away_while_waiting_makes_room_and_while_being_looked_at_does_not() -> None:
    passwords, gate = Passwords(), Gate()
    asked = [asyncio.ensure_future(passwords.in_turn(gate.work)) for _ in range(MOST)]
    await until(lambda: gate.inside == AT_ONCE)
    asked[0].cancel()
    await asyncio.wait(asked[:1])
    with pytest.raises(Unavailable):
        await passwords.in_turn(gate.work)
    asked[-1].cancel()
    await asyncio.wait(asked[-1:])
    last = asyncio.ensure_future(passwords.in_turn(gate.work))
    gate.open.set()
    assert await last == "done"


async def test_a_password_is_known_again_and_nobody_has_one() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("correct horse")
    assert kept.startswith("$argon2id$")
    assert await passwords.match(kept, "correct horse")
    assert not await passwords.match(kept, "battery staple")
    assert not await passwords.match(None, "correct horse")
    assert not await passwords.match("no hash", "correct horse")
