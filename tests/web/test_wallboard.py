"""The leader's page of this moment over its socket: it moves with events, whoever looks, and only for who may look."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from assistant import store
from assistant.domain.moments import SHANGHAI
from assistant.services import teams
from tests.until import until
from tests.web.open_page import OpenPage, parts_of
from tests.web.service import Service, message


async def send(service: Service, id: str, chat: str, side: str = "buyer", **more: Any) -> None:
    status, told = await service.send(message(id, "在吗", conversation=chat, buyer=chat, side=side, **more))
    assert status == 200, told


async def test_an_event_moves_the_open_page_and_an_answer_moves_it_back(service: Service) -> None:
    async with service.http.ws_connect("/kpi/now/ws", headers=service.cookie("leader")) as ws:
        page = OpenPage(ws)
        await page.parts("waiters")
        await send(service, "w1", "now-1")
        await page.parts("waiters", 'data-conversation="now-1"')
        await send(service, "w2", "now-1", "agent", agent="agent-default")
        gone = await page.hear(lambda told: "#waiters" in told and "now-1" not in told)
        assert gone
    status, html = await service.page("/kpi/now")
    assert (status, "接待中" in html) == (200, True)


async def test_agents_neither_open_it_nor_its_socket(service: Service) -> None:
    assert (await service.page("/kpi/now", "agent"))[0] == 403
    with pytest.raises(WSServerHandshakeError):
        await service.http.ws_connect("/kpi/now/ws", headers=service.cookie("agent"))


async def test_a_leader_hands_a_follow_up_over_and_an_agent_may_not(service: Service) -> None:
    await send(service, "h1", "now-2")
    told = message("h2", "您平时穿多大码呀", conversation="now-2", buyer="now-2", side="agent", agent="a-7")
    assert (await service.send(told))[0] == 200
    _, sidebar = await service.call("GET", "/api/v1/conversations/now-2/sidebar")
    id = int(sidebar["follow_ups"][0]["id"])
    async with (
        service.workbench() as agents,
        service.http.ws_connect("/kpi/now/ws", headers=service.cookie("leader")) as ws,
    ):
        page = OpenPage(ws)
        assert "refused" in await agents.say("hand_over", id=id, to="agent-default")
        assert "a-7" in (await page.say("hand_over", id=id, to="a-7"))["message"]
        assert "acked" in await page.say("hand_over", id=id, to="agent-default")
    _, load = await service.call("GET", "/api/v1/colleagues?agent=agent-default")
    assert load["open"] == 1


async def test_whose_screens_are_open_is_shown_without_any_event(service: Service) -> None:
    here = re.compile(r'id="load-agent-default"(?:(?!</tr>).)*data-tone="ok"', re.DOTALL)
    async with service.http.ws_connect("/kpi/now/ws", headers=service.cookie("leader")) as ws:
        page = OpenPage(ws)

        async def nobody_is_here() -> None:
            await page.hear(lambda told: "#loads" in told and not here.search(told))

        await nobody_is_here()  # screens of the test before may only just have been closed
        async with service.workbench():
            await page.hear(lambda told: bool(here.search(told)))
        await nobody_is_here()


async def test_looking_into_a_chat_from_here_is_recorded_and_leads_back(service: Service) -> None:
    await send(service, "l1", "now/3")
    _, html = await service.page("/kpi/now?agent=")
    (path,) = set(re.findall(r'href="(/kpi/conversations/now%2F3[^"]+)"', html))
    status, chat = await service.page(path.replace("&amp;", "&"))
    assert (status, 'href="/kpi/now"' in chat) == (200, True)
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    _, facts = await service.call("GET", "/api/v1/facts", params={"from": since})
    seen = [fact for fact in facts["facts"] if fact["name"] == "access.viewed" and fact["conversation"] == "now/3"]
    assert [fact["agent"] for fact in seen] == ["leader-default"]


async def test_nothing_is_rendered_for_it_when_nobody_looks(service: Service) -> None:
    await until(lambda: len(service.hub) == 0)
    before = service.hub.tally.renderings
    await send(service, "n1", "now-4")
    assert service.hub.tally.renderings == before


async def test_an_alert_stands_on_every_open_page_of_leaders_at_once(service: Service) -> None:
    now, told = service.parts.clock.now(), service.parts.desks
    headers = service.cookie("leader")
    async with (
        service.http.ws_connect("/kpi/now/ws", headers=headers) as watching,
        service.http.ws_connect("/kpi/now/ws?alerts=1&shop=default", headers=headers) as reading,
    ):
        pages = [OpenPage(ws) for ws in (watching, reading)]
        for page in pages:
            await page.parts("alerts")
        period = now.isoformat()
        assert await told.store.write(lambda tx: store.alerts.tell(tx, "default", "complaints", period, now, 4, 3))
        await told.say("default", "alerts")
        for page in pages:
            await page.parts("alerts", "投诉和差评多")
    assert {name for text in pages[1].heard for name in parts_of(text)} == {"alerts"}
    _, html = await service.page("/kpi?from=2020-01-01&to=2020-01-01")
    assert 'hx-ws:connect="/kpi/now/ws?alerts=1' in html
    assert "/kpi/now/ws" not in (await service.page("/kpi", "agent"))[1]


async def test_the_page_narrows_down_to_the_people_a_team_has_today(service: Service) -> None:
    now = service.parts.clock.now()

    def make(tx: store.Transaction) -> int:
        team = teams.add(tx, "default", "夜班组", now, by="boss")
        teams.move(tx, "default", "agent-default", team, now.astimezone(SHANGHAI).date(), by="boss", now=now)
        return team

    team = await service.parts.desks.store.write(make)
    for n, agent in enumerate(("agent-default", "a-8")):
        await send(service, f"t{n}", f"team-{n}")
        answer = message(f"ta{n}", "在的", conversation=f"team-{n}", buyer=f"team-{n}", side="agent", agent=agent)
        assert (await service.send(answer))[0] == 200
        await send(service, f"tb{n}", f"team-{n}")
    status, html = await service.page(f"/kpi/now?team={team}")
    assert (status, "team-0" in html, "team-1" in html) == (200, True, False)
    assert f"&amp;team={team}" in html
    assert (await service.page("/kpi/now?team=99"))[0] == 422
