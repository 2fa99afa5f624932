"""Who comes too often or has too many pages open is turned away, and nobody else is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from aiohttp import WSServerHandshakeError, web
from multidict import CIMultiDict

from assistant.app import service as app_service
from assistant.bus.redis import RedisBus
from assistant.domain.errors import InvalidInput
from assistant.settings import Settings
from assistant.web import limits
from assistant.web.keys import Pace
from assistant.web.limits import Buckets, Most
from assistant.web.visitors import Visitors, networks
from tests.bus.valkey import valkeys
from tests.until import until
from tests.web.service import PASSWORD, Service, message, running

# So slow that nothing comes back while a test runs, however slow the machine: 20 requests at once, then one an hour.
AT_ONCE, RATE = 20, 1 / 3600
MOST = Most(key_events=RATE, address_requests=RATE, person_pages=2, address_pages=3)


@pytest.fixture(scope="module", autouse=True)
def _deep_buckets() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "SECONDS", AT_ONCE / RATE)
        yield


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("limits")
    async with running(folder, most=MOST, pace=Pace(figures_seconds=0.0)) as made:
        yield made


def coming_from(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


async def turned_away(service: Service, door: str) -> float:
    async with service.http.get("/metrics") as answer:
        found = [line for line in (await answer.text()).splitlines() if line.startswith("assistant_too_often_total{")]
    return sum(float(line.split()[1]) for line in found if f'door="{door}"' in line)


async def asked(service: Service, headers: dict[str, str], path: str = "/login") -> tuple[int, str | None]:
    async with service.http.get(path, headers=headers) as answer:
        return answer.status, answer.headers.get("Retry-After")


async def test_an_address_that_asks_too_often_is_told_when_to_come_back_and_another_one_is_answered(
    service: Service,
) -> None:
    before = await turned_away(service, "address")
    for _ in range(AT_ONCE):
        assert (await asked(service, coming_from("203.0.113.1")))[0] == 200
    status, answer = await service.call("GET", "/api/v1/notices", coming_from("203.0.113.1"))
    assert (status, answer["error"]["code"]) == (429, "too_many")
    assert "ASSISTANT_LIMIT_ADDRESS_REQUESTS" in answer["error"]["message"]
    turned, retry_after = await asked(service, coming_from("203.0.113.1"))
    assert (turned, 3_500 < int(retry_after or 0) <= 3_600) == (429, True)
    page = {**coming_from("203.0.113.1"), "Accept": "text/html"}
    async with service.http.get("/login", headers=page) as shown:
        text = await shown.text()
    assert (shown.status, "操作太频繁" in text, 'href="">再试一次</a>' in text) == (429, True, True)
    assert (await asked(service, coming_from("203.0.113.2")))[0] == 200
    assert await turned_away(service, "address") == before + 3
    # What operators and pages need is answered all the same.
    assert (await asked(service, coming_from("203.0.113.1"), "/healthz"))[0] == 200
    assert (await asked(service, coming_from("203.0.113.1"), "/static/css/tokens.css"))[0] == 200


async def test_a_key_is_counted_by_its_events_wherever_it_sends_from(service: Service) -> None:
    before = await turned_away(service, "key")
    headers = {**service.key("other-shop"), **coming_from("203.0.113.3")}

    events = [message(f"often-{n}") for n in range(1000)]
    answers = [await service.call("POST", "/api/v1/events", headers, json=events) for _ in range(3)]
    assert answers[0][0] == 200  # a whole request always fits once
    status, answer = answers[-1]
    assert (status, answer["error"]["code"]) == (429, "too_many")
    assert "ASSISTANT_LIMIT_KEY_EVENTS" in answer["error"]["message"]
    assert await turned_away(service, "key") > before
    assert (await service.send(message("another-key")))[0] == 200


async def test_a_known_key_is_let_in_from_an_address_that_others_have_used_up(service: Service) -> None:
    address = coming_from("203.0.113.4")
    assert (await service.call("GET", "/api/v1/notices", {**service.key(), **address}))[0] == 200
    while (await asked(service, address))[0] != 429:
        pass
    assert (await service.call("GET", "/api/v1/notices", {**service.key(), **address}))[0] == 200
    unknown = {"Authorization": "Bearer nobody-knows-this-key", **address}
    assert (await service.call("GET", "/api/v1/notices", unknown))[0] == 429


async def test_calls_of_hosts_are_counted_only_when_they_were_none(service: Service) -> None:
    address = coming_from("203.0.113.5")
    answers = [(await service.http.post("/hooks/1", headers=address, data=b"{}")).status for _ in range(AT_ONCE + 1)]
    assert answers == [404] * AT_ONCE + [429]
    assert (await asked(service, address))[0] == 429


async def test_who_guesses_passwords_behind_a_proxy_locks_out_no_other_visitor_of_it(service: Service) -> None:
    form = {"name": "agent-default", "password": "wrong"}
    for number in range(11):
        async with service.http.post("/login", data=form, headers=coming_from("203.0.113.6")) as answer:
            assert answer.status == (401 if number < 10 else 429)
    right = {"name": "agent-default", "password": PASSWORD}
    async with service.http.post(
        "/login", data=right, headers=coming_from("203.0.113.7"), allow_redirects=False
    ) as answer:
        assert answer.status == 303


async def test_pages_of_one_person_and_of_one_address_have_a_limit_and_closing_one_makes_room(
    service: Service,
) -> None:
    async def opened(agent: str, address: str) -> Any:
        protocols = ("assistant.v1", f"bearer.{service.bearer(agent=agent)}")
        return await service.http.ws_connect("/ws", protocols=protocols, headers=coming_from(address))

    async with AsyncExitStack() as open_pages:
        first = await open_pages.enter_async_context(await opened("a1", "203.0.113.8"))
        await open_pages.enter_async_context(await opened("a1", "203.0.113.8"))
        for agent, address in (("a1", "203.0.113.9"), ("a1", "203.0.113.8")):
            with pytest.raises(WSServerHandshakeError) as refused:
                await opened(agent, address)
            assert refused.value.status == 429
            assert refused.value.headers is not None
            assert refused.value.headers["Retry-After"] == "5"
        await open_pages.enter_async_context(await opened("a2", "203.0.113.8"))
        with pytest.raises(WSServerHandshakeError):
            await opened("a3", "203.0.113.8")
        await first.close()

        async def let_in() -> bool:
            try:
                await open_pages.enter_async_context(await opened("a1", "203.0.113.9"))
            except WSServerHandshakeError:
                return False
            return True

        await until(let_in)
    assert await turned_away(service, "person_pages") >= 2
    assert await turned_away(service, "address_pages") >= 1


async def test_who_asks_several_nodes_in_turn_is_counted_by_all_of_them(tmp_path: Path) -> None:
    with valkeys(tmp_path) as (valkey,):
        buses = [RedisBus(valkey.url), RedisBus(valkey.url)]
        running = [asyncio.create_task(bus.run()) for bus in buses]
        await until(lambda: all(bus.connected for bus in buses))
        one, other = nodes = [limits.limits(MOST), limits.limits(MOST)]
        now = asyncio.get_running_loop().time()
        for node, bus in zip(nodes, buses, strict=True):
            assert node.addresses.take("203.0.113.1", now) == 0.0
            await limits.step(node, bus)
        while not one.addresses.take("203.0.113.1", now):
            pass
        assert other.addresses.take("203.0.113.1", now) == 0.0
        for node, bus in zip(nodes, buses, strict=True):
            await limits.step(node, bus)
        assert other.addresses.take("203.0.113.1", now, AT_ONCE / 2) > 0.0
        assert other.addresses.take("203.0.113.2", now, AT_ONCE / 2) == 0.0
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def test_a_bucket_is_never_more_than_empty_and_of_all_names_the_busiest_are_told() -> None:
    buckets = Buckets(RATE)
    buckets.taken_elsewhere("a", 0.0, 1e9)
    assert buckets.take("a", 0.0) == 1 / RATE
    assert buckets.take("a", 1 / RATE) == 0.0
    for number in range(2 * limits.MOST_TOLD):
        buckets.take(str(number), 1.0, 2.0 if number % 2 else 1.0)
    assert buckets.told() == {str(number): 2.0 for number in range(1, 2 * limits.MOST_TOLD, 2)}
    assert buckets.told() == {}


# --- who somebody is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("remote", "said", "visitor"),
    [
        ("127.0.0.1", [], None),  # a program beside us
        ("", [], None),  # over a socket of the machine
        ("203.0.113.1", [], "203.0.113.1"),
        ("203.0.113.1", ["198.51.100.7"], "203.0.113.1"),  # a stranger says who they are
        ("127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["192.0.2.9, 198.51.100.7"], "198.51.100.7"),  # the visitor made up the first
        ("127.0.0.1", ["192.0.2.9", "198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["198.51.100.7, 10.1.2.3"], "198.51.100.7"),  # two proxies of ours
        ("::ffff:127.0.0.1", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),  # a line has countless addresses
        ("127.0.0.1", ["<script>"], "unreadable"),
    ],
)
def test_a_visitor_is_who_the_nearest_trusted_proxy_says(remote: str, said: list[str], visitor: str | None) -> None:
    request = Mock(spec=web.Request, remote=remote)
    request.headers = CIMultiDict(("X-Forwarded-For", one) for one in said)
    assert Visitors(networks("127.0.0.1, ::1, 10.0.0.0/8")).of(request) == visitor


def test_proxies_that_are_no_addresses_are_refused_with_an_example() -> None:
    with pytest.raises(InvalidInput, match=r"127\.0\.0\.1,10\.0\.0\.0/8"):
        app_service.allowed(Settings(trusted_proxies="nginx"))


def test_settings_come_to_what_is_allowed() -> None:
    settings = Settings(limit_key_events=1, limit_address_requests=2, limit_person_pages=3, limit_address_pages=4)
    assert app_service.allowed(settings) == Most(1, 2, 3, 4)
    assert app_service.allowed(Settings()) == Most()


def test_buckets_of_passers_by_are_thrown_away() -> None:
    buckets = Buckets(1.0)
    for number in range(3 * limits.MOST_BUCKETS):
        assert buckets.take(str(number), now=float(number)) == 0.0
    assert len(buckets) <= limits.MOST_BUCKETS


def test_nothing_is_counted_without_a_limit() -> None:
    buckets = Buckets(0.0)
    assert not any(buckets.take("x", 0.0, 1000.0) for _ in range(1000))
    assert len(buckets) == 0
