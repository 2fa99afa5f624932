"""`assistant back-test`: a change of the tables on recorded chats, told in figures and in the buyers' words."""

from __future__ import annotations

from pathlib import Path

from tests.cli.typed import typed
from tests.events_of_a_day import agent, buyer, written

TABLE = """\
situations:
  - id: wash
    name: 问怎么洗
    goal: 说清洗法
    phrases: [怎么洗, 可以机洗吗, 洗衣机能洗吗, 能不能水洗]
    replies: [{id: r, text: "亲，建议冷水手洗哦"}]
"""
DAY = (buyer("10:00:00", "可以机洗吗"), agent("10:00:30", "可以的，建议冷水手洗"))


def draft(folder: Path) -> Path:
    tables = folder / "draft" / "situations"
    tables.mkdir(parents=True)
    (tables / "wash.yaml").write_text(TABLE, encoding="utf-8")
    return folder / "draft"


def test_a_file_of_events_is_played_with_the_shipped_tables_and_with_others(tmp_path: Path) -> None:
    told = typed("back-test", written(tmp_path, *DAY), "--scenarios", draft(tmp_path), "--json").json
    assert told["after"]["offered"] == 1
    (wash,) = [one for one in told["situations"] if one["situation"] == "wash"]
    assert (wash["before"], wash["after"]) == (0, 1)
    assert wash["gained"][0]["run"] == ["可以机洗吗"]
    assert wash["gained"][0]["after"] == ["wash/r"]


def test_a_shops_own_chats_are_compared_with_what_it_published(database: str, tmp_path: Path) -> None:
    typed("replay", written(tmp_path, *DAY), "--database", database)
    days = ("--from", "2026-11-11", "--to", "2026-11-12")
    answer = typed("back-test", "--scenarios", draft(tmp_path), *days, "--database", database)
    assert answer.code == 0
    assert "wash" in answer.out
    assert "可以机洗吗" in answer.out


def test_a_period_in_which_nothing_happened_is_said(database: str, tmp_path: Path) -> None:
    typed("replay", written(tmp_path, *DAY), "--database", database)
    days = ("--from", "2026-10-11", "--to", "2026-10-12")
    answer = typed("back-test", "--scenarios", draft(tmp_path), *days, "--database", database)
    assert answer.code == 2
    assert "nothing happened" in answer.err
