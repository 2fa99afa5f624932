"""The link to the other language leads to the same place."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from assistant.web.routes import ADDRESSES
from tests.web.service import Service

LINK = re.compile(r'id="language" href="([^"]*)"')
ASKED = "id=b1&on=taobao&tick=a&tick=b%26c&from=2026-11-01&to=2026-11-11&shop=default"


async def test_every_page_keeps_all_that_was_asked_for_in_the_other_language(service: Service) -> None:
    seen = set()
    for path in [re.sub(r"\{\w+\}", "1", one.path) for one in ADDRESSES if one.method == "GET"]:
        for lang, other in (("en", "zh-CN"), ("zh-CN", "en")):
            headers = {**await service.fresh_cookie("admin"), "Accept": "text/html"}
            asked = f"{path}?{ASKED}&lang={lang}"
            async with service.http.get(asked, headers=headers, allow_redirects=False) as answer:
                links = LINK.findall(await answer.text()) if answer.content_type == "text/html" else []
            for link in links:
                found = urlsplit(unescape(link))
                assert found.path in ("", path)
                kept = parse_qsl(found.query)
                assert kept == [*parse_qsl(ASKED), ("lang", other)], (path, link)
                seen.add(path)
    assert {"/desk", "/scripts", "/scripts/back-test", "/scripts/words", "/kpi", "/kpi/now", "/notices"} <= seen
    assert {"/people", "/kpi/teams", "/kpi/alerts"} <= seen


async def test_the_answer_to_a_form_leads_to_the_page_itself(service: Service) -> None:
    for path, page in (("/people/role", "/people"), ("/kpi/teams", "")):
        async with service.http.post(
            f"{path}?shop=default&lang=en", data={}, headers=service.cookie("admin")
        ) as answer:
            (link,) = LINK.findall(await answer.text())
        assert unescape(link) == f"{page}?shop=default&lang=zh-CN"
