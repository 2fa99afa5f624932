"""Quick replies of an agent's own: kept apart, checked, found beside the team's, known when they are sent."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO, StringIO
from threading import Barrier
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from assistant import store
from assistant.domain.check_rows import Check
from assistant.domain.errors import InvalidInput, NotAllowed, NotFound
from assistant.domain.personal_replies import MOST, MOST_PINNED, Wanted
from assistant.domain.personal_reply_columns import Columns
from assistant.domain.practice import place_of
from assistant.domain.scripts import QuickReply, Scripts
from assistant.services import (
    personal_replies,
    personal_reply_files,
    quick_replies,
    quick_reply_uses,
    reply_sheets,
    staff,
)
from assistant.services.desk import Desk
from assistant.services.personal_replies import Shelves
from assistant.services.quick_replies import Habits
from assistant.services.reply_sheets import Line, Looked
from tests.databases import only_postgres
from tests.services.shop import TABLES, Shop

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
HEADS = ("标题", "内容", "分组", "快捷码")
TEAM = (
    QuickReply(id="postage", title="运费谁出", text="亲，满99包邮哦", shortcut="yf"),
    QuickReply(id="stays", title="我在的", text="亲，我在的，您接着说"),
)
STOPS = Check(
    id="cashback", code="C01", name="好评返现", severity="block", words=("好评返现",), reason="平台不允许",
    instead="不提返现",
)  # fmt: skip
DOUBTS = Check(id="promise", code="C09", name="保证", severity="warn", words=("保证",), reason="别说满", instead="尽快")


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    made = new_shop(TABLES.model_copy(update={"quick_replies": TEAM, "checks": (STOPS, DOUBTS)}))
    made.works(lambda desk: None)
    return made


def add(shop: Shop, text: str, agent: str = "a1", **more: str) -> int:
    return shop.works(lambda desk: personal_replies.add(desk, agent, Wanted(text=text, **more))).id


def mine(shop: Shop, agent: str = "a1", where: str | None = None) -> list[str]:
    found = shop.read(lambda tx: personal_replies.mine(tx, where or shop.id, agent))
    return [one.title for one in found.replies]


def found(shop: Shop, typed: str = "", agent: str = "a1", shelves: Shelves | None = None) -> list[str]:
    """Titles as the search lists them."""
    known = shop.desks.library.known(shop.id)
    assert known is not None

    def look(tx: store.Transaction) -> list[str]:
        uses = Habits().of(tx, shop.id, agent, shop.now)
        own = partial((shelves or Shelves()).search, tx, known, agent, typed, uses, limit=8)
        page = quick_replies.search(tx, known, shop.now, typed, None, 8, uses, own)
        assert page.total == len(page.items)
        return [offer.reply.title for offer in page.items]

    return shop.read(look)


def test_each_agent_has_their_own_and_nobody_else_sees_them(shop: Shop) -> None:
    add(shop, "亲，这款有S到XL哦", title="尺码都有")
    assert found(shop, "尺码") == ["尺码都有"]
    assert found(shop, "cmdy") == ["尺码都有"]
    assert found(shop, "尺码", agent="a2") == []
    assert mine(shop, where="another-shop") == []
    with pytest.raises(NotFound):
        shop.works(lambda desk: personal_replies.change(desk, "a2", 1, Wanted(text="我来改")))
    assert mine(shop, where=place_of(shop.id, 7)) == ["尺码都有"]  # practising, one is the same person


def test_they_stand_beside_the_teams_and_what_is_pinned_comes_first(shop: Shop) -> None:
    own = add(shop, "亲，偏远地区补10元", title="偏远运费")
    assert found(shop, "运费") == ["运费谁出", "偏远运费"]  # what begins with the word fits better
    assert found(shop) == ["偏远运费", "运费谁出", "我在的"]
    shop.works(lambda desk: personal_replies.pin(desk, "a1", "stays", on=True))
    assert found(shop) == ["我在的", "偏远运费", "运费谁出"]
    shop.works(lambda desk: personal_replies.pin(desk, "a1", f"~{own}", on=True))
    assert found(shop)[0] == "偏远运费"
    shop.works(lambda desk: personal_replies.remove(desk, "a1", own))
    assert shop.read(lambda tx: store.personal_replies.shelf(tx, shop.id, "a1")).pinned == ("stays",)
    with pytest.raises(NotFound):
        shop.works(lambda desk: personal_replies.pin(desk, "a1", "~99", on=True))


def test_whoever_searches_sees_each_change_at_once(shop: Shop) -> None:
    shelves = Shelves(most=1)
    assert found(shop, "尺码", shelves=shelves) == []
    id = add(shop, "亲，尺码偏大", title="尺码偏大")
    assert found(shop, "尺码", shelves=shelves) == ["尺码偏大"]
    shop.works(lambda desk: personal_replies.change(desk, "a1", id, Wanted(title="尺码正常", text="亲，尺码正常")))
    assert found(shop, "尺码", shelves=shelves) == ["尺码正常"]
    assert found(shop, "尺码", agent="a2", shelves=shelves) == []
    shop.works(lambda desk: personal_replies.remove(desk, "a1", id))
    assert found(shop, "尺码", shelves=shelves) == []


@pytest.mark.parametrize(
    ("wanted", "reason", "said"),
    [
        ({"text": "  "}, "reply_empty", {}),
        ({"text": "好" * 2001}, "text_too_long", {"most": 2000, "n": 2001}),
        ({"text": "好", "shortcut": "a b"}, "shortcut_signs", {}),
        ({"text": "好", "shortcut": "YF"}, "shortcut_team", {"title": "运费谁出"}),
        ({"text": "好", "shortcut": "cm"}, "shortcut_own", {"title": "尺码"}),
        ({"text": "好评返现5元"}, "reply_blocked", {"words": "好评返现"}),
        ({"text": "{{ buyer.nicknam }}您好"}, "reply_variable", {}),
    ],
)
def test_what_may_not_be_kept_is_refused_with_its_reason(
    shop: Shop, wanted: dict[str, str], reason: str, said: dict[str, Any]
) -> None:
    add(shop, "亲，尺码见表", title="尺码", shortcut="cm")
    with pytest.raises(InvalidInput) as refused:
        shop.works(lambda desk: personal_replies.add(desk, "a1", Wanted(**wanted)))
    assert refused.value.reason == reason
    assert said.items() <= refused.value.values.items()
    assert mine(shop) == ["尺码"]


def test_a_doubt_is_told_and_a_shortcut_stays_with_whom_it_belongs_to(shop: Shop) -> None:
    saved = shop.works(lambda desk: personal_replies.add(desk, "a1", Wanted(text="保证没问题", shortcut="bz")))
    assert [(hit.code, hit.severity) for hit in saved.hits] == [("C09", "warn")]
    again = Wanted(text="保证没问题的", shortcut="bz")
    assert shop.works(lambda desk: personal_replies.change(desk, "a1", saved.id, again)).id == saved.id
    add(shop, "别人的", agent="a2", shortcut="bz")
    assert mine(shop) == ["保证没问题的"]


def test_they_stand_in_the_order_the_agent_gives_them(shop: Shop) -> None:
    one, two, three = (add(shop, text) for text in ("一", "二", "三"))
    shop.works(lambda desk: personal_replies.arrange(desk, "a1", [three, one, 99]))
    assert mine(shop) == ["三", "一", "二"]
    add(shop, "四")
    assert mine(shop) == ["三", "一", "二", "四"]
    assert two


def test_who_is_shut_out_keeps_theirs_and_is_offered_none(shop: Shop) -> None:
    def hire(tx: store.Transaction) -> None:
        user = store.users.add(tx, "a1", "小王", "x", shop.now)
        store.users.join(tx, user, shop.id, "agent")

    shop.desks.store.write_now(hire)
    add(shop, "亲，尺码偏大", title="尺码偏大")
    assert found(shop, "尺码") == ["尺码偏大"]
    shop.desks.store.write_now(lambda tx: staff.disable(tx, "a1", shop.now, by="operator"))
    assert found(shop, "尺码") == []
    assert mine(shop) == ["尺码偏大"]
    with pytest.raises(NotAllowed):
        add(shop, "再来一条")


def test_a_picture_is_kept_once_for_whom_it_belongs_to_and_goes_with_its_last_reply(shop: Shop) -> None:
    one, two = add(shop, "尺码表在图里"), add(shop, "色卡在图里")
    give = partial(personal_replies.picture, agent="a1")
    hashes = {shop.works(partial(give, id=id, content=PNG)) for id in (one, two)}
    (hash,) = hashes
    assert hash is not None

    def seen(agent: str, where: str = shop.id) -> tuple[str, bytes] | None:
        return shop.read(lambda tx: store.images.of_agent(tx, where, agent, hash))

    assert seen("a1") == ("image/png", PNG)
    assert seen("a2") is None
    assert seen("a1", "another-shop") is None
    shop.works(lambda desk: personal_replies.remove(desk, "a1", one))
    assert seen("a1") is not None
    shop.works(lambda desk: personal_replies.picture(desk, "a1", two, None))
    assert seen("a1") is None
    for content, reason in ((b"<svg onload=alert(1)>", "image_kind"), (PNG + b"0" * 10**6, "image_too_large")):
        with pytest.raises(InvalidInput) as refused:
            shop.works(partial(give, id=two, content=content))
        assert refused.value.reason == reason


def test_a_picture_of_the_team_is_everybodys_and_stays_when_an_agents_own_goes(shop: Shop) -> None:
    one = add(shop, "尺码表")
    hash = shop.works(partial(personal_replies.picture, agent="a1", id=one, content=PNG))
    assert hash is not None

    def seen(agent: str, where: str = shop.id) -> tuple[str, bytes] | None:
        return shop.read(lambda tx: store.images.of_agent(tx, where, agent, hash))

    assert seen("a2") is None
    assert shop.works(lambda desk: quick_replies.keep_picture(desk, PNG)) == hash
    shop.works(lambda desk: personal_replies.remove(desk, "a1", one))
    assert seen("a2") == ("image/png", PNG)
    assert seen("a2", "another-shop") is None
    assert shop.read(lambda tx: store.images.shared(tx, shop.id)) == 1


def test_there_are_limits_and_they_are_said(shop: Shop) -> None:
    rows = [Line(n, (f"第{n}条", f"内容{n}")) for n in range(MOST)]
    columns = Columns(("title", "text"), head=False)
    assert shop.works(lambda desk: personal_reply_files.take_in(desk, "a1", rows, columns))[1] == MOST
    with pytest.raises(InvalidInput) as refused:
        add(shop, "多一条")
    assert refused.value.reason == "too_many_replies"
    ids = [one.name for one in shop.read(lambda tx: personal_replies.mine(tx, shop.id, "a1")).replies]

    def pin_all(desk: Any) -> None:
        for name in ids[: MOST_PINNED + 1]:
            personal_replies.pin(desk, "a1", name, on=True)

    with pytest.raises(InvalidInput) as refused:
        shop.works(pin_all)
    assert refused.value.reason == "too_many_pinned"


# --- sent ------------------------------------------------------------------------------------------------------------


def inserted(shop: Shop, name: str, text: str, agent: str = "a1") -> None:
    def work(desk: Any) -> None:
        quick_reply_uses.inserted(desk, desk.conversation("taobao", "c1"), name, text, agent=agent)

    shop.works(work)


def sent(shop: Shop) -> list[str]:
    return [str(fact.data["script"]) for fact in shop.facts("quick_reply.sent")]


def test_what_was_inserted_and_sent_is_known_filled_in_or_changed_and_becomes_a_habit(shop: Shop) -> None:
    id = add(shop, "亲，{{?尺码}}还有货，今天拍今天发", title="有货")
    first = add(shop, "亲，这款不起球", title="不起球")
    shop.buyer_says("有货吗")
    inserted(shop, f"~{id}", "亲，__尺码__还有货，今天拍今天发")
    shop.agent_says("亲，XL还有货，今天拍今天发")
    inserted(shop, f"~{id}", "亲，__尺码__还有货，今天拍今天发")
    shop.agent_says("亲亲，L码还有货，今天拍今天发哦")
    inserted(shop, f"~{first}", "亲，这款不起球")
    shop.agent_says("稍等，我看一下")
    assert sent(shop) == [f"~{id}", f"~{id}"]
    assert [bool(fact.data["edited"]) for fact in shop.facts("agent.spoke")] == [False, True, False]
    assert found(shop)[:2] == ["有货", "不起球"]
    shop.agent_says("亲，这款不起球")  # of another's own nothing is known by its words alone
    assert len(sent(shop)) == 2


def test_an_insertion_is_forgotten_after_a_while_and_for_another_agent(shop: Shop) -> None:
    id = add(shop, "亲，这款不起球")
    shop.buyer_says("会起球吗")
    inserted(shop, f"~{id}", "亲，这款不起球")
    shop.agent_says("亲，这款不起球", by="a2")
    inserted(shop, f"~{id}", "亲，这款不起球")
    shop.passes("11m")
    shop.agent_says("亲，这款不起球")
    assert sent(shop) == []
    with pytest.raises(NotFound):
        inserted(shop, f"~{id}", "亲，这款不起球", agent="a2")


# --- files -----------------------------------------------------------------------------------------------------------


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
        both.wait(10)
        return personal_reply_files.take_in(desk, "a1", lines, Columns(("title", "text"), head=False))[1]

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(shop.desks.write_now, shop.id, shop.now, work, store.locks.nobody) for _ in range(2)]
        assert sorted(one.result() for one in done) == [0, 20]
    assert len(mine(shop)) == 20
