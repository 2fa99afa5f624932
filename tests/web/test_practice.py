"""Practising over HTTP and sockets: who sees what, the page's form, the workbench of a practice, its end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from assistant import store
from assistant.domain.errors import Unavailable
from assistant.domain.practice import Cast, place_of
from assistant.services import practice
from assistant.services.clocks import DemoClock
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.services.scripts import Library
from assistant.store.practice import Practice
from assistant.web import staying
from assistant.web.practice import own_practice
from tests.domain.practice_samples import CAST
from tests.until import until
from tests.web.open_page import OpenPage
from tests.web.service import Service, message, running

TELLS = "亲，现在满300减40哦"


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A service whose clock runs twenty times as fast, with a small cast."""
    clock = DemoClock(datetime.now(UTC), datetime.now(UTC), speed=20)
    async with running(tmp_path_factory.mktemp("practice"), clock, cast=CAST) as made:
        yield made


async def begin(service: Service, role: str = "agent", *buyers: str, shop: str = "default") -> int:
    """Start a practice; whatever ran before is ended."""
    _, listed = await service.call("GET", "/api/v1/practices", service.cookie(role, shop))
    for one in listed["practices"]:
        if one["state"] == "running" and one["agent"] == f"{role}-{shop}":
            await service.call("POST", f"/api/v1/practices/{one['id']}/end", service.cookie(role, shop))
    body = {"buyers": list(buyers) or ["price"], "at_once": 1, "pace": "fast"}
    status, made = await service.call("POST", "/api/v1/practices", service.cookie(role, shop), json=body)
    assert status == 200, made
    assert made["address"] == f"/practice/{made['id']}/desk"
    return int(made["id"])


@asynccontextmanager
async def rehearsal(service: Service, id: int, role: str = "agent") -> AsyncIterator[OpenPage]:
    async with service.http.ws_connect(f"/practice/{id}/ws", headers=service.cookie(role)) as ws:
        yield OpenPage(ws)


async def page(service: Service, path: str, role: str = "agent", **more: Any) -> tuple[int, str]:
    headers = {**service.cookie(role), "Accept": "text/html"}
    async with service.http.request(more.pop("method", "GET"), path, headers=headers, **more) as answer:
        return answer.status, await answer.text()


async def test_the_agent_talks_with_scripted_buyers_on_a_workbench_of_their_own(service: Service) -> None:
    assert (await service.send(message("real-1", "真买家的话", conversation="real", buyer="real")))[0] == 200
    id = await begin(service)
    async with rehearsal(service, id) as desk:
        told = await desk.hear(lambda text: "chat-price" in text)
        assert "真买家的话" not in "".join(desk.heard) + told
        await desk.open("chat-price")
        await desk.parts("chat", "能便宜点嘛")
        answer = await desk.say("send", conversation="chat-price", text=TELLS, wrote=9.5)
        assert "acked" in answer
        await desk.parts("chat", "买家已下单")
        status, found = await service.call("POST", f"/api/v1/practices/{id}/end", service.cookie("agent"))
        assert (status, found["state"]) == (200, "stopped")
        await desk.hear(lambda text: text == '{"practice": "over"}')
        refused = await desk.say("send", conversation="chat-price", text="还在吗")
        assert refused["say"].startswith("这轮练习已经结束")
    (chat,) = found["chats"]
    reached = [one for one in chat["findings"] if one["kind"] == "goal_reached"]
    assert [one["message"] for one in reached] == [m["id"] for m in chat["messages"] if m["side"] == "agent"]
    assert [one["rate"] for one in chat["messages"] if one["side"] == "agent"] == [round(12 * 60 / 9.5)]
    assert found["started_at"].endswith("+08:00")


