"""An agent's own quick replies out of a file and into one: seen first, each faulty row named, back the same."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO, StringIO
from threading import Barrier

import pytest
from openpyxl import Workbook, load_workbook

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.domain.personal_replies import Wanted
from assistant.domain.reply_columns import Columns
from assistant.domain.scripts import Scripts
from assistant.services import personal_replies, personal_reply_files, reply_sheets
from assistant.services.desk import Desk
from assistant.services.reply_sheets import Line, Looked
from tests.databases import only_postgres
from tests.services.own_replies import HEADS, add, mine, opened
from tests.services.shop import Shop


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    return opened(new_shop)


def look(shop: Shop, content: bytes, name: str, columns: Columns | None = None) -> Looked:
    known = shop.desks.library.known(shop.id)
    assert known is not None
    lines = reply_sheets.read(content, name)
    return shop.read(lambda tx: personal_reply_files.look_through(tx, known, "a1", lines, columns))


def test_a_spreadsheet_of_another_tool_is_read_by_its_heads(shop: Shop) -> None:
    text = "快捷短语编码,快捷短语,快捷短语分组\nzk,亲，现在下单打九折,活动\n,亲，在的,问候\n"
    seen = look(shop, text.encode("gb18030"), "qianniu.csv")
    assert [column.means for column in seen.columns] == ["shortcut", "text", "group"]
    assert (seen.head, seen.same, seen.faults) == (True, 0, ())
    assert seen.wanted[0] == Wanted("亲，现在下单打九折", "亲，现在下单打九折", "活动", "zk")


def test_without_heads_columns_are_told_by_what_stands_in_them_and_can_be_changed(shop: Shop) -> None:
    book = Workbook()
    for row in (("售前", "尺码", 1, "亲，尺码表在详情页第三张图"), ("售前", "面料", 2, "亲，面料是纯棉的，夏天很透气")):
        book.worksheets[0].append(row)
    written = BytesIO()
    book.save(written)
    seen = look(shop, written.getvalue(), "mine.xlsx")
    assert [column.means for column in seen.columns] == ["group", "title", "shortcut", "text"]
    changed = look(shop, written.getvalue(), "mine.xlsx", Columns(("group", "title", "", "text"), False))
    assert changed.wanted[0] == Wanted("尺码", "亲，尺码表在详情页第三张图", "售前", "")
    with pytest.raises(InvalidInput) as refused:
        look(shop, written.getvalue(), "mine.xlsx", Columns(("title", "title", "", "text"), False))
    assert refused.value.reason == "file_twice"


def test_each_faulty_row_is_named_and_what_is_there_already_is_left_out(shop: Shop) -> None:
    add(shop, "亲，在的", title="在")
    text = '标题,内容,快捷码\n在,亲，在的,\n,,x\n返,好评返现5元,\n\n运,亲，包邮,yf\n甲,"两行\n内容",k\n乙,又一条,K\n'
    seen = look(shop, text.encode("utf-8-sig"), "mine.csv")
    assert [(fault.line, fault.error.reason) for fault in seen.faults] == [
        (3, "reply_empty"),
        (4, "reply_blocked"),
        (6, "shortcut_team"),
        (9, "shortcut_own"),
    ]
    assert (seen.same, len(seen.wanted), seen.rows) == (1, 1, 6)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", "file_empty"),
        (b"x", "a.doc", "file_sheet_format"),
        (b"no workbook", "a.xlsx", "file_unreadable"),
        (b"\xff\xff\xff\x81", "a.csv", "file_encoding"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        reply_sheets.read(content, name)
    assert refused.value.reason == reason


def test_a_row_far_below_the_others_is_read_as_well() -> None:
    assert [line.number for line in reply_sheets.read(sheet((1, 2, 9_000)), "mine.xlsx")] == [1, 2, 9_000]


def test_a_file_with_more_rows_than_are_read_is_refused_not_cut() -> None:
    with pytest.raises(InvalidInput) as refused:
        reply_sheets.read(sheet(range(1, reply_sheets.MOST_ROWS * 3)), "mine.xlsx")
    assert (refused.value.reason, refused.value.values) == ("file_too_long", {"most": reply_sheets.MOST_ROWS})


def sheet(rows: Iterable[int]) -> bytes:
    """A workbook with a text in each of these rows."""
    book, written = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].cell(row, 1, f"第{row}行")
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_goes_out_comes_back_the_same(shop: Shop, ending: str) -> None:
    add(shop, "=1+1等于几\n第二行", title="算", group="趣味", shortcut="s1")
    add(shop, "亲，“在的”，您说")
    replies = shop.read(lambda tx: personal_replies.mine(tx, shop.id, "a1")).replies
    written = personal_reply_files.write(replies, ending, HEADS)
    seen = look(shop, written, f"mine.{ending}")
    assert (seen.same, seen.wanted, seen.faults) == (2, (), ())


def test_no_spreadsheet_works_a_text_out_or_stumbles_over_a_character(shop: Shop) -> None:
    add(shop, '=HYPERLINK("http://example.test")\x0b', title="@算")
    replies = shop.read(lambda tx: personal_replies.mine(tx, shop.id, "a1")).replies
    rows = list(csv.reader(StringIO(personal_reply_files.write(replies, "csv", HEADS).decode("utf-8-sig"))))
    assert [cell[:2] for cell in rows[1]] == ["'@", "'=", "", ""]
    sheet = load_workbook(BytesIO(personal_reply_files.write(replies, "xlsx", HEADS))).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in sheet[2][:2]] == [
        ("@算", "s"),
        ('=HYPERLINK("http://example.test")', "s"),
    ]


@only_postgres
def test_the_same_file_brought_in_twice_at_once_is_kept_once(shop: Shop) -> None:
    lines = [Line(n, (f"第{n}条", f"内容{n}")) for n in range(20)]
    both = Barrier(2)

    def work(desk: Desk) -> int:
        store.shops.get(desk.tx, shop.id)  # the transaction has begun
        both.wait(60)
        return personal_reply_files.take_in(desk, "a1", lines, Columns(("title", "text"), head=False))[1]

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(shop.desks.write_now, shop.id, shop.now, work, store.locks.nobody) for _ in range(2)]
        assert sorted(one.result() for one in done) == [0, 20]
    assert len(mine(shop)) == 20
