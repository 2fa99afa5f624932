"""The leaders' page of alerts over HTTP: what is saved comes back, what is wrong is said and kept, agents stay out; and
the letters that come of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from yarl import URL

from assistant import store
from assistant.app import telling
from assistant.domain.alerts import Wishes
from assistant.domain.moments import SHANGHAI
from assistant.web import alerts as alerts_page
from assistant.web.letters import Letters
from tests.web.service import Service, message

FORM = {
    "on-satisfaction_rate": "on", "threshold-satisfaction_rate": "85.5", "span-satisfaction_rate": "day",
    "minimum-satisfaction_rate": "12", "threshold-complaints": "7", "mails": "a@example.com\r\nb@example.com",
    "webhook": "https://example.com/hook", "report-day": "on", "report-hour": "9", "letters-lang": "en",
}  # fmt: skip


async def post(service: Service, role: str = "leader", **changed: Any) -> tuple[int, str]:
    headers = {**service.cookie(role), "Accept": "text/html", "Accept-Language": "zh-CN"}
    form = {name: value for name, value in {**FORM, **changed}.items() if value is not None}
    async with service.http.post("/kpi/alerts", data=form, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def test_what_a_leader_asks_for_is_kept_and_the_secret_is_shown_once(service: Service) -> None:
    status, html = await post(service)
    assert status == 200
    (secret,) = re.findall(r'<code id="secret">([\w-]{40,})</code>', html)
    assert await post(service) == (303, "303: See Other")
    _, html = await service.page("/kpi/alerts")
    assert secret not in html
    assert 'name="on-satisfaction_rate" checked' in html
    assert 'name="on-complaints">' in html
    for shown in ('value="85.5"', 'value="12"', "a@example.com\nb@example.com", 'value="https://example.com/hook"'):
        assert shown in html
    asked = await service.parts.desks.store.read(lambda tx: store.alerts.asked(tx, "default"))
    assert asked is not None
    assert (asked.wishes.rules["satisfaction_rate"].threshold, asked.changed_by) == (0.855, "leader-default")
    assert (asked.wishes.reports.hour, asked.wishes.lang) == (9, "en")
    _, html = await post(service, fresh="on")
    assert secret not in html
    assert 'id="secret"' in html


async def test_what_is_wrong_is_said_and_nothing_that_was_typed_is_lost(service: Service) -> None:
    for wrong, said in (
        ({"mails": "nobody"}, "「nobody」不是邮箱"),
        ({"threshold-satisfaction_rate": "many"}, "请填数字"),
        ({"threshold-satisfaction_rate": "900"}, "0 到 100"),
        ({"minimum-satisfaction_rate": "1"}, "至少 5 个"),
        ({"webhook": "javascript:alert(1)"}, "https://"),
    ):
        status, html = await post(service, **{**wrong, "threshold-complaints": "77"})
        assert (status, said in html, 'value="77"' in html) == (422, True, True), said


async def test_agents_see_neither_the_page_nor_change_it(service: Service) -> None:
    assert (await service.page("/kpi/alerts", "agent"))[0] == 403
    assert (await post(service, "agent"))[0] == 403
    assert "/kpi/alerts" not in (await service.page("/kpi", "agent"))[1]


async def test_an_alert_stands_on_the_figures_page_and_a_letter_that_failed_is_sent_again(service: Service) -> None:
    database, now = service.parts.desks.store, service.parts.clock.now()

    def happen(tx: store.Transaction) -> int:
        store.alerts.tell(tx, "default", "complaints", "2026-11-11", now, 4, 3)
        id = store.outgoing.add(
            tx, shop="default", way="mail", address="a@example.com", about="complaints", period="2026-11-11",
            subject="", text="", html=None, now=now,
        )  # fmt: skip
        letter = store.outgoing.get(tx, "default", id)
        assert letter is not None
        store.outgoing.put(tx, letter, "failed", was="waiting", failure="the mail server says 550")
        return id

    id = await database.write(happen)
    assert "投诉和差评多" in (await service.page("/kpi?from=2020-01-01&to=2020-01-01"))[1]
    _, html = await service.page("/kpi/alerts")
    assert "the mail server says 550" in html
    again = f"/kpi/alerts/letters/{id}"
    stranger = service.cookie("leader", "other-shop")
    async with service.http.post(again, headers=stranger, allow_redirects=False) as answer:
        assert answer.status == 404
    async with service.http.post(again, headers=service.cookie("leader"), allow_redirects=False) as answer:
        assert answer.status == 303
    letter = await database.read(lambda tx: store.outgoing.get(tx, "default", id))
    assert letter is not None
    assert letter.state == "waiting"


class At:
    """A clock that stands."""

    speed = 1.0

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


async def test_a_report_and_an_alert_are_written_once_with_the_figures_of_the_page(service: Service) -> None:
    noon = datetime.now(UTC).astimezone(SHANGHAI).replace(hour=12, minute=0, second=0) - timedelta(days=1)

    def said(id: str, seconds: int, side: str, **more: Any) -> dict[str, Any]:
        at = (noon + timedelta(seconds=seconds)).isoformat()
        return message(id, "在吗", at=at, side=side, conversation="l-1", buyer="l-1", platform="taobao", **more)

    events = said("l1", 0, "buyer"), said("l2", 25, "agent", agent="agent-other-shop"), said("l3", 60, "buyer")
    assert (await service.send(*events, shop="other-shop"))[0] == 200
    rules = {"waiting_late": {"threshold": 1, "span": "hour"}}
    long_ago = {"day": True, "hour": 8, "since": noon - timedelta(days=9)}
    wanted = Wishes.model_validate({"rules": rules, "mails": ["a@example.com"], "reports": long_ago})
    database, clock = service.parts.desks.store, At(noon + timedelta(hours=22))
    await database.write(lambda tx: store.alerts.save(tx, "other-shop", wanted, "", "leader", noon))
    for _ in range(2):
        await telling.look(service.parts.desks, clock, Letters(service.parts.pages, "https://example.com"))
    letters = await database.read(lambda tx: store.outgoing.latest(tx, "other-shop"))
    assert {one.about for one in letters} == {"waiting_late", "report.day"}
    report = next(one for one in letters if one.about == "report.day")
    alert = next(one for one in letters if one.about == "waiting_late")
    assert report.period == noon.date().isoformat()
    assert report.html is not None
    assert re.search(r"首次响应</td><td[^>]*>25 秒<", report.html)
    # Dark for who reads dark, and as wide as a telephone.
    assert "prefers-color-scheme: dark" in report.html
    assert 'name="viewport"' in report.html
    assert "首次响应: 25 秒" in report.text
    assert "agent: 接待人数 1 · 首次响应 25 秒 ·" in report.text
    assert f"https://example.com/kpi?from={report.period}&to={report.period}" in report.text
    assert "等待超时的买家多: 1\n达到你设的 1。" in alert.text


async def test_a_shop_of_any_name_stays_in_the_address_after_saving(service: Service) -> None:
    def open_it(tx: store.Transaction) -> None:
        store.shops.add(tx, "a&b #1", service.parts.clock.now())
        leader = store.users.find(tx, "leader-default")
        assert leader is not None
        store.users.join(tx, leader.id, "a&b #1", "leader")

    await service.parts.desks.store.write(open_it)
    headers = {**service.cookie("leader"), "Accept": "text/html"}
    address = URL("/kpi/alerts").with_query(shop="a&b #1")
    form = {"letters-lang": "en", "report-hour": "9"}
    async with service.http.post(address, data=form, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 303
        onward = URL(answer.headers["Location"], encoded=True)
    assert (dict(onward.query), onward.fragment) == ({"saved": "1", "shop": "a&b #1"}, "")
    async with service.http.get(address, headers=headers) as answer:
        (action,) = re.findall(r'<form[^>]* action="(/kpi/alerts[^"]*)"', await answer.text())
    assert URL(unescape(action), encoded=True).query.get("shop") == "a&b #1"


def test_a_period_is_written_as_people_write_it() -> None:
    assert alerts_page.spoken("2026-12-02T23+0800") == "12-02 23:00–24:00"
    assert alerts_page.spoken("2026-12-02") == "2026-12-02"
    assert alerts_page.spoken("2026-W49") == "11-30 – 12-06"
