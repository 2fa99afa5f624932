"""An agent's word: the clock of a promise, what keeps it, what moves it (DOMAIN.md C09, UI.md §2.8)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.domain.errors import InvalidInput
from assistant.domain.scripts import Scripts
from tests.services.shop import ASKS, HOLDS, MORE_TIME, TABLES, Shop, clock, moment


def promise(shop: Shop) -> tuple[str, str]:
    row = shop.only("promise")
    return row.state, clock(row.due_at)


# --- the clock -----------------------------------------------------------------------------------------------------


def test_the_holding_reply_really_sent_comes_due_at_two_minutes_and_not_a_second_before(shop: Shop) -> None:
    shop.buyer_says("在吗", at="10:00:00")
    shop.agent_says(HOLDS, at="10:00:30")
    assert promise(shop) == ("armed", "10:02:30")
    shop.passes_until("10:02:29")
    assert shop.only("promise").state == "armed"
    shop.passes("1s")
    assert shop.only("promise").state == "due"
    shop.passes("3h")
    assert shop.names("follow_up.") == ["follow_up.armed", "follow_up.due"]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("十分钟内回您", "10:10:00"),
        ("5分钟后给您答复", "10:05:00"),
        ("亲，我去仓库问下，半小时内给您回话哦", "10:30:00"),
        ("下午三点前给您答复", "15:00:00"),
        ("这边帮您催一下，16:30前回复您", "16:30:00"),
    ],
)
def test_a_time_said_by_hand_is_the_time_of_the_promise(shop: Shop, text: str, due: str) -> None:
    shop.agent_says(text, at="10:00:00")
    assert promise(shop) == ("armed", due)
    (fact,) = shop.facts("agent.promised")
    assert fact.data["until"] == moment(due).isoformat()


@pytest.mark.parametrize(
    "text", ["稍后给您回复", "查到了马上告诉您", "明天给您回电", "请稍等", "24小时内给您补发", "5分钟前给您回复过了"]
)
def test_a_promise_without_a_time_or_kept_by_a_deed_starts_no_clock(shop: Shop, text: str) -> None:
    shop.agent_says(text)
    assert shop.follow_ups() == []


@pytest.mark.parametrize("origin", ["auto", "robot", "robot_assist"])
def test_what_a_robot_promises_binds_nobody(shop: Shop, origin: str) -> None:
    shop.agent_says(HOLDS, origin=origin)
    assert shop.follow_ups() == []


def test_the_card_tells_the_promise_who_made_it_and_what_to_say(shop: Shop) -> None:
    shop.buyer_says("在吗", at="10:00:00")
    shop.agent_says(HOLDS, at="10:00:30", by="a2")
    shop.agent_says("亲，这位买家我来跟进哦", at="10:00:40", origin="auto")
    shop.passes("2m")
    (row,) = shop.active()
    assert (row.promised, row.promised_by, row.text) == ("2分钟内回您", "a2", MORE_TIME)


def test_the_night_does_not_hold_a_promise_back(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="23:40:00")
    shop.passes("2m")
    assert shop.only("promise").state == "due"


@pytest.mark.parametrize(("away", "state"), [("32m", "due"), ("32m1s", "missed")])
def test_after_an_outage_a_promise_is_late_like_every_follow_up(shop: Shop, away: str, state: str) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.is_down_for(away)
    assert shop.only("promise").state == state
    assert shop.fire() == 0


# --- what keeps it, what moves it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["M码有货的，亲", "查到了，明天到您那边", "可以的", "麻烦您提供下订单号", "[图片]"])
@pytest.mark.parametrize("waited", ["30s", "5m"])
def test_the_next_answer_of_any_person_keeps_it_before_and_after_its_time(shop: Shop, text: str, waited: str) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.passes(waited)
    shop.agent_says(text, by="a2")
    assert (shop.only("promise").state, shop.only("promise").reason) == ("done", "kept")


@pytest.mark.parametrize(
    "text", ["请稍等", "亲，还在核实中，没有忘记您", "好的亲", "我再看看", "稍后给您回复", "您稍等一下哦"]
)
def test_asking_to_wait_once_more_keeps_nothing_and_moves_nothing(shop: Shop, text: str) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.agent_says(text, at="10:01:00")
    assert promise(shop) == ("armed", "10:02:00")


def test_a_robot_or_the_buyer_keeps_no_promise(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.agent_says("M码有货的", at="10:00:30", origin="robot")
    shop.buyer_says("好的", at="10:00:40")
    assert promise(shop) == ("armed", "10:02:00")


@pytest.mark.parametrize("second", ["10:01:00", "10:04:00"])
def test_a_second_holding_reply_moves_the_same_promise(shop: Shop, second: str) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    before = shop.only("promise").id
    shop.agent_says(HOLDS, at=second, by="a2")
    assert shop.only("promise").id == before
    assert promise(shop) == ("armed", second.replace(":01:", ":03:").replace(":04:", ":06:"))
    shop.passes("2m")
    assert shop.active()[0].promised_by == "a2"
    assert shop.only("promise").state == "due"


def test_the_cards_own_words_move_the_promise_they_ask_time_for(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.passes_until("10:02:00")
    shop.agent_says(MORE_TIME, at="10:03:00", script="promised/more-time")
    assert promise(shop) == ("armed", "10:08:00")


def test_an_answer_with_a_new_time_keeps_the_old_promise_and_starts_another(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.agent_says("M码有货，尺码表我找一下，10分钟内给您答复", at="10:01:00")
    first, second = shop.follow_ups("promise")
    assert (first.state, second.state, clock(second.due_at)) == ("done", "armed", "10:11:00")


def test_a_buyer_has_one_promise_over_all_conversations(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.agent_says(HOLDS, at="10:01:00", conversation="c2")
    assert promise(shop) == ("armed", "10:03:00")
    shop.agent_says("M码有货的，亲", at="10:01:30", conversation="c1")
    assert shop.only("promise").state == "done"


def test_promises_to_two_buyers_are_two(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.agent_says(HOLDS, at="10:00:10", conversation="c2", buyer="b2")
    shop.agent_says("M码有货的", at="10:00:20", conversation="c2", buyer="b2")
    assert [row.state for row in shop.follow_ups("promise")] == ["armed", "done"]


def test_other_follow_ups_go_on_beside_a_promise(shop: Shop) -> None:
    shop.agent_says(ASKS, at="10:00:00")
    shop.agent_says(HOLDS, at="10:00:10")
    assert [row.touchpoint for row in shop.follow_ups()] == ["no-answer", "promise"]
    shop.buyer_says("修身的", at="10:01:00")
    assert (shop.only("no-answer").state, shop.only("promise").state) == ("cancelled", "armed")


def test_an_agent_may_put_a_promise_off_or_end_it(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    shop.passes_until("10:02:00")
    shop.act(shop.only("promise"), "snooze", minutes=5)
    assert promise(shop) == ("armed", "10:07:00")
    with pytest.raises(InvalidInput):
        shop.act(shop.only("promise"), "postpone")
    shop.act(shop.only("promise"), "done", reason="已电话答复")
    assert shop.only("promise").state == "done"


# --- late news -----------------------------------------------------------------------------------------------------


def test_a_promise_that_arrives_after_its_answer_starts_nothing(shop: Shop) -> None:
    shop.agent_says("M码有货的", at="10:01:00")
    shop.agent_says(HOLDS, at="10:00:00")
    assert shop.follow_ups() == []


def test_an_older_promise_that_arrives_late_does_not_bring_the_newer_one_forward(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:02:00")
    shop.agent_says(HOLDS, at="10:00:00")
    assert promise(shop) == ("armed", "10:04:00")


def test_an_answer_from_before_the_promise_keeps_nothing(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:02:00")
    shop.agent_says("M码有货的", at="10:01:00")
    assert promise(shop) == ("armed", "10:04:00")


# --- tables --------------------------------------------------------------------------------------------------------


def test_a_table_without_the_row_keeps_no_promises(new_shop: Callable[[Scripts], Shop]) -> None:
    rows = tuple(row for row in TABLES.touchpoints if not row.keeps_promises)
    bare = new_shop(TABLES.model_copy(update={"touchpoints": rows}))
    bare.agent_says(HOLDS)
    assert (bare.follow_ups(), bare.names("agent.promised")) == ([], ["agent.promised"])


def test_a_row_with_a_time_of_its_own_is_an_ordinary_follow_up() -> None:
    own = {"id": "ask", "name": "承诺", "on": "agent.promised", "after": "30m", "reply": "promised"}
    scripts = Scripts.model_validate({"touchpoints": [own]})
    assert (scripts.promise, scripts.started_by("agent.promised")) == (None, scripts.touchpoints)


# --- in any course of a talk ---------------------------------------------------------------------------------------

SAYINGS = {
    "promise": HOLDS,
    "longer": "我核实下，5分钟内回您",
    "wait": "请稍等",
    "vague": "稍后给您回复",
    "answer": "M码有货的，亲",
    "buyer": "人呢",
}
MINUTES = {"promise": 2, "longer": 5}


@dataclass
class Model:
    """What an agent would say by heart: one promise, with the moment it is due, and what became of each."""

    due: timedelta | None = None
    kept: int = 0
    shown: int = 0
    up: bool = False

    def pass_to(self, now: timedelta) -> None:
        if self.due is not None and not self.up and self.due < now:
            self.up, self.shown = True, self.shown + 1

    def hear(self, kind: str, now: timedelta) -> None:
        self.pass_to(now)
        if kind in MINUTES:
            self.due, self.up = now + timedelta(minutes=MINUTES[kind]), False
        elif kind == "answer" and self.due is not None:
            self.due, self.up, self.kept = None, False, self.kept + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    talk=st.lists(st.tuples(st.sampled_from(list(SAYINGS)), st.integers(1, 400)), min_size=1, max_size=12),
)
def test_never_early_never_twice_and_kept_exactly_by_an_answer(
    new_shop: Callable[[], Shop], talk: list[tuple[str, int]]
) -> None:
    model, now = Model(), timedelta()
    with closing(new_shop()) as shop:
        for kind, seconds in talk:
            now += timedelta(seconds=seconds)
            at = (moment("10:00:00") + now).strftime("%H:%M:%S")
            if kind == "buyer":
                shop.buyer_says(SAYINGS[kind], at=at)
            else:
                shop.agent_says(SAYINGS[kind], at=at)
            model.hear(kind, now)
            assert shop.names("follow_up.due").count("follow_up.due") == model.shown
            assert [row.state for row in shop.follow_ups("promise")].count("done") == model.kept
            standing = [(row.state, row.due_at) for row in shop.active()]
            due = [] if model.due is None else [("due" if model.up else "armed", moment("10:00:00") + model.due)]
            assert standing == due
        shop.passes("10m")
        model.pass_to(now + timedelta(minutes=10))
        assert shop.names("follow_up.due").count("follow_up.due") == model.shown
