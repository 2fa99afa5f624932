"""How figures are written, and that every one has its words on the page and in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.kpi import FORMULAS, NAMES
from assistant.web.kpi_names import KPIS, bar, change, lasting, written

DOC = (Path(__file__).resolve().parents[2] / "docs/kpi.md").read_text(encoding="utf-8")


def test_every_figure_has_a_title_and_a_definition_which_the_documentation_repeats() -> None:
    assert tuple(KPIS) == NAMES
    rows = {line.split("`")[1]: line for line in DOC.split("\n## 指标")[1].splitlines() if line.startswith("| `")}
    assert tuple(rows) == NAMES
    for name, (title, how) in KPIS.items():
        assert f"| {title} | {how} |" in rows[name]
        assert ("还没有算" in rows[name]) == (name not in FORMULAS), name


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (None, "sales_amount", "—"),
        (12.34, "first_response_seconds", "12.3 秒"),
        (1204.0, "longest_wait_seconds", "20 分 4 秒"),
        (0.9842, "reply_rate", "98.4%"),
        (0.99999, "reply_rate", "99.9%"),
        (1.0, "reply_rate", "100%"),
        (0.00001, "refund_rate", "0.1%"),
        (0, "reply_rate", "0%"),
        ("1234.50", "sales_amount", "¥1,234.50"),
        (59, "amount_per_buyer", "¥59"),
        (1.254, "answer_question_ratio", "1.25"),
        (1204, "buyers_received", "1,204"),
    ],
)
def test_a_figure_is_written_so_that_nothing_is_rounded_to_all_or_none(
    value: float | str | None, name: str, text: str
) -> None:
    assert written(value, name, str) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 秒"), (48.24, "48.2 秒"), (119.4, "119.4 秒"), (120, "2 分"), (205.4, "3 分 25 秒"), (3599.7, "1 小时"),
        (7505, "2 小时 5 分"), (86_399, "1 天"), (97_300, "1 天 3 小时"), (864_000, "10 天"),
    ],
)  # fmt: skip
def test_from_two_minutes_on_a_time_is_told_in_minutes_hours_and_days(seconds: float, text: str) -> None:
    assert lasting(seconds, str) == text


@pytest.mark.parametrize(
    ("now", "before", "name", "found"),
    [
        (12, 10, "first_response_seconds", ("+20", "worse")),
        (8, 10, "first_response_seconds", ("−20", "better")),
        (0.5, 0.4, "reply_rate", ("+10", "better")),
        (3, 2, "unanswered_buyers", ("+50", "worse")),
        (30, 20, "buyers_received", ("+50", "same")),
        (10, 10, "sales_amount", ("0", "same")),
        (10, 0, "sales_amount", None),
        (0.1, 0, "reply_rate", ("+10", "better")),
        (None, 10, "sales_amount", None),
    ],
)
def test_a_change_says_how_much_and_whether_it_is_good(
    now: float | None, before: float | None, name: str, found: tuple[str, str] | None
) -> None:
    assert change(now, before, name) == found


def test_a_bar_fills_its_cell_at_the_most_or_at_all_of_it() -> None:
    assert bar(5, "buyers_received", 10) == 50
    assert bar(0.5, "reply_rate", 0.5) == 50
    assert bar(None, "reply_rate", 1) is bar(0, "buyers_received", 0) is None
