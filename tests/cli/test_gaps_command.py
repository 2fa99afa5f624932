"""`assistant gaps`: what was asked again and again and answered by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.cli.typed import typed
from tests.events_of_a_day import agent, buyer, written

ASKED = ("晚上会发光吗", "夜里会发光吗", "会发光吗晚上")
PERIOD = ("--from", "2026-11-11", "--to", "2026-11-12")


def heard(folder: Path, database: str, day: str = "2026-11-11") -> None:
    events = [
        event
        for number, text in enumerate(ASKED)
        for event in (
            buyer(f"10:0{number}:00", text, who=f"b{number}"),
            agent(f"10:0{number}:30", "这款不发光的，手机13812345678", who=f"b{number}"),
        )
    ]
    dated = [{**event, "at": event["at"].replace("2026-11-11", day)} for event in events]
    typed("replay", written(folder, *dated), "--database", database)


def test_questions_that_mean_the_same_are_one_gap_with_the_answers_that_were_typed(
    database: str, tmp_path: Path
) -> None:
    heard(tmp_path, database)
    told = typed("gaps", *PERIOD, "--database", database, "--json").json
    (gap,) = told["gaps"]
    assert (gap["runs"], gap["conversations"], set(gap["phrases"])) == (3, 3, set(ASKED))
    assert gap["answers"] == [{"text": "这款不发光的，手机138***78", "times": 3}]
    assert ASKED[0] in typed("gaps", *PERIOD, "--database", database).out


def test_a_period_without_gaps_lists_none(database: str, tmp_path: Path) -> None:
    heard(tmp_path, database)
    days = ("--from", "2026-10-01", "--to", "2026-10-02")
    assert typed("gaps", *days, "--database", database, "--json").json == {"gaps": [], "total": 0, "cut": False}


def test_without_days_the_last_seven_are_looked_through_as_on_the_page(database: str, tmp_path: Path) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    heard(tmp_path, database, (today - timedelta(days=6)).isoformat())
    assert typed("gaps", "--database", database, "--json").json["total"] == 1


def test_what_is_longer_ago_takes_a_day_to_be_said(database: str, tmp_path: Path) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    heard(tmp_path, database, (today - timedelta(days=7)).isoformat())
    assert typed("gaps", "--database", database, "--json").json["total"] == 0
