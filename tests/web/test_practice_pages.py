"""The pages of practising: who sees what, the form that starts one, and what programs are told."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from assistant.domain.practice import place_of
from tests.web.practising import begin, hurried_service, page, rehearsal
from tests.web.service import Service, message


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with hurried_service(tmp_path_factory.mktemp("practice")) as made:
        yield made


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
