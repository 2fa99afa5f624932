"""Every address × every role × both shops, against what the list of addresses declares."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from assistant import store
from assistant.domain.errors import AssistantError, NotAllowed
from assistant.domain.staff import KEY_RIGHTS, PUBLIC, RIGHTS, ROLES, SIDEBAR_RIGHTS, Principal, rights_of
from assistant.services import keys
from assistant.web.operations import OPERATIONS, carry_out
from assistant.web.routes import ADDRESSES, Address
from assistant.web.server import make_app
from tests.web.service import Service, message

GUARDED = [address for address in ADDRESSES if address.right != PUBLIC]
REFUSED = (401, 403)


def named(address: Address) -> str:
    return f"{address.method} {address.path}"


def test_every_address_and_operation_declares_a_right_that_exists() -> None:
    assert {address.right for address in ADDRESSES} | {op.right for op in OPERATIONS.values()} <= set(RIGHTS)


def test_the_router_knows_no_address_that_is_not_in_the_list(service: Service) -> None:
    app = make_app(service.parts)
    routed = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    listed = {(address.method, address.path) for address in ADDRESSES}
    assert routed - {("GET", "/static"), ("HEAD", "/static")} == listed


async def test_the_description_for_programs_lists_every_address_for_them(service: Service) -> None:
    async with service.http.get("/openapi.json") as answer:
        described = (await answer.json())["paths"]
    found = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert found == {(a.method, a.path) for a in ADDRESSES if a.path.startswith("/api/")}


def test_what_is_open_to_everybody_is_only_this() -> None:
    public = {address.path for address in ADDRESSES if address.right == PUBLIC}
    ways_in = {"/", "/login", "/sidebar", "/ws"}
    assert public == ways_in | {"/healthz", "/readyz", "/metrics", "/openapi.json"}


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
    """The very ids that the own shop is told, asked for with the other shop's key, and by its people."""
    said = message("rights-1", "能便宜点嘛", conversation="mine", buyer="mine")
    assert (await service.send(said))[0] == 200
    _, mine = await service.call("GET", "/api/v1/conversations/mine/sidebar")
    card = mine["suggestions"][0]["id"]
    asks = message("rights-2", "您平时穿多大码呀", conversation="mine", buyer="mine", side="agent", agent="a1")
    assert (await service.send(asks))[0] == 200
    _, mine = await service.call("GET", "/api/v1/conversations/mine/sidebar")
    follow_up = mine["follow_ups"][0]["id"]
    attempts: tuple[tuple[str, str, Any], ...] = (
        ("GET", "/api/v1/conversations/mine/sidebar", None),
        ("POST", f"/api/v1/suggestions/{card}", {"action": "dismissed"}),
        ("POST", f"/api/v1/follow-ups/{follow_up}", {"action": "done"}),
        ("PUT", "/api/v1/buyers/mine/tags", {"tags": ["熟客"]}),
        ("POST", "/api/v1/buyers/mine/notes", {"text": "x"}),
        ("GET", "/api/v1/quick-replies?q=a&conversation=mine", None),
        ("GET", "/api/v1/conversations/mine/basket", None),
        ("POST", "/api/v1/prices", {"lines": [{"price": "1"}], "conversation": "mine"}),
        ("POST", "/api/v1/refunds", {"lines": [{"price": "1", "back": 1}], "conversation": "mine"}),
        (
            "POST",
            "/api/v1/conversations/mine/order-notes",
            {"order": "o", "kind": "k", "change": "x", "key": "k" * 8},
        ),
    )
    for strangers in (service.key("other-shop"), service.cookie("admin", "other-shop")):
        for method, path, body in attempts:
            status, answer = await service.call(method, path, strangers, json=body)
            assert (status, answer["error"]["code"]) == (404, "not_found"), path
        _, found = await service.call("GET", "/api/v1/facts", strangers)
        assert not [fact for fact in found["facts"] if fact["conversation"] == "mine"]
    assert (await service.call("GET", "/api/v1/conversations/mine/sidebar"))[1] == mine


async def test_a_key_fixes_the_shop_whatever_the_event_says(service: Service) -> None:
    event = message("fixed-1", conversation="fixed", buyer="fixed", shop="other-shop")
    assert await service.send(event) == (200, {"accepted": 1, "duplicates": 0})
    assert await service.send(event, shop="other-shop") == (200, {"accepted": 1, "duplicates": 0})
    assert await service.send({**event, "shop": "default"}) == (200, {"accepted": 0, "duplicates": 1})


async def test_a_revoked_key_is_refused_within_seconds(service: Service) -> None:
    def made(tx: store.Transaction) -> keys.NewKey:
        return keys.add(tx, "default", datetime.now(UTC))

    key = await service.parts.desks.store.write(made)
    headers = {"Authorization": f"Bearer {key.key}"}
    assert (await service.call("GET", "/api/v1/facts", headers))[0] == 200
    await service.parts.desks.store.write(lambda tx: keys.revoke(tx, key.id, datetime.now(UTC)))
    async with asyncio.timeout(5):
        while (await service.call("GET", "/api/v1/facts", headers))[0] != 401:  # noqa: ASYNC110  # a remembered key is forgotten silently
            await asyncio.sleep(0.05)


async def test_a_person_has_no_shop_but_their_own(service: Service) -> None:
    headers = service.cookie("leader", "other-shop")
    async with service.http.get("/api/v1/facts?shop=default", headers=headers) as answer:
        assert answer.status == 401


async def test_an_operation_over_a_socket_needs_its_right_whoever_speaks(service: Service) -> None:
    now, desks = datetime.now(UTC), service.parts.desks
    for right in {operation.right for operation in OPERATIONS.values()}:
        for name, operation in OPERATIONS.items():
            who = Principal("default", frozenset({right}), "a1")
            said = {"op": name, "key": f"rights-{right}-{name}"[:64]}
            with pytest.raises(AssistantError) as refused:
                await desks.write("default", now, partial(carry_out, who=who, said=said))
            assert isinstance(refused.value, NotAllowed) == (operation.right != right), (name, right)
