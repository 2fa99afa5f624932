"""Who reads a connection: what its row says is believed, and written anew only when the lease runs low."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientTimeout, web

from assistant.connectors import running
from assistant.connectors.registry import CONNECTORS
from assistant.connectors.running import KEPT_ON, LEASE, MOST_TO_A_HOST, standing
from assistant.domain.hosts import ASKED, SENDING
from assistant.store.hosts import Connection
from tests.until import PATIENCE, until
from tests.web.serving import serving

NOW = datetime(2026, 11, 11, 2, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("held_by", "left", "says"),
    [
        (None, None, None),
        (None, LEASE, None),
        ("me", LEASE, True),
        ("me", KEPT_ON + MOMENT, True),
        ("me", KEPT_ON, None),
        ("me", -MOMENT, None),
        ("another", LEASE, False),
        ("another", timedelta(0), False),
        ("another", -MOMENT, None),
    ],
)
def test_a_lease_is_written_only_when_nobody_holds_it_or_ours_runs_low(
    held_by: str | None, left: timedelta | None, says: bool | None
) -> None:
    until = None if left is None else NOW + left
    row = Connection(
        1, "default", "matrix", {}, "", True, None, NOW, None, 0, None, None, held_by=held_by, held_until=until
    )
    assert standing(row, "me", NOW) is says


def test_what_is_said_of_hosts_is_what_their_connectors_do() -> None:
    assert {host for host, one in CONNECTORS.items() if one.take is None} == set(ASKED)
    assert {host for host, one in CONNECTORS.items() if one.send is not None} == set(SENDING)


async def test_a_host_that_hangs_takes_nobody_elses_connections() -> None:
    let_go, asked = asyncio.Event(), 0

    async def hang(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await let_go.wait()
        return web.Response()

    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    hangs, answers = web.Application(), web.Application()
    hangs.router.add_get("/", hang)
    answers.router.add_get("/", answer)
    async with serving(hangs) as one, serving(answers) as another, running._session() as http:
        waiting = [asyncio.ensure_future(http.get(one)) for _ in range(MOST_TO_A_HOST + 20)]
        await until(lambda: asked == MOST_TO_A_HOST)
        async with http.get(another, timeout=ClientTimeout(connect=PATIENCE)) as found:
            assert found.status == 200
        let_go.set()
        for one_answer in await asyncio.gather(*waiting):
            one_answer.release()
