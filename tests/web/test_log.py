"""The log of a whole day: each line says to which request it belongs, and none what somebody wrote or is called."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog
from aiohttp import ClientSession

from assistant.app import logs
from assistant.domain.errors import Unavailable
from assistant.web.operations import OPERATIONS
from assistant.web.routes import ADDRESSES
from tests.web.open_page import OpenPage
from tests.web.service import PASSWORD, Service, message, running

# Each stands somewhere in what is sent, and nowhere in what is logged.
NAME, PHONE, TEXT, CHAT, BUYER = "秘密小美", "13899997777", "秘密的话 secret-words", "secret-chat", "secret-buyer"
AGENT, LOGIN, WRONG, NOTE = "secret-agent", "secret-login", "secret-wrong-password", "secret-note"
SECRETS = [NAME, PHONE, "secret", "秘密", PASSWORD]


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with running(tmp_path_factory.mktemp("log"), access_log=True) as made:
        yield made


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """Everything down to the smallest entry, as this test makes it."""
    logs.configure("debug")
    yield Log(capsys)
    logs.configure("error")


class Log:
    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured

    def text(self) -> str:
        return self._captured.readouterr().err

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]


async def test_a_whole_days_requests_leave_no_secret_in_the_log(service: Service, log: Log) -> None:
    tokens = await a_day(service)
    await wrong_doings(service)
    await defects(service)
    text = log.text()
    entries = [json.loads(line) for line in text.splitlines()]
    assert {"request", "operation", "request.failed", "socket.operation_failed"} <= {each["event"] for each in entries}
    assert all(each["request"] for each in entries if each["event"] in ("request", "operation"))
    asked = {each["path"] for each in entries if each["event"] == "request"}
    assert asked >= {address.path for address in ADDRESSES}
    for secret in (*SECRETS, *tokens, *service.keys.values(), *service.cookies.values()):
        assert secret not in text


async def a_day(service: Service) -> list[str]:
    """What goes well: events, a sidebar with everything an agent does, a sign-in. The tokens it took."""
    place = {"conversation": CHAT, "buyer": BUYER}
    await service.send(
        {**message("secret-event", TEXT), **place, "item": "secret-item"},
        {**message("who"), "type": "buyer", **place, "nickname": NAME, "phone": PHONE},
        {**message("order"), "type": "order", **place, "order": "secret-order", "amount": "9.90", "status": "unpaid"},
        {**message("answer", TEXT, **place), "side": "agent", "agent": AGENT},
    )
    asked = {"agent": AGENT, "host_origin": "https://secret.example.com"}
    launch = (await service.call("POST", "/api/v1/launches", json=asked))[1]["address"].split("=", 1)[1]
    async with service.http.get(f"/sidebar?launch={launch}") as answer:
        token = json.loads(re.findall(r">(\{.*?\})</script>", await answer.text(), re.DOTALL)[0])["token"]
    async with service.sidebar(token) as page:
        await page.open(CHAT)
        await page.parts("buyer", NAME)
        await everything_said(page)
    async with ClientSession(service.address) as other:
        form = {"name": "agent-default", "password": PASSWORD}
        async with other.post("/login", data=form, allow_redirects=False) as answer:
            session = answer.cookies["assistant_session"].value
    return [launch, token, session]


async def everything_said(page: OpenPage) -> None:
    for op in (*OPERATIONS, TEXT):
        await page.say(op, conversation=CHAT, text=NOTE, id="1", group="secret", tag=NAME, situation="secret")


async def wrong_doings(service: Service) -> None:
    """Every address with secrets in its path, its query and its body, by everybody; and what is no request at all."""
    asked: dict[str, Any]
    persons = [service.key(), service.cookie("admin"), {"Authorization": f"Bearer {WRONG}"}, {"X-Request-Id": PHONE}]
    for address in ADDRESSES:
        path = re.sub(r"\{\w+\}", CHAT, address.path)
        for headers in persons:
            body = json.dumps({"text": TEXT, "id": NAME, "name": LOGIN, "password": WRONG, "agent": AGENT})
            asked = {"headers": {"Accept": "text/html", **headers}, "data": body, "allow_redirects": False}
            async with service.http.request(address.method, f"{path}?q={TEXT}&shop={NAME}", **asked) as answer:
                await answer.read()
    await service.http.post("/login", data={"name": LOGIN, "password": WRONG})
    _, writer = await asyncio.open_connection("127.0.0.1", int(service.address.rsplit(":", 1)[1]))
    writer.write(f"SECRET /{PHONE} HTTP/1.1\r\nX-{NAME}: {TEXT}\r\n\r\n".encode())
    await writer.drain()
    writer.close()
    async with service.sidebar() as page:
        await page.ws.send_str(f"{{{TEXT}")
        await page.hear(lambda told: told.startswith('{"refused"'))


async def defects(service: Service) -> None:
    """What a database says of a row may quote it: a request and an operation whose error does."""
    for table in ("messages", "notes"):
        raised = f"RAISE(ABORT, '{TEXT}')"
        await service.run(f"CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} BEGIN SELECT {raised}; END")
    status, answer = await service.send(message("broken", TEXT, conversation=CHAT, buyer=BUYER))
    assert status == 500
    assert re.search(r"request [0-9a-f]{16}$", answer["error"]["message"])
    async with service.sidebar() as page:
        refused = await page.say("note", conversation=CHAT, text=NOTE)
        assert re.search(r"request [0-9a-f]{16}\.1$", refused["message"])
    for table in ("messages", "notes"):
        await service.run(f"DROP TRIGGER broken_{table}")


async def test_an_id_that_looks_like_one_is_kept_and_anything_else_replaced(service: Service, log: Log) -> None:
    ours = "5f0c9a1e-7f3c-4f0e-9a59-2c8b4f6f1d22"
    for given in (ours, PHONE, "a b", "1" * 20, "abc", "a" * 100):
        async with service.http.get("/healthz", headers={"X-Request-Id": given}) as answer:
            told = answer.headers["X-Request-Id"]
        assert (told == given) is (given == ours)
        assert re.fullmatch(r"[0-9a-f-]{16,64}", told)
        assert [each["request"] for each in log.entries()] == [told]


async def test_every_entry_of_a_request_bears_its_id_however_it_ends(service: Service, log: Log) -> None:
    async with service.http.get("/api/v1/nothing") as answer:
        assert answer.status == 404
    async with service.http.get("/", headers={"Accept": "text/html"}, allow_redirects=False) as redirect:
        assert redirect.status == 303
    entries = log.entries()
    assert [each["request"] for each in entries] == [each.headers["X-Request-Id"] for each in (answer, redirect)]
    assert [(each["status"], each["path"]) for each in entries] == [(404, "unknown"), (303, "/")]


# --- what a defect may say of itself -------------------------------------------------------------------------------


def fails(*errors: Exception) -> None:
    """Raise the last one, which came from the one before."""
    if len(errors) == 1:
        raise errors[0]
    try:
        fails(*errors[:-1])
    except Exception as before:
        raise errors[-1] from before


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ((ValueError(TEXT),), ["builtins.ValueError"]),
        ((KeyError(PHONE), ValueError(TEXT)), ["builtins.KeyError", "builtins.ValueError"]),
        ((ExceptionGroup(TEXT, [ZeroDivisionError(TEXT)]),), ["builtins.ZeroDivisionError", "builtins.ExceptionGroup"]),
        ((OSError(5, "disk"), Unavailable("again")), ["OSError: [Errno 5] disk", "Unavailable: again"]),
    ],
)
def test_a_defect_says_where_it_happened_and_not_with_what(errors: Any, told: list[str], log: Log) -> None:
    try:
        fails(*errors)
    except Exception:
        structlog.get_logger().exception("failed")
    entry = log.entries()[0]
    assert "in fails" in entry["exception"]
    assert [place for place in map(entry["exception"].find, told) if place < 0] == []
    assert not any(secret in str(entry) for secret in SECRETS)


def test_a_library_is_quoted_without_what_it_was_given(log: Log) -> None:
    try:
        fails(ValueError(TEXT))
    except ValueError:
        logging.getLogger("somebody.else").exception("cannot send %s\nto %s", TEXT, PHONE)
    entry = log.entries()[0]
    assert (entry["event"], entry["said"], entry["level"]) == ("somebody.else", "cannot send %s", "error")
    assert "builtins.ValueError" in entry["exception"]
    assert not any(secret in str(entry) for secret in SECRETS)
