"""The page of platforms' rules over HTTP: who may see and change them, and where figures say that they have changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.domain.moments import SHANGHAI
from tests.web.service import Service

PAGE = "/kpi/platforms?platform=kuaishou"


async def post(service: Service, role: str = "leader", **form: str) -> tuple[int, str]:
    headers = {**service.cookie(role), "Accept": "text/html", "Accept-Language": "zh-CN"}
    known = {"name": "window", "value": "10:00-22:00", "source": "快手规则中心", "as_of": "2026-11", **form}
    async with service.http.post(PAGE, data=known, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text()


def day(back: int) -> str:
    return (datetime.now(UTC).astimezone(SHANGHAI) - timedelta(days=back)).date().isoformat()


async def test_a_changed_rule_shows_where_it_begins_and_who_changed_it(service: Service) -> None:
    assert (await post(service, since=day(0)))[0] == 303
    _, html = await service.page(PAGE)
    assert "10:00-22:00" in html
    assert "快手规则中心" in html
    assert "默认 08:00-23:00" in html
    period = f"from={day(2)}&to={day(0)}"
    for path in (f"/kpi?{period}", f"/kpi/unanswered_buyers?{period}"):
        _, shown = await service.page(path)
        assert f"自 {day(0)} 起按新的口径" in shown, path
        assert "（之前 08:00-23:00）" in shown
    assert "起按新的口径" not in (await service.page(f"/kpi?{period}&platform=jd"))[1]
    _, audit = await service.page(f"/audit?kind=rules&from={day(1)}&to={day(0)}", "admin")
    assert "快手 · 考核时段" in audit
    assert f"{day(0)} 起：10:00-22:00、之前 08:00-23:00" in audit
    assert (await post(service, do="take_back", since=day(0)))[0] == 303
    assert "10:00-22:00" not in (await service.page(PAGE))[1]


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(service: Service) -> None:
    for form, said in (
        ({"value": "morgens"}, "「morgens」这样写看不懂"),
        ({"since": day(1)}, "已经过去了"),
        ({"since": "gestern"}, "不是日期"),
        ({"source": " "}, "请写上依据"),
    ):
        status, html = await post(service, **{"since": day(0), **form})
        assert (status, said in html) == (422, True), said
    assert 'value="morgens"' in (await post(service, since=day(0), value="morgens"))[1]
    assert (await service.page("/kpi/platforms?platform=ebay"))[0] == 404


async def test_agents_read_the_rules_and_change_none(service: Service) -> None:
    status, html = await service.page(PAGE, "agent")
    assert (status, "考核时段" in html, "<form" in html) == (200, True, False)
    assert (await post(service, "agent", since=day(0)))[0] == 403
