"""Two sets of tables on the same chats: what a change would do is told, and nothing live is touched."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from assistant import store
from assistant.domain.back_tests import Comparison
from assistant.domain.scripts import Scripts
from assistant.services.back_tests import Cancelled, play, run
from assistant.services.recorded import Recording, recording
from tests.events_of_a_day import agent, buyer, order
from tests.services.shop import OFFERS, TABLES, Shop, moment

DAY = [
    buyer("10:00:00", "能便宜点嘛"),
    agent("10:00:20", OFFERS),
    buyer("10:01:00", "是什么面料的", who="b2"),
    agent("10:01:20", "纯棉的哦", who="b2"),
    buyer("10:02:00", "嗯嗯好的", who="b3"),
    agent("10:02:20", "在的，亲", who="b3"),
    order("10:05:00", "unpaid"),
]
LINES = [json.dumps(event, ensure_ascii=False) for event in DAY]


def without(*situations: str) -> Scripts:
    kept = [row.model_dump(by_alias=True) for row in TABLES.situations if row.id not in situations]
    return Scripts.model_validate({**TABLES.model_dump(by_alias=True), "situations": kept})


def compared(after: Scripts, lines: list[str] = LINES) -> Comparison:
    return run(lines, TABLES, after, TABLES)


def test_the_same_tables_change_nothing() -> None:
    found = compared(TABLES)
    assert found.changed == 0
    assert found.before == found.after
    assert all(not shift.gained and not shift.lost for shift in found.shifts)


def test_a_situation_taken_out_is_silent_where_it_was_offered_and_the_very_words_are_shown() -> None:
    found = compared(without("fabric"))
    (shift,) = [one for one in found.shifts if one.situation == "fabric"]
    assert (shift.before, shift.after) == (1, 0)
    assert [turn.before.texts for turn in shift.lost] == [("是什么面料的",)]
    assert (found.before.silent, found.after.silent) == (1, 2)


def test_the_same_words_that_come_out_the_same_way_are_shown_once_with_how_often() -> None:
    again = json.dumps(buyer("11:01:00", "是什么面料的", who="b9"), ensure_ascii=False)
    (shift,) = [one for one in compared(without("fabric"), [*LINES, again]).shifts if one.situation == "fabric"]
    assert shift.gone == 2
    assert [(turn.before.texts, turn.times) for turn in shift.lost] == [(("是什么面料的",), 2)]


def test_what_the_agent_said_agrees_with_what_was_offered() -> None:
    played = play(LINES, TABLES, TABLES)
    price = next(run for run in played.runs if run.texts == ("能便宜点嘛",))
    assert price.agreement == 1.0
    assert compared(TABLES).before.agreeing >= 1


def test_follow_ups_of_both_sides_are_counted() -> None:
    changed = TABLES.model_copy(update={"touchpoints": ()})
    found = compared(changed)
    assert found.follow_ups
    assert all(after == 0 for _, after in found.follow_ups.values())
    assert found.fired["unpaid"] == (1, 0)


def test_tables_without_checks_are_held_against_the_shipped_ones() -> None:
    check = {
        "id": "wechat", "name": "站外联系", "code": "C04", "severity": "block", "words": ["加微信"],
        "reason": "会被处罚", "instead": "在这里说",
    }  # fmt: skip
    shipped = Scripts.model_validate({"checks": [check]})
    lines = [json.dumps(one) for one in (buyer("10:00:00", "怎么联系"), agent("10:00:20", "亲，加微信聊吧"))]
    assert not TABLES.checks
    assert run(lines, TABLES, TABLES, shipped).hits == {"C04": (1, 1)}


def test_it_says_how_far_it_is_and_stops_when_told_to() -> None:
    seen: list[float] = []

    def watch(share: float) -> bool:
        seen.append(share)
        return share < 0.5

    with pytest.raises(Cancelled):
        run(LINES, TABLES, TABLES, TABLES, watch)
    assert seen == sorted(seen)
    assert seen[-1] == 0.5


def heard(shop: Shop) -> Recording:
    start = moment("00:00:00")
    return shop.read(lambda tx: recording(tx, shop.id, start, start + timedelta(days=1)))


def offered(shop: Shop) -> list[tuple[str, str]]:
    cards = shop.read(lambda tx: store.suggestions.open_in(tx, shop.conversation().id))
    return [(card.situation, card.text) for card in cards]


def test_a_shops_own_chats_are_played_again_as_they_were(shop: Shop) -> None:
    shop.order(status="unpaid", at="09:59:00")
    shop.agent_says("在的，亲", "10:00:00")
    shop.buyer_says("能便宜点嘛", "10:00:10")
    played = play(heard(shop).lines, TABLES, TABLES)
    assert [(offer.situation, offer.text) for offer in played.runs[0].offers] == offered(shop)


def test_playing_again_touches_nothing_live(shop: Shop) -> None:
    shop.buyer_says("能便宜点嘛", "10:00:10")
    before: list[Any] = [shop.cards(), shop.names(), shop.follow_ups()]
    run(heard(shop).lines, TABLES, without("price"), TABLES)
    assert [shop.cards(), shop.names(), shop.follow_ups()] == before


def test_names_and_numbers_of_buyers_are_not_played(shop: Shop) -> None:
    shop.hears("09:00:00", type="buyer", nickname="张三", phone="13800001111", tier="vip")
    shop.buyer_says("能便宜点嘛", "10:00:10")
    told = "".join(heard(shop).lines)
    assert "vip" in told
    assert "张三" not in json.loads(f"[{','.join(heard(shop).lines)}]".replace("\n", "")).__repr__()
    assert "1380000" not in told


def test_a_period_with_more_than_is_played_says_so(shop: Shop) -> None:
    for second in range(5):
        shop.buyer_says(f"第{second}句", f"10:00:0{second}")
    start = moment("00:00:00")
    cut = shop.read(lambda tx: recording(tx, shop.id, start, start + timedelta(days=1), most=3))
    assert (len(cut.lines), cut.cut) == (3, True)
