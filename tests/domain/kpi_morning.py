"""One morning at a shop: its rows, and its figures counted by hand."""

from __future__ import annotations

from dataclasses import replace

from assistant.domain.kpi_rows import CheckRow, ContactRow, Inputs, RatingRow, SentRow, SuggestionRow
from tests.domain.chat_samples import at
from tests.domain.kpi_samples import asked, follow_up, ordered, reminder

MORNING = Inputs(
    rounds=[
        asked("10:00:00", 10),
        asked("10:05:00", 180, first=False, session_asked="10:00:00"),
        asked("10:20:00", 31, session=1, buyer="b1"),
        asked("10:00:00", 60, buyer="b2", agent="wang"),
        asked("10:02:00", 900, buyer="b2", agent="wang", first=False, session_asked="10:00:00"),
        asked("10:30:00", None, buyer="b3", agent="wang"),
    ],
    contacts=[
        ContactRow(at=at("10:00:00"), agent="lin", platform="taobao", buyer="b1", buyer_messages=4,
                   human_messages=6, scripted_messages=3, inquiry=True, ordered=True, paid=True),
        ContactRow(at=at("10:00:00"), agent="wang", platform="taobao", buyer="b2", buyer_messages=3,
                   human_messages=2, scripted_messages=1, inquiry=True, ordered=True),
        ContactRow(at=at("10:30:00"), agent="wang", platform="taobao", buyer="b3", buyer_messages=1,
                   inquiry=True),
        ContactRow(at=at("11:00:00"), agent="lin", platform="taobao", buyer="b4", human_messages=2),
        ContactRow(at=at("11:00:00"), agent="lin", platform="taobao", buyer="advert", buyer_messages=2,
                   filtered=True),
    ],
    suggestions=[
        SuggestionRow(at=at("10:00:05"), agent="lin", id="s1", round="r1", situation="price", sent=True),
        SuggestionRow(at=at("10:00:05"), agent="lin", id="s2", round="r1", situation="stock", sent=False),
        SuggestionRow(at=at("10:00:05"), agent="wang", id="s3", round="r2", situation="price", sent=False),
    ],
    follow_ups=[follow_up("done", done_after=300), follow_up("done", done_after=301),
                follow_up("missed", fired=False), follow_up("cancelled"), follow_up("cancelled", fired=False),
                follow_up("armed", fired=False), follow_up("withheld", fired=False), follow_up("dismissed")],
    checks=[CheckRow(at=at("10:00:00"), agent="lin", severity=s) for s in ("note", "warn", "block")],
    orders=[ordered("b1", paid=True), ordered("b2"), ordered("silent", agent=None)],
    payments=[replace(ordered("b1", paid=True), again=True, pieces_back=1),
              ordered("silent", agent=None, paid=True)],
    reminders=[reminder(paid=True), reminder(), reminder(settles_at=at("23:00:00")), reminder(held_out=True)],
    sent=[SentRow(at=at("10:00:00"), agent="lin", touchpoint="unpaid-15-minutes") for _ in range(4)],
    ratings=[RatingRow(at=at("10:00:00"), agent="lin", score=score) for score in (None, None, None, None, 3, 4, 5)],
)  # fmt: skip


COUNTED_BY_HAND: dict[str, float | None] = {
    "buyers_consulted": 5,
    "buyers_received": 4,
    "effective_receptions": 2,
    "first_response_seconds": (10 + 31 + 60) / 3,
    "average_response_seconds": (10 + 180 + 31 + 60 + 600) / 5,  # 900 s are cut at Taobao's 600
    "response_p90_seconds": 180 + 0.6 * (900 - 180),  # 3.6 places into 10, 31, 60, 180, 900
    "within_15s_rate": 1 / 6,
    "within_30s_rate": 1 / 6,
    "within_60s_rate": 3 / 6,
    "within_180s_rate": 4 / 6,
    "reply_rate": 3 / 4,
    "unanswered_buyers": 1,
    "slow_receptions": 0,
    "longest_wait_seconds": 13.5 * 3600,  # 10:30 to the end of the shop's day
    "answer_question_ratio": 10 / 10,
    "suggestions_shown": 3,
    "suggestion_adoption_rate": 1 / 2,
    "script_usage_rate": 4 / 10,
    "follow_ups_due": 5,
    "follow_ups_done": 2,
    "follow_ups_on_time_rate": 1 / 4,
    "follow_ups_missed": 1,
    "check_hits": 2,
    "paid_own": 0,
    "paid_others": 0,
    "paid_silent_order": 1,
    "paid_silent": 1,
    "inquiry_buyers": 3,
    "inquiry_to_order_rate": 2 / 3,
    "inquiry_to_paid_rate": 1 / 3,
    "order_to_paid_rate": 1 / 2,
    "sales_amount": 59.5,
    "buyers_paid": 1,
    "amount_per_buyer": 59.5,
    "items_per_buyer": 3,
    "repeat_buyer_rate": 1,
    "refund_rate": 1 / 3,
    "reminders_sent": 4,
    "reminder_paid_rate": 1 / 2,
    "reminder_holdout_paid_rate": 0,
    "reminder_uplift": None,
    "satisfaction_rate": 2 / 3,
    "rating_participation": 3 / 4,
}
