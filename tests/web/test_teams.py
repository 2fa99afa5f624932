"""The leaders' page of teams over HTTP, and figures of a team or of several shops behind their filters."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant import store
from assistant.domain.moments import SHANGHAI
from tests.web.service import Service, message

DAYS = "from=2026-11-11&to=2026-11-12"


async def post(service: Service, role: str = "leader", **form: str) -> tuple[int, str]:
    headers = {**service.cookie(role), "Accept": "text/html", "Accept-Language": "zh-CN"}
    async with service.http.post("/kpi/teams", data=form, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text()


@pytest.fixture(scope="module")
async def grouped(service: Service) -> tuple[Service, int]:
    """A shop in which `agent-default` belongs to a team since the 12th, and a second shop."""

    def said(id: str, clock: str, side: str, chat: str, **more: Any) -> dict[str, Any]:
        at = f"2026-11-{clock}+08:00"
        return message(id, "在吗", at=at, side=side, platform="taobao", conversation=chat, buyer=chat, **more)

    for shop in ("default", "other-shop"):
        events = [
            said("t1", "11T10:00:00", "buyer", "t-1"),
            said("t2", "11T10:00:20", "agent", "t-1", agent=f"agent-{shop}"),
            said("t3", "12T10:00:00", "buyer", "t-2"),
            said("t4", "12T10:00:40", "agent", "t-2", agent=f"agent-{shop}"),
            said("t5", "12T10:01:00", "buyer", "t-3"),
        ]
        assert (await service.send(*events, shop=shop))[0] == 200
    assert (await post(service, do="add", name="售前组"))[0] == 303
    (team,) = await service.parts.desks.store.read(lambda tx: store.teams.of_shop(tx, "default"))
    assert (await post(service, do="move", agent="agent-default", team=str(team.id), since="2026-11-12"))[0] == 303
    return service, team.id


async def test_the_filter_narrows_page_files_lists_and_api_down_to_the_team(grouped: tuple[Service, int]) -> None:
    service, team = grouped
    _, html = await service.page(f"/kpi?{DAYS}&team={team}")
    assert f'<option value="{team}" selected>售前组</option>' in html
    assert 'aria-describedby="def-first_response_seconds">40 <small>秒</small></a>' in html
    assert "组里每个人按自己的时钟算" in html
    assert f"&team={team}" in html.replace("&amp;", "&")
    _, text = await service.page(f"/kpi/tables/agent.csv?{DAYS}&team={team}")
    assert [row[:2] for row in csv.reader(io.StringIO(text))][1:] == [["agent", "1"], ["合计", "1"]]
    _, listed = await service.page(f"/kpi/buyers_received?{DAYS}&team={team}")
    assert ">售前组</span>" in listed
    assert "t-2" in listed
    assert "t-1" not in listed
    for given in (str(team), "售前组"):
        path = "/api/v1/kpi?from=2026-11-11&to=2026-11-13&by=day"
        _, found = await service.call("GET", path, params={"team": given})
        assert [row["buyers_received"] for row in found["rows"]] == [1]
    assert (await service.call("GET", "/api/v1/kpi?team=nobody"))[0] == 422


async def test_a_wrong_team_is_named_and_what_was_typed_is_not_lost(grouped: tuple[Service, int]) -> None:
    service, team = grouped
    assert "没有「99」组" in (await service.page(f"/kpi?{DAYS}&team=99"))[1]
    for form, said in (
        ({"do": "add", "name": "售前组"}, "已经有「售前组」组了"),
        ({"do": "rename", "team": str(team), "name": "7"}, "不能只是数字"),
        ({"do": "move", "agent": "agent-default", "team": "", "since": "gestern"}, "不是日期"),
        ({"do": "move", "agent": "nobody", "team": "", "since": "2026-11-11"}, "没有「nobody」这位客服"),
    ):
        status, html = await post(service, **form)
        assert (status, said in html) == (422, True), said
    assert 'value="7"' in (await post(service, do="rename", team=str(team), name="7"))[1]


async def test_an_agent_sees_no_team_and_no_page_of_teams(grouped: tuple[Service, int]) -> None:
    service, team = grouped
    assert (await service.page("/kpi/teams", "agent"))[0] == 403
    assert (await post(service, "agent", do="add", name="夜班组"))[0] == 403
    _, html = await service.page(f"/kpi?{DAYS}&team={team}", "agent")
    assert "售前组" not in html
    assert 'aria-describedby="def-first_response_seconds">30 <small>秒</small></a>' in html


async def test_the_page_names_who_is_where_since_when_and_takes_a_mistake_back(grouped: tuple[Service, int]) -> None:
    service, team = grouped
    later = (datetime.now(UTC).astimezone(SHANGHAI) + timedelta(days=3)).date().isoformat()
    assert (await post(service, do="move", agent="agent-default", team="", since=later))[0] == 303
    _, html = await service.page("/kpi/teams")
    assert f"{later} 起：不分组" in html
    assert "leader 设的" in html
    assert "leader-default 设的" not in html
    assert '<span class="chip">售前组</span>' in html
    assert (await post(service, do="take_back", agent="agent-default", since=later))[0] == 303
    assert later + " 起" not in (await service.page("/kpi/teams"))[1]
    assert (await post(service, do="rename", team=str(team), name="售前一组"))[0] == 303
    assert "售前一组" in (await service.page(f"/kpi?{DAYS}"))[1]
    assert (await post(service, do="rename", team=str(team), name="售前组"))[0] == 303


async def test_several_shops_are_added_up_but_never_one_without_the_right(grouped: tuple[Service, int]) -> None:
    service, _ = grouped
    both = f"{DAYS}&shop=default&shop=other-shop"
    assert (await service.page(f"/kpi?{both}"))[0] == 403

    def join(tx: store.Transaction, role: str) -> None:
        user = store.users.find(tx, "leader-default")
        assert user is not None
        store.users.join(tx, user.id, "other-shop", role)

    await service.parts.desks.store.write(lambda tx: join(tx, "agent"))
    assert (await service.page(f"/kpi?{both}"))[0] == 403
    await service.parts.desks.store.write(lambda tx: join(tx, "leader"))
    status, html = await service.page(f"/kpi?{both}")
    assert status == 200
    assert 'value="other-shop" checked' in html
    assert "同一位买家去了两家店，算两次" in html
    _, text = await service.page(f"/kpi/tables/shop.csv?{both}")
    assert [row[1] for row in csv.reader(io.StringIO(text))][1:] == ["3", "3", "6"]
    _, listed = await service.page(f"/kpi/unanswered_buyers?{both}")
    assert "/kpi/conversations/t-3?from=2026-11-11&to=2026-11-12&shop=other-shop&shop=default" in listed.replace(
        "&amp;", "&"
    )
    _, file = await service.page(f"/kpi/unanswered_buyers/rows.csv?{both}")
    assert {row[-1] for row in csv.reader(io.StringIO(file))} == {"店铺", "default", "other-shop"}
    assert "选一个组，或者选几家店" in (await service.page(f"/kpi?{both}&team=售前组"))[1]
    chat = f"/kpi/conversations/t-3?{DAYS}&shop=other-shop&shop=default&of=unanswered_buyers&on=taobao"
    assert (await service.page(chat))[0] == 200
