"""`assistant check`: where the mistake is and what to do, one line each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.typed import typed

GOOD = "situations:\n  - {id: a, name: 甲, goal: 答清楚, phrases: [有货吗], replies: [{id: r, text: 亲，有的}]}\n"


def table(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    (folder / "situations").mkdir(parents=True, exist_ok=True)
    (folder / "situations" / name).write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_tables_pass() -> None:
    answer = typed("check")
    assert (answer.code, answer.out) == (0, "")


def test_a_complaint_has_file_line_column_message_and_advice(tmp_path: Path) -> None:
    folder = table(tmp_path / "s", GOOD.replace("phrases", "phrase"))
    answer = typed("check", folder)
    (line,) = answer.out.splitlines()
    assert answer.code == 1
    assert re.fullmatch(r".*/mine\.yaml:2:\d+: .*phrase.* — .*phrases.*", line)


def test_the_same_in_json(tmp_path: Path) -> None:
    folder = table(tmp_path / "s", GOOD.replace("name:", "nam:"))
    answer = typed("check", folder, "--json")
    assert answer.code == 1
    assert '"line": 2' in answer.out
    assert typed("check", table(tmp_path / "t", GOOD), "--json").json == {
        "files": 1,
        "complaints": [],
        "warnings": [],
    }


def test_folders_with_the_same_file_names_are_all_read(tmp_path: Path) -> None:
    first, second = table(tmp_path / "1" / "s", GOOD + "extra: 1\n"), table(tmp_path / "2" / "s", GOOD)
    found = typed("check", first, second).out
    assert str(first / "situations" / "mine.yaml") in found
    # The same id in both: the advice names the other file as it was given.
    assert str(second / "situations" / "mine.yaml") in found


def test_one_file_alone_may_be_checked(tmp_path: Path) -> None:
    folder = table(tmp_path / "s", GOOD)
    assert typed("check", folder / "situations" / "mine.yaml").code == 0


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_tables_is_bad_input(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    answer = typed("check", tmp_path / name)
    assert (answer.code, answer.out) == (2, "")


def test_buyers_to_practise_with_are_checked_too(tmp_path: Path) -> None:
    folder = table(tmp_path / "s", GOOD)
    (folder / "practice").mkdir()
    turn = "{goal: 应答, ask: [在吗], reached: [{situation: x}]}"
    buyers = f"buyers:\n  - {{id: b, nickname: 乙, about: 看看, turns: [{turn}]}}\n"
    (folder / "practice" / "mine.yaml").write_text(buyers, encoding="utf-8")
    (line,) = typed("check", folder).out.splitlines()
    assert re.fullmatch(r".*/practice/mine\.yaml:2:\d+: there is no situation `x` — .*", line)
    (folder / "practice" / "mine.yaml").write_text(buyers.replace(": x", ": a"), encoding="utf-8")
    assert typed("check", folder).code == 0
