"""Hashes and compares passwords, a few at a time: each takes 64 MB and as many cores as it is given. Not for whose
password it is (`access.py`), nor for what one has to look like (`staff.py`)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from argon2.exceptions import InvalidHashError, VerificationError

from assistant.domain.errors import Unavailable
from assistant.services.staff import HASHER, hash_password

R = TypeVar("R")

# More at once would take no less time altogether, and leave the others on this machine nothing.
AT_ONCE = 2
# An office that begins at nine is taken in within seconds; who comes on top of that is asked to come again.
MOST, AGAIN_SECONDS = 60, 5
# Compared when the login is unknown, so that the answer takes as long as for a known one.
_NOBODY = HASHER.hash(secrets.token_urlsafe(16))


class Passwords:
    """Works in threads of its own, so that neither the event loop nor whoever needs a thread waits for it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._asked: set[Future[Any]] = set()

    async def match(self, kept: str | None, given: str) -> bool:
        """Whether this is the password of a hash; never without one. Raises Unavailable."""
        return await self.in_turn(lambda: _matches(_NOBODY if kept is None else kept, given)) and kept is not None

    async def hashed(self, password: str) -> str:
        """What is kept of it. Raises InvalidInput if it is too short, Unavailable."""
        return await self.in_turn(lambda: hash_password(password))

    async def in_turn(self, work: Callable[[], R]) -> R:
        """Raises Unavailable if too many are before us. Whoever goes away while it is at work still has their place:
        what is begun is carried through."""
        if len(self._asked) >= MOST:
            raise Unavailable(
                f"too many passwords are being checked: try again in {AGAIN_SECONDS} s", retry_after=AGAIN_SECONDS
            )
        asked = self._threads.submit(work)
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        return await asyncio.wrap_future(asked)


def _matches(kept: str, given: str) -> bool:
    try:
        return HASHER.verify(kept, given)
    except (VerificationError, InvalidHashError):
        return False
