"""What strangers and buyers try: files made to burst, paths that lead out, numbers that are nobody's business."""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import Any

import pytest
from aiohttp import FormData
from openpyxl import Workbook

from tests.web.service import Service, message

BOMB = 200 * 1024 * 1024
ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nsituations: [*b, *b, *b, *b]\n"


def book(more: dict[str, bytes] | None = None, instead: dict[str, bytes] | None = None) -> bytes:
    """A workbook with further entries, or with other content in some."""
    made, changed = io.BytesIO(), io.BytesIO()
    Workbook().save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (instead or {}).get(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return changed.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
FILES = {
    "unpacks to much": ("mine.xlsx", book({"xl/media/x.bin": bytes(BOMB)})),
    "broken xml": ("mine.xlsx", book(instead={"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"})),
    "entities": ("mine.xlsx", book(instead={"xl/workbook.xml": LAUGHS})),
    "no archive": ("mine.xlsx", b"PK\x03\x04 and nothing else"),
}


async def sent(service: Service, path: str, headers: dict[str, str], name: str, content: bytes) -> tuple[int, Any]:
    form = FormData()
    form.add_field("file", content, filename=name)
    return await service.call("POST", path, headers, data=form)


@pytest.mark.parametrize("kind", FILES)
async def test_a_file_made_to_burst_is_refused_at_both_doors(service: Service, kind: str) -> None:
    name, content = FILES[kind]
    assert len(content) < 1024 * 1024
    for path in ("/api/v1/quick-replies/own/file", "/scripts/file"):
        status, answer = await sent(service, path, service.cookie("trainer"), name, content)
        # A workbook without any of our tables brings nothing.
        assert status == 422 or answer.get("rows") == [], (path, answer)
    if kind == "unpacks to much":
        assert "unpacks to more than" in answer["error"]["message"]


async def test_yaml_that_grows_by_naming_itself_is_refused(service: Service) -> None:
    status, answer = await sent(service, "/scripts/file", service.cookie("trainer"), "t.yaml", ALIASES.encode())
    assert "不能用 & 和 *" in str(answer), (status, answer)


ROW = {"table": "situations", "id": "price-too-high", "seen": ""}
DEEP = {
    "yaml": "a: " + "[" * 3000 + "]" * 3000,
    "yaml by indentation": "\n".join(" " * n + "a:" for n in range(200)),
    "condition": "when: " + "(" * 3000 + ")" * 3000,
    "template": "replies: [{id: a, text: '" + "{% if buyer.nickname %}" * 400 + "{% endif %}" * 400 + "'}]",
    "pattern": "patterns: ['" + "(" * 3000 + ")" * 3000 + "', '(a+)+$', '" + ".*" * 40 + "x']",
}


@pytest.mark.parametrize("kind", DEEP)
async def test_what_grows_with_its_depth_is_refused_in_words(service: Service, kind: str) -> None:
    row = {**ROW, "table": "checks"} if kind == "pattern" else ROW
    status, answer = await service.call(
        "POST", "/scripts/look", service.cookie("trainer"), json={**row, "text": DEEP[kind]}
    )
    assert status == 200
    assert answer["complaints"]


@pytest.mark.parametrize(
    "path",
    ["/static/../templates/base.html", "/static/%2e%2e/templates/base.html", "/static/..%2f..%2fpyproject.toml",
     "/static//etc/passwd", "/static/%00", "/static/css/../../locales/en.po"],
)  # fmt: skip
async def test_a_path_leads_nowhere_but_into_the_folder_of_static_files(service: Service, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(service.address.rsplit(":", 1)[1]))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    assert status in (400, 403, 404)


@pytest.mark.parametrize("value", ["x\r\nSet-Cookie: a=b", "x\nLocation: //evil", "%0d%0aSet-Cookie:a=b"])
async def test_nothing_that_is_asked_for_begins_a_header_of_the_answer(service: Service, value: str) -> None:
    async with service.http.get("/login", params={"next": f"/{value}", "lang": value}, allow_redirects=False) as answer:
        assert "a=b" not in str(answer.headers)
    form = {"name": "agent-default", "password": "right horse", "next": f"/{value}"}
    async with service.http.post("/login", data=form, allow_redirects=False) as answer:
        assert "a=b" not in answer.headers.get("Set-Cookie", "")
        assert answer.headers["Location"] in ("/desk", f"/{value}")
        assert "\n" not in answer.headers["Location"]


async def test_a_number_is_hidden_everywhere_until_somebody_says_why_and_that_is_kept(service: Service) -> None:
    at = message("x")["at"]
    numbers = {"plain": "13812345678", "virtual": "13812345678-976431"}
    for name, phone in numbers.items():
        about = {"type": "buyer", "at": at, "buyer": name, "phone": phone}
        assert (
            await service.send({"id": f"about-{name}", **about}, message(f"m-{name}", buyer=name, conversation=name))
        )[0] == 200
        for path in (f"/api/v1/conversations/{name}/sidebar", "/api/v1/facts"):
            _, found = await service.call("GET", path)
            assert "12345678" not in str(found)
            assert "976431" not in str(found)
    sidebar = {"Authorization": f"Bearer {service.bearer()}"}
    path = "/api/v1/buyers/virtual/reveal"
    for body in ({}, {"reason": ""}, {"reason": "13812345678"}):
        assert (await service.call("POST", path, sidebar, json=body))[0] == 422
    assert (await service.call("POST", path, json={"reason": "delivery"}))[0] == 403  # a program
    shown = await service.call("POST", path, sidebar, json={"reason": "delivery"})
    assert shown == (200, {"phone": "13812345678-976431"})
    _, found = await service.call("GET", "/api/v1/facts")
    (fact,) = [fact for fact in found["facts"] if fact["name"] == "access.revealed"]
    assert (fact["agent"], fact["buyer"]) == ("a1", "virtual")
    assert fact["data"] == {"what": "phone", "reason": "delivery"}
