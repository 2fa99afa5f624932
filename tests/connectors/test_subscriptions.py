"""Facts told to a real receiver on loopback, by virtual time."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp import web

from assistant import store
from assistant.connectors.outward import Inward, is_public, refuse_literal
from assistant.connectors.subscriptions import Post
from assistant.connectors.webhooks import post
from assistant.domain.errors import InvalidInput, NotFound
from assistant.services import subscriptions
from assistant.services.subscriptions import WAITS
from tests.connectors.at_work import SHOP, AtWork
from tests.set_clock import SetClock
from tests.telling import tell
from tests.web.serving import serving


class Receiver:
    """Takes facts, or answers with `status`."""

    def __init__(self) -> None:
        self.status, self.calls, self.address = 200, list[tuple[dict[str, str], bytes]](), ""

    async def take(self, request: web.Request) -> web.Response:
        self.calls.append((dict(request.headers), await request.read()))
        headers = {"Location": self.address} if self.status == 302 else {}
        return web.Response(status=self.status, headers=headers)

    def facts(self) -> list[str]:
        return [fact["name"] for _, body in self.calls for fact in json.loads(body)["facts"]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made, app = Receiver(), web.Application()
    app.router.add_post("/facts", made.take)
    async with serving(app) as address:
        made.address = f"{address}/facts"
        yield made


async def subscribe(node: AtWork, address: str, *facts: str) -> tuple[int, str]:
    work = partial(subscriptions.subscribe, shop=SHOP, address=address, facts=facts, now=node.clock.now())
    return await node.desks.store.write(work)


async def happens(node: AtWork, number: int) -> None:
    said = {"id": f"m{number}", "type": "message", "conversation": "c1", "buyer": "b1", "side": "buyer", "text": "嗯"}
    await node.events(said)


async def told(node: AtWork, after: float = 0.0, *, private: bool = True) -> None:
    clock = SetClock(node.clock.now() + timedelta(seconds=after))
    while await tell(node.desks.store, Post(private=private), clock):
        if (await row(node)).failure:
            break


async def row(node: AtWork) -> store.subscriptions.Subscription:
    (found,) = await node.desks.store.read(store.subscriptions.every)
    return found


async def dead(node: AtWork) -> list[store.subscriptions.DeadLetter]:
    return await node.desks.store.read(partial(store.subscriptions.dead, shop=SHOP))


async def test_what_happens_from_now_on_is_told_once_in_order_and_signed(node: AtWork, receiver: Receiver) -> None:
    await happens(node, 1)
    _, secret = await subscribe(node, receiver.address, "buyer.spoke")
    await told(node)
    assert receiver.calls == []
    for number in range(2, 5):
        await happens(node, number)
    await told(node)
    await told(node)
    assert receiver.facts() == ["buyer.spoke"] * 3
    headers, body = receiver.calls[0]
    expected = hmac.new(secret.encode(), headers["X-Assistant-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-Assistant-Signature"] == f"v1={expected.hexdigest()}"
    fact: dict[str, Any] = json.loads(body)["facts"][0]
    assert (fact["shop"], fact["buyer"], fact["conversation"]) == (SHOP, "b1", "c1")
    assert "嗯" not in body.decode()
    assert (await row(node)).told == 3
    kept = b"".join(file.read_bytes() for file in node.files())
    assert secret.encode() not in kept


async def test_what_is_not_taken_is_tried_again_later_and_at_last_set_aside(node: AtWork, receiver: Receiver) -> None:
    await subscribe(node, receiver.address)
    await happens(node, 1)
    receiver.status, passed = 503, 0.0
    for wait in WAITS:
        await told(node, passed)
        assert (await row(node)).failure == "answered with status 503"
        assert await dead(node) == []
        passed += wait + 1
    await told(node, passed)
    (letter,) = await dead(node)
    assert letter.count == len(json.loads(receiver.calls[0][1])["facts"])
    assert len(receiver.calls) == len(WAITS) + 1
    receiver.status = 200
    receiver.calls.clear()
    await happens(node, 2)
    await told(node, passed)
    assert receiver.facts() == ["buyer.spoke"]  # the next ones have their turn
    assert (await row(node)).failure is None
    again = await subscriptions.replay(node.desks.store, Post(private=True), SHOP, letter.id, node.clock.now())
    assert (again, await dead(node)) == (letter.count, [])
    assert "conversation.opened" in receiver.facts()
    with pytest.raises(NotFound):
        await subscriptions.replay(node.desks.store, Post(private=True), SHOP, letter.id, node.clock.now())


async def test_a_redirect_is_not_followed_and_a_private_address_is_not_written_to(
    node: AtWork, receiver: Receiver
) -> None:
    await subscribe(node, receiver.address)
    await happens(node, 1)
    receiver.status = 302
    await told(node)
    assert (len(receiver.calls), (await row(node)).failure) == (1, "answered with status 302")
    await told(node, WAITS[0] + 1, private=False)
    assert len(receiver.calls) == 1
    assert "private network" in str((await row(node)).failure)


async def test_a_name_that_leads_inside_is_not_written_to(node: AtWork, receiver: Receiver) -> None:
    await subscribe(node, receiver.address.replace("127.0.0.1", "localhost"))
    await happens(node, 1)
    await told(node, private=False)
    assert receiver.calls == []
    assert "private network" in str((await row(node)).failure)
    await told(node, WAITS[0] + 1)
    assert len(receiver.calls) == 1


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "192.168.1.1", "172.16.5.5", "127.0.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_an_address_inside_is_known_in_every_dress(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Inward):
        refuse_literal(f"https://[{address}]/" if ":" in address else f"https://{address}/")


@pytest.mark.parametrize("host", ["127。0。0。1", "①②⑦.0.0.1", "１０.0.0.1", "127.1", "2130706433", "localhost"])
async def test_an_address_inside_is_not_written_to_in_whatever_signs(host: str) -> None:
    with pytest.raises((Inward, ValueError)):
        await post(f"http://{host}:9/", "secret", "1", 1, b"{}", private=False)


def test_an_address_of_the_open_internet_is_public() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")
    refuse_literal("https://example.com/")


async def test_a_number_that_may_still_come_is_waited_for(node: AtWork, receiver: Receiver) -> None:
    await subscribe(node, receiver.address, "buyer.spoke")
    await happens(node, 1)
    await happens(node, 2)

    def lose(tx: store.Transaction) -> None:
        ids = [id for id, _ in store.subscriptions.fact_ids(tx, 0, 100)]
        tx.cursor.execute(f"DELETE FROM facts WHERE id = {ids[len(ids) // 2]}")

    await node.desks.store.write(lose)
    before = (await row(node)).cursor
    await told(node)
    stopped = (await row(node)).cursor
    assert before < stopped < await node.desks.store.read(store.subscriptions.newest_fact)
    await told(node, subscriptions.GAP_SECONDS + 1)
    assert (await row(node)).cursor == await node.desks.store.read(store.subscriptions.newest_fact)


@pytest.mark.parametrize(
    ("address", "facts", "says"),
    [
        ("ftp://example.com", [], "no address"),
        ("https://user:secret@example.com/", [], "no address"),
        ("example.com", [], "no address"),
        ("https://[::1", [], "no address"),
        ("https://example.com:port/", [], "no address"),
        ("https://example.com/" + 2_000 * "a", [], "no address"),
        ("https://example.com", ["order.payed"], "order.paid"),
    ],
)
async def test_bad_input_is_told_and_nothing_is_kept(node: AtWork, address: str, facts: list[str], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        await subscribe(node, address, *facts)
    assert await node.desks.store.read(store.subscriptions.every) == []
