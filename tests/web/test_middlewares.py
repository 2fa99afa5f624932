"""Around every request: errors of one shape that say what to do, and the head alone for whoever watches."""

import pytest

from tests.web.service import SHAPE, Service, message


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("DELETE", "/api/v1/events", 405, "method_not_allowed"),
        ("GET", "/static/../templates/desk/page.html", 404, "not_found"),
        ("POST", "/api/v1/suggestions/²", 422, "invalid_request"),
        ("POST", "/api/v1/suggestions/-1", 422, "invalid_request"),
        ("GET", "/api/v1/quick-replies?limit=²", 422, "invalid_request"),
        ("GET", "/api/v1/facts?limit=²", 422, "invalid_request"),
        ("GET", "/api/v1/facts?cursor=99999999999999999999", 422, "invalid_request"),
        ("GET", "/api/v1/kpi?from=2026-11-11T10:00:00", 422, "invalid_request"),
        ("GET", "/api/v1/kpi?by=nonsense", 422, "invalid_request"),
        ("GET", "/api/v1/conversations/%ED%A0%80/sidebar", 404, "not_found"),
        ("GET", "/api/v1/conversations/%00/sidebar", 404, "not_found"),
        ("GET", "/sidebar?launch=forged", 401, "not_signed_in"),
    ],
)
async def test_every_error_has_the_one_shape(service: Service, method: str, path: str, status: int, code: str) -> None:
    async with service.http.request(method, path, data=b"{}", headers=service.key()) as answer:
        found = (await answer.json())["error"]
        assert (answer.status, found["code"]) == (status, code)
        assert set(found) == SHAPE


@pytest.mark.parametrize(
    ("method", "path", "says"),
    [
        ("GET", "/api/v1/nothing", "there is nothing at this address: GET /openapi.json lists those for programs"),
        ("GET", "/api/v1/facts/", "there is nothing at this address: leave out the slash at its end"),
        ("GET", "/api/v1/checks", "GET is not taken here: use POST"),
        ("DELETE", "/healthz", "DELETE is not taken here: use GET or HEAD"),
    ],
)
async def test_an_address_or_a_method_that_does_not_exist_is_told_what_to_do(
    service: Service, method: str, path: str, says: str
) -> None:
    async with service.http.request(method, path, headers=service.key()) as answer:
        assert (await answer.json())["error"]["message"] == says
        taken = says.partition(": use ")[2].replace(" or ", ", ")
        assert answer.headers.get("Allow", "") == taken


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/login"])
async def test_who_watches_over_the_service_may_ask_for_the_head_alone(service: Service, path: str) -> None:
    async with service.http.head(path) as answer:
        assert (answer.status, await answer.read()) == (200, b"")


async def test_a_missing_and_an_unknown_key_are_told_so(service: Service) -> None:
    for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic YTpi"}, {"X-Key": "x"}):
        async with service.http.post("/api/v1/events", json=message("no-key"), headers=headers) as answer:
            assert answer.status == 401
            assert set((await answer.json())["error"]) == SHAPE
    assert await service.send(message("no-key")) == (200, {"accepted": 1, "duplicates": 0})


@pytest.mark.parametrize(
    ("path", "says", "leads"),
    [
        ("/nowhere", "地址可能写错了", 'href="/desk"'),
        ("/people", "请找店铺管理员", 'href="/desk"'),
        ("/hosts/wecom/999", "请找店铺管理员", None),
        ("/sidebar", "一分钟内有效", None),
    ],
)
async def test_a_page_that_cannot_be_shown_says_what_to_do_next_and_leads_nowhere_inside_a_chat(
    service: Service, path: str, says: str, leads: str | None
) -> None:
    async with service.http.get(path, headers={"Accept": "text/html", **service.cookie("agent")}) as answer:
        page = await answer.text()
    assert says in page
    assert ('class="button' in page) is (leads is not None)
    assert leads is None or leads in page
