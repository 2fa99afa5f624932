"""One press mends what is obviously another word: the complaint is gone then, and nothing else has changed."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assistant.domain.checks import Checks
from assistant.domain.drafts import judge_row
from assistant.domain.mending import mending
from assistant.domain.problems import Complaint
from assistant.domain.script_rows import Name
from tests.services.shop import TABLES

TODAY = date(2026, 11, 11)
SITUATION = """id: size
name: 问尺码
goal: 问身高体重
stage: presale
phrases: [多大码, 怎么选码]
when: {order.state: [none, unpaid]}
replies:
  - id: usual
    for: {buyer.tier: vip}
    text: |
      亲，{{ buyer.nickname }}您好
      现在有{{ promotion.title }}，{{ shop.cutoff }}前拍下当天发
    tells: promotion
"""
TOUCHPOINT = """id: unpaid-2
name: 未付款
on: order.unpaid
every: {days: 3}
until: [order.paid, "order.closed"]
audience: {buyer.tier: {not: vip}}
window: {from: "08:00", to: "22:00", outside: next_window}
channel: chat
reply: unpaid/remind
goal: {fact: order.paid, within: 3d}
"""
SLIPS = [
    ("situations", SITUATION, "promotion.title", "promotion.titel"),
    ("situations", SITUATION, "buyer.nickname", "buyer.nickame"),
    ("situations", SITUATION, "shop.cutoff", "shop.cutof"),
    ("situations", SITUATION, "{{ buyer.nickname }}", "{buyer.nickname}"),
    ("situations", SITUATION, "phrases:", "phrase:"),
    ("situations", SITUATION, "goal:", "goall:"),
    ("situations", SITUATION, "    tells:", "    tell:"),
    ("situations", SITUATION, "presale", "presales"),
    ("situations", SITUATION, "order.state", "order.stat"),
    ("situations", SITUATION, "[none, unpaid]", "[none, unpayed]"),
    ("situations", SITUATION, "tier: vip", "tier: 'vipp'"),
    ("situations", SITUATION, "goal: 问", "goal：问"),
    ("touchpoints", TOUCHPOINT, "on: order.unpaid", "on: order.unpayd"),
    ("touchpoints", TOUCHPOINT, '"order.closed"', '"order.closd"'),
    ("touchpoints", TOUCHPOINT, "not:", "nott:"),
    ("touchpoints", TOUCHPOINT, "reply: unpaid/remind", "reply: unpaid/remnd"),
    ("touchpoints", TOUCHPOINT, "reply: unpaid/remind", "reply: unpayd"),
    ("touchpoints", TOUCHPOINT, "next_window", "next_windw"),
    ("touchpoints", TOUCHPOINT, "days:", "dayss:"),
    ("touchpoints", TOUCHPOINT, "fact:", "fac:"),
    ("touchpoints", TOUCHPOINT, "channel: chat", "channel: chats"),
    ("quick_replies", "id: a\ntitle: 截单\ntext: '今天{{ shop.cutoff }}前'\n", "shop.cutoff", "shop.cuttoff"),
]
ROWS = TABLES.model_validate(TABLES.model_dump() | {"shop": {"cutoff": {"value": "16:00"}}})


def complaints(table: str, text: str) -> tuple[Complaint, ...]:
    name = Name(table, "row")
    return judge_row(name, text, ROWS, Checks([], {}), TODAY).complaints.get(name, ())


@pytest.mark.parametrize(("table", "text", "right", "wrong"), SLIPS, ids=[f"{one[0]} {one[3]}" for one in SLIPS])
def test_an_obvious_slip_is_mended_and_the_rest_stays(table: str, text: str, right: str, wrong: str) -> None:
    assert complaints(table, text) == ()
    slipped = text.replace(right, wrong, 1)
    found = [mending(slipped, one) for one in complaints(table, slipped)]
    assert len([one for one in found if one]) == 1
    (mend,) = [one for one in found if one]
    mended = slipped[: mend.at] + mend.right + slipped[mend.at + len(mend.wrong) :]
    assert complaints(table, mended) == ()
    assert plain(mended) == plain(text) or wrong == "reply: unpayd"


def plain(text: str) -> str:
    """Without quotes and the room around braces, which do not matter."""
    return re.sub(r"[' ]", "", text)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("promotion.title", "weather"), ("goal: 问身高体重\n", ""), ("tier: vip", "tier: 3"), ("presale", "qqqqqq")],
)
def test_what_a_person_has_to_say_is_not_guessed(right: str, wrong: str) -> None:
    slipped = SITUATION.replace(right, wrong, 1)
    found = complaints("situations", slipped)
    assert found
    assert [mending(slipped, one) for one in found] == [None] * len(found)


def test_a_complaint_about_another_text_mends_nothing() -> None:
    about = Complaint("a", 99, 1, "unknown key `phrase`", "did you mean `phrases`?")
    assert mending(SITUATION, about) is None
    assert mending(SITUATION, Complaint("a", 1, 1, "unknown key `phrase`", "did you mean `phrases`?")) is None
