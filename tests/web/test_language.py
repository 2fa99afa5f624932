"""The link to the other language leads to the same place."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from assistant.web.language import preferred
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


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("en;q=0.1, zh;q=0.9", "zh-CN"),
        ("zh;q=0.2,en-GB;q=0.8,de", "en"),
        ("zh-TW, en;q=0.9", "zh-CN"),
        ("en-GB, en;q=0.1, zh;q=0.5", "en"),
        ("EN ; Q = 1.000", "en"),
        ("zh;q=0, en;q=0.001", "en"),
        ("en;q=0", "otherwise"),
        ("en;q=2, zh;q=0.1", "zh-CN"),
        ("en;q=x", "otherwise"),
        ("en, zh", "en"),
        ("zh, en", "zh-CN"),
        ("english", "otherwise"),
        ("de, fr;q=0.9, *;q=0.1", "otherwise"),
        ("en;q=0.1, *;q=0.9", "otherwise"),
        ("otherwise;q=0.1, zh;q=0, *;q=0.5", "otherwise"),
        ("en, *;q=0.5", "en"),
        ("", "otherwise"),
        (",;,;q=,", "otherwise"),
    ],
)
def test_a_browsers_languages_count_by_their_weight(asked: str, spoken: str) -> None:
    assert preferred(asked, "otherwise") == spoken


async def test_a_page_speaks_the_language_that_weighs_most(service: Service) -> None:
    for asked, lang in (("en;q=0.1, zh;q=0.9", "zh-CN"), ("zh;q=0.1, en;q=0.9", "en")):
        async with service.http.get("/login", headers={"Accept-Language": asked}) as answer:
            assert f'<html lang="{lang}"' in await answer.text()


async def test_the_answer_to_a_form_leads_to_the_page_itself(service: Service) -> None:
    for path, page in (("/people/role", "/people"), ("/kpi/teams", "")):
        async with service.http.post(
            f"{path}?shop=default&lang=en", data={}, headers=service.cookie("admin")
        ) as answer:
            (link,) = LINK.findall(await answer.text())
        assert unescape(link) == f"{page}?shop=default&lang=zh-CN"
