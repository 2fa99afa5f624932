"""`assistant evidence`: what was offered for which words, what became of it, what was written instead."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.typed import typed
from tests.events_of_a_day import agent, buyer, written

DAY = ("--from", "2026-11-11", "--to", "2026-11-12")
OWN_WORDS = "亲，稍等，我打 13812345678 问一下仓库"


@pytest.fixture
def shop(database: str, tmp_path: Path) -> tuple[str, ...]:
    """A day on which one card was sent, one changed, one passed over."""
    first = typed("suggest", "能便宜点嘛", "--json").json["suggestions"][0]["situation"]
    assert first == "price-too-high"
    asked = [buyer("10:00:00", "能便宜点嘛"), buyer("10:00:05", "我电话13912345678")]
    file = written(tmp_path, *asked, agent("10:00:20", OWN_WORDS), buyer("11:00:00", "可以开发票吗"))
    assert typed("replay", file, "--database", database).code == 0
    (row,) = typed("evidence", *DAY, "--situation", "invoice", "--database", database, "--json").json["evidence"]
    text = row["offers"][0]["text"]
    more = written(
        tmp_path, agent("11:00:20", text), buyer("12:00:00", "可以开发票吗"), agent("12:00:20", text + "～"),
        buyer("13:00:00", "你好呀"),
    )  # fmt: skip
    assert typed("replay", more, "--database", database).code == 0
    return (*DAY, "--database", database)


def test_each_run_stands_with_its_cards_and_what_was_written_instead(shop: tuple[str, ...]) -> None:
    found = typed("evidence", *shop, "--json").json
    assert found["cut"] is False
    price, sent, changed = found["evidence"]
    assert price["run"] == ["能便宜点嘛", "我电话139***78"]
    assert (price["offers"][0]["situation"], price["offers"][0]["done"]) == ("price-too-high", "passed")
    assert (price["said"], price["script"]) == ("亲，稍等，我打 138***78 问一下仓库", None)
    assert (sent["offers"][0]["done"], sent["script"]) == ("sent", "invoice/" + sent["offers"][0]["reply"])
    assert (changed["offers"][0]["done"], changed["said"]) == ("edited", sent["said"] + "～")
    assert sent["asked_at"] == "2026-11-11T11:00:00+08:00"


def test_what_was_done_picks_the_runs(shop: tuple[str, ...]) -> None:
    for done, count in (("edited", 1), ("passed", 1), ("dismissed", 0)):
        assert len(typed("evidence", *shop, "--done", done, "--json").json["evidence"]) == count


def test_a_list_that_is_cut_says_so(shop: tuple[str, ...]) -> None:
    found = typed("evidence", *shop, "--limit", "2", "--json").json
    assert (len(found["evidence"]), found["cut"]) == (2, True)
    told = typed("evidence", *shop, "--limit", "2", "--csv")
    assert "only the latest 2 runs" in told.err
    assert len(list(csv.DictReader(io.StringIO(told.out)))) == 2


def test_what_nobody_does_with_a_card_is_refused(shop: tuple[str, ...]) -> None:
    told = typed("evidence", *shop, "--done", "snet")
    assert (told.code, "sent" in told.err) == (2, True)