@pytest.mark.parametrize("error", [Unavailable, RuntimeError])
async def test_a_database_that_is_away_for_a_moment_does_not_keep_the_end_from_the_page(
    service: Service, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    looked = 0

    async def away_once(request: web.Request) -> Practice:
        nonlocal looked
        looked += 1
        if looked == 1:
            raise error
        return await own_practice(request)

    monkeypatch.setattr(staying, "own_practice", away_once)
    monkeypatch.setattr(staying, "PRACTICE_SECONDS", 0.01)
    id = await begin(service)
    async with rehearsal(service, id) as desk:
        await desk.hear(lambda text: "chat-price" in text)
        await service.call("POST", f"/api/v1/practices/{id}/end", service.cookie("agent"))
        await desk.hear(lambda text: text == '{"practice": "over"}')


async def test_a_node_forgets_a_practice_that_has_ended_on_another(service: Service) -> None:
    id = await begin(service)
    place, here = place_of("default", id), service.parts.desks
    async with rehearsal(service, id) as desk:
        await desk.hear(lambda text: "chat-price" in text)
        assert place in here.library.practices()
        elsewhere = Desks(here.store, Library(here.library.shipped))
        await elsewhere.write(place, service.parts.clock.now(), lambda desk: practice.end(desk, CAST))
        await until(lambda: place not in here.library.practices())


async def test_what_is_said_after_the_end_of_a_practice_does_not_bring_it_back_into_memory(service: Service) -> None:
    id = await begin(service)
    place, library = place_of("default", id), service.parts.desks.library
    async with rehearsal(service, id) as desk:
        await desk.hear(lambda text: "chat-price" in text)
        await service.call("POST", f"/api/v1/practices/{id}/end", service.cookie("agent"))
        await until(lambda: place not in library.practices())
        await desk.say("send", conversation="chat-price", text="还在吗")
        await until(lambda: place not in library.practices())


async def test_a_practice_that_cannot_go_on_keeps_no_other_waiting(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, stuck, tried = practice.move_on, await begin(service), asyncio.Event()

    loop = asyncio.get_running_loop()

    def fails_in_one(desk: Desk, cast: Cast) -> bool:
        if desk.shop.id == place_of("default", stuck):
            loop.call_soon_threadsafe(tried.set)
            raise RuntimeError("its buyer has left the cast")
        return really(desk, cast)

    monkeypatch.setattr(practice, "move_on", fails_in_one)
    id = await begin(service, "trainer")
    async with rehearsal(service, id, "trainer") as desk:
        await desk.hear(lambda text: "chat-price" in text)
        await desk.open("chat-price")
        await tried.wait()
        await desk.say("send", conversation="chat-price", text=TELLS, wrote=9.5)
        await desk.parts("chat", "买家已下单")
    await service.call("POST", f"/api/v1/practices/{stuck}/end", service.cookie("agent"))


async def test_real_screens_and_real_facts_show_nothing_of_it(service: Service) -> None:
    async with service.workbench() as desk:
        await desk.parts("conversations")
        id = await begin(service)
        async with rehearsal(service, id) as practising:
            await practising.hear(lambda text: "chat-price" in text)
        await service.send(message("real-2", "另一位真买家", conversation="real-2", buyer="real-2"))
        await desk.parts("conversations", "另一位真买家")
        assert "chat-price" not in "".join(desk.heard)
    _, found = await service.call("GET", "/api/v1/facts?from=2020-01-01&to=2100-01-01")
    assert {fact["conversation"] for fact in found["facts"]} <= {"real", "real-2"}
    status, _ = await service.call("GET", "/api/v1/conversations/chat-price/sidebar")
    assert status == 404


async def test_the_sidebar_beside_it_belongs_to_the_practice(service: Service) -> None:
    id = await begin(service)
    async with rehearsal(service, id) as practising:
        await practising.hear(lambda text: "chat-price" in text)
    bearer = {"Authorization": f"Bearer {service.bearer(place_of('default', id))}"}
    status, found = await service.call("GET", "/api/v1/conversations/chat-price/sidebar", bearer)
    assert (status, found["buyer"]["nickname"]) == (200, "柚子")
    _, html = await page(service, f"/practice/{id}/desk")
    assert f"/practice/{id}/ws" in html
    assert f"/practice/{id}/end" in html


async def test_agents_see_their_own_and_trainers_and_leaders_see_all_but_only_look(service: Service) -> None:
    agents, trainers = await begin(service), await begin(service, "trainer", "chat")
    for role, seen in (("agent", False), ("trainer", True), ("leader", True), ("admin", True)):
        _, listed = await service.call("GET", "/api/v1/practices", service.cookie(role))
        ids = {one["id"] for one in listed["practices"]}
        assert (trainers in ids, agents in ids) == (seen, True), role
        status, html = await page(service, "/practice", role)
        assert (status, "店里其他人的练习" in html) == (200, seen)
    for path in (f"/api/v1/practices/{trainers}", f"/practice/{trainers}", f"/practice/{trainers}/desk"):
        assert (await service.call("GET", path, service.cookie("agent")))[0] == 404
    assert (await page(service, f"/practice/{agents}", "leader"))[0] == 200
    async with service.http.get(
        f"/practice/{agents}/desk", headers=service.cookie("leader"), allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, f"/practice/{agents}")
    assert (await service.call("POST", f"/api/v1/practices/{agents}/end", service.cookie("leader")))[0] == 404
    assert (await service.call("GET", f"/practice/{agents}/ws", service.cookie("leader")))[0] == 404


async def test_another_shops_practices_do_not_exist(service: Service) -> None:
    id = await begin(service)
    for role in ("agent", "leader", "admin"):
        strangers = service.cookie(role, "other-shop")
        assert (await service.call("GET", f"/api/v1/practices/{id}", strangers))[0] == 404
        _, listed = await service.call("GET", "/api/v1/practices", strangers)
        assert id not in {one["id"] for one in listed["practices"]}


async def test_a_key_practises_with_nobody(service: Service) -> None:
    assert (await service.call("GET", "/api/v1/practices"))[0] == 403


async def test_the_form_starts_a_practice_and_says_what_is_missing(service: Service) -> None:
    id = await begin(service)
    await service.call("POST", f"/api/v1/practices/{id}/end", service.cookie("agent"))
    for wrong in ({}, {"buyer": "nobody"}, {"buyer": "price", "at_once": "9"}, {"buyer": "price", "at_once": "²"}):
        given = {"at_once": "1", "pace": "usual", **wrong}
        status, html = await page(service, "/practice", method="POST", data=given)
        assert (status, 'id="refused"' in html) == (422, True), wrong
    both = [("buyer", "price"), ("buyer", "chat"), ("at_once", "2"), ("pace", "slow")]
    async with service.http.post(
        "/practice", headers=service.cookie("agent"), data=both, allow_redirects=False
    ) as answer:
        assert answer.status == 303
        address = answer.headers["Location"]
    status, html = await page(service, address)
    assert (status, "data-practice" in html) == (200, True)
    status, html = await page(service, "/practice")
    assert f'href="{address}"' in html
    assert 'id="start"' not in html
    assert (await page(service, "/practice", method="POST", data=both[:1] + both[2:]))[0] == 409
    async with service.http.post(
        address.replace("/desk", "/end"), headers=service.cookie("agent"), allow_redirects=False
    ) as answer:
        assert answer.headers["Location"] == address.removesuffix("/desk")
    status, html = await page(service, address)  # on to the review
    assert (status, "练习讲评" in html) == (200, True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "this field is required: add it"),
        ({"buyers": []}, "choose 1 to 6"),
        ({"buyers": ["nobody"]}, "no scripted buyer"),
        ({"buyers": ["price"], "at_once": 0}, "at_once"),
        ({"buyers": ["price"], "pace": "frantic"}, "pace is one of"),
        ({"buyers": ["price"], "more": 1}, "there is no such field here"),
    ],
)
async def test_programs_are_told_what_is_wrong(service: Service, body: Any, words: str) -> None:
    id = await begin(service)
    await service.call("POST", f"/api/v1/practices/{id}/end", service.cookie("agent"))
    status, answer = await service.call("POST", "/api/v1/practices", service.cookie("agent"), json=body)
    assert status == 422
    assert words in json.dumps(answer)
    _, found = await service.call("GET", "/api/v1/practices", service.cookie("agent"))
    assert all(one["state"] != "running" for one in found["practices"])


