"""Letters leave once, several at a time, and what becomes of those that do not arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.services import outgoing
from assistant.services.outgoing import NotCarried, signature
from assistant.store.outgoing import Letter
from tests.services.shop import Shop, Stopped
from tests.until import until


def letters(shop: Shop) -> list[Letter]:
    return shop.read(lambda tx: store.outgoing.latest(tx, shop.id))


class Carrier:
    """Carries letters, or fails as it is told to."""

    def __init__(self, failure: NotCarried | None = None) -> None:
        self.failure, self.carried = failure, list[int]()

    async def carry(self, letter: Letter, secret: str, now: Any) -> None:
        if self.failure is not None:
            raise self.failure
        self.carried.append(letter.id)


@pytest.fixture
def posted(shop: Shop) -> Callable[[str], None]:
    def post(way: str) -> None:
        shop.works(
            lambda desk: store.outgoing.add(
                desk.tx, shop=shop.id, way=way, address="x", about="complaints", period="2026-11-11", subject="s",
                text="t", html=None, now=shop.now,
            )
        )  # fmt: skip

    return post


async def deliver(shop: Shop, carrier: Carrier) -> int:
    return await outgoing.deliver(shop.desks.store, {"mail": carrier, "webhook": carrier}, Stopped(shop))


async def test_a_letter_leaves_once(shop: Shop, posted: Callable[[str], None]) -> None:
    posted("mail")
    carrier = Carrier()
    assert [await deliver(shop, carrier), await deliver(shop, carrier)] == [1, 0]
    (letter,) = letters(shop)
    assert (len(carrier.carried), letter.state, letter.text) == (1, "sent", "")


class Slow(Carrier):
    """Has letters on their way until they are let go, those to the first so many."""

    def __init__(self, many: int) -> None:
        super().__init__()
        self.many, self.begun, self.let_go = many, list[int](), asyncio.Event()

    async def carry(self, letter: Letter, secret: str, now: Any) -> None:
        self.begun.append(letter.id)
        if len(self.begun) <= self.many:
            await self.let_go.wait()
        await super().carry(letter, secret, now)


async def test_a_letter_that_is_slow_to_leave_keeps_none_of_the_others(
    shop: Shop, posted: Callable[[str], None]
) -> None:
    for _ in range(3):
        posted("mail")
    slow = Slow(1)
    delivering = asyncio.ensure_future(deliver(shop, slow))
    await until(lambda: len(slow.carried) == 2)
    slow.let_go.set()
    assert await delivering == 3
    assert [one.state for one in letters(shop)] == 3 * ["sent"]


async def test_a_letter_that_has_to_wait_for_slow_ones_is_left_to_other_nodes(
    shop: Shop, posted: Callable[[str], None]
) -> None:
    for _ in range(outgoing.HANDS + 1):
        posted("mail")
    slow, elsewhere = Slow(outgoing.HANDS), Carrier()
    delivering = asyncio.ensure_future(deliver(shop, slow))
    await until(lambda: len(slow.begun) == outgoing.HANDS)
    assert await deliver(shop, elsewhere) == 1
    slow.let_go.set()
    assert await delivering == outgoing.HANDS
    assert {one.state for one in letters(shop)} == {"sent"}
    assert len(slow.carried) + len(elsewhere.carried) == outgoing.HANDS + 1


async def test_a_defect_with_one_letter_does_not_call_the_others_back(
    shop: Shop, posted: Callable[[str], None]
) -> None:
    class Breaks(Slow):
        async def carry(self, letter: Letter, secret: str, now: Any) -> None:
            await super().carry(letter, secret, now)
            if letter.id == self.begun[-1]:
                raise ZeroDivisionError

    posted("mail")
    posted("mail")
    breaks = Breaks(1)
    delivering = asyncio.ensure_future(deliver(shop, breaks))
    await until(lambda: len(breaks.carried) == 1)
    breaks.let_go.set()
    assert await delivering == 1
    assert sorted(one.state for one in letters(shop)) == ["sent", "taken"]


async def test_what_fails_is_tried_again_later_and_given_up_in_the_end(
    shop: Shop, posted: Callable[[str], None]
) -> None:
    posted("webhook")
    broken = Carrier(NotCarried("status 503", again=True))
    for wait in outgoing.WAITS:
        assert (await deliver(shop, broken), await deliver(shop, broken)) == (1, 0)
        shop.passes(f"{wait}s")
    assert await deliver(shop, broken) == 1
    (letter,) = letters(shop)
    assert (letter.state, letter.failure) == ("failed", "status 503")
    shop.works(lambda desk: outgoing.send_again(desk.tx, shop.id, letter.id, shop.now))
    assert await deliver(shop, Carrier()) == 1
    with pytest.raises(InvalidInput):
        shop.works(lambda desk: outgoing.send_again(desk.tx, shop.id, letter.id, shop.now))


@pytest.mark.parametrize(("way", "state"), [("mail", "unclear"), ("webhook", "waiting")])
async def test_a_mail_of_a_node_that_died_is_left_to_a_person_and_a_webhook_is_sent_again(
    shop: Shop, posted: Callable[[str], None], way: str, state: str
) -> None:
    posted(way)
    (letter,) = shop.read(lambda tx: store.outgoing.ready(tx, shop.now))
    shop.works(lambda desk: store.outgoing.take(desk.tx, letter, shop.now + outgoing.TAKEN))
    assert await deliver(shop, Carrier()) == 0
    shop.passes("2m")
    await deliver(shop, Carrier())
    assert letters(shop)[0].state == state


def test_a_signature_is_over_time_and_body() -> None:
    assert signature("s3cret", 1_794_362_400, b'{"a":1}') == signature("s3cret", 1_794_362_400, b'{"a":1}')
    others = {signature("s3cret", 1, b"x"), signature("s3cret", 2, b"x"), signature("other", 1, b"x")}
    assert len(others | {signature("s3cret", 1, b"y")}) == 4
