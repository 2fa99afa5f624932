"""`assistant replay` and what can be read afterwards: follow-ups, facts, figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.typed import typed
from tests.events_of_a_day import Event, agent, buyer, lines, order, written

ASK = "亲，您平时喜欢宽松的还是修身的呀？"
DAY = ("--from", "2026-11-11", "--to", "2026-11-12")

# Worked examples of the three-minute rate as one platform's rules give them: kept rounds of all rounds.
GOLDEN = {
    "the first question counts, not the last": (
        [buyer("10:10:15"), buyer("10:15:20"), agent("10:18:10")],
        0 / 1,
    ),
    "a second round is judged by itself": (
        [buyer("10:10:15"), buyer("10:15:20"), agent("10:18:10"), buyer("10:18:30"), agent("10:19:00")],
        1 / 2,
    ),
    "ten questions without an answer are one round": (
        [buyer(f"10:10:{second:02}") for second in range(0, 60, 6)],
        0 / 1,
    ),
}


def replayed(database: str, folder: Path, *events: Event) -> None:
    assert typed("replay", written(folder, *events), "--database", database).code == 0


@pytest.mark.parametrize(("events", "rate"), GOLDEN.values(), ids=GOLDEN.keys())
def test_the_three_minute_rate_is_that_of_the_platforms_own_examples(
    database: str, tmp_path: Path, events: list[Event], rate: float
) -> None:
    replayed(database, tmp_path, *events)
    (row,) = typed("kpi", *DAY, "--database", database, "--json").json["rows"]
    assert row["within_180s_rate"] == rate


def test_a_replay_counts_events_facts_and_follow_ups(tmp_path: Path) -> None:
    file = written(tmp_path, buyer("10:00:00"), agent("10:00:20", ASK), agent("10:00:20", ASK))
    found = typed("replay", file, "--json").json
    assert (found["events"], found["accepted"], found["duplicates"], found["refused"]) == (3, 2, 1, [])
    assert found["facts"]["buyer.spoke"] == found["facts"]["agent.asked"] == 1
    assert found["follow_ups"] == {"due": 1}


def test_a_second_run_is_all_duplicates_and_changes_nothing(database: str, tmp_path: Path) -> None:
    file = written(tmp_path, buyer("10:00:00"), agent("10:00:20", ASK))
    first = typed("replay", file, "--database", database, "--json").json
    second = typed("replay", file, "--database", database, "--json").json
    assert (second["accepted"], second["duplicates"]) == (0, 2)
    assert (second["facts"], second["follow_ups"]) == (first["facts"], first["follow_ups"])


def test_refused_events_are_named_by_line_and_the_others_are_kept(tmp_path: Path) -> None:
    naive = {**buyer("10:00:05"), "at": "2026-11-11T10:00:05"}
    file = tmp_path / "events.jsonl"
    file.write_text(lines([buyer("10:00:00")]) + "not json\n\n" + lines([naive, agent("10:00:20")]), "utf-8")
    answer = typed("replay", file, "--json")
    found = json.loads(answer.out)
    assert answer.code == 1
    assert [each["line"] for each in found["refused"]] == [2, 4]
    assert found["refused"][1]["details"][0]["field"] == "at"
    assert (found["events"], found["accepted"]) == (4, 2)
    assert "line 4" in answer.err


@pytest.mark.parametrize("shape", ["one array", "one object", "an array on a line", "a byte order mark"])
def test_events_may_come_as_an_array_or_an_object_too(tmp_path: Path, shape: str) -> None:
    events = [buyer("10:00:00"), agent("10:00:20")]
    text = {
        "one array": json.dumps(events, indent=2),
        "one object": json.dumps(events[0], indent=2),
        "an array on a line": lines(events[:1]) + json.dumps(events[1:] * 2) + "\n",
        "a byte order mark": "\ufeff" + lines(events),
    }[shape]
    file = tmp_path / "events.json"
    file.write_text(text, encoding="utf-8")
    assert typed("replay", file, "--json").json["accepted"] == (1 if shape == "one object" else 2)


def test_events_may_come_through_a_pipe() -> None:
    assert typed("replay", "-", "--json", stdin=lines([buyer("10:00:00")])).json["accepted"] == 1


def test_a_file_that_is_missing_or_not_utf_8_is_bad_input(tmp_path: Path) -> None:
    gbk = tmp_path / "gbk.jsonl"
    gbk.write_bytes(lines([buyer("10:00:00", "便宜点")]).encode("gbk"))
    assert (typed("replay", gbk).code, typed("replay", tmp_path / "none.jsonl").code) == (2, 2)
    assert "UTF-8" in typed("replay", gbk).err


def test_timers_run_up_to_the_moment_asked_for(database: str, tmp_path: Path) -> None:
    file = written(tmp_path, agent("10:00:00", ASK))
    typed("replay", file, "--database", database, "--until", "2026-11-11T10:04:59+08:00")
    assert _states(database) == ["armed"]
    typed("replay", file, "--database", database, "--until", "2026-11-11T10:05:00+08:00")
    assert _states(database) == ["due"]


def _states(database: str) -> list[str]:
    found = typed("follow-ups", "--database", database, "--json").json
    return [row["state"] for row in found["follow_ups"]]


def test_a_follow_up_has_the_platforms_ids_and_the_shops_time(database: str, tmp_path: Path) -> None:
    replayed(database, tmp_path, buyer("10:00:00"), agent("10:00:00", ASK), order("10:03:00", "unpaid"))
    asked, unpaid = typed("follow-ups", "--database", database, "--json").json["follow_ups"]
    assert asked["touchpoint"] == "no-answer-5-minutes"
    ids = [asked[name] for name in ("conversation", "buyer", "order", "agent")]
    assert ids == ["c-b1", "b1", None, "a1"]
    assert asked["armed_at"] == "2026-11-11T10:00:00+08:00"
    assert asked["due_at"] == "2026-11-11T10:05:00+08:00"
    assert (unpaid["order"], unpaid["due_at"]) == ("o1", "2026-11-11T10:18:00+08:00")
    more = "armed_at due_at state closed_at reason text promised promised_by handed_by"
    assert " ".join(asked) == f"id touchpoint shop platform conversation buyer order agent {more}"


def test_other_tables_can_be_tried_on_the_same_day(database: str, tmp_path: Path) -> None:
    patient = tmp_path / "scenarios" / "touchpoints"
    patient.mkdir(parents=True)
    (patient / "patient.yaml").write_text(
        "touchpoints:\n  - {id: patient, name: 再等等, on: agent.asked, after: 2h, reply: no-answer-after-asking}\n",
        encoding="utf-8",
    )
    day = written(tmp_path, agent("10:00:00", ASK))
    later = written(tmp_path, agent("11:00:00", ASK, who="b2"), name="later.jsonl")
    typed("replay", day, "--database", database)
    answer = typed("replay", later, "--database", database, "--scenarios", patient.parent, "--json")
    assert answer.code == 0, answer.err
    found = typed("follow-ups", "--database", database, "--json").json["follow_ups"]
    assert [row["touchpoint"] for row in found] == ["no-answer-5-minutes", "patient"]


def test_facts_are_those_of_the_period_from_inclusive_to_exclusive(database: str, tmp_path: Path) -> None:
    replayed(database, tmp_path, buyer("09:59:59"), buyer("10:00:00"), buyer("11:00:00"))
    hour = ("--from", "2026-11-11T10:00:00+08:00", "--to", "2026-11-11T11:00:00+08:00")
    asked = (*hour, "--name", "buyer.spoke")
    (fact,) = typed("facts", *asked, "--database", database, "--json").json["facts"]
    assert (fact["at"], fact["buyer"], fact["shop"]) == ("2026-11-11T10:00:00+08:00", "b1", "default")
    csv = typed("facts", *asked, "--database", database, "--csv").out.splitlines()
    assert csv[0] == "id,name,at,recorded_at,shop,platform,conversation,buyer,order,agent,data"
    assert len(csv) == 2


def test_a_period_without_times_is_today(database: str, tmp_path: Path) -> None:
    replayed(database, tmp_path, buyer("10:00:00"))
    found = typed("kpi", "--database", database, "--json").json
    assert found["from"].endswith("T00:00:00+08:00")
    assert found["to"].endswith("T00:00:00+08:00")
    assert found["from"] < found["to"]
    assert found["by"] == "all"


@pytest.mark.parametrize(
    "words",
    [
        ("kpi", "--from", "yesterday"),
        ("kpi", "--from", "2026-11-11T10:00:00"),
        ("kpi", "--from", "2026-11-12", "--to", "2026-11-11"),
        ("kpi", "--by", "mood"),
        ("kpi", "--shop", "nobody"),
        ("facts", "--name", "buyer.spok"),
        ("replay", "nowhere.jsonl", "--to", "http://127.0.0.1:1"),
        ("keys", "add", "--shop", ""),
    ],
    ids=" ".join,
)
def test_bad_input_is_told_on_stderr_with_exit_code_two(database: str, words: tuple[str, ...]) -> None:
    assert typed("migrate", "--database", database).code == 0
    given = words if words[0] == "replay" else (*words, "--database", database)
    answer = typed(*given)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("assistant: ")


def test_a_mistyped_database_is_not_made_by_reading_it(tmp_path: Path) -> None:
    for command in (("kpi",), ("facts",), ("follow-ups",), ("users", "list"), ("keys", "list")):
        assert typed(*command, "--database", f"sqlite:///{tmp_path / 'typo.db'}").code == 2
    assert not (tmp_path / "typo.db").exists()


def test_shops_are_told_apart_and_may_be_taken_together(database: str, tmp_path: Path) -> None:
    here, there = buyer("10:00:00"), {**buyer("10:00:00"), "shop": "second"}
    replayed(database, tmp_path, here, there)
    for words, expected in ((("--shop", "second"), 1), ((), 2)):
        (row,) = typed("kpi", *DAY, *words, "--database", database, "--json").json["rows"]
        assert row["buyers_received"] == expected
