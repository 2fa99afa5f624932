"""A sidebar's way in: a signed launch that works once within a minute, then a bearer in the page's memory."""

import json
import re
from typing import Any

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from assistant import store
from assistant.services.passes import BEARER_SECONDS, LAUNCH_SECONDS
from tests.web.service import Service, message

HOST = "https://desk.example.com"


async def launched(service: Service, host: str = HOST, shop: str = "default") -> str:
    """The path of a fresh one-time address."""
    asked = {"agent": "a1", "host_origin": host}
    status, found = await service.call("POST", "/api/v1/launches", service.key(shop), json=asked)
    assert (status, found["expires_in"]) == (200, LAUNCH_SECONDS)
    return str(found["address"]).removeprefix(service.address)


async def opened(service: Service, path: str) -> tuple[int, str, Any]:
    async with service.http.get(path) as answer:
        return answer.status, await answer.text(), answer.headers


def boot(page: str) -> dict[str, Any]:
    """The JSON block that the page's script reads and removes."""
    found = re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read


async def aged(service: Service, kind: str, seconds: int, content: list[str]) -> str:
    """A pass as it was signed so many seconds ago."""

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - seconds

    secret = await service.parts.desks.store.write(lambda tx: store.secrets.kept(tx, "signing", "none"))
    return str(URLSafeTimedSerializer(secret, salt=kind, signer=Earlier).dumps(content))


async def test_a_launch_opens_a_page_only_its_host_may_embed_and_nobody_keeps(service: Service) -> None:
    status, page, headers = await opened(service, await launched(service))
    assert status == 200
    assert headers["Content-Security-Policy"].endswith(f"frame-ancestors {HOST}")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers
    assert boot(page)["host"] == HOST


async def test_the_pages_bearer_reads_the_sidebar_and_nothing_more(service: Service) -> None:
    await service.send(message("launch-1", conversation="launch", buyer="launch"))
    _, page, _ = await opened(service, await launched(service))
    bearer = {"Authorization": f"Bearer {boot(page)['token']}"}
    assert (await service.call("GET", "/api/v1/conversations/launch/sidebar", bearer))[0] == 200
    assert (await service.call("GET", "/api/v1/facts", bearer))[0] == 403
    assert (await service.call("POST", "/api/v1/events", bearer, json=message("launch-2")))[0] == 403
    assert (await service.call("POST", "/api/v1/launches", bearer, json={}))[0] == 403


async def test_a_launch_works_once(service: Service) -> None:
    path = await launched(service)
    assert (await opened(service, path))[0] == 200
    status, page, _ = await opened(service, path)
    assert status == 401
    assert "token" not in page


@pytest.mark.parametrize("used", [True, False])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_launch_that_is_over_says_so_where_the_sidebar_would_stand(
    service: Service, used: bool, language: str
) -> None:
    path = await launched(service)
    if used:
        await opened(service, path)
    else:
        old = await aged(service, "launch", LAUNCH_SECONDS + 2, ["default", "a1", HOST, "", "nonce-over"])
        path = f"/sidebar?launch={old}"
    asked = {"Accept": "text/html", "Accept-Language": language}
    async with service.http.get(path, headers=asked) as answer:
        page = await answer.text()
        assert answer.status == 401
        assert answer.headers["Content-Security-Policy"].endswith(f"frame-ancestors {HOST}")
    assert ("刷新后重新打开" if language == "zh-CN" else "reload it and open the assistant again") in page
    assert "/login" not in page


async def test_a_forged_launch_names_no_page_that_may_show_it(service: Service) -> None:
    async with service.http.get("/sidebar?launch=WyJhIl0.x.y", headers={"Accept": "text/html"}) as answer:
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(("age", "status"), [(LAUNCH_SECONDS // 2, 200), (LAUNCH_SECONDS + 2, 401)])
async def test_a_launch_lives_a_minute(service: Service, age: int, status: int) -> None:
    token = await aged(service, "launch", age, ["default", "a1", HOST, "", f"nonce-{age}"])
    assert (await opened(service, f"/sidebar?launch={token}"))[0] == status


@pytest.mark.parametrize(("age", "status"), [(BEARER_SECONDS - 120, 404), (BEARER_SECONDS + 2, 401)])
async def test_a_bearer_lives_a_quarter_of_an_hour(service: Service, age: int, status: int) -> None:
    bearer = {"Authorization": f"Bearer {await aged(service, 'bearer', age, ['default', 'a1', ''])}"}
    assert (await service.call("GET", "/api/v1/conversations/none/sidebar", bearer))[0] == status


async def test_what_was_not_signed_here_or_for_this_opens_nothing(service: Service) -> None:
    path = await launched(service)
    other = URLSafeTimedSerializer("another secret", salt="launch").dumps(["default", "a1", HOST, "", "n"])
    for token in ("", "x", path.split("=")[1][:-2] + "xx", other, service.bearer()):
        assert (await opened(service, f"/sidebar?launch={token}"))[0] == 401
    assert (await opened(service, "/sidebar"))[0] == 401
    as_bearer = {"Authorization": f"Bearer {path.split('=')[1]}"}
    assert (await service.call("GET", "/api/v1/conversations/none/sidebar", as_bearer))[0] == 401


@pytest.mark.parametrize("raw", [b"\xed\xa0\x80", b"\xff.\x80.\x81", b"a b", b""])
async def test_bytes_that_are_no_text_are_nobodys_bearer(service: Service, raw: bytes) -> None:
    headers = {"Authorization": "Bearer " + raw.decode("utf-8", "surrogateescape")}
    assert (await service.call("GET", "/api/v1/facts", headers))[0] == 401


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("https://desk.example.com/", HOST),
        ("HTTPS://Desk.Example.COM:443", HOST),
        ("http://desk.example.com:8080", "http://desk.example.com:8080"),
        ("http://[::1]:9000", "http://[::1]:9000"),
        ("https://xn--fiq228c.example", "https://xn--fiq228c.example"),
    ],
)
async def test_the_host_is_named_as_browsers_name_it(service: Service, given: str, host: str) -> None:
    _, page, headers = await opened(service, await launched(service, given))
    assert boot(page)["host"] == host
    assert headers["Content-Security-Policy"].endswith(f"frame-ancestors {host}")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "null",
        "*",
        "https://*",
        "https://*.example.com",
        "desk.example.com",
        "https://desk.example.com/path",
        "https://desk.example.com?q",
        "https://desk.example.com#f",
        "https://user@desk.example.com",
        "https://desk.example.com; script-src *",
        "https://desk.example.com https://elsewhere.example",
        "https://desk.example.com\r\nX: y",
        "https://desk.example.com:99999",
        "https://desk.example.com:80:90",
        "http://[",
        "javascript:alert(1)",
    ],
)
async def test_what_is_no_origin_gets_no_launch(service: Service, given: str) -> None:
    asked = {"agent": "a1", "host_origin": given}
    assert (await service.call("POST", "/api/v1/launches", json=asked))[0] == 422


@pytest.mark.parametrize("agent", ["", "x" * 129, "a\x00b", None, 5])
async def test_a_launch_names_its_agent(service: Service, agent: object) -> None:
    status, found = await service.call("POST", "/api/v1/launches", json={"agent": agent, "host_origin": HOST})
    assert (status, found["error"]["details"][0]["field"]) == (422, "agent")
