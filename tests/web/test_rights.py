"""Every address × every role × both shops, against what the list of addresses declares."""

import pytest

from assistant.domain.staff import KEY_RIGHTS, PUBLIC, RIGHTS, ROLES, SIDEBAR_RIGHTS, rights_of
from assistant.web.operations import OPERATIONS
from assistant.web.routes import ADDRESSES, Address
from tests.web.service import PASSWORD, Service, message

GUARDED = [address for address in ADDRESSES if address.right != PUBLIC]
REFUSED = (401, 403)


def named(address: Address) -> str:
    return f"{address.method} {address.path}"


def test_every_address_and_operation_declares_a_right_that_exists() -> None:
    assert {address.right for address in ADDRESSES} | {op.right for op in OPERATIONS.values()} <= set(RIGHTS)


async def test_the_router_knows_no_address_that_is_not_in_the_list(service: Service) -> None:
    async with service.http.get("/openapi.json") as answer:
        described = await answer.json()
    api = {a.path for a in ADDRESSES if a.path.startswith("/api/")}
    assert set(described["paths"]) == api


async def status(service: Service, address: Address, headers: dict[str, str]) -> int:
    path = address.path.replace("{id}", "1")
    async with service.http.request(address.method, path, headers=headers, data=b"{}", allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize("address", GUARDED, ids=named)
async def test_nobody_comes_in_without_signing_in(service: Service, address: Address) -> None:
    assert await status(service, address, {}) == 401


@pytest.mark.parametrize("address", GUARDED, ids=named)
async def test_a_role_comes_in_exactly_where_it_has_the_right(service: Service, address: Address) -> None:
    for role in ROLES:
        found = await status(service, address, await service.fresh_cookie(role))
        assert (found not in REFUSED) == (address.right in rights_of(role)), (role, found)


@pytest.mark.parametrize("address", GUARDED, ids=named)
async def test_keys_and_sidebars_come_in_exactly_where_they_may(service: Service, address: Address) -> None:
    sidebar = {"Authorization": f"Bearer {service.bearer()}"}
    assert (await status(service, address, service.key()) not in REFUSED) == (address.right in KEY_RIGHTS)
    assert (await status(service, address, sidebar) not in REFUSED) == (address.right in SIDEBAR_RIGHTS)
    unknown = {"Authorization": "Bearer nobody-knows-this-key"}
    assert await status(service, address, unknown) == 401


async def test_another_shops_objects_do_not_exist(service: Service) -> None:
    assert (await service.send(message("rights-1", conversation="mine", buyer="mine")))[0] == 200
    for method, path, body in (
        ("GET", "/api/v1/conversations/mine/sidebar", None),
        ("POST", "/api/v1/suggestions/1", {"action": "dismissed"}),
        ("PUT", "/api/v1/buyers/mine/tags", {"tags": ["熟客"]}),
        ("POST", "/api/v1/buyers/mine/notes", {"text": "x"}),
        ("POST", "/api/v1/follow-ups/1", {"action": "done"}),
    ):
        async with service.http.request(method, path, json=body, headers=service.key("other-shop")) as answer:
            assert answer.status == 404, path
            assert (await answer.json())["error"]["code"] == "not_found"


async def test_a_person_has_no_shop_but_their_own(service: Service) -> None:
    headers = service.cookie("leader", "other-shop")
    async with service.http.get("/api/v1/facts?shop=default", headers=headers) as answer:
        assert answer.status == 401


async def test_another_sites_request_with_our_cookie_is_refused(service: Service) -> None:
    headers = service.cookie("agent") | {"Origin": "https://elsewhere.example"}
    async with service.http.post("/api/v1/follow-ups/1", json={"action": "done"}, headers=headers) as answer:
        assert answer.status == 403


async def test_signing_in_says_the_same_for_a_wrong_name_and_a_wrong_password_and_not_for_ever(
    service: Service,
) -> None:
    async def tried(name: str, password: str) -> tuple[int, str]:
        form = {"name": name, "password": password}
        async with service.http.post("/login", data=form, allow_redirects=False) as answer:
            return answer.status, (await answer.text()).replace(name, "")

    right = await tried("agent-default", PASSWORD)
    assert right[0] == 303
    assert await tried("agent-default", "wrong") == await tried("no-such-person", "wrong")
    for _ in range(12):
        found = await tried("trainer-default", "wrong")
    assert found[0] == 429


async def test_a_launch_opens_the_sidebar_once_for_its_host(service: Service) -> None:
    asked = {"agent": "a1", "host_origin": "https://desk.example.com"}
    async with service.http.post("/api/v1/launches", json=asked, headers=service.key()) as answer:
        address = (await answer.json())["address"]
    async with service.http.get(address.replace(service.address, "")) as answer:
        assert answer.status == 200
        assert "frame-ancestors https://desk.example.com" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    async with service.http.get(address.replace(service.address, "")) as answer:
        assert answer.status == 401
    async with service.http.get("/sidebar?launch=forged") as answer:
        assert answer.status == 401
