"""The leader's page over real rows: totals beside the period before, lists behind figures, chats behind lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.moments import SHANGHAI
from assistant.services import keys, kpi_behind, kpi_view, looks
from assistant.services.kpi_scope import Wish
from assistant.services.kpi_view import KpiView
from tests.services.shop import Shop, moment

TODAY = Wish(date(2026, 11, 11), date(2026, 11, 11))


def view(shop: Shop, wish: Wish = TODAY) -> KpiView:
    return shop.read(lambda tx: kpi_view.view(tx, shop.id, wish, shop.now))


def listed(shop: Shop, name: str, wish: Wish = TODAY, **more: Any) -> kpi_behind.BehindView:
    return shop.read(lambda tx: kpi_behind.rows(tx, shop.id, name, wish, shop.now, **more))


def look(shop: Shop, chat: str = "c1", *, by: str = "boss", own: bool = False) -> kpi_behind.ChatView:
    return shop.works(lambda desk: kpi_behind.look(desk, chat, None, by=by, own=own))


@pytest.fixture
def morning(shop: Shop) -> Shop:
    shop.buyer_says("在吗，我电话13812345678", "10:00:00")
    shop.agent_says("在的，亲", "10:00:20")
    shop.buyer_says("几天能到", "10:10:00", conversation="c2", buyer="b2")
    shop.agent_says("三天", "10:14:00", conversation="c2", buyer="b2", by="a2")
    shop.buyer_says("有人吗", "10:20:00", conversation="c3", buyer="b3")
    shop.passes_until("10:40:00")
    return shop


def test_totals_agents_days_and_charts_speak_of_the_same_rows(morning: Shop) -> None:
    page = view(morning)
    assert page.total["first_response_seconds"] == (20 + 240) / 2
    assert {line.key: line.figures["first_response_seconds"] for line in page.agents} == {"": None, "a1": 20, "a2": 240}
    assert [(line.key, line.figures["unanswered_buyers"]) for line in page.days] == [("2026-11-11", 1)]
    assert (page.spread.answered, page.spread.unanswered, page.spread.p50) == (2, 1, 130)
    assert dict(page.spread.within)[180] == page.total["within_180s_rate"] == pytest.approx(1 / 3)
    assert page.load[2][10] == sum(map(sum, page.load)) == 3
    assert not page.empty


def test_what_a_program_answered_stands_under_the_name_of_its_key(shop: Shop) -> None:
    named, nameless = shop.works(lambda desk: [keys.add(desk.tx, shop.id, shop.now, name=name) for name in ("ERP", "")])
    for chat, key in (("c1", named), ("c2", nameless)):
        shop.buyer_says("在吗", "10:00:00", conversation=chat, buyer=chat)
        shop.agent_says("在的", "10:00:20", conversation=chat, buyer=chat, by=f"key:{key.id}")
    shop.passes_until("10:40:00")
    called = {line.key: line.name for line in view(shop).agents if line.key}
    assert called == {f"key:{named.id}": "ERP", f"key:{nameless.id}": nameless.id}
    assert {row.name for row in listed(shop, "first_response_seconds").rows} == {"ERP", nameless.id}
    assert look(shop).agent == "ERP"
    one = replace(TODAY, agent=f"key:{named.id}")
    assert (f"key:{named.id}", "ERP") in shop.read(lambda tx: kpi_view.agents(tx, shop.id, one))
    assert shop.read(lambda tx: kpi_view.agents(tx, shop.id, TODAY)) == []


def test_a_day_that_runs_is_compared_with_the_same_hours_of_the_day_before(shop: Shop) -> None:
    shop.buyer_says("在吗", "09:00:00", conversation="old", buyer="old")
    shop.agent_says("在的", "09:00:10", conversation="old", buyer="old")
    shop.buyer_says("还在吗", "12:00:00", conversation="old", buyer="old")
    shop.now = moment("10:00:00", 12)
    page = view(shop, Wish(date(2026, 11, 12), date(2026, 11, 12)))
    assert (page.before_from, page.before_to) == (moment("00:00:00").timestamp(), moment("10:00:00").timestamp())
    assert (page.before["first_response_seconds"], page.before["unanswered_buyers"]) == (10, 0)
    assert page.empty


@pytest.mark.parametrize(
    ("first", "last", "against", "start"),
    [(11, 11, "week", "2026-11-04"), (4, 13, "week", "2026-10-21"), (11, 11, "year", "2025-11-12")],
)
def test_it_can_be_compared_with_the_same_days_of_the_week(
    shop: Shop, first: int, last: int, against: str, start: str
) -> None:
    shop.now = moment("10:00:00", 20)
    wish = Wish(date(2026, 11, first), date(2026, 11, last))
    page = shop.read(lambda tx: kpi_view.view(tx, shop.id, wish, shop.now, against))
    began = datetime.fromtimestamp(page.before_from, SHANGHAI)
    assert began.date().isoformat() == start
    assert began.weekday() == wish.first.weekday()
    assert page.before_to - page.before_from == (last - first + 1) * 86_400


def test_one_agent_is_judged_by_their_own_clock(morning: Shop) -> None:
    page = view(morning, Wish(TODAY.first, TODAY.last, agent="a2"))
    assert page.total["first_response_seconds"] == 240
    assert [line.key for line in page.agents] == ["a2"]
    assert view(morning, Wish(TODAY.first, TODAY.last, agent="nobody")).empty


def test_a_list_names_agent_chat_and_masked_buyer_worst_first_and_says_when_it_is_cut(morning: Shop) -> None:
    found = listed(morning, "within_180s_rate")
    assert [(row.conversation, row.value, row.counts) for row in found.rows] == [
        ("c3", None, False),
        ("c2", 240, False),
        ("c1", 20, True),
    ]
    assert {row.buyer for row in found.rows} == {"b***"}
    assert (found.total, found.counting) == (3, 1)
    assert found.figure == pytest.approx(1 / 3)
    cut = listed(morning, "within_180s_rate", most=1)
    assert (len(cut.rows), cut.total) == (1, 3)


def test_buyers_without_a_round_still_lead_to_their_chat(morning: Shop) -> None:
    morning.agent_says("亲，您的包裹到了", "10:41:00", conversation="c4", buyer="b4")
    found = listed(morning, "buyers_received")
    assert {row.conversation for row in found.rows} == {"c1", "c2", "c3", "c4"}


def test_a_figure_without_a_list_is_not_found(morning: Shop) -> None:
    with pytest.raises(NotFound):
        listed(morning, "answer_question_ratio")


def test_a_chat_shows_its_rounds_masked_and_that_somebody_looked_is_a_fact(morning: Shop) -> None:
    seen = look(morning)
    asked, answered = seen.messages
    assert (asked.asks, asked.text) == (1, "在吗，我电话138***78")
    assert (answered.answers, answered.seconds, answered.name) == (1, 20, "a1")
    (fact,) = morning.facts("access.viewed")
    assert (fact.agent, fact.conversation) == ("boss", "c1")
    assert look(morning, "c3").messages[0].unanswered


def test_an_agent_finds_who_looked_into_their_chats_also_when_somebody_else_holds_them_now(morning: Shop) -> None:
    look(morning)
    look(morning, by="a1")
    morning.agent_says("我来接着", "10:41:00", by="a2")
    look(morning, by="deputy")

    def seen_by(agent: str) -> list[tuple[str, str | None]]:
        found = morning.read(lambda tx: looks.at_chats_of(tx, morning.id, agent, morning.now))
        return [(row.agent, row.conversation) for row in found.rows]

    assert seen_by("a1") == [("deputy", "c1"), ("boss", "c1")]
    assert seen_by("a2") == [("deputy", "c1")]
    assert seen_by("boss") == []


def test_buyers_are_masked_unless_whoever_asks_may_see_them(morning: Shop) -> None:
    assert {row.buyer for row in listed(morning, "buyers_received").rows} == {"b***"}
    assert {row.buyer for row in listed(morning, "buyers_received", unmasked=True).rows} == {"b1", "b2", "b3"}


def test_an_agent_sees_only_chats_they_have_part_in(morning: Shop) -> None:
    assert look(morning, "c2", by="a2", own=True).messages
    with pytest.raises(NotFound):
        look(morning, "c2", by="a1", own=True)
    assert len(morning.facts("access.viewed")) == 1


def test_what_became_of_asking_is_settling_until_the_next_day_is_over(morning: Shop) -> None:
    page = view(morning)
    assert (page.settling, page.total["inquiry_to_order_rate"]) == (3, None)
    assert dict(page.funnel)["inquiry_to_order_rate"] is None
    morning.now = moment("00:00:00", 13)
    page = view(morning)
    assert (page.settling, page.total["inquiry_to_order_rate"], dict(page.funnel)["inquiry_to_order_rate"]) == (0, 0, 0)


@pytest.mark.parametrize("days", [(date(2026, 11, 12), date(2026, 11, 11)), (date(2026, 1, 1), date(2026, 11, 11))])
def test_days_must_be_in_order_and_not_too_many(days: tuple[date, date]) -> None:
    with pytest.raises(InvalidInput):
        partial(Wish, *days)()


def test_thanks_nobody_answered_count_for_the_platform_and_beside_that_stands_what_is_owed(morning: Shop) -> None:
    morning.buyer_says("好的，谢谢", "10:41:00", conversation="c2", buyer="b2")
    morning.agent_says("亲要 M 码吗？", "10:42:00")
    morning.buyer_says("好的", "10:43:00")
    morning.passes_until("11:40:00")
    page = view(morning)
    assert page.total["unanswered_buyers"] == 3
    assert page.owed["unanswered_buyers"] == 2  # 好的 answers a question, and somebody has asked 有人吗
    assert (page.total["within_180s_rate"], page.owed["within_180s_rate"]) == (1 / 5, 1 / 4)
    assert page.total["reply_rate"] == 0
    assert page.owed["reply_rate"] == pytest.approx(1 / 3)


def test_words_after_thanks_make_an_answer_owed(morning: Shop) -> None:
    morning.buyer_says("好的，谢谢", "10:41:00", conversation="c2", buyer="b2")
    morning.buyer_says("对了，有没有运费险", "10:50:00", conversation="c2", buyer="b2")
    morning.passes_until("11:40:00")
    page = view(morning)
    assert page.owed["unanswered_buyers"] == page.total["unanswered_buyers"] == 2
