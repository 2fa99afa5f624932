"""Signing in, staying signed in, signing out: nobody is locked out by a stranger, led elsewhere, or told too much."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector
from yarl import URL

from assistant.services.passwords import AGAIN_SECONDS, MOST
from tests.until import PATIENCE, until
from tests.web.service import PASSWORD, Service, running

# Every test names its own person: tries are counted by name.
FORMS = "application/x-www-form-urlencoded"


@dataclass
class MovedClock:
    """The system's clock, put forward."""

    forward: timedelta = timedelta()
    speed: float = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.forward


async def sign_in(
    service: Service, name: str = "agent-default", password: str = PASSWORD, *, headers: Any = None, **form: str
) -> tuple[int, str, Any]:
    """(status, text, headers)."""
    fields = {"name": name, "password": password, **form}
    async with service.http.post("/login", data=fields, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text(), answer.headers


async def desk_status(service: Service, headers: dict[str, str]) -> int:
    async with service.http.get("/desk", headers=headers, allow_redirects=False) as answer:
        return answer.status


async def test_the_session_is_a_cookie_that_scripts_and_other_sites_cannot_use(service: Service) -> None:
    status, _, headers = await sign_in(service)
    assert (status, headers["Location"]) == (303, "/desk")
    cookie = headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    token = cookie.split(";")[0]
    assert await desk_status(service, {"Cookie": token}) == 200


async def test_behind_https_the_cookie_is_secure_and_the_sidebar_knows_its_host(tmp_path: Path) -> None:
    async with running(tmp_path, public_url="https://assistant.example.com") as made:
        ours = {"Origin": "https://assistant.example.com"}
        status, _, headers = await sign_in(made, headers=ours)
        assert status == 303
        assert "Secure" in headers["Set-Cookie"].split("; ")
        asked = {"agent": "a1", "host_origin": "https://desk.example.com"}
        _, found = await made.call("POST", "/api/v1/launches", json=asked)
        assert found["address"].startswith("https://assistant.example.com/sidebar?launch=")


async def test_passwords_are_kept_as_argon2id_and_sessions_as_digests(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        await sign_in(made)
        with sqlite3.connect(tmp_path / "web.db") as read:
            kept = [password for (password,) in read.execute("SELECT password FROM users")]
            dump = "\n".join(read.iterdump())
    assert kept
    assert all(password.startswith("$argon2id$") for password in kept)
    for secret in (PASSWORD, *made.keys.values(), *made.cookies.values()):
        assert secret not in dump


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(service: Service) -> None:
    _, one, _ = await sign_in(service, "trainer-default", "wrong")
    status, other, headers = await sign_in(service, "no-such-person", "wrong")
    assert (status, one) == (401, other)
    assert "Set-Cookie" not in headers


async def test_a_stranger_who_tries_too_often_locks_out_himself_only(service: Service) -> None:
    stranger = TCPConnector(local_addr=("127.0.0.2", 0))
    async with ClientSession(service.address, connector=stranger) as http:
        form = {"name": "leader-default", "password": "guess"}
        for _ in range(11):
            async with http.post("/login", data=form) as answer:
                tried = answer.status
        form["password"] = PASSWORD
        async with http.post("/login", data=form) as answer:
            assert (tried, answer.status) == (429, 429)
    assert (await sign_in(service, "leader-default"))[0] == 303


async def test_where_too_many_sign_in_at_once_the_next_one_is_asked_to_come_again(service: Service) -> None:
    gate, passwords = threading.Event(), service.parts.access.passwords
    waiting = [asyncio.ensure_future(passwords.in_turn(lambda: gate.wait(PATIENCE))) for _ in range(MOST)]
    await until(lambda: len(passwords._asked) == MOST)
    status, text, headers = await sign_in(service, "trainer-other-shop")
    gate.set()
    await asyncio.gather(*waiting)
    assert (status, int(headers["Retry-After"])) == (503, AGAIN_SECONDS)
    assert "请过几秒再试" in text
    assert (await sign_in(service, "trainer-other-shop"))[0] == 303


async def test_a_login_may_be_typed_with_blanks_around_it_and_in_full_width(service: Service) -> None:
    login = "leader-other-shop"
    for typed in (f" {login} ", f"\u3000{login}", login.replace("leader-", "ｌｅａｄｅｒ－"), f"\u202a{login}\u202c"):
        assert (await sign_in(service, typed))[0] == 303


async def test_nobody_gets_further_tries_by_typing_a_login_in_other_ways(service: Service) -> None:
    tries = [(await sign_in(service, f"{n * ' '}nobody-{'ａ' if n % 2 else 'a'}", "guess"))[0] for n in range(11)]
    assert tries == [401] * 10 + [429]


async def test_a_login_that_was_kept_with_a_blank_in_it_still_signs_in(apart: Service) -> None:
    def rename(tx: Any) -> None:
        tx.driver.execute("UPDATE users SET login = 'agent default' WHERE login = 'agent-default'")

    await apart.parts.desks.store.write(rename)
    assert (await sign_in(apart, "agent default"))[0] == 303
    assert (await sign_in(apart, "agentdefault"))[0] == 401


async def test_signing_out_ends_the_session_everywhere(service: Service) -> None:
    headers = await service.fresh_cookie("agent")
    assert await desk_status(service, headers) == 200
    async with service.http.post("/logout", headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert await desk_status(service, headers) == 401


async def test_a_session_ends_after_twelve_hours(tmp_path: Path) -> None:
    clock = MovedClock()
    async with running(tmp_path, clock) as made:
        headers = made.cookie("agent")
        clock.forward = timedelta(hours=11, minutes=59)
        assert await desk_status(made, headers) == 200
        clock.forward = timedelta(hours=12, seconds=1)
        assert await desk_status(made, headers) == 401


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/desk?conversation=c1", "/desk?conversation=c1"),
        ("/desk/中文", "/desk/中文"),
        ("https://elsewhere.example/", "/desk"),
        ("//elsewhere.example", "/desk"),
        ("/\\elsewhere.example", "/desk"),
        ("\\\\elsewhere.example", "/desk"),
        ("/\t/elsewhere.example", "/desk"),
        (" //elsewhere.example", "/desk"),
        ("/desk\r\nSet-Cookie: a=b", "/desk"),
        ("\x00/desk", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("https:elsewhere.example", "/desk"),
        ("http://[", "/desk"),
        ("desk", "/desk"),
        ("", "/desk"),
    ],
)
async def test_signing_in_leads_on_within_this_site_only(service: Service, asked: str, led: str) -> None:
    name = f"agent-{'default' if len(asked) % 2 else 'other-shop'}"
    status, _, headers = await sign_in(service, name, next=asked)
    if status == 429:  # tries are counted by name, right ones too
        status, _, headers = await sign_in(service, "admin-default", next=asked)
    assert (status, headers["Location"]) == (303, led)
    async with service.http.get("/login", params={"next": asked}) as page:
        assert page.status == 200


async def test_a_page_asked_for_before_signing_in_comes_after_it(service: Service) -> None:
    browser = {"Accept": "text/html"}
    async with service.http.get("/desk?a=1&b=2", headers=browser, allow_redirects=False) as answer:
        onward = URL(answer.headers["Location"])
        assert (answer.status, onward.path, dict(onward.query)) == (303, "/login", {"next": "/desk?a=1&b=2"})


@pytest.mark.parametrize(
    "strange",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
)
async def test_another_site_signs_nobody_in_and_acts_for_nobody(service: Service, strange: dict[str, str]) -> None:
    status, _, headers = await sign_in(service, "trainer-other-shop", headers=strange)
    assert status == 403
    assert "Set-Cookie" not in headers
    mine = service.cookie("agent") | strange
    for method, path in (("POST", "/logout"), ("POST", "/api/v1/follow-ups/1"), ("PUT", "/api/v1/buyers/x/tags")):
        assert (await service.call(method, path, mine, json={}))[0] == 403
    assert await desk_status(service, service.cookie("agent")) == 200


@pytest.mark.parametrize("kind", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}])
async def test_our_own_form_passes(service: Service, kind: dict[str, str]) -> None:
    own = {"Origin": service.address, **kind}
    assert (await sign_in(service, "leader-other-shop", headers=own))[0] == 303


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"abc", "multipart/form-data", 422),
        (b"--x\r\nfoo", "multipart/form-data; boundary=x", 400),
        (b"name=a", f"{FORMS}; charset=nonsense", 422),
        (b"name=\xff", f"{FORMS}; charset=ascii", 422),
        (b"name=a%00b&password=%ff", FORMS, 401),
        (b"{}", "application/json", 401),
        (b"", FORMS, 401),
    ],
)
async def test_a_broken_form_is_the_senders_error(service: Service, body: bytes, kind: str, status: int) -> None:
    async with service.http.post("/login", data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == status


async def test_nobody_but_the_demos_visitor_is_signed_in_without_a_password(service: Service, tmp_path: Path) -> None:
    async with service.http.get("/login?visitor=1", allow_redirects=False) as answer:
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers
    async with (
        running(tmp_path, visitor="agent-default") as demo,
        demo.http.get("/login?visitor=1&next=//elsewhere.example", allow_redirects=False) as answer,
    ):
        assert (answer.status, answer.headers["Location"]) == (303, "/desk")
        assert "HttpOnly" in answer.headers["Set-Cookie"]


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncIterator[Service]:
    async with running(tmp_path) as made:
        yield made


async def test_whoever_is_shut_out_is_out_at_once_and_stays_out(apart: Service) -> None:
    def shut_out(tx: Any) -> None:
        tx.driver.execute("UPDATE users SET disabled_at = created_at WHERE login = 'agent-default'")

    headers = apart.cookie("agent")
    assert await desk_status(apart, headers) == 200
    await apart.parts.desks.store.write(shut_out)
    assert await desk_status(apart, headers) == 401
    assert (await sign_in(apart))[0] == 401


async def test_signing_out_of_the_demo_leads_to_a_page_that_leads_back_in(service: Service, tmp_path: Path) -> None:
    async with running(tmp_path, visitor="agent-default") as demo:
        async with demo.http.get("/login") as answer:
            page = await answer.text()
        assert 'href="/login?visitor=1"' in page
        async with demo.http.get("/login?visitor=1", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/desk")
    async with service.http.get("/login") as answer:
        assert "visitor=1" not in await answer.text()
