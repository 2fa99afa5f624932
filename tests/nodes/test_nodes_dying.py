"""What happens when a node, a worker, the bus or the database dies. The tests share their nodes and leave them well."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from redis.asyncio import Redis

from assistant.bus.ears import channel_of
from tests.bus.valkey import Valkey
from tests.fitted import key_for
from tests.nodes.database import down, rows
from tests.nodes.node import AT_ONCE, Node, Pair, Screen, reopened, said
from tests.postgres import Server
from tests.until import until
from tests.web.service import message

# --- when a part dies ----------------------------------------------------------------------------------------------


async def test_without_the_bus_screens_follow_within_about_two_seconds_and_at_once_again_when_it_is_back(
    pair: Pair, valkey: Valkey
) -> None:
    one, other = pair
    await one.send(said("bus", 1, "在吗"))
    async with other.sidebar("bus") as page, other.workbench(password(pair)) as listed:
        valkey.kill()
        await one.ask("POST", "/api/v1/buyers/bus/notes", json={"text": "没有信号也看得到"})
        await page.parts("notes", "没有信号也看得到")
        await one.send(said("bus-2", 1, "没有信号的新会话"))
        await listed.parts("conversations", "没有信号的新会话")
        valkey.start()
        async with Redis.from_url(valkey.url) as client, client.pubsub() as ear:
            await ear.ssubscribe(channel_of("default"))

            async def told() -> bool:
                await one.ask("POST", "/api/v1/buyers/bus/notes", json={"text": "又有信号了"})
                heard = await ear.get_message(timeout=0.5)
                return heard is not None and heard["type"] == "smessage"

            await until(told)
        await page.parts("notes", "又有信号了")


def password(pair: Pair) -> str:
    """The first administrator's, which one of them has told."""
    (told,) = re.findall(r"sign in as admin with password (\S+)", pair[0].log() + pair[1].log())
    return str(told)


async def test_without_the_database_nodes_say_come_back_and_do_better_by_themselves_when_it_is_back(
    pair: Pair, database: Server
) -> None:
    one, other = pair
    await one.send(said("store", 1, "在吗"))
    async with other.sidebar("store") as page:
        with down(database):
            for node in pair:
                status, refused, headers = await node.ask("POST", "/api/v1/events", json=said("store", 2, "还在吗"))
                assert (status, refused["error"]["code"]) == (503, "unavailable")
                assert int(headers["Retry-After"]) >= 1
                assert (await node.ask("GET", "/readyz"))[0] == 503
                assert (await node.ask("GET", "/healthz"))[0] == 200
        for node in pair:
            await until(partial(is_ready, node))
        await one.send(said("store", 3, "数据库回来了"))
        await other.ask("POST", "/api/v1/buyers/store/notes", json={"text": "又记得了"})
        await page.parts("notes", "又记得了", seconds=AT_ONCE)


async def is_ready(node: Node) -> bool:
    return (await node.ask("GET", "/readyz"))[0] == 200


async def test_a_killed_node_has_lost_nothing_it_acknowledged_and_its_screens_come_back_on_another(
    pair: Pair, database: Server
) -> None:
    one, other = pair
    await one.send(said("kill", 0, "在吗"))
    acknowledged, enough = set[str](), asyncio.Event()
    async with one.sidebar("kill") as page:
        sending = [asyncio.create_task(one.keep_sending(f"kill-{n}", acknowledged, enough)) for n in range(4)]
        await enough.wait()
        await one.end(signal.SIGKILL)
        await page.closed()
        back = await reopened([one.address, other.address], other.key, "kill")
        await asyncio.gather(*sending)
    await other.ask("POST", "/api/v1/buyers/kill/notes", json={"text": "换了一台"})
    await back.parts("notes", "换了一台", seconds=AT_ONCE)
    assert acknowledged <= {id for (id,) in rows(database, "SELECT id FROM events")}
    await back.leave()
    await one.begin("serve")
    await one.ready()


# --- several workers on one port -----------------------------------------------------------------------------------


async def test_two_workers_share_a_port_and_one_that_dies_is_replaced(
    database: Server, valkey: Valkey, tmp_path: Path
) -> None:
    served = Node(tmp_path, database.url("shop"), valkey.url)
    try:
        await served.begin("serve", "--workers", "2")
        await served.ready()
        served.key = key_for(database.url("shop"))
        await follow_each_other_and_come_back(served)
        await until(lambda: len(served.workers()) == 2)
        assert await served.end(signal.SIGTERM) == 0
    finally:
        await served.gone()
    assert "workers.ended" in served.log()
    assert "Traceback" not in served.log()


async def follow_each_other_and_come_back(served: Node) -> None:
    await served.send(message("w-1", "在吗", conversation="w", buyer="w"))
    async with AsyncExitStack() as ends:
        pages = [await Screen.opened(served.address, served.key, "w") for _ in range(16)]
        for page in pages:
            ends.push_async_callback(page.leave)
        await served.ask("POST", "/api/v1/buyers/w/notes", json={"text": "两边都看到"})
        for page in pages:
            await page.parts("notes", "两边都看到", seconds=AT_ONCE)
        killed, left = served.workers()
        os.kill(killed, signal.SIGKILL)
        await until(lambda: "workers.ended" in served.log())
        await served.ask("POST", "/api/v1/buyers/w/notes", json={"text": "还是都看到"})
        again = [await sees(page, "还是都看到", served) for page in pages]
        assert any(again)
        assert left in served.workers()


async def sees(page: Screen, text: str, served: Node) -> bool:
    """Whether the page had to come back, because its worker was the one that died, before it showed this note."""
    try:
        await page.parts("notes", text, seconds=AT_ONCE)
    except AssertionError:
        back = await reopened([served.address], served.key, "w")
        await back.leave()
        assert text in back.heard[-1]
        return True
    return False
