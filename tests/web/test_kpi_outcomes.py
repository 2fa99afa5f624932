"""The page of what earns and costs orders over HTTP: numbers, the lists behind them, and files of both."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.moments import SHANGHAI
from tests.web.service import Service, message

DAYS = "from=2026-11-11&to=2026-11-11"


@pytest.fixture(scope="module")
async def sold(service: Service) -> Service:
    """Two buyers find it dear; one of them buys."""
    at = "2026-11-11T10:0{}:00+08:00"

    def said(n: int, side: str, buyer: str, text: str, **more: Any) -> dict[str, Any]:
        return message(f"o{buyer}{n}", text, at=at.format(n), side=side, conversation=buyer, buyer=buyer, **more)

    events: list[dict[str, Any]] = []
    for buyer in ("o-1", "o-2"):
        events += [
            said(0, "buyer", buyer, "能便宜点嘛"), said(1, "agent", buyer, "亲，现在满减", agent="agent-default")
        ]  # fmt: skip
    order = {"type": "order", "order": "o-1", "buyer": "o-1", "amount": "59.50", "platform": "other"}
    events.append({**order, "id": "o-made", "at": at.format(2), "status": "unpaid", "created_at": at.format(2)})
    events.append({**order, "id": "o-paid", "at": at.format(3), "status": "paid", "paid_at": at.format(3)})
    status, told = await service.send(*events)
    assert status == 200, told
    return service


async def test_a_situation_that_lost_a_buyer_leads_to_that_buyer(sold: Service) -> None:
    status, html = await sold.page(f"/kpi/orders?{DAYS}")
    assert status == 200
    assert "哪个情景流失的订单最多" in html
    _, text = await sold.page(f"/kpi/orders/tables/situations.csv?{DAYS}", lang="en")
    heads, first, *_ = csv.reader(io.StringIO(text))
    assert heads == ["situation", "asked", "ordered", "lost", "rate", "settling"]
    assert first[1:] == ["2", "1", "1", "0.5", "0"]
    (link,) = {part.split('"')[0] for part in html.split('href="')[1:] if "of=situation" in part}
    _, listed = await sold.page(link.replace("&amp;", "&"))
    assert "2 条里 1 条买了" in listed
    assert "当天来询单、又认出过这个情景的买家" in listed  # all of them stand there, not the lost alone
    assert listed.index("没有买") < listed.index(">买了</span>")
    assert "o***" in listed
    _, file = await sold.page(link.replace("&amp;", "&").replace("/rows?", "/rows.csv?"))
    assert len(file.splitlines()) == 3


async def test_whose_payments_they_are_is_a_table_a_figure_and_a_list(sold: Service) -> None:
    _, text = await sold.page(f"/kpi/orders/tables/earned.csv?{DAYS}")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["订单归属", "单数", "占比", "金额"]
    assert rows[1] == ["本人单", "1", "1.0", "59.5"]
    assert "¥59.50" in (await sold.page(f"/kpi/paid_own?{DAYS}"))[1]
    _, found = await sold.call("GET", "/api/v1/kpi?from=2026-11-11&to=2026-11-12&by=agent")
    assert {row["key"]: row["paid_own"] for row in found["rows"]} == {"agent-default": 1}


async def test_situations_in_use_stand_on_the_page_of_figures_each_with_its_cards(sold: Service) -> None:
    assert (await sold.send(message("o-3", "能便宜点嘛", conversation="o-3", buyer="o-3")))[0] == 200
    today = datetime.now(UTC).astimezone(SHANGHAI).date()
    days = f"from={today - timedelta(days=7)}&to={today}"
    _, html = await sold.page(f"/kpi?{days}")
    assert "在用的情景和话术" in html
    assert '<th scope="col">Situation</th>' in (await sold.page("/kpi", lang="en"))[1]
    (path, count), *_ = re.findall(r'href="(/kpi/suggestions_shown\?[^"]*what=[^"]*)">(\d+)</a>', html)
    _, listed = await sold.page(path.replace("&amp;", "&"))
    assert f"共 {count} 条" in listed
    (file,) = re.findall(r'href="([^"]*rows\.csv[^"]*)"', listed)
    _, text = await sold.page(file.replace("&amp;", "&"))
    assert len(list(csv.reader(io.StringIO(text)))) == int(count) + 1
    assert "在用的情景和话术" not in (await sold.page(f"/kpi?from={today - timedelta(days=31)}&to={today}"))[1]
    assert "在用的情景和话术" not in (await sold.page(f"/kpi?{days}&platform=jd"))[1]


async def test_a_situation_says_its_stage_since_who_asks_after_a_purchase_is_hardly_a_lost_order(sold: Service) -> None:
    assert (await sold.send(message("o-4", "能便宜点嘛", conversation="o-4", buyer="o-4")))[0] == 200
    today = datetime.now(UTC).astimezone(SHANGHAI).date()
    _, html = await sold.page(f"/kpi/orders?from={today - timedelta(days=7)}&to={today}")
    assert '<span class="muted">售前</span></th>' in html, re.findall(r'<th scope="row">.*?</th>', html)


async def test_programs_are_told_the_same_tables(sold: Service) -> None:
    status, found = await sold.call("GET", "/api/v1/kpi/orders?from=2026-11-11&to=2026-11-12")
    assert status == 200, found
    assert found["earned"][0] == {"key": "paid_own", "count": 1, "share": 1.0, "amount": "59.50"}
    (dear, *_) = found["situations"]
    assert {name: dear[name] for name in ("asked", "ordered", "lost", "rate")} == {
        "asked": 2, "ordered": 1, "lost": 1, "rate": 0.5,
    }  # fmt: skip
    hours = "from=2026-11-11T10:00:00%2B08:00&to=2026-11-11T11:00:00%2B08:00"
    assert (await sold.call("GET", f"/api/v1/kpi/orders?{hours}"))[0] == 422
    assert (await sold.call("GET", "/api/v1/kpi/orders?from=2026-09-01&to=2026-11-12"))[0] == 422


async def test_today_is_today_whatever_days_are_looked_at(sold: Service) -> None:
    today = sold.parts.clock.now().astimezone(SHANGHAI).date()
    _, html = await sold.page("/kpi/orders?from=2026-11-01&to=2026-11-03")
    assert f'href="/kpi/orders?from={today}&amp;to={today}"' in html


async def test_what_cannot_be_meant_is_said(sold: Service) -> None:
    assert "一次最多看 31 天" in (await sold.page("/kpi/orders?from=2026-09-01&to=2026-11-11"))[1]
    assert (await sold.page(f"/kpi/orders/rows?{DAYS}&of=weather&key=x"))[0] == 404
    assert (await sold.page(f"/kpi/orders/tables/weather.csv?{DAYS}"))[0] == 404
    status, html = await sold.page(f"/kpi/orders?{DAYS}", "agent")
    assert (status, "订单从哪来" in html) == (200, True)


async def test_three_questions_are_one_click_away_and_waits_say_who_else_waited(sold: Service) -> None:
    _, html = await sold.page("/kpi")
    for question in ("昨天谁回得慢，为什么", "跟进做了没有，之后买了没有", "哪个情景流失的订单最多"):
        assert question in html
    _, listed = await sold.page(f"/kpi/within_180s_rate?{DAYS}")
    assert "。「同时在等」" in listed
    _, file = await sold.page(f"/kpi/within_180s_rate/rows.csv?{DAYS}", lang="en")
    rows = list(csv.reader(io.StringIO(file)))
    assert rows[0][-1] == "beside"
    assert sorted(row[-1] for row in rows[1:]) == ["1", "1"]
