"""Every address × every role × both shops, against what the list of addresses declares."""

import re
from datetime import UTC, datetime
from functools import partial

import pytest

from assistant import store
from assistant.domain.errors import AssistantError, NotAllowed
from assistant.domain.staff import KEY_RIGHTS, PUBLIC, RIGHTS, ROLES, SIDEBAR_RIGHTS, Principal, rights_of
from assistant.services import keys
from assistant.web.operations import OPERATIONS, carry_out
from assistant.web.routes import ADDRESSES, Address
from assistant.web.server import make_app
from tests.until import until
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
    ways_in = {"/", "/login", "/login/oidc", "/login/oidc/back", "/sidebar", "/ws"}
    assert public == ways_in | {
        "/hooks/{id}",
        "/hosts/chatwoot",
        "/hosts/wecom/{id}",
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
    }


async def status(service: Service, address: Address, headers: dict[str, str]) -> int:
    path = re.sub(r"\{\w+\}", "1", address.path)
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

    async def refused() -> bool:
        return (await service.call("GET", "/api/v1/facts", headers))[0] == 401

    await until(refused, every=0.05)  # a remembered key is forgotten silently


async def test_a_key_is_changed_without_a_pause_since_two_hold_at_once(service: Service) -> None:
    def made(tx: store.Transaction) -> tuple[keys.NewKey, keys.NewKey]:
        return keys.add(tx, "default", datetime.now(UTC)), keys.add(tx, "default", datetime.now(UTC))

    old, new = await service.parts.desks.store.write(made)
    for key in (old, new):
        assert (await service.call("GET", "/api/v1/facts", {"Authorization": f"Bearer {key.key}"}))[0] == 200
    await service.parts.desks.store.write(lambda tx: keys.revoke(tx, old.id, datetime.now(UTC)))
    assert (await service.call("GET", "/api/v1/facts", {"Authorization": f"Bearer {new.key}"}))[0] == 200


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
