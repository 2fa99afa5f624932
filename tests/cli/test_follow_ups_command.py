"""`assistant follow-ups hand-over`: says what will move, asks, moves it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.typed import typed


def said(at: str, id: str, agent: str, text: str, chat: str) -> dict[str, str]:
    place = {"conversation": chat, "buyer": f"b-{chat}", "side": "agent", "agent": agent}
    return {"id": id, "type": "message", "at": at, "text": text, "platform": "taobao", **place}


@pytest.fixture
def night(database: str, tmp_path: Path) -> str:
    """Two promises of xiaoyu and one of xiaoli, still running."""
    now = datetime.now(UTC).isoformat()  # colleagues are those seen lately by the command's own clock
    events = [
        said(now, "m1", "xiaoyu", "10分钟内回您", "c1"),
        said(now, "m2", "xiaoyu", "5分钟后给您答复", "c2"),
        said(now, "m3", "xiaoli", "5分钟后给您答复", "c3"),
    ]
    file = tmp_path / "day.jsonl"
    file.write_text("\n".join(json.dumps(event) for event in events), encoding="utf-8")
    assert typed("replay", file, "--database", database, "--until", now).code == 0
    return database


def agents(database: str) -> list[str | None]:
    return [row["agent"] for row in typed("follow-ups", "--database", database, "--json").json["follow_ups"]]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("follow-ups", "--state", "arm"), "--state: 'arm' is no state of a follow-up"),
        (("kpi", "--platform", "tmall"), "there is no platform 'tmall'"),
        (("facts", "--platform", "tmall"), "there is no platform 'tmall'"),
    ],
)
def test_a_filter_that_nothing_can_pass_is_refused_not_answered_with_an_empty_list(
    night: str, command: tuple[str, ...], says: str
) -> None:
    answer = typed(*command, "--database", night)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err


def test_without_a_yes_nothing_moves(night: str) -> None:
    answer = typed("follow-ups", "hand-over", "xiaoyu", "xiaoli", "--database", night, stdin="n\n")
    assert (answer.code, answer.out.strip()) == (1, "n")  # what was typed is shown
    assert "2 follow-ups of xiaoyu (2 promises, 0 due) go to xiaoli" in answer.err
    assert agents(night) == ["xiaoyu", "xiaoyu", "xiaoli"]


def test_with_a_yes_all_of_hers_move(night: str) -> None:
    answer = typed("follow-ups", "hand-over", "xiaoyu", "xiaoli", "--database", night, stdin="y\n")
    assert "2 follow-ups in 2 chats were passed on; 0 are left\n" in answer.out
    assert agents(night) == ["xiaoli"] * 3


def test_a_promise_is_listed_with_its_words_who_gave_it_and_who_passed_it_on(night: str) -> None:
    typed("follow-ups", "hand-over", "xiaoyu", "xiaoli", "--yes", "--database", night)
    rows = typed("follow-ups", "--database", night, "--json").json["follow_ups"]
    assert [(row["promised"], row["promised_by"], row["handed_by"]) for row in rows] == [
        ("10分钟内回您", "xiaoyu", "xiaoyu"),
        ("5分钟后给您答复", "xiaoyu", "xiaoyu"),
        ("5分钟后给您答复", "xiaoli", None),
    ]
    header, first, *_ = typed("follow-ups", "--database", night, "--csv").out.splitlines()
    assert header.endswith("promised,promised_by,handed_by")
    assert first.endswith("10分钟内回您,xiaoyu,xiaoyu")


def test_a_program_need_not_be_asked_and_gets_the_ids(night: str) -> None:
    words = ("follow-ups", "hand-over", "xiaoyu", "--anyone", "--yes", "--database", night, "--json")
    found = typed(*words).json
    assert (len(found["follow_ups"]), found["chats"], found["left"]) == (2, 2, 0)
    assert agents(night) == [None, None, "xiaoli"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("xiaoyu", "--yes"), "say --anyone"),
        (("xiaoyu", "xiaoli", "--anyone", "--yes"), "say --anyone"),
        (("xiaoyu", "nobody", "--yes"), "there is: xiaoli"),
        (("xiaoyu", "xiaoyu", "--yes"), "choose a colleague"),
        (("xiaoyu", "xiaoli", "--yes", "--shop", "elsewhere"), "there is no shop"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_do(night: str, words: tuple[str, ...], complaint: str) -> None:
    answer = typed("follow-ups", "hand-over", *words, "--database", night)
    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err
    assert agents(night) == ["xiaoyu", "xiaoyu", "xiaoli"]


def test_options_before_the_command_are_not_swallowed(night: str) -> None:
    answer = typed("follow-ups", "--database", night, "hand-over", "xiaoyu", "xiaoli", "--yes")
    assert answer.code == 2
    assert "behind the command" in answer.err
