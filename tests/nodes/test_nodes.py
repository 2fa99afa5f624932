"""Several nodes on one PostgreSQL and one Valkey, as processes of their own: who is told what, and what happens once.

The tests share their nodes and leave them well.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import ClientSession

from tests.fitted import publish
from tests.nodes.database import rows
from tests.nodes.node import AT_ONCE, Node, Pair, said
from tests.postgres import Server
from tests.until import until
from tests.web.open_page import OpenPage

# --- signals -------------------------------------------------------------------------------------------------------


async def test_what_comes_in_at_one_node_is_shown_by_the_other(pair: Pair) -> None:
    one, other = pair
    await one.send(said("told", 1, "能便宜点嘛"))
    async with other.sidebar("told") as there, one.sidebar("told") as here:
        await one.send(said("told", 2, "这款还有M码吗"))
        for page in (there, here):
            await page.parts("suggestions", seconds=AT_ONCE)
        await other.ask("POST", "/api/v1/buyers/told/notes", json={"text": "要M码"})
        for page in (there, here):
            await page.parts("notes", "要M码", seconds=AT_ONCE)


async def test_a_notice_posted_at_one_node_stands_on_the_others_screens(pair: Pair) -> None:
    one, other = pair
    await one.send(said("notice", 1, "在吗"))
    async with other.sidebar("notice") as page:
        status, posted, _ = await one.ask("POST", "/api/v1/notices", json={"text": "今天只发顺丰"})
        assert status == 200, posted
        await page.parts("notices", "今天只发顺丰", seconds=AT_ONCE)
        assert (await one.ask("POST", f"/api/v1/notices/{posted['id']}/end"))[0] == 200


async def test_tables_that_another_process_publishes_are_soon_used_by_all_nodes(pair: Pair, database: Server) -> None:
    publish(database.url("shop"), lambda tables: tables["quick_replies"][0].update(title="中秋月饼怎么领"))

    async def used(node: Node) -> bool:
        _, found, _ = await node.ask("GET", "/api/v1/quick-replies", params={"q": "月饼"})
        return [reply["title"] for reply in found["items"]] == ["中秋月饼怎么领"]

    await asyncio.gather(*(until(partial(used, node)) for node in pair))


async def test_two_trainers_at_two_nodes_see_each_others_change_and_one_of_them_publishes(pair: Pair) -> None:
    one, other = pair
    said = [one.run("users", "add", name, "--role", "trainer", "--json") for name in ("wang", "li")]
    passwords = [str(json.loads(text)["password"]) for text in said]
    async with one.person("wang", passwords[0]) as wang, other.person("li", passwords[1]) as li:
        (before, _), (seen, _) = [await row(http) for http in (wang, li)]
        assert before == seen
        assert (await save(wang, seen, "title: 王写的"))[0] == 200
        status, refused = await save(li, seen, "title: 李写的")
        assert (status, refused["error"]["code"]) == (409, "conflict")
        assert "wang" in refused["error"]["say"]
        theirs, text = await row(li)
        assert "title: 王写的" in text
        assert (await save(li, theirs, "title: 李写的"))[0] == 200
        looked_at = await checked(wang)
        theirs, _ = await row(li)
        assert (await save(li, theirs, "title: 李写的，再改"))[0] == 200
        # What he has not looked at does not go out, whichever node it was written at.
        async with wang.post("/scripts/publish", json={"mark": looked_at}) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (409, "conflict")
        theirs, _ = await row(li)
        assert (await save(li, theirs, "title: 李写的"))[0] == 200
        await published(wang)
        await until(partial(titled, other, "李写的"))
        assert await titled(one, "李写的")


HELLO = {"table": "quick_replies", "id": "hello"}


async def row(http: ClientSession) -> tuple[str, str]:
    """The mark of a row and its text, as this person sees it."""
    async with http.get("/scripts/row", params=HELLO) as answer:
        found = await answer.json()
        return found["mark"], found["text"]


async def save(http: ClientSession, seen: str, title: str) -> tuple[int, Any]:
    text = f"id: hello\n{title}\ntext: 亲，在的\n"
    async with http.post("/scripts/row", json={**HELLO, "text": text, "seen": seen}) as answer:
        return answer.status, await answer.json()


async def checked(http: ClientSession) -> str:
    """The mark of what would be published."""
    async with http.get("/scripts/publish/check") as answer:
        return str((await answer.json())["mark"])


async def published(http: ClientSession) -> None:
    async with http.post("/scripts/publish", json={"mark": await checked(http)}) as answer:
        assert answer.status == 200, await answer.text()


async def titled(node: Node, title: str) -> bool:
    _, found, _ = await node.ask("GET", "/api/v1/quick-replies", params={"q": title})
    return title in [reply["title"] for reply in found["items"]]


async def test_what_happens_at_one_node_moves_the_leaders_page_at_the_other(pair: Pair) -> None:
    one, other = pair
    password = str(json.loads(one.run("users", "add", "boss", "--role", "leader", "--json"))["password"])
    async with other.person("boss", password) as boss, boss.ws_connect("/kpi/now/ws") as ws:
        page = OpenPage(ws)
        await page.parts("waiters")
        for n in range(3):  # nothing but the signal moves it: by itself the page looks at the time alone
            await one.send(said(f"now-{n}", 1, "在吗"))
            await page.parts("waiters", f'data-conversation="now-{n}"', seconds=AT_ONCE)


# --- what happens once ---------------------------------------------------------------------------------------------


async def test_a_clock_that_runs_out_is_seen_to_by_exactly_one_node(pair: Pair, database: Server) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5) + timedelta(seconds=2)
    for n in range(30):
        asked = {"at": began.isoformat(), "side": "agent", "agent": "a1"}
        await pair[n % 2].send(
            said(f"clock-{n}", 1, "在吗", at=began.isoformat()), said(f"clock-{n}", 2, "您平时穿多大码呀", **asked)
        )
    states = "SELECT state FROM follow_ups JOIN buyers ON buyers.id = buyer WHERE external LIKE 'clock-%'"
    await until(lambda: Counter(rows(database, states)) == {("due",): 30})
    fired = "SELECT count(*), count(DISTINCT data::json ->> 'follow_up') FROM facts WHERE name = 'follow_up.due'"
    assert rows(database, fired) == [(30, 30)]


async def test_a_launch_works_once_wherever_it_is_opened(pair: Pair) -> None:
    one, other = pair
    asked = {"agent": "a1", "host_origin": "https://desk.example.com"}
    _, made, _ = await one.ask("POST", "/api/v1/launches", json=asked)
    path = made["address"].removeprefix(one.address)
    assert [(await node.ask("GET", path))[0] for node in (other, one, other)] == [200, 401, 401]


async def test_tries_to_sign_in_are_counted_over_all_nodes(pair: Pair) -> None:
    form = {"name": "nobody", "password": "wrong"}
    answers = [(await pair[n % 2].ask("POST", "/login", data=form))[0] for n in range(11)]
    assert answers == [401] * 10 + [429]


async def test_a_colleague_is_here_whichever_node_she_is_on(pair: Pair) -> None:
    one, other = pair
    await one.send(said("here", 1, "在吗"), said("here", 2, "在的", side="agent", agent="a7"))
    _, made, _ = await one.ask("POST", "/api/v1/launches", json={"agent": "a7", "host_origin": "https://d.example"})
    _, page, _ = await one.ask("GET", made["address"].removeprefix(one.address))
    token = re.findall(r'"token": ?"([^"]+)"', page)[0]

    async def marked() -> bool:
        _, found, _ = await other.ask("GET", "/api/v1/colleagues", params={"agent": "a1"})
        return any(one["agent"] == "a7" and one["here"] for one in found["colleagues"])

    assert not await marked()
    async with one.http() as http, http.ws_connect("/ws", protocols=("assistant.v1", f"bearer.{token}")):
        await until(marked)
