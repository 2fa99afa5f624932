"""The handbook: which entries hold on a day, how they are found, and what a trainer is warned of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.handbook import Handbook, days_left, keys_used, labels, lack_of, shop_values
from assistant.domain.problems import Complaint
from assistant.domain.scripts import HandbookEntry, Scripts, Situation
from assistant.domain.yaml_tables import look_over

TODAY = date(2026, 11, 11)


def entry(**more: object) -> HandbookEntry:
    return HandbookEntry.model_validate({"value": "内容", **more})


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (None, None, None),
        (TODAY, TODAY, None),
        (None, TODAY, None),
        (TODAY, None, None),
        (None, TODAY - timedelta(1), "expired 2026-11-10"),
        (TODAY + timedelta(1), None, "coming 2026-11-12"),
    ],
)
def test_both_days_belong_to_the_time_an_entry_is_valid(
    first: date | None, last: date | None, reason: str | None
) -> None:
    lack = lack_of(entry(valid_from=first, valid_to=last), TODAY)
    assert (lack.reason if lack else None) == reason


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(days, days, days)
def test_an_entry_is_either_said_or_says_why_not(one: date, other: date, today: date) -> None:
    first, last = sorted((one, other))
    row = entry(valid_from=first, valid_to=last)
    value = shop_values({"gift": row}, today)["shop.gift"]
    assert (value == "内容") == (first <= today <= last)
    assert (days_left(row, today) is not None) == (0 <= (last - today).days <= 7)


def test_an_entry_is_found_by_label_pinyin_initials_value_and_key() -> None:
    entries = {
        "freight_rule": entry(label="退货运费规则", value="质量问题由我们承担"),
        "gift_rule": entry(label="赠品规则", value="送完为止"),
        "cutoff": entry(value="16:00"),
    }
    book = Handbook(entries, labels(entries))
    for typed in ("运费", "yunfei", "thyf", "质量问题", "freight", "运废"):
        assert book.search(typed, 5).keys[:1] == ["freight_rule"], typed
    assert book.search("cutoff", 5).keys == ["cutoff"]
    assert book.search("", 2) == (["freight_rule", "gift_rule"], 3)
    assert book.search("没有这样的", 5) == ([], 0)


def test_a_value_longer_than_a_message_can_still_be_looked_up() -> None:
    book = Handbook({"long": entry(label="长", value="字" * 5000)}, {"long": "长"})
    assert book.search("长", 5).total == 1


def test_a_card_that_is_up_is_asked_only_about_entries_that_end() -> None:
    book = Handbook({"gift": entry(valid_to=TODAY), "cutoff": entry()}, {})
    text = "{{ shop.gift }}{{ shop.cutoff }}{{ order.id }}"
    assert book.lapsed(text, TODAY) == ()
    assert book.lapsed(text, TODAY + timedelta(1)) == ("shop.gift expired 2026-11-11",)
    assert Handbook({"cutoff": entry()}, {}).lapsed(text, TODAY) == ()


def test_the_shops_own_word_goes_before_the_usual_one() -> None:
    assert labels({"a": entry(label="常用"), "b": entry(label="乙")}, {"a": entry(label="自家"), "b": entry()}) == {
        "a": "自家",
        "b": "乙",
    }


def test_keys_are_those_a_template_really_uses() -> None:
    assert keys_used('{{ shop.a }}{% if shop.b %}x{% endif %}{{ shop.c | default("d") }}{{ now }}') == ("a", "b", "c")
    assert keys_used("{{ broken") == ()


# --- warnings ---

SITUATION = """situations:
  - id: ask
    name: 问赠品
    goal: 说清赠品
    replies:
      - {id: one, text: "亲，{{ shop.gift }}"}
"""


def warned(shop: str, situation: str = SITUATION, shipped: Scripts | None = None) -> list[Complaint]:
    found = look_over({"situations/a.yaml": situation, "shop.yaml": shop}, shipped, TODAY)
    assert found.complaints == []
    return found.warnings


@pytest.mark.parametrize(
    ("last", "says"),
    [
        ("2026-11-10", "ended on 2026-11-10"),
        ("2026-11-11", "ends today"),
        ("2026-11-12", "ends tomorrow"),
        ("2026-11-18", "ends in 7 days"),
        ("2026-11-19", None),
    ],
)
def test_an_entry_that_ends_within_a_week_is_warned_of(last: str, says: str | None) -> None:
    found = warned(f"gift: {{value: 袜子, valid_to: {last}}}\n")
    assert [(one.file, one.line) for one in found] == ([("shop.yaml", 1)] if says else [])
    assert says is None or says in found[0].message


def test_an_entry_that_nobody_uses_is_warned_of_at_its_key() -> None:
    (found,) = warned("gift: 袜子\nidle: 没人用\n")
    assert (found.line, found.column, found.message) == (2, 1, "no reply uses `idle`")
    assert "{{ shop.idle }}" in found.advice


def test_an_entry_that_is_used_but_not_there_is_warned_of_where_it_is_used() -> None:
    found = {(one.file, one.line, one.message) for one in warned("carriers: [中通]\n")}
    assert ("situations/a.yaml", 6, "the handbook has no `shop.gift`: this cannot be sent") in found


def test_what_a_text_can_do_without_is_no_warning() -> None:
    text = SITUATION.replace("{{ shop.gift }}", "{{ shop.gift | default('您好') }}{{ shop.cutoff }}")
    assert warned("cutoff: '16:00'\n", text) == []


def test_a_folder_without_a_handbook_is_measured_by_the_shipped_one() -> None:
    shipped = Scripts(shop={"gift": entry(), "idle": entry()})
    assert look_over({"situations/a.yaml": SITUATION}, shipped, TODAY).warnings == []
    row = Situation.model_validate(
        {"id": "a", "name": "甲", "goal": "乙", "replies": [{"id": "r", "text": "{{ shop.gift }}"}]}
    )
    alone = look_over({"shop.yaml": "gift: 袜子\n"}, Scripts(situations=(row,)), TODAY)
    assert alone.warnings == []


def test_tables_are_looked_over_without_a_day_too() -> None:
    at = datetime(2026, 11, 11, tzinfo=UTC).date()
    assert look_over({"shop.yaml": "idle: 没人用\n"}).warnings == []
    assert len(look_over({"shop.yaml": "idle: 没人用\n"}, None, at).warnings) == 1
