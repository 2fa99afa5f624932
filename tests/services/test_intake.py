"""The door for events: nothing twice, all of a request or nothing of it."""

from __future__ import annotations

from typing import Any

import pytest

from assistant import store
from assistant.domain import advice
from assistant.domain.errors import InvalidEvent, TooLarge
from assistant.services.desk import Desk
from assistant.services.intake import parse, read
from tests.services.shop import Shop, moment


def test_an_event_had_before_changes_nothing(shop: Shop) -> None:
    event = shop.event(None, type="message", side="buyer", text="在吗")
    assert shop.receives(event, event).duplicates == 1
    before = shop.names()
    assert (shop.receives(event).accepted, shop.names()) == (0, before)


def test_the_same_id_on_another_platform_is_another_event(shop: Shop) -> None:
    event = shop.event(None, type="message", side="buyer", text="在吗")
    assert shop.receives(event, {**event, "platform": "jd"}).accepted == 2


def test_a_refused_event_takes_its_whole_request_along_and_is_named(shop: Shop) -> None:
    good = shop.event(None, type="message", side="buyer", text="在吗")
    bad = shop.event(None, type="rating", conversation="nobody", score=5)
    with pytest.raises(InvalidEvent) as refused:
        shop.receives(good, bad)
    assert [(detail.index, detail.field) for detail in refused.value.details] == [(1, "conversation")]
    assert shop.names() == []
    assert shop.receives(good).accepted == 1


def test_every_mistake_is_named_with_its_place(shop: Shop) -> None:
    good = shop.event(None, type="message", side="buyer", text="在吗")
    with pytest.raises(InvalidEvent) as refused:
        read([good, {**good, "at": "2026-11-11T10:00:00"}, {**good, "side": "agent"}])
    assert [detail.index for detail in refused.value.details] == [1, 2]


def test_a_message_of_an_agent_without_a_name_is_told_which_field_lacks(shop: Shop) -> None:
    with pytest.raises(InvalidEvent) as refused:
        read([shop.event(None, type="message", side="agent", text="在的")])
    (detail,) = refused.value.details
    assert (detail.field, detail.message) == ("agent", "name the agent who sent this message")


ORDER = {"type": "order", "order": "o1", "status": "unpaid", "amount": "9"}
BUYER = {"type": "buyer"}


@pytest.mark.parametrize(
    ("event", "field", "says"),
    [
        ({**ORDER, "amount": "9.999"}, "amount", "send at most 2 digits after the point"),
        ({**ORDER, "amount": "9999999999999"}, "amount", "this is too large: send at most 12 digits"),
        ({**ORDER, "items": [{"sku": "s", "quantity": 0}]}, "items.0.quantity", "this is too small: send at least 1"),
        ({**ORDER, "items": [{"sku": "s", "quantity": 1.5}]}, "items.0.quantity", "send a whole number"),
        ({"type": "rating", "conversation": "c", "score": 6}, "score", "this is too large: send at most 5"),
        ({**BUYER, "birthday": "19900228"}, "birthday", "this is no date: write it as 2026-11-11"),
        ({**BUYER, "birthday": [1]}, "birthday", "this is no date: write it as 2026-11-11"),
        ({**BUYER, "attributes": {"size": ["L"]}}, "attributes.size", "send a text, a number, true or false"),
        ({**BUYER, "tier": None, "nickname": "a\0"}, "nickname", advice.NUL),
        ({"type": "conversation", "state": None, "conversation": "c"}, "state", "null is not known here: send 'open'"),
    ],
)
def test_what_to_do_about_a_mistake_is_said_once_and_plainly(
    shop: Shop, event: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(InvalidEvent) as refused:
        read([shop.event(None, **event)])
    (detail,) = refused.value.details
    assert detail.field == field
    assert detail.message.startswith(says)


@pytest.mark.parametrize("tag", ["", " ", "长" * 21])
def test_a_tag_that_cannot_be_kept_is_told_with_its_event_and_place(shop: Shop, tag: str) -> None:
    with pytest.raises(InvalidEvent) as refused:
        read([shop.event(None, type="buyer"), shop.event(None, type="buyer", tags=["老师", tag])])
    assert [(detail.index, detail.field) for detail in refused.value.details] == [(1, "tags.1")]


@pytest.mark.parametrize(("at", "taken"), [("10:05:00", True), ("10:05:01", False)])
def test_five_minutes_ahead_is_the_most(shop: Shop, at: str, taken: bool) -> None:
    event = shop.event(at, type="message", side="buyer", text="在吗")
    if taken:
        assert read([event], moment("10:00:00"))
    else:
        with pytest.raises(InvalidEvent):
            read([event], moment("10:00:00"))


def test_the_key_decides_the_shop(shop: Shop) -> None:
    (event,) = read([shop.event(None, type="message", side="buyer", text="在吗", shop="theirs")], None, "ours")
    assert event.shop == "ours"


def test_one_object_an_array_and_lines_are_read_alike() -> None:
    assert parse(b'{"a": 1}') == parse(b'[{"a": 1}]') == [{"a": 1}]
    assert parse(b'{"a": 1}\n\n{"a": 2}\n') == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("body", [b"", b"nonsense", b'{"a": 1}\nnonsense'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidEvent):
        parse(body)


def test_more_than_a_thousand_events_are_too_many() -> None:
    with pytest.raises(TooLarge):
        parse(b"[" + b",".join([b"{}"] * 1001) + b"]")


def test_a_new_shop_whose_first_request_is_refused_is_there_all_the_same(shop: Shop) -> None:
    def fails(desk: Desk) -> None:
        raise InvalidEvent

    with pytest.raises(InvalidEvent):
        shop.desks.write_now("new", shop.now, fails)
    assert shop.desks.library.known("new") is not None
    assert shop.read(lambda tx: store.scripts.newest(tx, "new")) == 1
