"""Every figure against hand-counted rows; windows, days, clocks and what is not judged yet."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.domain.kpi import NAMES, compute, figures, foot_names
from assistant.domain.kpi_group import Rules
from assistant.domain.kpi_rows import NOBODY, ContactRow, Inputs, RatingRow, SuggestionRow, group
from assistant.domain.platforms import profile_of
from tests.domain.chat_samples import at
from tests.domain.kpi_morning import COUNTED_BY_HAND, MORNING
from tests.domain.kpi_samples import asked, figure, follow_up

CONTRACT = Path(__file__).resolve().parents[2] / "../shared/CONTRACT.md"


def test_the_names_begin_with_those_of_the_public_interface_in_its_order() -> None:
    if not CONTRACT.exists():
        pytest.skip("../shared/CONTRACT.md is not beside the checkout")
    section = CONTRACT.read_text().split("## KPI names")[1].split("\n")[1]
    listed = re.sub(r" \(within 5 %\)", "", section.strip("`."))
    assert ", ".join(NAMES).startswith(listed.rstrip("`. ") + ", ")


def test_figures_come_in_the_order_of_the_names() -> None:
    assert list(compute(Inputs())) == list(NAMES)


def test_without_rows_counts_and_sales_are_zero_and_everything_else_has_no_value() -> None:
    counts = {"buyers_consulted", "buyers_received", "effective_receptions", "unanswered_buyers"}
    counts |= {"slow_receptions", "suggestions_shown", "check_hits"}
    counts |= {
        "reminders_sent",
        "follow_ups_due",
        "follow_ups_done",
        "follow_ups_missed",
        "inquiry_buyers",
        "buyers_paid",
        "sales_amount",
        "paid_own",
        "paid_others",
        "paid_silent_order",
        "paid_silent",
    }
    assert compute(Inputs()) == {name: 0 if name in counts else None for name in NAMES}


def test_a_morning_counted_by_hand() -> None:
    assert compute(MORNING) == pytest.approx(COUNTED_BY_HAND)


def test_who_rates_unasked_or_again_makes_no_share_above_the_whole() -> None:
    ratings = [RatingRow(at=at("10:00:00"), agent="lin", score=score) for score in (None, 1, 5)]
    found = compute(Inputs(ratings=ratings))
    assert (found["rating_participation"], found["satisfaction_rate"]) == (1, 1 / 2)


def test_figures_by_agent_come_from_each_ones_rows() -> None:
    by_agent = dict(figures(MORNING, "agent"))
    assert list(by_agent) == [NOBODY, "lin", "wang"]
    assert by_agent["wang"]["first_response_seconds"] == 60.0
    assert by_agent["wang"]["within_60s_rate"] == pytest.approx(1 / 3)
    assert by_agent["lin"]["reply_rate"] == 1.0
    assert by_agent["lin"]["suggestion_adoption_rate"] == 1.0


def test_by_situation_only_the_suggestion_figures_are_known() -> None:
    by_situation = dict(figures(MORNING, "situation"))
    assert list(by_situation) == ["price", "stock"]
    known = {name: value for name, value in by_situation["price"].items() if value is not None}
    assert known == {"suggestions_shown": 2, "suggestion_adoption_rate": 0.5}


def test_by_touchpoint_only_the_follow_up_figures_are_known() -> None:
    [(key, values)] = figures(MORNING, "touchpoint")
    assert key == "unpaid-15-minutes"
    assert values["follow_ups_due"] == 5
    assert values["buyers_consulted"] is None


def test_the_total_is_one_row_even_without_rows() -> None:
    assert [key for key, _ in figures(Inputs())] == ["all"]


def test_exactly_three_minutes_are_within_three_minutes() -> None:
    assert figure("within_180s_rate", [asked("10:00:00", 180), asked("11:00:00", 180.001, session=1)]) == 0.5


def test_a_zero_second_reply_leaves_durations_but_is_a_reply() -> None:
    rounds = [asked("10:00:00", 0), asked("10:30:00", 0.9, session=1), asked("11:00:00", 40, session=2)]
    assert figure("average_response_seconds", rounds) == 40.0
    assert figure("first_response_seconds", rounds) == 40.0
    assert figure("within_15s_rate", rounds) == 2 / 3
    assert figure("unanswered_buyers", rounds) == 0


def test_only_taobao_cuts_a_round_at_ten_minutes_in_the_average() -> None:
    assert figure("average_response_seconds", [asked("10:00:00", 900)]) == 600.0
    assert figure("average_response_seconds", [asked("10:00:00", 900, platform="douyin")]) == 900.0


def test_an_answer_on_the_next_day_leaves_durations_and_counts_as_unanswered_on_the_first() -> None:
    late = [asked("22:50:00", 36_000), asked("09:00:00", 20, day=21, session=1)]
    by_day = dict(figures(Inputs(rounds=late), "day"))
    assert by_day["2026-11-20"]["unanswered_buyers"] == 1
    assert by_day["2026-11-20"]["average_response_seconds"] is None
    assert by_day["2026-11-20"]["within_180s_rate"] == 0.0
    assert by_day["2026-11-20"]["longest_wait_seconds"] == 70 * 60
    assert by_day["2026-11-21"]["within_180s_rate"] == 1.0


def test_buyer_counts_over_several_days_add_up_the_days() -> None:
    days = [
        ContactRow(at=at("10:00:00", day), agent=agent, platform="taobao", buyer="b1", buyer_messages=1)
        for day in (20, 21)
        for agent in ("lin", "wang")
    ]
    assert compute(Inputs(contacts=days))["buyers_received"] == 2
    assert [values["buyers_received"] for _, values in figures(Inputs(contacts=days), "agent")] == [2, 2]


def test_a_round_means_a_buyer_received_even_where_no_message_was_credited() -> None:
    got = compute(Inputs(rounds=[asked("10:00:00", None)]))
    assert (got["buyers_consulted"], got["buyers_received"], got["reply_rate"]) == (1, 1, 0.0)


def test_two_cards_sent_in_one_round_are_one_adoption() -> None:
    def card(id_: str, round_: str, sent: bool) -> SuggestionRow:
        return SuggestionRow(at=at("10:00:00"), agent="lin", id=id_, round=round_, situation=None, sent=sent)

    cards = [card("s1", "r1", True), card("s2", "r1", True), card("s3", "r2", False)]
    got = compute(Inputs(suggestions=cards))
    assert (got["suggestions_shown"], got["suggestion_adoption_rate"]) == (3, 0.5)


def test_one_name_on_two_platforms_is_two_buyers() -> None:
    contacts = [ContactRow(at=at("10:00:00"), agent="lin", platform=p, buyer="b1") for p in ("taobao", "jd")]
    assert compute(Inputs(contacts=contacts))["buyers_consulted"] == 2


def test_a_reception_is_effective_for_the_agent_who_answered_a_buyer_first_heard_by_another() -> None:
    contacts = [
        ContactRow(at=at("10:00:00"), agent="lin", platform="jd", buyer="b1", buyer_messages=1, buyer_spoke=True),
        ContactRow(at=at("10:05:00"), agent="wang", platform="jd", buyer="b1", human_messages=1, buyer_spoke=True),
    ]
    by_agent = dict(figures(Inputs(contacts=contacts), "agent"))
    assert {key: values["effective_receptions"] for key, values in by_agent.items()} == {"lin": 0, "wang": 1}


def test_filtered_buyers_consulted_but_are_neither_received_nor_measured() -> None:
    spam = ContactRow(
        at=at("10:00:00"),
        agent="lin",
        platform="taobao",
        buyer="b1",
        buyer_messages=9,
        human_messages=1,
        filtered=True,
    )
    got = compute(Inputs(rounds=[asked("10:00:00", None)], contacts=[spam]))
    assert (got["buyers_consulted"], got["buyers_received"], got["unanswered_buyers"]) == (1, 0, 0)
    assert (got["effective_receptions"], got["within_180s_rate"]) == (0, None)


@pytest.mark.parametrize(("third", "slow"), [(120, 0), (121, 1)])
def test_three_rounds_over_two_minutes_make_a_slow_reception(third: float, slow: int) -> None:
    rounds = [asked(f"1{n}:00:00", wait, session=n) for n, wait in enumerate([130, 500, third])]
    assert figure("slow_receptions", rounds) == slow


def test_slow_rounds_of_different_buyers_or_days_do_not_add_up() -> None:
    rounds = [asked("10:00:00", 500, buyer="b1"), asked("10:00:00", 500, buyer="b2")]
    assert figure("slow_receptions", [*rounds, asked("10:00:00", 500, day=21)] * 2) == 0


def test_an_unanswered_wait_ends_with_the_conversation_or_is_still_running() -> None:
    waiting = asked("10:00:00", None)
    assert figure("longest_wait_seconds", [replace(waiting, ended_at=at("10:20:00"))]) == 1200.0
    assert figure("longest_wait_seconds", [waiting], Rules(now=at("10:05:00"))) == 300.0


def test_a_buyer_still_within_the_time_is_not_yet_judged() -> None:
    rounds = [asked("10:00:00", 20), asked("10:30:00", None, session=1)]
    assert figure("within_180s_rate", rounds, Rules(now=at("10:33:00"))) == 1.0
    assert figure("within_60s_rate", rounds, Rules(now=at("10:33:00"))) == 0.5
    assert figure("within_180s_rate", rounds, Rules(now=at("10:33:01"))) == 0.5


def test_a_card_still_within_its_five_minutes_is_not_yet_judged() -> None:
    cards = Inputs(follow_ups=[follow_up("done", done_after=10), follow_up("due")])
    rate = {
        clock: compute(cards, Rules(now=at(clock)))["follow_ups_on_time_rate"] for clock in ("10:05:00", "10:05:01")
    }
    assert rate == {"10:05:00": 1.0, "10:05:01": 0.5}


def test_an_agents_clock_starts_at_the_handover_and_the_shops_at_the_question() -> None:
    handed_over = Inputs(rounds=[replace(asked("10:00:00", 110), held_at=at("10:01:30"))])
    assert compute(handed_over)["first_response_seconds"] == 110.0
    assert dict(figures(handed_over, "agent"))["lin"]["first_response_seconds"] == 20.0


def test_rows_that_nobody_held_have_a_key_of_their_own() -> None:
    assert list(group([asked("10:00:00", None, agent=None)], "agent")) == [NOBODY]


def test_days_and_hours_are_the_shops() -> None:
    rounds = [asked("00:30:00", 5, day=21), asked("09:30:00", 5, day=21), asked("09:59:59", 5)]
    days, hours = group(rounds, "day"), group(rounds, "hour")
    assert {key: len(rows) for key, rows in days.items()} == {"2026-11-21": 2, "2026-11-20": 1}
    assert {key: len(rows) for key, rows in hours.items()} == {"00": 1, "09": 2}


def test_the_foot_of_the_sidebar_shows_the_platforms_own_rate() -> None:
    names = foot_names(profile_of("jd"))
    assert names == ("first_response_seconds", "within_30s_rate", "follow_ups_on_time_rate")
    assert tuple(compute(MORNING, names=names)) == names


def test_who_ordered_at_once_counts_for_a_rate_no_sooner_than_who_has_not_yet() -> None:
    usual = ContactRow(at=at("10:00:00"), agent="lin", platform="taobao", buyer="b0", inquiry=True)
    known = [replace(usual, buyer="b1", ordered=True, paid=True), replace(usual, buyer="b2")]
    runs = [replace(usual, buyer=f"b{n}", settling=True, ordered=True, paid=True) for n in (3, 4)]
    found = compute(Inputs(contacts=[*known, *runs]))
    assert (found["inquiry_buyers"], found["inquiry_to_order_rate"], found["inquiry_to_paid_rate"]) == (4, 0.5, 0.5)


def test_own_accounts_and_spam_ask_nothing_before_buying() -> None:
    usual = ContactRow(at=at("10:00:00"), agent="lin", platform="taobao", buyer="b0", inquiry=True)
    found = compute(Inputs(contacts=[usual, replace(usual, buyer="own", filtered=True)]))
    assert (found["buyers_consulted"], found["inquiry_buyers"]) == (2, 1)


@pytest.mark.parametrize(("seconds", "counted"), [(0.9, None), (1, 1.0)])
def test_an_answer_of_less_than_a_second_is_a_robots(seconds: float, counted: float | None) -> None:
    assert figure("average_response_seconds", [asked("10:00:00", seconds)]) == counted
