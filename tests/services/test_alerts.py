"""Alerts over real rows: told once for each period, by one node, with letters to everybody, and silent on thin data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant import store
from assistant.domain.alerts import Wishes
from assistant.domain.errors import InvalidInput
from assistant.services import alerts, outgoing, reports
from assistant.services.alerts import Found, Words
from assistant.store.outgoing import Letter
from tests.services.shop import Shop, moment

LATE = {"waiting_late": {"threshold": 2, "span": "hour"}}
EVERYBODY = {"mails": ["a@example.com", "b@example.com"], "webhook": "https://example.com/hook"}


def wish(shop: Shop, **wanted: Any) -> str | None:
    shop.read(lambda tx: None)
    return shop.works(lambda desk: alerts.save(desk.tx, shop.id, Wishes.model_validate(wanted), shop.now, by="leader"))


def words(found: Found) -> Words:
    return Words(f"{found.name} {found.value:g}", "text", "<p>html</p>")


async def look(shop: Shop) -> int:
    told = 0
    for asked in await alerts.my_turns(shop.desks.store, shop.now):
        told += await alerts.look(shop.desks.store, asked, shop.now, words)
    return told


def letters(shop: Shop) -> list[Letter]:
    return shop.read(lambda tx: store.outgoing.latest(tx, shop.id))


def waits(shop: Shop, *chats: str) -> None:
    for chat in chats:
        shop.buyer_says("在吗", shop.now.strftime("%H:%M:%S"), conversation=chat, buyer=chat)


@pytest.fixture
def waiting(shop: Shop) -> Shop:
    wish(shop, rules=LATE, **EVERYBODY)
    waits(shop, "w1", "w2")
    return shop


async def test_buyers_who_wait_too_long_are_told_of_once_an_hour_to_everybody(waiting: Shop) -> None:
    assert await look(waiting) == 0
    waiting.passes("4m")
    assert await look(waiting) == 1
    assert {(one.way, one.address, one.subject) for one in letters(waiting)} == {
        ("mail", "a@example.com", "waiting_late 2"),
        ("mail", "b@example.com", "waiting_late 2"),
        ("webhook", "https://example.com/hook", ""),
    }
    said = json.loads(next(one.text for one in letters(waiting) if one.way == "webhook"))
    assert (said["name"], said["value"], said["threshold"], said["period"]["key"]) == (
        "waiting_late", 2, 2, "2026-11-11T10+0800",
    )  # fmt: skip
    waiting.passes("10m")
    assert await look(waiting) == 0
    waiting.passes("1h")
    assert await look(waiting) == 1
    assert len(letters(waiting)) == 6


async def test_of_two_nodes_one_looks_and_one_tells(waiting: Shop) -> None:
    waiting.passes("4m")
    asked = await alerts.my_turns(waiting.desks.store, waiting.now)
    assert len(asked) == 1
    assert await alerts.my_turns(waiting.desks.store, waiting.now) == []
    # Both have looked, as after a pause of the first that was longer than a turn.
    (found,) = waiting.read(lambda tx: alerts.crossed(tx, asked[0], waiting.now))
    told = [
        waiting.desks.store.write_now(lambda tx: alerts.tell(tx, found, asked[0].wishes, words(found)))
        for _ in range(2)
    ]
    assert told == [True, False]
    assert len(letters(waiting)) == 3


async def test_a_share_is_told_of_only_from_the_stated_minimum_on(shop: Shop) -> None:
    wish(shop, rules={"within_180s_rate": {"threshold": 0.9, "span": "day", "minimum": 5}})
    for n in range(4):
        waits(shop, f"w{n}")
    shop.passes("4m")
    assert await look(shop) == 0
    waits(shop, "w5")
    shop.passes("4m")
    assert await look(shop) == 1
    (told,) = shop.read(lambda tx: store.alerts.latest(tx, shop.id, moment("00:00:00")))
    assert (told.value, told.threshold, told.of, told.period) == (0.0, 0.9, 5, "2026-11-11")


async def test_ratings_complaints_and_missed_follow_ups_are_watched(shop: Shop) -> None:
    wish(
        shop,
        rules={
            "satisfaction_rate": {"threshold": 0.8, "span": "day", "minimum": 5},
            "complaints": {"threshold": 2, "span": "day"},
            "follow_ups_missed": {"threshold": 1, "span": "day"},
        },
    )
    for n in range(5):
        waits(shop, f"r{n}")
        shop.hears(type="rating", conversation=f"r{n}", score=1 if n < 2 else 5)
    shop.agent_says("亲，您平时喜欢宽松的还是修身的呀？", conversation="r1", buyer="r1")
    shop.is_down_for("1h")
    assert await look(shop) == 3
    told = shop.read(lambda tx: store.alerts.latest(tx, shop.id, moment("00:00:00")))
    assert {one.name: one.value for one in told} == {
        "satisfaction_rate": 0.6, "complaints": 2, "follow_ups_missed": 1,
    }  # fmt: skip


def test_what_is_wrong_is_refused_and_nothing_is_stored(shop: Shop) -> None:
    with pytest.raises(InvalidInput):
        wish(shop, mails=["nobody"])
    assert shop.read(lambda tx: store.alerts.asked(tx, shop.id)) is None


def test_the_signing_secret_is_told_once_kept_sealed_and_changed_only_when_asked(shop: Shop) -> None:
    secret = wish(shop, webhook="https://example.com/hook")
    assert secret
    assert wish(shop, webhook="https://example.com/other") is None
    kept = shop.read(lambda tx: store.alerts.asked(tx, shop.id))
    assert kept is not None
    assert secret not in kept.sealed
    assert shop.read(lambda tx: outgoing.signing_secret(tx, shop.id)) == secret


# --- reports ---------------------------------------------------------------------------------------------------------


async def test_a_report_goes_out_once_also_when_it_was_missed(shop: Shop) -> None:
    wish(shop, mails=["a@example.com"], reports={"day": True, "week": True, "hour": 8})
    waits(shop, "w1")

    def due() -> list[tuple[str, str]]:
        (asked,) = shop.read(store.alerts.every)
        found = shop.read(lambda tx: reports.due(tx, asked, shop.now))
        for span, over in found:
            report = shop.read(lambda tx: reports.read(tx, shop.id, span, over, "zh-CN", shop.now))  # noqa: B023
            assert shop.works(
                lambda desk: reports.send(desk.tx, report, asked.wishes, Words("s", "t"), shop.now)  # noqa: B023
            )
            assert report.view.total["buyers_received"] == (1 if over.key in ("2026-11-11", "2026-W46") else 0)
        return [(span, over.key) for span, over in found]

    assert due() == []
    shop.passes_until("08:00:00", 12)
    assert due() == [("day", "2026-11-11")]
    assert due() == []
    shop.now = moment("11:00:00", 16)  # nobody was here for four days
    assert due() == [("day", "2026-11-15"), ("week", "2026-W46")]
    assert due() == []
    assert len(letters(shop)) == 3
