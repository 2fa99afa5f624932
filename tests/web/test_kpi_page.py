"""The leader's page over HTTP: whose figures, files that equal the page, lists, and what is said of bad filters."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from openpyxl import load_workbook

from assistant import store
from assistant.domain.kpi import NAMES
from assistant.domain.kpi_behind import LISTS
from assistant.domain.moments import SHANGHAI
from assistant.store.kpi import Between
from assistant.web import kpi_files, kpi_names
from tests.web.service import Service, message

DAYS = "from=2026-11-11&to=2026-11-12"


class Totals(HTMLParser):
    """The cells of the foot of each table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.feet: list[list[str]] = []
        self.inside = self.naming = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.naming = tag == "title"  # what a small picture says is no figure of the foot
        if tag == "tfoot":
            self.inside = True
            self.feet.append([])

    def handle_endtag(self, tag: str) -> None:
        self.inside, self.naming = self.inside and tag != "tfoot", False

    def handle_data(self, data: str) -> None:
        if self.inside and not self.naming and data.strip():
            self.feet[-1].append(data.strip())


@pytest.fixture(scope="module")
async def told(service: Service) -> Service:
    def said(id: str, clock: str, side: str, **more: Any) -> dict[str, Any]:
        return message(id, "在吗", at=f"2026-11-{clock}+08:00", side=side, platform="taobao", **more)

    events = [
        said("k1", "11T10:00:00", "buyer", conversation="k-1", buyer="k-1"),
        said("k2", "11T10:00:20", "agent", conversation="k-1", buyer="k-1", agent="agent-default"),
        said("k3", "12T10:00:00", "buyer", conversation="=k-2", buyer="=SUM(A1)"),
        said("k4", "12T10:05:00", "agent", conversation="=k-2", buyer="=SUM(A1)", agent="=a9"),
    ]
    status, answer = await service.send(*events)
    assert status == 200, answer
    return service


async def test_the_page_shows_figures_with_definitions_and_the_empty_state(told: Service) -> None:
    status, html = await told.page(f"/kpi?{DAYS}")
    assert status == 200
    assert 'aria-describedby="def-first_response_seconds">2 <small>分</small> 40 <small>秒</small></a>' in html
    assert "每次会话里买家第一句话到客服第一次人工回复的秒数" in html
    assert "数据截至" in html
    assert "该时间段没有会话" in (await told.page("/kpi?from=2020-01-01&to=2020-01-02"))[1]
    assert "No chats in this period" in (await told.page("/kpi?from=2020-01-01&to=2020-01-02", lang="en"))[1]


async def test_every_figure_stands_on_the_page_and_leads_to_its_list(told: Service) -> None:
    _, html = await told.page(f"/kpi?{DAYS}")
    (every,) = re.findall(r'(?s)<section class="panel every".*?</section>', html)
    for name in NAMES:
        shown = re.search(rf'<dt aria-describedby="def-{name}">(.*?)</dt><dd class="figure">(.*?)</dd>', every)
        assert shown is not None, name
        assert shown[1] == kpi_names.KPIS[name][0]
        known = kpi_names.NOTHING not in shown[2].partition("<span")[0]
        assert (f'href="/kpi/{name}?' in shown[2]) == (known and name in LISTS), name


@pytest.mark.parametrize("by", ["agent", "day"])
async def test_a_file_has_the_totals_of_the_page(told: Service, by: str) -> None:
    _, html = await told.page(f"/kpi?{DAYS}")
    status, text = await told.page(f"/kpi/tables/{by}.csv?{DAYS}", lang="en")
    assert status == 200
    heads, *rows = list(csv.reader(io.StringIO(text)))
    assert heads == [by, *NAMES]
    total = dict(zip(heads, rows[-1], strict=True))
    from assistant.web.kpi import COLUMNS

    shown = Totals(html).feet[0 if by == "agent" else 1]

    assert shown == [
        "合计去重", *(kpi_names.written(float(total[name]) if total[name] else None, name, str) for name in COLUMNS)
    ]  # fmt: skip
    _, chinese = await told.page(f"/kpi/tables/{by}.csv?{DAYS}")
    assert chinese.startswith("客服,咨询人数," if by == "agent" else "日期,咨询人数,")


