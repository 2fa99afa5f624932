"""The service comes back after an outage and thousands of follow-ups are overdue at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from assistant.app import opened_desks
from assistant.services.intake import read, receive
from assistant.settings import read_settings
from assistant.store.tables import follow_ups
from tests.services.shop import ASKS, moment
from tests.set_clock import SetClock
from tests.soak.ledger import complaints
from tests.until import until
from tests.web.service import Service, running

AT_ONCE = 500
# What is overdue of each kind, when the service comes back at ten o'clock.
BACK = "10:00:00"


def overdue(n: int) -> list[dict[str, Any]]:
    """A buyer whose follow-up is a little late, much too late, wrong by now, or not due yet, in turns."""
    place = {"platform": "taobao", "buyer": f"b{n}"}
    if n % 4 == 2:
        order = {"type": "order", **place, "order": f"o{n}", "status": "unpaid", "amount": "9.00"}
        deposit = {"stages": [{"kind": "deposit", "amount": "1.00"}]}
        return [{**order, "id": f"{n}-1", "at": at("09:40")}, {**order, **deposit, "id": f"{n}-2", "at": at("09:41")}]
    asked = {0: "09:50", 1: "09:00", 3: "09:58"}[n % 4]
    said = {"type": "message", **place, "conversation": f"c{n}", "at": at(asked)}
    return [
        {**said, "id": f"{n}-1", "side": "buyer", "text": "在吗"},
        {**said, "id": f"{n}-2", "side": "agent", "agent": "a1", "text": ASKS},
    ]


def at(clock: str) -> str:
    return moment(f"{clock}:00").isoformat()


EXPECTED = ("due", "missed", "withheld", "armed")


@pytest.mark.parametrize(
    "count", [500, pytest.param(10_000, marks=[pytest.mark.soak, pytest.mark.timeout(1200)])], ids=str
)
async def test_each_is_shown_missed_or_withheld_once_and_events_are_answered_meanwhile(
    tmp_path: Path, count: int
) -> None:
    fill(tmp_path, count)
    clock = SetClock(moment(BACK))
    async with running(tmp_path, clock) as service:
        for n in range(20):
            event = {"id": f"new-{n}", "type": "message", "at": clock.at.isoformat(), "platform": "taobao"}
            words = {"conversation": f"new-{n}", "buyer": f"new-{n}", "side": "buyer", "text": "在吗"}
            assert (await service.send({**event, **words}))[0] == 200
        await until(lambda: nothing_overdue(service, clock.at), 600, every=0.1)
        assert states(service) == dict.fromkeys(EXPECTED, count // 4)
        assert complaints(service.parts.desks.store.engine, [f"new-{n}" for n in range(20)], clock.at) == []


def fill(folder: Path, count: int) -> None:
    """What was stored before the outage: everything armed, nothing come up."""
    now = moment("09:59:00")
    with opened_desks(read_settings(), f"sqlite:///{folder}/web.db") as desks:
        for events in parts([event for n in range(count) for event in overdue(n)]):
            desks.write_now("default", now, partial(receive, found=read(events, None, "default")))


def parts(events: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    yield from (events[start : start + AT_ONCE] for start in range(0, len(events), AT_ONCE))


def states(service: Service) -> Counter[str]:
    with service.parts.desks.store.engine.connect() as connection:
        return Counter(connection.execute(select(follow_ups.c.state)).scalars())


def nothing_overdue(service: Service, now: datetime) -> bool:
    query = select(follow_ups.c.id).where(follow_ups.c.state == "armed", follow_ups.c.due_at <= now).limit(1)
    with service.parts.desks.store.engine.connect() as connection:
        return connection.execute(query).first() is None
