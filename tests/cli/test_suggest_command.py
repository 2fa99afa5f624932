"""`assistant suggest`: one message, a run of messages, a file of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.typed import typed


def test_a_price_question_is_offered_with_its_reason() -> None:
    found = typed("suggest", "能便宜点嘛", "--json").json
    assert found["offer"] is True
    assert found["suggestions"][0]["situation"] == "price-too-high"
    assert "便宜" in found["suggestions"][0]["why"]
    assert len(found["suggestions"]) == 3
    scores = [each["score"] for each in found["suggestions"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_small_talk_is_ranked_all_the_same_but_not_offered() -> None:
    found = typed("suggest", "好的谢谢", "--limit", "5", "--json").json
    assert found["offer"] is False
    assert len(found["suggestions"]) == 5


def test_several_texts_are_one_run_of_messages() -> None:
    found = typed("suggest", "在吗", "这件", "能便宜点不", "--json").json
    assert found["suggestions"][0]["situation"] == "price-too-high"


def test_a_file_gives_one_line_of_answer_for_each_line(tmp_path: Path) -> None:
    asked = [
        {"id": 7, "text": "能便宜点嘛"},
        {"id": "x", "messages": ["在吗", {"text": "能少点不", "at": "…"}], "order_state": "none"},
        {"id": None, "messages": ["好的谢谢"], "order_state": None},
    ]
    file = tmp_path / "asked.jsonl"
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in asked)
    file.write_text(text + "\n\n", encoding="utf-8")
    found = typed("suggest", "--file", file, "--limit", "2").lines
    assert [one["id"] for one in found] == [7, "x", None]
    assert [set(one) for one in found] == [{"id", "offer", "suggestions"}] * 3
    assert [one["offer"] for one in found] == [True, True, False]
    assert all(len(one["suggestions"]) == 2 for one in found)


def test_the_state_of_the_order_rules_situations_out_and_its_absence_does_not() -> None:
    def situations(*words: str) -> set[str]:
        found = typed("suggest", "能便宜点嘛", *words, "--limit", "99", "--json").json
        return {one["situation"] for one in found["suggestions"]}

    assert "unpaid-after-order" not in situations("--order-state", "done")
    assert situations("--order-state", "done") < situations()


def test_own_tables_are_completed_by_the_shipped_small_talk(tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "situations"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(
        "situations:\n"
        "  - {id: where, name: 问在哪里, goal: 说清楚, phrases: [店在哪里, 你们在哪个城市, 地址在哪],"
        " replies: [{id: here, text: 亲，我们在杭州}]}\n"
        "  - {id: cheap, name: 嫌贵, goal: 说活动, phrases: [太贵了, 便宜点, 能少点吗],"
        " replies: [{id: no, text: 亲，已经是活动价啦}]}\n",
        encoding="utf-8",
    )
    asked = typed("suggest", "你们店在哪里呀", "--scenarios", folder.parent, "--json").json
    assert [one["situation"] for one in asked["suggestions"]] == ["where", "cheap"]
    assert typed("suggest", "谢谢", "--scenarios", folder.parent, "--json").json["offer"] is False


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"text": "没有编号"}',
        '{"id": 1}',
        '{"id": 1, "text": 5}',
        '{"id": 1, "messages": []}',
        '{"id": 1, "text": "在吗", "order_state": "payed"}',
    ],
)
def test_a_wrong_line_is_named_before_any_answer(tmp_path: Path, line: str) -> None:
    file = tmp_path / "asked.jsonl"
    file.write_text('{"id": 0, "text": "在吗"}\n' + line + "\n", encoding="utf-8")
    answer = typed("suggest", "--file", file)
    assert (answer.code, answer.out) == (2, "")
    assert "line 2" in answer.err


def test_nothing_said_is_bad_input() -> None:
    assert typed("suggest").code == 2
    assert typed("suggest", "在吗", "--file", "-").code == 2
