"""What a demo's shop has lived through before it opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from assistant import store
from assistant.app import opened_store
from assistant.domain.moments import SHANGHAI
from assistant.services import kpi
from assistant.services.demo import goods, read_play
from assistant.services.demo_chats import CHATS_A_DAY, Past, chats
from assistant.services.demo_past import is_new, live_through
from assistant.services.desks import Desks
from assistant.services.scripts import Library
from assistant.settings import read_settings
from assistant.web.kpi import TILES
from tests.fitted import furnish, shipped

NOW = datetime(2026, 11, 11, 2, tzinfo=UTC)
DAYS = 2
FOLDER = read_settings().scenarios / "demo"


def told() -> Past:
    items = read_play((FOLDER / "buyers.yaml").read_text(encoding="utf-8"))["items"]
    return {**read_play((FOLDER / "past.yaml").read_text(encoding="utf-8")), "items": items}


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    """A shop after its two days, as it opens."""
    past = told()
    with opened_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}") as opened:
        opened.write_now(lambda tx: furnish(tx, past["shop"], NOW))
        found = Desks(opened, Library(shipped().scripts))
        assert is_new(found, past["shop"])
        before = NOW - timedelta(days=DAYS + 1)
        stock = [
            {"at": before, "shop": past["shop"], **event} for event in goods({**past, **PROMOTED}, ["taobao"], before)
        ]
        assert live_through(found, past, DAYS, NOW, stock) > DAYS * CHATS_A_DAY
        yield found


PROMOTED = {"promotions": [{"id": "autumn", "title": "秋冬满减", "text": "满300减40", "days": 7}]}


def test_chance_decides_always_in_the_same_way() -> None:
    def first_words() -> list[object]:
        return [next(chat).event for chat in chats(told(), DAYS, NOW.date())]

    assert first_words() == first_words()


def test_it_is_not_new_any_more(desks: Desks) -> None:
    assert not is_new(desks, "demo")


def test_nothing_of_it_lies_ahead_and_nobody_waits(desks: Desks) -> None:
    facts = desks.store.read_now(lambda tx: list(store.facts.numbered(tx, "demo", 0, 10**6)))
    assert facts
    assert max(fact.at for fact in facts) < NOW
    due = desks.store.read_now(store.follow_ups.next_due)
    assert due is None or due > NOW
    assert desks.store.read_now(lambda tx: store.queue.waiting(tx, "demo")) == []


def test_every_figure_of_its_days_has_something_to_show(desks: Desks) -> None:
    first = datetime(2026, 11, 9, tzinfo=SHANGHAI)
    (row,) = desks.store.read_now(lambda tx: kpi.rows(tx, "demo", first, first + timedelta(days=2), now=NOW, by="all"))
    shown = {name for name, value in row.items() if value not in (None, 0, "0.00")}
    assert set(TILES) <= shown
    assert {"suggestion_adoption_rate", "script_usage_rate", "follow_ups_done", "repeat_buyer_rate"} <= shown
