"""Practising over sockets: the workbench of a practice, how it goes on and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from assistant import store
from assistant.domain.errors import Unavailable
from assistant.domain.practice import Cast, place_of
from assistant.services import practice
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.services.scripts import Library
from assistant.store.practice import Practice
from assistant.web import staying
from assistant.web.practice import own_practice
from tests.domain.practice_samples import CAST
from tests.set_clock import SetClock
from tests.until import until
from tests.web.practising import TELLS, begin, hurried_service, rehearsal
from tests.web.service import Service, message, running


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with hurried_service(tmp_path_factory.mktemp("practice")) as made:
        yield made


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


async def test_buyers_nobody_answers_end_the_practice_by_themselves(tmp_path: Path) -> None:
    async with hurried_service(tmp_path, CAST) as service:
        id = await begin(service, "leader", "chat")
        async with rehearsal(service, id, "leader") as desk:
            await desk.hear(lambda text: text == '{"practice": "over"}', seconds=60)
        _, found = await service.call("GET", f"/api/v1/practices/{id}", service.cookie("leader"))
    assert found["state"] == "done"
    assert found["chats"][0]["findings"][0]["kind"] == "never_answered"


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