@pytest.mark.parametrize("id", ["x", "1" * 19, "-1"])
async def test_what_is_no_number_is_no_practice(service: Service, id: str) -> None:
    assert (await service.call("GET", f"/api/v1/practices/{id}", service.cookie("agent")))[0] == 422


async def test_buyers_nobody_answers_end_the_practice_by_themselves(service: Service) -> None:
    id = await begin(service, "leader", "chat")
    async with service.http.ws_connect(f"/practice/{id}/ws", headers=service.cookie("leader")) as ws:
        await OpenPage(ws).hear(lambda text: text == '{"practice": "over"}', seconds=60)
    _, found = await service.call("GET", f"/api/v1/practices/{id}", service.cookie("leader"))
    assert found["state"] == "done"
    assert found["chats"][0]["findings"][0]["kind"] == "never_answered"


@dataclass
class SetClock:
    """Shows what it is set to."""

    at: datetime
    speed: float = 1.0

    def now(self) -> datetime:
        return self.at


async def test_the_service_deletes_practices_that_are_out_of_date(tmp_path: Path) -> None:
    clock = SetClock(datetime.now(UTC))
    async with running(tmp_path, clock, cast=CAST) as service:
        old = await begin(service)
        await service.call("POST", f"/api/v1/practices/{old}/end", service.cookie("agent"))
        clock.at += practice.KEPT
        newer = await service.parts.desks.write("default", clock.at, start_one)
        clock.at += timedelta(seconds=1)

        async def swept() -> bool:
            return [one.id for one in await service.parts.desks.store.read(of_everybody)] == [newer]

        await until(swept)


def start_one(desk: Desk) -> int:
    return practice.start(desk, CAST, practice.Wish(["price"]), agent="someone", name="")


def of_everybody(tx: store.Transaction) -> list[Practice]:
    return store.practice.of_others(tx, "default", "nobody")