async def test_a_file_opens_in_chinese_and_runs_no_formula(told: Service) -> None:
    async with told.http.get(f"/kpi/first_response_seconds/rows.csv?{DAYS}", headers=told.cookie("leader")) as answer:
        found = await answer.read()
    assert found.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(found.decode("utf-8-sig"))))
    assert rows[1][:5] == ["2026-11-12 10:00:00+08:00", "'=a9", "淘宝", "'=***", "'=k-2"]
    assert rows[1][6:] == ["300.0", "1", "0"]


async def book(service: Service, path: str, role: str = "leader") -> list[tuple[Any, ...]]:
    headers = {**service.cookie(role), "Accept-Language": "zh-CN"}
    async with service.http.get(path, headers=headers) as answer:
        assert answer.status == 200
        opened = load_workbook(io.BytesIO(await answer.read()))
    sheet = opened.worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width >= 10
    assert sheet.title != "Sheet"
    return [tuple(cell for cell in row) for row in sheet.iter_rows()]


async def test_a_sheet_has_the_totals_of_the_page_as_numbers_that_look_like_figures(told: Service) -> None:
    _, text = await told.page(f"/kpi/tables/agent.csv?{DAYS}", lang="en")
    total = dict(zip(*list(csv.reader(io.StringIO(text)))[:: len(text.splitlines()) - 1], strict=True))
    heads, *rows = await book(told, f"/kpi/tables/agent.xlsx?{DAYS}")
    assert [one.value for one in heads[:2]] == ["客服", "咨询人数"]
    assert heads[1 + NAMES.index("longest_wait_seconds")].value == "最长等待（秒）"
    cells = dict(zip(NAMES, rows[-1][1:], strict=True))
    assert {name: one.value for name, one in cells.items()} == {
        name: float(total[name]) if total[name] else None for name in NAMES
    }
    assert (cells["within_180s_rate"].number_format, cells["first_response_seconds"].number_format) == ("0.0%", "0.0")


async def test_a_sheet_runs_no_formula_and_knows_moments(told: Service) -> None:
    _, row, *_ = await book(told, f"/kpi/first_response_seconds/rows.xlsx?{DAYS}")
    assert [one.value for one in row[:5]] == [datetime(2026, 11, 12, 10), "=a9", "淘宝", "=***", "=k-2"]  # noqa: DTZ001 - a sheet knows no zones
    assert {one.data_type for one in row[1:5]} == {"s"}
    assert row[1].quotePrefix
    assert (row[6].value, row[7].value) == (300, 1)


async def test_the_log_is_a_file_of_all_facts_in_their_order_with_buyers_masked_but_for_who_may_see_them(
    told: Service,
) -> None:
    _, text = await told.page(f"/kpi/log.csv?{DAYS}", lang="en")
    heads, *rows = list(csv.reader(io.StringIO(text)))
    assert heads[:3] == ["id", "fact", "at"]
    spoke = [(row[2], row[6]) for row in rows if row[1] == "buyer.spoke"]
    assert spoke == [("2026-11-11 10:00:00+08:00", "k***"), ("2026-11-12 10:00:00+08:00", "'=***")]
    assert [row[2] for row in rows] == sorted(row[2] for row in rows)
    _, facts = await told.call("GET", "/api/v1/facts?from=2026-11-11&to=2026-11-13")
    assert sorted(int(row[0]) for row in rows) == [fact["id"] for fact in facts["facts"]]
    _, seen = await told.page(f"/kpi/log.csv?{DAYS}", "admin", lang="en")
    assert "k-1" in {row[6] for row in csv.reader(io.StringIO(seen))}
    start, end = (datetime(2026, 11, day, tzinfo=SHANGHAI) for day in (11, 13))
    between, shop = Between("default", start, end), {"default": "default"}
    pages = kpi_files.log_pages(told.parts.desks.store, shop, between, SHANGHAI, masked=True, most=2)
    found = [list(page) async for page in pages]
    assert [str(row[0]) for page in found for row in page] == [row[0] for row in rows]
    assert {len(page) for page in found[:-1]} == {2}
    _, *sheet = await book(told, f"/kpi/log.xlsx?{DAYS}")
    assert [row[0].value for row in sheet] == [int(row[0]) for row in rows]
    assert (await told.page(f"/kpi/log.csv?{DAYS}", "agent"))[0] == 403
    assert (await told.page(f"/kpi/log.doc?{DAYS}"))[0] == 404


