"""The team's quick replies out of another tool's spreadsheet: seen first, each faulty row named, kept as a draft."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from assistant.domain.drafts import Draft, judge
from assistant.domain.errors import InvalidInput
from assistant.domain.reply_columns import Columns
from assistant.domain.script_rows import Name, value_of
from assistant.domain.scripts import Scripts
from assistant.services import exchange, quick_reply_files, reply_sheets
from assistant.services.reply_sheets import Looked
from tests.services.drafting import TODAY, take
from tests.services.own_replies import STOPS
from tests.services.shop import TABLES, Shop

OTHERS = """快捷短语分组,快捷编码,快捷短语
问候,zd,亲，在的，有什么可以帮您
发货,fh2,亲，{{?日期}}前给您发出
发货,,亲，今天{{ shop.cutoff }}前付款都能走
"""


def look(shop: Shop, content: str, columns: Columns | None = None) -> tuple[Draft, Looked]:
    draft, checks = take(shop), shop.works(lambda desk: desk.shop.checks)
    lines = reply_sheets.read(content.encode("gb18030"), "短语.csv")
    return draft, quick_reply_files.look_through(draft, checks, lines, columns)


def keep(shop: Shop, draft: Draft, found: Looked) -> int:
    return shop.works(lambda desk: quick_reply_files.take(desk, draft, found, author="t1"))


def test_a_spreadsheet_of_another_tool_becomes_rows_of_the_draft_that_may_be_published(shop: Shop) -> None:
    draft, found = look(shop, OTHERS)
    assert [column.means for column in found.columns] == ["group", "shortcut", "text"]
    assert found.faults == ()
    assert keep(shop, draft, found) == 3
    after = take(shop)
    new = [value_of(change.text or "") for change in reversed(after.changes)]
    assert {row["shortcut"] for row in new if "shortcut" in row} == {"zd", "fh2"}
    assert [row["group"] for row in new] == ["问候", "发货", "发货"]
    assert new[1]["text"] == "亲，{{?日期}}前给您发出"
    assert len({row["id"] for row in new}) == 3
    assert judge(after, TABLES, TODAY).passes


def test_what_is_there_already_is_left_out_and_the_same_file_twice_adds_nothing(shop: Shop) -> None:
    keep(shop, *look(shop, OTHERS))
    _, again = look(shop, OTHERS)
    assert (again.wanted, again.same, again.faults) == ((), 3, ())


def test_each_faulty_row_is_named_and_nothing_is_kept(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(TABLES.model_copy(update={"checks": (STOPS,)}))
    content = OTHERS + "问候,zd,亲，又来啦\n问候,,好评返现\n问候,,亲{{ promotion.titel }}\n问候,,\n"
    draft, found = look(shop, content)
    assert [(fault.line, fault.error.reason) for fault in found.faults] == [
        (5, "shortcut_team"), (6, "reply_blocked"), (7, "reply_variable"), (8, "reply_empty"),
    ]  # fmt: skip
    assert keep(shop, draft, found) == 0
    assert take(shop).changes == []


def test_what_a_column_is_taken_for_can_be_changed(shop: Shop) -> None:
    _, found = look(shop, OTHERS, Columns(("", "title", "text"), head=True))
    assert [one.title for one in found.wanted][:2] == ["zd", "fh2"]
    with pytest.raises(InvalidInput) as refused:
        look(shop, OTHERS, Columns(("title", "", ""), head=True))
    assert refused.value.reason == "file_no_text"


def test_rows_of_the_same_title_have_ids_of_their_own(shop: Shop) -> None:
    draft, found = look(shop, "标题,内容\n在,亲，在的\n在,亲，在呢\n")
    keep(shop, draft, found)
    assert {change.name for change in take(shop).changes} == {Name("quick_replies", id) for id in ("zai", "zai-1")}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_our_own_files_are_told_from_those_of_other_tools(ending: str) -> None:
    assert exchange.is_ours(exchange.write(TABLES, f"a.{ending}"), f"a.{ending}")
    book = Workbook()
    book.worksheets[0].append(["标题", "内容"])
    written = io.BytesIO()
    book.save(written)
    assert not exchange.is_ours(written.getvalue() if ending == "xlsx" else OTHERS.encode(), f"a.{ending}")
