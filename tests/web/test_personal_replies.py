"""Quick replies of one's own over HTTP: shapes, pictures that are only pictures, files seen before they are kept."""

from typing import Any

from aiohttp import FormData

from tests.web.service import Service

OWN = "/api/v1/quick-replies/own"
PNG = b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"


async def ask(service: Service, method: str, path: str, agent: str = "a1", **more: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {service.bearer(agent=agent)}"}
    return await service.call(method, path, headers, **more)


async def test_an_agent_writes_finds_changes_and_removes_their_own(service: Service) -> None:
    status, saved = await ask(service, "POST", OWN, "p1", json={"text": "亲，尺码偏大一码", "shortcut": "pd1"})
    assert (status, saved["hits"]) == (200, [])
    _, found = await ask(service, "GET", "/api/v1/quick-replies?q=pd1", "p1")
    own = [item for item in found["items"] if item["own"]]
    assert [(item["id"], item["text"], item["pinned"]) for item in own] == [
        (f"~{saved['id']}", "亲，尺码偏大一码", False)
    ]
    _, others = await ask(service, "GET", "/api/v1/quick-replies?q=pd1", "p2")
    assert not [item for item in others["items"] if item["own"]]
    status, refused = await ask(service, "POST", f"{OWN}?lang=en", "p1", json={"text": "x", "shortcut": "PD1"})
    assert (status, refused["error"]["say"]) == (
        422, "The shortcut “pd1” belongs to your own “亲，尺码偏大一码”: choose another."
    )  # fmt: skip
    assert (await ask(service, "POST", "/api/v1/quick-replies/pins", "p1", json={"id": own[0]["id"]}))[0] == 200
    _, listed = await ask(service, "GET", OWN, "p1")
    assert [(item["title"], item["pinned"]) for item in listed["items"]] == [("亲，尺码偏大一码", True)]
    assert (await ask(service, "DELETE", f"{OWN}/{saved['id']}", "p2"))[0] == 404
    assert (await ask(service, "DELETE", f"{OWN}/{saved['id']}", "p1"))[0] == 200
    assert (await ask(service, "GET", OWN, "p1"))[1]["items"] == []


async def test_a_picture_is_served_as_nothing_but_a_picture_to_whom_it_belongs(service: Service) -> None:
    _, saved = await ask(service, "POST", OWN, "p3", json={"text": "尺码表"})
    assert (await ask(service, "PUT", f"{OWN}/{saved['id']}/image", "p3", data=b"<html>"))[0] == 422
    _, given = await ask(service, "PUT", f"{OWN}/{saved['id']}/image", "p3", data=PNG)
    path = f"/api/v1/quick-replies/images/{given['image']}"
    async with service.http.get(path, headers={"Authorization": f"Bearer {service.bearer(agent='p3')}"}) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"].startswith("private")
    assert (await ask(service, "GET", path, "p2"))[0] == 404
    assert (await service.call("GET", path, service.cookie("admin", "other-shop")))[0] == 404


async def test_a_file_is_seen_with_its_faults_before_anything_of_it_is_kept(service: Service) -> None:
    async def send(text: str, **more: str) -> Any:
        body = FormData(more)
        body.add_field("file", text.encode(), filename="mine.csv")
        status, answer = await ask(service, "POST", f"{OWN}/file", "p4", data=body)
        assert status == 200
        return answer

    faulty = await send("标题,内容\n问候,亲，在的\n空,\n", take="yes")
    assert [(fault["line"], fault["say"]) for fault in faulty["faults"]] == [(3, "还没有写内容。")]
    assert (faulty["kept"], (await ask(service, "GET", OWN, "p4"))[1]["items"]) == (0, [])
    good = "标题,内容\n问候,亲，在的\n"
    seen = await send(good)
    assert [column["means"] for column in seen["columns"]] == ["title", "text"]
    assert (seen["new"], "kept" in seen) == (1, False)
    turned = await send(good, columns='["text","title"]', head="true", take="yes")
    assert turned["kept"] == 1
    assert [item["text"] for item in (await ask(service, "GET", OWN, "p4"))[1]["items"]] == ["问候"]
