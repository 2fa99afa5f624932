"""The real commands: what they tell at their start, that they stop gracefully, and what their log keeps to itself."""

import asyncio
import json
import re
import signal
import sqlite3
import time
from pathlib import Path

from aiohttp import ClientError, ClientSession, CookieJar

from assistant.app.stopping import STOP_SECONDS
from tests.web.open_page import OpenPage
from tests.web.processes import Process
from tests.web.service import message


async def test_the_first_administrator_is_told_once_and_nothing_secret_is_logged(tmp_path: Path) -> None:
    served = Process(tmp_path)
    key = served.add_key()
    address = await served.start("serve")
    async with ClientSession(address, headers={"Authorization": f"Bearer {key}"}) as http:
        asked = {"agent": "a1", "host_origin": "https://desk.example.com"}
        async with http.post("/api/v1/launches", json=asked) as answer:
            launch = (await answer.json())["address"].split("=", 1)[1]
        async with http.get(f"/sidebar?launch={launch}") as answer:
            token = json.loads(re.findall(r">(\{.*?\})</script>", await answer.text(), re.DOTALL)[0])["token"]
        await http.post("/login", data={"name": "admin", "password": "wrong-password-tried"})
        await make_it_fail(served, http)
    assert await served.end(signal.SIGTERM) == 0
    told = re.findall(r"sign in as admin with password (\S+)", served.stderr)
    assert len(told) == 1
    assert "request.failed" in served.stderr
    for secret in (key, launch, token, "wrong-password-tried", "secret-words-of-a-buyer"):
        assert secret not in served.stdout + served.stderr
    address = await served.start("serve")
    async with ClientSession(address) as http:
        form = {"name": "admin", "password": told[0]}
        async with http.post("/login", data=form, allow_redirects=False) as answer:
            assert answer.status == 303
    assert await served.end(signal.SIGTERM) == 0
    assert "password" not in served.stderr
    assert told[0] not in served.stdout + served.stderr


async def make_it_fail(served: Process, http: ClientSession) -> None:
    """Provoke a defect whose traceback passes through a buyer's words."""
    with sqlite3.connect(served.database) as beside:
        beside.execute("CREATE TRIGGER broken BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'broken'); END")
    event = message("secret-1", "secret-words-of-a-buyer")
    async with http.post("/api/v1/events", json=event) as answer:
        assert answer.status == 500
    with sqlite3.connect(served.database) as beside:
        beside.execute("DROP TRIGGER broken")


async def test_a_stop_under_load_stores_what_it_acknowledged_tells_the_pages_and_is_quick(tmp_path: Path) -> None:
    served = Process(tmp_path)
    key, acknowledged, fifty = served.add_key(), set[str](), asyncio.Event()
    address = await served.start("serve")
    async with ClientSession(address, headers={"Authorization": f"Bearer {key}"}) as http:
        await http.post("/api/v1/events", json=message("m-0", "在吗"))
        page = OpenPage(await http.ws_connect("/ws", protocols=("assistant.v1", f"bearer.{key}")))
        await page.open("c1")
        await page.parts("buyer")
        sending = [asyncio.create_task(send(http, n, acknowledged, fifty)) for n in range(4)]
        await fifty.wait()
        begun = time.monotonic()
        closing = asyncio.create_task(page.closed())
        assert await served.end(signal.SIGTERM) == 0
        assert time.monotonic() - begun < STOP_SECONDS  # it ended by itself
        assert await closing == 1012
        await asyncio.gather(*sending)
    with sqlite3.connect(served.database) as read:
        stored = {id for (id,) in read.execute("SELECT id FROM events")}
    assert acknowledged <= stored
    assert "Traceback" not in served.stderr


async def send(http: ClientSession, sender: int, acknowledged: set[str], fifty: asyncio.Event) -> None:
    for n in range(100_000):
        event = message(f"m-{sender}-{n}", "在吗", conversation=f"c-{sender}", buyer=f"b-{sender}")
        try:
            async with http.post("/api/v1/events", json=event) as answer:
                if answer.status != 200:
                    return
                acknowledged.add(event["id"])
                if len(acknowledged) >= 50:
                    fifty.set()
        except ClientError:
            return


async def test_the_demo_signs_its_visitor_in_and_its_buyers_talk(tmp_path: Path) -> None:
    demo = Process(tmp_path)
    address = await demo.start("demo", "--past", "0", "--speed", "20", "--data", str(tmp_path))
    async with ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as http:  # of an address in numbers
        async with http.get("/", headers={"Accept": "text/html"}) as answer:
            assert answer.url.path == "/desk"
            assert "/sidebar?launch=" in await answer.text()
        cookies = http.cookie_jar.filter_cookies(answer.url)
        page = OpenPage(await http.ws_connect("/desk/ws"))
        await page.hear(lambda told: "data-conversation=" in told)
    assert "assistant_session" in cookies
    assert await demo.end(signal.SIGINT) == 0
