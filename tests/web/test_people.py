"""The page about people: what administrators do there, what it refuses, and the password that is shown once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, DummyCookieJar

from assistant import store
from assistant.services import staff
from tests.web.service import PASSWORD, Service, running

PAGE = {"Accept": "text/html"}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """A service of its own: these tests change who may come in."""
    async with running(tmp_path) as made:
        now = made.parts.clock.now()
        await made.parts.desks.store.write(lambda tx: store.shops.add(tx, "default", now))
        await made.parts.desks.store.write(lambda tx: store.shops.add(tx, "other-shop", now))
        yield made


@asynccontextmanager
async def browsing(service: Service, headers: dict[str, str]) -> AsyncIterator[ClientSession]:
    async with ClientSession(service.address, headers={**PAGE, **headers}, cookie_jar=DummyCookieJar()) as http:
        yield http


async def person(service: Service, login: str) -> store.users.User:
    found = await service.parts.desks.store.read(lambda tx: staff.find(tx, login))
    assert found is not None
    return found


async def act(service: Service, what: str, login: str, **more: Any) -> tuple[int, str]:
    """(status, page) of one change by the administrator, with what the page shows of this person now."""
    seen = more.pop("seen", None)
    form = {"login": login, "seen": str((await person(service, login)).version if seen is None else seen), **more}
    async with browsing(service, service.cookie("admin")) as http, http.post(f"/people/{what}", data=form) as answer:
        return answer.status, await answer.text()


async def sign_in(service: Service, login: str, password: str) -> dict[str, str] | None:
    """The cookie of a session, if one was given."""
    form = {"name": login, "password": password}
    async with service.http.post("/login", data=form, allow_redirects=False) as answer:
        return {"Cookie": answer.headers["Set-Cookie"].split(";")[0]} if answer.status == 303 else None


def shown_password(page: str) -> str:
    found = re.search(r'<code id="password">([^<]+)</code>', page)
    assert found is not None
    return found.group(1)


async def test_somebody_new_gets_a_password_once_and_chooses_another_before_anything_else(service: Service) -> None:
    form = {"login": "lin", "name": "小林", "role": "trainer"}
    async with browsing(service, service.cookie("admin")) as http:
        async with http.post("/people", data=form) as answer:
            password = shown_password(await answer.text())
        async with http.get("/people") as answer:
            page = await answer.text()
    assert "小林" in page
    assert password not in page
    cookie = await sign_in(service, "lin", password)
    assert cookie is not None
    async with browsing(service, cookie) as lin:
        async with lin.get("/scripts", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/password?next=/scripts")
        async with lin.get("/api/v1/quick-replies?q=a", headers={"Accept": "application/json"}) as answer:
            assert answer.status == 403
        async with lin.get("/password?next=/scripts") as answer:
            assert answer.status == 200
        own = {"old": password, "new": "a horse of my own", "again": "a horse of my own", "next": "/scripts"}
        async with lin.post("/password", data=own, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/scripts")
            fresh = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        async with lin.get("/scripts", allow_redirects=False) as answer:
            assert answer.status == 303  # the session that knew the given password is over
    async with browsing(service, fresh) as lin, lin.get("/scripts") as answer:
        assert answer.status == 200
    assert await sign_in(service, "lin", password) is None


async def test_a_new_password_ends_what_is_open_and_is_not_the_old_one(service: Service) -> None:
    status, page = await act(service, "password", "agent-default")
    given = shown_password(page)
    assert status == 200
    async with service.http.get("/desk", headers=service.cookie("agent"), allow_redirects=False) as answer:
        assert answer.status == 401
    assert await sign_in(service, "agent-default", PASSWORD) is None
    assert await sign_in(service, "agent-default", given) is not None


async def test_who_is_disabled_is_out_at_once_and_comes_back_when_enabled(service: Service) -> None:
    assert (await act(service, "disable", "agent-default"))[0] == 200
    async with service.http.get("/desk", headers=service.cookie("agent"), allow_redirects=False) as answer:
        assert answer.status == 401
    assert await sign_in(service, "agent-default", PASSWORD) is None
    assert (await act(service, "enable", "agent-default"))[0] == 200
    assert await sign_in(service, "agent-default", PASSWORD) is not None


async def test_the_last_administrator_is_told_why_nothing_happens(service: Service) -> None:
    for what, more in (("disable", {}), ("role", {"role": "agent"})):
        status, page = await act(service, what, "admin-default", **more)
        assert status == 409
        assert "admin-default 是店里唯一的管理员" in page
    assert (await person(service, "admin-default")).disabled_at is None


async def test_a_change_of_something_else_than_was_seen_is_refused_and_shown_anew(service: Service) -> None:
    seen = (await person(service, "agent-default")).version
    assert (await act(service, "role", "agent-default", role="leader"))[0] == 200
    status, page = await act(service, "role", "agent-default", role="trainer", seen=seen)
    assert status == 409
    assert "同事刚刚改过" in page
    status, page = await act(service, "disable", "agent-default", seen="")
    assert status == 409


async def test_people_of_another_shop_do_not_exist(service: Service) -> None:
    for what, more in (("disable", {}), ("enable", {}), ("password", {}), ("role", {"role": "admin"})):
        status, _ = await act(service, what, "agent-other-shop", **more)
        assert status == 404, what
    async with browsing(service, service.cookie("admin")) as http:
        async with http.get("/people") as answer:
            assert "other-shop" not in await answer.text()
        form = {"login": "agent-other-shop", "role": "agent"}
        async with http.post("/people", data=form) as answer:
            assert (answer.status, "已经有人用了" in await answer.text()) == (409, True)
    assert await sign_in(service, "agent-other-shop", PASSWORD) is not None


async def test_what_is_wrong_with_somebody_new_is_said_and_what_was_typed_stays(service: Service) -> None:
    async with browsing(service, service.cookie("admin")) as http:
        for form, said in (
            ({"login": "agent-default", "role": "agent", "name": "小林"}, "已经有人用了"),
            ({"login": "key:1", "role": "agent", "name": "小林"}, "留给程序用"),
            ({"login": "lin", "role": "boss", "name": "小林"}, "请选一个角色"),
        ):
            async with http.post("/people", data=form) as answer:
                page = await answer.text()
                assert answer.status in (409, 422)
            assert said in page


async def test_the_old_password_is_asked_for_and_cannot_be_tried_for_ever(service: Service) -> None:
    cookie = service.cookie("leader")
    async with browsing(service, cookie) as http:
        for form, said in (
            ({"old": "wrong", "new": "long enough", "again": "long enough"}, "现在的密码不对"),
            ({"old": PASSWORD, "new": "short", "again": "short"}, "密码要 10 到 200 个字符"),
            ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "和现在的一样"),
            ({"old": PASSWORD, "new": "long enough", "again": "long enougg"}, "两次输入的新密码不一样"),
        ):
            async with http.post("/password", data=form) as answer:
                assert (answer.status, said in await answer.text()) == (422, True), said
        tried = []
        for _ in range(8):
            async with http.post("/password", data={"old": "guess", "new": "x" * 12, "again": "x" * 12}) as answer:
                tried.append(answer.status)
        assert tried[-1] == 429
    assert await sign_in(service, "leader-default", PASSWORD) is not None


async def test_another_site_changes_nobody(service: Service) -> None:
    strange = {**service.cookie("admin"), "Origin": "https://elsewhere.example"}
    async with browsing(service, strange) as http:
        for path in ("/people", "/people/disable", "/people/password", "/password"):
            async with http.post(path, data={"login": "agent-default", "seen": "0"}) as answer:
                assert answer.status == 403
