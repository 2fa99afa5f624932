"""Lists behind figures as files: as long as they say, and in the words of whoever reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.domain.moments import SHANGHAI
from assistant.services import kpi_behind
from assistant.web import kpi_files, texts

CATALOGUES = texts.load(Path(__file__).resolve().parents[2] / "web_sidebar/locales")


def test_a_list_that_is_too_long_for_its_file_says_so_in_the_last_row() -> None:
    rows = tuple(kpi_behind.Row("s", 0.0, "a", "小雨", "jd", "b***", "c", 3.0, True, "", 1) for _ in range(2))
    words = CATALOGUES["zh-CN"]
    for kind in ("cards", "rounds"):
        for shops in ({}, {"s": "甲店"}):
            whole = kpi_behind.BehindView("x", kind, None, rows, total=2, counting=2)
            for view, more in ((whole, 0), (replace(whole, total=3), 1)):
                columns, found = kpi_files.rows(view, SHANGHAI, words, shops, {})
                listed = list(found)
                assert len(listed) == 2 + more
                assert {len(row) for row in listed} == {len(columns)}
                assert any("只导出了前面的部分" in str(cell) for cell in listed[-1]) is bool(more)


def test_a_list_calls_platforms_and_situations_as_the_page_does_and_by_their_keys_in_english() -> None:
    card = kpi_behind.Row("s", 0.0, "a", "小雨", "jd", "b***", "c", None, True, "size-advice", None)
    view = kpi_behind.BehindView("suggestions_shown", "cards", 1, (card, replace(card, what="warn")), 2, 2)

    def told(lang: str) -> list[tuple[object, object]]:
        _, found = kpi_files.rows(view, SHANGHAI, CATALOGUES[lang], {}, {"size-advice": "尺码咨询"})
        return [(row[2], row[5]) for row in found]

    assert told("zh-CN") == [("京东", "尺码咨询"), ("京东", "提醒")]
    assert told("en") == [("jd", "size-advice"), ("jd", "warn")]
