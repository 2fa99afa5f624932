"""Checks around a real shop: what a sent message becomes, what makes words true, what stops a send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.domain.scripts import Touchpoint
from assistant.services import checks, promises, sidebar, workbench
from assistant.services.scripts import checks_of
from tests.domain.check_samples import shipped
from tests.services.shop import TABLES, Shop, moment

CHECKED = TABLES.model_copy(
    update={"checks": shipped().checks, "check_words": shipped().check_words, "shop": shipped().shop}
)
CONTACT = "加我微信聊吧"
PRAISE = "满意的话给个五星好评哦"


@pytest.fixture
def shop(new_shop: Callable[..., Shop]) -> Shop:
    made = new_shop(CHECKED)
    made.buyer_says("在吗", at="10:00:00")
    return made


def hit(shop: Shop) -> list[tuple[Any, ...]]:
    return [(f.agent, f.data["code"], f.data["severity"], f.data["by"]) for f in shop.facts("check.hit")]


def shown(shop: Shop) -> list[tuple[str, str]]:
    at = shop.desks.library.known("default")
    assert at is not None
    found = shop.read(lambda tx: sidebar.view(tx, at, shop.conversation(), shop.now))
    return [(each.code, each.severity) for each in found.checked]


def found(shop: Shop, text: str) -> set[tuple[str, str]]:
    at = shop.desks.library.known("default")
    assert at is not None
    hits = shop.read(lambda tx: checks.find(tx, at, shop.now, text, shop.buyer(), shop.conversation()))
    return {(each.code, each.severity) for each in hits}


def send(shop: Shop, text: str, override: str | None = None, key: str = "key-12345") -> None:
    chat = shop.conversation()
    shop.works(
        lambda desk: workbench.send(
            desk, desk.conversation_of(chat.id) or chat, text, agent="a1", key=key, override=override
        )
    )


# --- a promise that says no time


GUARANTEE = "亲，保证今天发货"
VOWING = CHECKED.model_copy(
    update={
        "touchpoints": (
            *CHECKED.touchpoints,
            Touchpoint(id="promise", name="承诺回复", on="agent.promised", reply="price"),
        )
    }
)


def vow(shop: Shop) -> None:
    chat = shop.conversation()
    shop.works(lambda desk: promises.vow(desk, desk.conversation_of(chat.id) or chat, agent="a1"))


def test_an_empty_promise_becomes_a_follow_up_by_one_key_and_its_answer_ends_it(new_shop: Callable[..., Shop]) -> None:
    shop = new_shop(VOWING)
    shop.buyer_says("什么时候发", at="10:00:00")
    shop.agent_says(GUARANTEE)
    assert shown(shop) == [("C09", "warn")]
    assert [row for row in shop.follow_ups() if row.promised] == []
    vow(shop)
    assert shown(shop) == []
    (kept,) = [row for row in shop.follow_ups() if row.promised]
    assert (kept.state, kept.promised, kept.due_at - kept.armed_at) == ("armed", GUARANTEE, timedelta(minutes=30))
    shop.passes("1m")
    shop.agent_says("亲，已经发出了，单号是 SF123456")
    assert [row.state for row in shop.follow_ups() if row.promised] == ["done"]


def test_where_nothing_was_promised_or_it_was_seen_to_the_key_says_so(new_shop: Callable[..., Shop]) -> None:
    shop = new_shop(VOWING)
    shop.buyer_says("什么时候发", at="10:00:00")
    shop.agent_says("亲，我看一下")
    with pytest.raises(InvalidInput):
        vow(shop)
    shop.agent_says(GUARANTEE)
    vow(shop)
    with pytest.raises(InvalidInput):
        vow(shop)
    assert len([row for row in shop.follow_ups() if row.promised]) == 1


# --- after it was sent


def test_what_a_person_sent_by_hand_is_checked_when_it_arrives(shop: Shop) -> None:
    shop.agent_says(CONTACT, at="10:00:10")
    assert hit(shop) == [("a1", "C04", "block", "hand")]
    assert shown(shop) == [("C04", "block")]


def test_a_hit_holds_no_text(shop: Shop) -> None:
    shop.agent_says(CONTACT, at="10:00:10")
    (fact,) = shop.facts("check.hit")
    assert set(fact.data) == {"code", "severity", "by", "message"}
    assert shop.conversation().checked == ["block outside-contact"]


def test_the_next_good_message_takes_the_line_away_and_the_fact_stays(shop: Shop) -> None:
    shop.agent_says(CONTACT, at="10:00:10")
    shop.agent_says("在这里说就好", at="10:00:20")
    assert shown(shop) == []
    assert len(hit(shop)) == 1


def test_news_that_come_late_do_not_change_what_is_said_of_the_last_message(shop: Shop) -> None:
    shop.agent_says("在这里说就好", at="10:00:20")
    shop.agent_says(CONTACT, at="10:00:10")
    assert shown(shop) == []
    assert hit(shop) == [("a1", "C04", "block", "hand")]


def test_machines_and_buyers_are_not_checked(shop: Shop) -> None:
    shop.agent_says(CONTACT, at="10:00:10", origin="auto")
    shop.agent_says(CONTACT, at="10:00:11", origin="robot")
    shop.buyer_says(CONTACT, at="10:00:12")
    assert hit(shop) == []


def test_the_same_event_twice_is_one_hit(shop: Shop) -> None:
    event = shop.event("10:00:10", type="message", side="agent", agent="a1", text=CONTACT)
    shop.receives(event)
    shop.receives(event)
    assert len(hit(shop)) == 1


def test_on_a_channel_of_ones_own_contact_is_nobodys_business(shop: Shop) -> None:
    shop.agent_says(CONTACT, at="10:00:10", platform="wecom", conversation="w1", buyer="w1")
    assert hit(shop) == []


def test_hits_are_counted_for_whoever_sent_it(shop: Shop) -> None:
    shop.agent_says(CONTACT, at="10:00:10", by="a2")
    shop.agent_says("您您好", at="10:00:20", by="a3")
    counted = [
        row
        for row in shop.read(partial(store.kpi_done.found_facts, between=_today(shop))).checks
        if row.severity != "note"
    ]
    assert [row.agent for row in counted] == ["a2"]


def _today(shop: Shop) -> Any:
    return store.kpi.Between("default", moment("00:00:00"), moment("00:00:00", 12), None)


# --- what makes words true


def test_few_left_is_true_by_the_stock_of_the_item_that_is_talked_about(shop: Shop) -> None:
    said = "这款仅剩3件了"
    assert found(shop, said) == {("C06", "block")}
    shop.hears("10:01:00", type="item", item="i1", title="毛衣", stock=3, price="129.00")
    shop.buyer_says("这个还有吗", at="10:01:10", item="i1")
    assert found(shop, said) == set()
    shop.hears("10:02:00", type="item", item="i1", title="毛衣", stock=500, price="129.00")
    assert found(shop, said) == {("C06", "block")}


def test_soon_over_is_true_by_the_end_of_what_runs_and_not_after_it(shop: Shop) -> None:
    said = "活动马上结束了"
    ends = {"promotion": "p1", "title": "满减", "text": "满200减20", "starts_at": "2026-11-10T00:00:00+08:00"}
    shop.hears("10:01:00", type="promotion", ends_at="2026-11-11T12:00:00+08:00", **ends)
    assert found(shop, said) == set()
    shop.passes_until("12:00:01")
    assert found(shop, said) == {("C06", "block")}


def test_a_buyer_who_asks_for_less_is_recommended_nothing_dearer_than_asked_about(shop: Shop) -> None:
    shop.hears("10:01:00", type="item", item="i1", title="薄毛衣", stock=30, price="129.00")
    shop.hears("10:01:01", type="item", item="i2", title="羊绒大衣", stock=30, price="899.00")
    shop.buyer_says("这个怎么样", at="10:01:10", item="i1")
    assert found(shop, "推荐您看看羊绒大衣") == set()
    shop.buyer_says("有点贵，能便宜点嘛", at="10:01:20")
    assert found(shop, "推荐您看看羊绒大衣") == {("C19", "warn")}
    assert found(shop, "推荐这款，只要159元") == {("C19", "warn")}
    assert found(shop, "推荐这款，129元就行") == set()


def test_the_buyers_own_number_may_be_read_back(shop: Shop) -> None:
    shop.hears("10:01:00", type="buyer", buyer="b1", phone="13912345678")
    assert found(shop, "收货电话13912345678对吗") == set()
    assert found(shop, "收货电话13812345678对吗") == {("C11", "warn")}


def test_effects_are_judged_by_the_category_of_what_was_ordered(shop: Shop) -> None:
    assert found(shop, "美白效果好") == {("C07", "note")}
    items = [{"sku": "s", "title": "霜", "quantity": 1, "price": "59.00", "category": "护肤"}]
    shop.order(at="10:02:00", items=items)
    assert found(shop, "美白效果好") == {("C07", "block")}


# --- before it is sent


def test_what_is_blocked_is_not_sent_and_no_key_changes_that(shop: Shop) -> None:
    for override in (None, "1"):
        with pytest.raises(InvalidInput) as told:
            send(shop, CONTACT, override)
        assert told.value.reason == "blocked"
        assert [each.words for each in told.value.values["hits"]] == ["加我微信"]  # type: ignore[attr-defined]  # hits
    assert shop.names("agent") == []
    assert shop.names("check") == []


def test_a_warning_is_sent_with_one_key_which_is_kept(shop: Shop) -> None:
    with pytest.raises(InvalidInput) as told:
        send(shop, PRAISE)
    assert told.value.reason == "doubted"
    send(shop, PRAISE, "2")
    (overridden,) = shop.facts("check.overridden")
    assert (overridden.agent, dict(overridden.data)) == ("a1", {"code": "C02", "reason": "true"})
    assert hit(shop) == [("a1", "C02", "warn", "hand")]


def test_a_send_that_is_repeated_notes_its_reason_once(shop: Shop) -> None:
    for _ in range(2):
        send(shop, PRAISE, "2")
    assert shop.names("check") == ["check.overridden", "check.hit"]
    assert shop.names("agent.spoke") == ["agent.spoke"]


def test_no_other_key_is_a_reason(shop: Shop) -> None:
    for key in ("5", "0", "x", ""):
        with pytest.raises(InvalidInput, match="C02"):
            send(shop, PRAISE, key)
    chat = shop.conversation()
    with pytest.raises(InvalidInput, match="is no reason"):
        shop.works(lambda desk: checks.overrule(desk, chat, ["C02"], "5", agent="a1"))
    with pytest.raises(InvalidInput, match="among C01"):
        shop.works(lambda desk: checks.overrule(desk, chat, ["C55"], "1", agent="a1"))
    assert shop.names("check") == []


def test_what_is_only_noted_is_sent_as_it_is(shop: Shop) -> None:
    send(shop, "您您好")
    assert hit(shop) == [("a1", "C17", "note", "hand")]


# --- versions


def test_tables_published_before_there_were_checks_have_the_shipped_ones() -> None:
    old = TABLES
    assert checks_of(old, shipped()).hits("加我微信")[0].code == "C04"
    assert checks_of(old, TABLES).hits("加我微信") == ()


def test_a_version_is_made_ready_once() -> None:
    assert checks_of(CHECKED, TABLES) is checks_of(CHECKED.model_copy(), shipped())


def test_a_list_of_ones_own_takes_the_place_of_the_shipped_one() -> None:
    mine = TABLES.model_copy(update={"check_words": {"扣扣": ("小企鹅",)}})
    found = checks_of(mine, shipped())
    assert found.hits("加一下小企鹅")[0].code == "C04"
    assert found.hits("加我微信")[0].code == "C04"
