"""Finding quick replies as people type them: what is found, in which order, and what never happens."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from assistant.domain.quick_replies import HABIT, QuickReplies, habit, stage_of
from assistant.domain.scripts import HandbookEntry, QuickReply, Scripts
from assistant.domain.yaml_tables import read_tables

ROOT = Path(__file__).resolve().parents[2]
FIRST = 8


def _shipped() -> Scripts:
    files = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "quick_replies").glob("*.yaml")}
    files |= {name: (ROOT / "scenarios" / name).read_text(encoding="utf-8") for name in ("shop.yaml", "synonyms.yaml")}
    return read_tables(files)[0]


SCRIPTS = _shipped()
SHIPPED = QuickReplies(SCRIPTS.quick_replies, SCRIPTS.shop, SCRIPTS.synonyms)
# Two titles that spell alike have the same initials and pinyin; any of them may come first.
PLAIN = [row for row in SCRIPTS.quick_replies if row.title.isalpha() and not row.title.isascii()]


def of(*rows: tuple[str, str]) -> QuickReplies:
    """Quick replies with these titles and texts; their ids are r0, r1 …"""
    made = [QuickReply(id=f"r{n}", title=title, text=text) for n, (title, text) in enumerate(rows)]
    return QuickReplies(made, {"ship_within": HandbookEntry(value="48小时")})


def ids(replies: QuickReplies, typed: str, order: str | None = None) -> list[str]:
    values = {"order.state": order} if order else None
    return [row.id for row in replies.search(typed, values=values).items]


def titles(typed: str) -> list[str]:
    return [row.title for row in SHIPPED.search(typed).items]


# --- what people type


@pytest.mark.parametrize(
    "typed",
    [
        "退款", "退宽", "款退", "tuikuan", "tui kuan", "tuikaun", "tk", "TK", "ＴＫ", "ｔｕｉｋｕａｎ", "退款進度",
        "退款tk", "tk退款", "退kuan", "/退款", "、退款", "／tk", "退款 进度", "进度退款", "退款进渡",
        "退款 审核", "审核退款",
    ],
)  # fmt: skip
def test_the_refund_is_found_however_it_is_typed(typed: str) -> None:
    assert "退款进度" in titles(typed)


def test_several_words_are_found_in_any_place_with_or_without_a_space_even_in_what_the_handbook_says() -> None:
    for typed in ("退款 48小时", "退款48小时", "48小时 退款", "48小时退款"):
        assert titles(typed)[0] == "没发货想退款"


def test_words_in_between_may_be_left_out() -> None:
    assert titles("七天退换")[0] == "七天无理由退换货"


def test_any_reading_of_a_character_with_several_finds_its_title() -> None:
    replies = of(("重发包裹", "一"), ("调货时间", "二"))
    assert ids(replies, "chongfa") == ids(replies, "zhongfa") == ids(replies, "cfbg") == ["r0"]
    assert ids(replies, "tiaohuo") == ids(replies, "diaohuo") == ["r1"]


def test_a_text_is_found_by_its_words_their_pinyin_and_their_initials() -> None:
    replies = of(("一", "亲，蒸汽熨斗轻轻烫平"), ("二", "亲，别的"))
    for typed in ("熨斗", "zhengqi", "zqyd", "征气熨斗"):
        assert ids(replies, typed) == ["r0"], typed


def test_percent_and_underscore_are_characters_like_any_other() -> None:
    replies = of(("棉100%", "一"), ("面料", "棉和麻"), ("尺码", "建议选___码"))
    assert ids(replies, "%") == ["r0"]
    assert ids(replies, "100%") == ["r0"]
    assert ids(replies, "_") == ["r2"]
    assert ids(replies, "面%料") == ["r1"]  # three words; r1 has the most of them


def test_what_fits_nothing_finds_nothing() -> None:
    assert SHIPPED.search("鳜鱼").total == 0
    assert SHIPPED.search("？！～").total == 0
    assert of().search("退款").total == of().search("").total == 0


def test_what_sounds_alike_only_in_some_dialects_is_found() -> None:
    replies = of(("正品保证", "一"), ("产品参数", "二"), ("成分", "三"))
    for typed in ("正平保证", "zenpin", "zhengping"):
        assert ids(replies, typed)[0] == "r0", typed
    assert ids(replies, "canping")[0] == "r1"
    assert ids(replies, "cengfeng")[0] == "r2"


def test_initials_with_two_changed_over_one_too_many_or_some_left_out_are_found() -> None:
    replies = of(("运费险", "一"), ("退款多久到账", "二"), ("包裹破损", "三"))
    assert ids(replies, "yxf") == ["r0"]
    assert ids(replies, "tkdz") == ["r1"]
    assert ids(replies, "bgpsl") == ["r2"]


def test_characters_in_any_order_and_characters_that_look_alike_are_found() -> None:
    assert ids(of(("偏大还是偏小", "一"), ("大促", "二")), "大小偏")[0] == "r0"
    assert ids(of(("怎么领券", "一"), ("到账", "二")), "劵") == ["r0"]


def test_the_shops_own_synonyms_find_titles_after_what_was_really_typed() -> None:
    made = [QuickReply(id=f"r{n}", title=title, text="一") for n, title in enumerate(("退运费", "快递", "寄件邮费表"))]
    replies = QuickReplies(made, {}, {"运费": ("邮费", "快递费")})
    assert ids(replies, "邮费") == ["r2"]
    assert ids(replies, "退邮费")[0] == "r0"
    assert ids(replies, "快递费")[0] == "r0"


# --- the order


def test_shortcut_comes_before_initials_before_title_before_pinyin_before_initials_inside_before_text() -> None:
    made = [
        QuickReply(id="text", title="一", text="gan"),
        QuickReply(id="initials-inside", title="请给阿娘看", text="二"),
        QuickReply(id="pinyin", title="晾干", text="三"),
        QuickReply(id="title", title="请看gan", text="四"),
        QuickReply(id="initials", title="给阿娘", text="五"),
        QuickReply(id="shortcut-prefix", title="六", shortcut="ganx", text="六"),
        QuickReply(id="shortcut", title="七", shortcut="gan", text="七"),
    ]
    found = [row.id for row in QuickReplies(made, {}).search("gan").items]
    assert found == ["shortcut", "shortcut-prefix", "initials", "title", "pinyin", "initials-inside", "text"]


def test_what_was_typed_comes_before_what_may_have_been_meant() -> None:
    assert ids(of(("退款", "一"), ("其他", "这里退宽")), "退宽") == ["r1", "r0"]


def test_a_title_that_is_the_word_comes_before_one_that_begins_with_it_before_one_that_contains_it() -> None:
    assert ids(of(("怎么换货", "一"), ("换货流程", "二"), ("换货", "三")), "换货") == ["r2", "r1", "r0"]


def test_the_stage_decides_among_equals_and_hides_nothing() -> None:
    made = [
        QuickReply(id="before", title="尺码一", text="一", stage="presale"),
        QuickReply(id="any", title="尺码二", text="二"),
        QuickReply(id="after", title="尺码三", text="三", stage="aftersale"),
        QuickReply(id="exact", title="尺码", text="四", stage="insale"),
    ]
    replies = QuickReplies(made, {})
    assert ids(replies, "尺码") == ["exact", "before", "any", "after"]
    assert ids(replies, "尺码", order="signed") == ["exact", "after", "any", "before"]
    assert ids(replies, "", order="signed") == ["after", "any", "before", "exact"]


def test_what_is_meant_for_this_order_comes_before_its_stage_and_elsewhere_last() -> None:
    made = [
        QuickReply(id="stage", title="尺码一", text="一", stage="insale"),
        QuickReply(id="any", title="尺码二", text="二"),
        QuickReply(id="unpaid", title="尺码三", text="三", stage="insale", when={"order.state": ["created", "unpaid"]}),
        QuickReply(id="dear", title="尺码四", text="四", when={"order.amount": {"min": 500}}),
    ]
    replies = QuickReplies(made, {})
    assert ids(replies, "尺码", order="unpaid") == ["unpaid", "stage", "any", "dear"]
    assert ids(replies, "尺码", order="shipped") == ["stage", "any", "unpaid", "dear"]
    assert ids(replies, "尺码") == ["stage", "any", "unpaid", "dear"]
    found = replies.search("", values={"order.state": "unpaid", "order.amount": 700.0})
    assert [row.id for row in found.items] == ["unpaid", "dear", "stage", "any"]


@pytest.mark.parametrize(
    ("order", "group"), [("none", "了解需求"), ("unpaid", "付款"), ("shipped", "物流"), ("signed", "退换货")]
)
def test_with_nothing_typed_the_state_of_the_order_brings_its_replies_to_the_front(order: str, group: str) -> None:
    first = SHIPPED.search("", values={"order.state": order}).items
    assert group in {row.group for row in first[:5]}, [row.title for row in first]


def test_among_equals_what_is_used_most_comes_first() -> None:
    replies = of(("尺码一", "一"), ("尺码二", "二"), ("尺码三", "三"))
    found = replies.search("尺码", uses={"r2": 9, "r1": 2, "gone": 50})
    assert [row.id for row in found.items] == ["r2", "r1", "r0"]


def test_what_was_sent_lately_weighs_more_than_what_was_sent_often_long_ago() -> None:
    now = datetime(2026, 11, 11, tzinfo=UTC)
    sent = [("new", now - timedelta(hours=1))] * 3 + [("old", now - timedelta(days=21))] * 9
    weights = habit([*sent, ("forgotten", now - timedelta(days=31)), ("ahead", now + timedelta(minutes=1))], now)
    assert weights == {"new": 299, "old": 112, "ahead": 100}


def test_a_habit_brings_a_reply_for_any_stage_to_the_front_but_none_of_another_stage() -> None:
    made = [
        QuickReply(id="stage", title="一", text="一", stage="presale"),
        QuickReply(id="any", title="二", text="二"),
        QuickReply(id="other", title="三", text="三", stage="aftersale"),
    ]
    replies = QuickReplies(made, {})

    def first(uses: dict[str, int]) -> list[str]:
        return [row.id for row in replies.search("", values={"order.state": "none"}, uses=uses).items]

    assert first({}) == first({"any": HABIT - 1}) == ["stage", "any", "other"]
    assert first({"any": HABIT, "other": 9 * HABIT}) == ["any", "stage", "other"]


def test_nothing_typed_finds_all_in_the_trainers_order() -> None:
    for typed in ("", "  ", "/", "、"):
        found = SHIPPED.search(typed)
        assert (found.items, found.total) == (list(SCRIPTS.quick_replies[:8]), len(SCRIPTS.quick_replies))


def test_a_list_that_is_cut_still_says_how_many_fit() -> None:
    some, every = SHIPPED.search("退款", limit=3), SHIPPED.search("退款", limit=500)
    assert len(some.items) == 3
    assert some.total == every.total == len(every.items) > 3
    assert every.items[:3] == some.items


@pytest.mark.parametrize(
    ("state", "stage"),
    [("none", "presale"), ("unpaid", "insale"), ("shipped", "insale"), ("signed", "aftersale"), ("??", "insale")],
)
def test_the_order_says_which_stage_a_conversation_is_in(state: str, stage: str) -> None:
    assert stage_of(state) == stage


# --- laws


@given(st.sampled_from(PLAIN))
def test_every_title_is_found_by_itself_and_by_its_pinyin(row: QuickReply) -> None:
    for typed in (row.title, "".join(lazy_pinyin(row.title)), " ".join(lazy_pinyin(row.title))):
        assert row in SHIPPED.search(typed, limit=FIRST).items, typed


@given(st.sampled_from([row for row in PLAIN if len(row.title) > 2]))
def test_every_title_is_found_by_its_initials(row: QuickReply) -> None:
    assert row in SHIPPED.search("".join(lazy_pinyin(row.title, style=Style.FIRST_LETTER)), limit=FIRST).items


@given(st.sampled_from([row for row in PLAIN if len(row.title) > 3]), st.data())
def test_every_title_is_found_with_two_neighbours_changed_over(row: QuickReply, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(row.title) - 2))
    swapped = row.title[:at] + row.title[at + 1] + row.title[at] + row.title[at + 2 :]
    assert row in SHIPPED.search(swapped, limit=FIRST).items


@given(st.sampled_from([row for row in PLAIN if len(row.title) > 3]), st.data())
def test_every_title_is_found_with_one_character_left_out(row: QuickReply, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(row.title) - 1))
    assert row in SHIPPED.search(row.title[:at] + row.title[at + 1 :], limit=FIRST).items


@settings(max_examples=300)
@given(st.text(max_size=100) | st.text("退款尺码tk 48_%、", max_size=40), st.sampled_from([None, "none", "unpaid"]))
def test_whatever_is_typed_never_fails_and_never_finds_more_than_there_are(typed: str, order: str | None) -> None:
    found = SHIPPED.search(typed, values={"order.state": order} if order else None)
    assert len(found.items) == min(FIRST, found.total) <= len(SCRIPTS.quick_replies)
    assert len({row.id for row in found.items}) == len(found.items)


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_initials_a_newcomer_is_told_to_type_find_something(page: str) -> None:
    told = re.search(r"[(（]`([a-z]+)`[)）]", (ROOT / page).read_text(encoding="utf-8"))
    assert told is not None
    assert SHIPPED.search(told[1], limit=1).total
