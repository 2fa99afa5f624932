"""Buyers: tags by group, notes, records, consent."""

from __future__ import annotations

from functools import partial

import pytest

from assistant import store
from assistant.domain.context import condition_values
from assistant.domain.errors import InvalidInput
from assistant.services import buyers, context
from tests.services.shop import Shop, moment


@pytest.fixture
def known(shop: Shop) -> Shop:
    shop.buyer_says("在吗")
    return shop


def tags(shop: Shop) -> list[str]:
    return [tag.tag for tag in shop.read(lambda tx: store.tags.of(tx, shop.buyer().id))]


def tag(shop: Shop, group: str, name: str, on: bool = True) -> None:
    change = buyers.put_tag if on else buyers.take_tag
    shop.works(lambda desk: change(desk, desk.buyer("taobao", "b1"), group, name, author="a1"))


def test_a_group_of_one_keeps_the_newest_tag(known: Shop) -> None:
    tag(known, "spending", "土豪")
    tag(known, "spending", "白领")
    assert tags(known) == ["白领"]
    assert known.names("buyer.t") == ["buyer.tagged", "buyer.tagged"]
    assert known.names("buyer.untagged") == ["buyer.untagged"]


def test_a_group_of_many_keeps_them_all(known: Shop) -> None:
    tag(known, "personality", "小气")
    tag(known, "personality", "爽快")
    assert sorted(tags(known)) == sorted(["小气", "爽快"])


def test_tagging_twice_is_one_fact(known: Shop) -> None:
    tag(known, "free", "双胞胎")
    tag(known, "free", "双胞胎")
    assert known.names("buyer.tagged") == ["buyer.tagged"]


@pytest.mark.parametrize(
    ("group", "name"), [("spending", "路人"), ("nowhere", "土豪"), ("free", ""), ("free", "长" * 21)]
)
def test_a_tag_that_is_none_is_refused(known: Shop, group: str, name: str) -> None:
    with pytest.raises(InvalidInput):
        tag(known, group, name)
    assert tags(known) == []


def test_setting_a_groups_tags_leaves_other_groups(known: Shop) -> None:
    tag(known, "free", "双胞胎")
    tag(known, "personality", "小气")
    known.works(lambda desk: buyers.set_tags(desk, desk.buyer("taobao", "b1"), {"personality": ["爽快"]}, author="a1"))
    assert sorted(tags(known)) == sorted(["双胞胎", "爽快"])


def test_setting_a_tag_that_stands_changes_nothing_however_it_is_spaced(known: Shop) -> None:
    tag(known, "free", "双胞胎")
    known.works(lambda desk: buyers.set_tags(desk, desk.buyer("taobao", "b1"), {"free": [" 双胞胎 "]}, author="a1"))
    assert (tags(known), known.names("buyer.untagged")) == (["双胞胎"], [])


@pytest.mark.parametrize(("length", "taken"), [(0, False), (1, True), (500, True), (501, False)])
def test_a_note_has_one_to_five_hundred_characters(known: Shop, length: int, taken: bool) -> None:
    write = partial(known.works, lambda desk: buyers.note(desk, desk.buyer("taobao", "b1"), "注" * length, author="a1"))
    if taken:
        write()
    else:
        with pytest.raises(InvalidInput):
            write()
    assert len(known.names("buyer.noted")) == taken


def test_a_record_keeps_what_was_filled_in_and_nothing_empty_is_kept(known: Shop) -> None:
    def record(fields: dict[str, str]) -> None:
        known.works(lambda desk: buyers.keep_record(desk, desk.buyer("taobao", "b1"), "price", fields, author="a1"))

    record({"item": "风衣", "size": " ", "colour": "红"})
    (note,) = known.read(lambda tx: store.notes.of(tx, known.buyer().id))
    assert note.record == {"situation": "price", "item": "风衣"}
    for wrong, reason in (({"size": " "}, "no_fields"), ({"item": "衣" * 101}, "too_long")):
        with pytest.raises(InvalidInput) as refused:
            record(wrong)
        assert refused.value.reason == reason
    assert len(known.read(lambda tx: store.notes.of(tx, known.buyer().id))) == 1


@pytest.mark.parametrize(
    ("written", "kept"), [("2", "2"), ("２", "2"), ("007", "7"), ("两件", None), ("1234567", None)]
)
def test_a_quantity_is_a_number(known: Shop, written: str, kept: str | None) -> None:
    def record() -> None:
        fields = {"quantity": written}
        known.works(lambda desk: buyers.keep_record(desk, desk.buyer("taobao", "b1"), "price", fields, author="a1"))

    if kept is None:
        with pytest.raises(InvalidInput):
            record()
    else:
        record()
    notes = known.read(lambda tx: store.notes.of(tx, known.buyer().id))
    assert [(note.record or {}).get("quantity") for note in notes] == ([] if kept is None else [kept])


def test_consent_is_a_fact_only_when_it_changes(shop: Shop) -> None:
    shop.hears("10:00:00", type="buyer", consent={"sms": True})
    shop.hears("10:01:00", type="buyer", consent={"sms": True})
    shop.hears("10:02:00", type="buyer", consent={"sms": False})
    assert shop.names("buyer.") == ["buyer.consented", "buyer.opted_out"]


def test_an_older_profile_does_not_overwrite_a_newer_one(shop: Shop) -> None:
    shop.hears("10:01:00", type="buyer", nickname="新名", tier="vip")
    shop.hears("10:00:00", type="buyer", nickname="旧名")
    assert (shop.buyer().nickname, shop.buyer().tier) == ("新名", "vip")


def test_each_purchase_and_each_return_moves_a_buyer_by_one_stage_and_once(shop: Shop) -> None:
    shop.order("o1", "paid", "10:00:00")
    shop.order("o1", "shipped", "10:05:00")
    shop.order("o2", "paid", "10:10:00")
    shop.order("o3", "paid", "10:20:00")
    shop.order("o4", "paid", "10:30:00", amount="8000.00")
    shop.order("o4", "closed_refunded", "10:40:00")
    moved = [(fact.data["was"], fact.data["stage"]) for fact in shop.facts("buyer.segment_changed")]
    assert moved == [("potential", "new"), ("new", "old"), ("old", "loyal"), ("loyal", "old")]


@pytest.mark.parametrize(("paid", "days"), [("00:00:00", 0), ("23:59:59", 1)])
def test_days_since_a_payment_are_days_of_the_shop(shop: Shop, paid: str, days: int) -> None:
    shop.order("o1", "paid", "23:59:59", paid_at=moment(paid, 11 - days).isoformat())
    shop.now = moment("00:00:00") if days else moment("23:59:59")
    found = shop.works(
        lambda desk: condition_values(context.known(desk.tx, desk.shop, desk.now, desk.buyer("taobao", "b1"), None))
    )
    assert found["buyer.last_paid_days"] == days


def test_a_reply_for_an_rfm_group_is_chosen_for_it(shop: Shop) -> None:
    def values() -> dict[str, object]:
        return shop.works(
            lambda desk: condition_values(context.known(desk.tx, desk.shop, desk.now, desk.buyer("taobao", "b1"), None))
        )

    shop.buyer_says("在吗")
    assert (values()["buyer.stage"], values()["buyer.rfm"]) == ("potential", None)
    shop.order("o1", "paid")
    assert (values()["buyer.stage"], values()["buyer.rfm"]) == ("new", "B")