async def test_a_figure_leads_to_its_list_and_that_to_the_chat_which_is_recorded(told: Service) -> None:
    _, html = await told.page(f"/kpi/within_180s_rate?{DAYS}")
    assert "2 条里 1 条达标" in html
    assert f"/kpi/conversations/%3Dk-2?{DAYS}&of=within_180s_rate&on=taobao" in html.replace("&amp;", "&")
    status, chat = await told.page(f"/kpi/conversations/%3Dk-2?{DAYS}&of=within_180s_rate&on=taobao")
    assert status == 200
    assert "5 分后回复" in chat
    today = datetime.now(UTC) - timedelta(hours=1)
    _, facts = await told.call("GET", "/api/v1/facts", params={"from": today.isoformat()})
    viewed = [fact for fact in facts["facts"] if fact["name"] == "access.viewed"]
    assert [(fact["agent"], fact["conversation"]) for fact in viewed] == [("leader-default", "=k-2")]


async def test_a_printed_page_says_which_days_and_whose_figures_stand_on_it(told: Service) -> None:
    _, html = await told.page(f"/kpi?{DAYS}&agent=a1&platform=taobao")
    printed = html[html.index('<p class="chosen printed">') :].partition("</p>")[0]
    assert re.findall(r'<span class="chip">([^<]*)', printed) == ["2026-11-11 – 2026-11-12", "a1", "淘宝"]


async def test_an_agent_is_shown_who_looked_into_their_chats(told: Service) -> None:
    assert (await told.page("/kpi/conversations/k-1?on=taobao"))[0] == 200
    _, html = await told.page("/kpi/looks", "agent")
    assert html.count("<td>leader</td>") == 1
    assert 'href="/kpi/conversations/k-1?' in html
    assert "还没有人看过" in (await told.page("/kpi/looks", "trainer"))[1]


async def test_an_agent_sees_their_own_figures_and_nobody_elses(told: Service) -> None:
    _, html = await told.page(f"/kpi?{DAYS}&agent==a9", "agent")
    assert "我的数据" in html
    assert 'aria-describedby="def-first_response_seconds">20 <small>秒</small></a>' in html
    assert "=a9" not in html
    _, listed = await told.page(f"/kpi/within_180s_rate?{DAYS}&agent==a9", "agent")
    assert "k-1" in listed
    assert "=k-2" not in listed
    assert (await told.page("/kpi/conversations/k-1", "agent"))[0] == 200
    assert (await told.page("/kpi/conversations/%3Dk-2", "agent"))[0] == 404
    _, file = await told.page(f"/kpi/tables/agent.csv?{DAYS}&agent==a9", "agent")
    assert "=a9" not in file


async def test_it_is_compared_with_what_the_address_says_and_every_link_carries_that_on(told: Service) -> None:
    _, html = await told.page(f"/kpi?{DAYS}&against=week&shop=default")
    assert "对比 11-04 00:00 到 11-05 24:00" in html
    assert '<option value="week" selected>' in html
    assert f"/kpi/buyers_received?{DAYS}&shop=default&against=week" in html.replace("&amp;", "&")
    assert 'href="/kpi/now?shop=default"' in html
    assert '<select class="field" name="shop">' not in html
    assert "对比 11-09 00:00 到 11-10 24:00" in (await told.page(f"/kpi?{DAYS}&against=whatever"))[1]


async def leads_elsewhere(told: Service, login: str) -> None:
    """Make somebody a leader of the other shop, too."""

    def join(tx: store.Transaction) -> None:
        user = store.users.find(tx, login)
        assert user is not None
        store.users.join(tx, user.id, "other-shop", "leader")

    await told.parts.desks.store.write(join)


async def test_who_works_in_several_shops_chooses_one(told: Service) -> None:
    await leads_elsewhere(told, "trainer-default")
    _, html = await told.page(f"/kpi?{DAYS}&shop=other-shop", "trainer")
    assert '<option value="other-shop" selected>' in html
    assert "该时间段没有会话" in html


async def test_the_log_of_several_shops_holds_the_facts_of_each_and_says_whose_they_are(told: Service) -> None:
    await leads_elsewhere(told, "leader-default")
    for shop in ("default", "other-shop"):
        await told.send(message(f"in-{shop}", at="2026-11-05T10:00:00+08:00", conversation=shop, buyer=shop), shop=shop)
    query = "from=2026-11-05&to=2026-11-05&shop=default&shop=other-shop"
    _, text = await told.page(f"/kpi/log.csv?{query}", lang="en")
    heads, *rows = list(csv.reader(io.StringIO(text)))
    spoke = [dict(zip(heads, row, strict=True)) for row in rows if row[1] == "buyer.spoke"]
    assert [(row["shop"], row["conversation"]) for row in spoke] == [(shop, shop) for shop in ("default", "other-shop")]


async def test_columns_are_sorted_by_link_and_what_is_not_known_comes_last(told: Service) -> None:
    _, html = await told.page(f"/kpi?{DAYS}&sort=-average_response_seconds")
    body = html.split("<tbody>")[1]
    assert body.index("=a9") < body.index(">agent<")
    assert 'aria-sort="descending"><a href="/kpi?from=2026-11-11&amp;to=2026-11-12&amp;sort=average_' in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=yesterday", "不是日期"),
        ("from=0001-01-01&to=0001-01-01", "不是日期"),
        ("from=2026-11-12&to=2026-11-11", "结束日期早于开始日期"),
        ("from=2026-01-01&to=2026-11-11", "一次最多看 184 天"),
    ],
)
async def test_a_wrong_filter_is_refused_in_words(told: Service, query: str, said: str) -> None:
    status, html = await told.page(f"/kpi?{query}")
    assert (status, said in html) == (422, True)


async def test_a_strange_platform_or_figure_is_no_accident(told: Service) -> None:
    assert "该时间段没有会话" in (await told.page(f"/kpi?{DAYS}&platform=<script>"))[1]
    assert (await told.page(f"/kpi/no_such_figure?{DAYS}"))[0] == 404
    assert (await told.page(f"/kpi/tables/weather.csv?{DAYS}"))[0] == 404


async def test_amounts_are_listed_to_the_cent(told: Service) -> None:
    at = "2026-11-11T10:01:00+08:00"
    order = {"id": "k-o", "type": "order", "at": at, "platform": "taobao", "order": "k-o", "buyer": "k-1"}
    assert (await told.send({**order, "status": "paid", "amount": "59.55", "paid_at": at}))[0] == 200
    _, html = await told.page(f"/kpi/sales_amount?{DAYS}")
    assert html.count("¥59.55") == 2
    _, file = await told.page(f"/kpi/sales_amount/rows.csv?{DAYS}")
    assert ",59.55,1" in file
    assert ">¥59.55</a>" in (await told.page(f"/kpi?{DAYS}", "agent"))[1]
