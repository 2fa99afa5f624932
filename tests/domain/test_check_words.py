"""How trainers write the words of a check, and what `assistant check` says about them."""

from __future__ import annotations

import pytest

from assistant.domain.check_rows import Check
from assistant.domain.checks import Checks
from assistant.domain.pattern_reading import BadPattern, Reader
from assistant.domain.problems import Complaint
from assistant.domain.yaml_tables import look_over

LISTS = {"甲": ["子", "丑寅"], "乙": ["<甲>卯", "辰"]}


def finds(words: str, text: str, *, unless: str = "") -> list[str]:
    row = Check(
        id="r", code="C05", name="名", severity="warn", words=(words,), reason="因", instead="说", refusable=False,
        unless=(unless,) if unless else (),
    )  # fmt: skip
    return [hit.words for hit in Checks([row], LISTS).hits(text)]


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("天地", "说天地的", ["天地"]),
        ("天|地", "说天和地", ["天", "地"]),
        ("天(大)地", "天地，天大地", ["天地", "天大地"]),
        ("【天|大】地", "天地，大地，地", ["天地", "大地"]),
        ("天…地", "天一二三四五六七八地", ["天一二三四五六七八地"]),
        ("天…地", "天一二三四五六七八九地", []),
        ("天...地", "天和地", ["天和地"]),
        ("天&地", "地和天", ["地和天"]),
        ("天（大）＆地", "地和天大", ["地和天大"]),
        ("说<甲>", "说子，说丑寅", ["说子", "说丑寅"]),
        ("说<乙>", "说丑寅卯，说辰", ["说丑寅卯", "说辰"]),
        ("<数字>件", "三件，12件，件", ["三件", "12件"]),
        ("vx", "vx，VX，v x，vxl，avx", ["vx", "VX", "v x"]),
        ("加v", "加v吧", ["加v"]),
        ("<变量>", "亲爱的#昵称#", ["#昵称#"]),
        ("<变量>", "亲，单号{order.id您看", ["{order.id"]),
    ],
)
def test_the_signs_mean_what_they_say(words: str, text: str, found: list[str]) -> None:
    assert finds(words, text) == found


def test_a_sentence_that_ends_in_between_counts_for_five() -> None:
    assert finds("天…地", "说说天一二三。地方很大") == ["天一二三。地"]
    assert finds("天…地", "说说天一二三四。地方很大") == []


def test_what_is_allowed_hides_only_itself() -> None:
    assert finds("第一", "第一次，质量第一", unless="第一次") == ["第一"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("说<丙>", "there is no list of words"),
        ("(天)", "may be empty"),
        ("天…", "may be empty"),
        ("天||地", "may be empty"),
        ("(天", "not closed"),
        ("天】", "never opened"),
        ("天)地", "never opened"),
        ("天<地", "around the name"),
        ("天&地&人", "more than once"),
        ("天…地…人…和…万…物", "more than 5 parts"),
        ("！！", "has no letters"),
    ],
)
def test_words_that_cannot_be_read_are_told_with_what_to_write(words: str, said: str) -> None:
    with pytest.raises(BadPattern, match=said) as told:
        Reader(LISTS).patterns(words)
    assert told.value.advice


def test_lists_that_name_each_other_in_a_circle_are_refused() -> None:
    with pytest.raises(BadPattern, match="circle"):
        Reader({"甲": ["<乙>"], "乙": ["<甲>"]}).patterns("说<甲>")


ROW = """\
checks:
  - id: one
    code: C05
    name: 名
    severity: warn
    words: [{words}]
    reason: 因
    instead: 说
"""


def complaints(text: str, *more: str) -> list[Complaint]:
    files = {f"checks/{n}.yaml": one for n, one in enumerate((text, *more))}
    return look_over(files, tried=True).complaints


def test_a_wrong_row_is_complained_about_at_its_line_and_column() -> None:
    (found,) = complaints(ROW.format(words="天地, 说<手机码>"))
    assert (found.file, found.line, found.column) == ("checks/0.yaml", 6, 18)
    assert found.advice == "did you mean `手机号`?"


def test_names_are_closed_and_the_nearest_is_proposed() -> None:
    text = ROW.format(words="天地").replace("severity: warn", "severity: warm").replace("reason", "reson")
    told = {(found.line, found.advice) for found in complaints(text)}
    assert (5, "did you mean `warn`?") in told
    assert (7, "did you mean `reason`?") in told


def test_a_wrong_list_is_complained_about() -> None:
    (found,) = complaints("check_words:\n  微信: [薇信, '<无>']\n")
    assert found.line == 2
    assert "there is no list" in found.message


def test_a_list_is_not_called_like_a_shape() -> None:
    (found,) = complaints("check_words:\n  手机号: [幺三八]\n")
    assert (found.line, found.column) == (2, 3)


def test_an_id_is_used_once() -> None:
    (found,) = complaints(ROW.format(words="天地"), ROW.format(words="大地"))
    assert "the check id `one` is used twice" in found.message


def test_a_rows_own_sentences_are_its_proof() -> None:
    text = ROW.format(words="天地") + "    catches: [天地, 大地]\n    passes: [说天, 天地]\n"
    assert [(found.line, found.column) for found in complaints(text)] == [(9, 19), (10, 18)]


def test_what_to_say_instead_is_not_itself_stopped() -> None:
    text = ROW.format(words="天地").replace("warn", "block").replace("instead: 说", "instead: 说天地")
    (found,) = complaints(text)
    assert "itself stopped by `one`" in found.message


REPLY = "situations:\n  - {{id: s, name: 名, goal: 目的, replies: [{{id: a, text: '{text}'}}]}}\n"
STOPS = ROW.format(words="仅剩") + "    in_tables: block\n    fine_while: stock\n"


def test_replies_that_say_what_is_blocked_are_complained_about_where_it_stands() -> None:
    (found,) = complaints(STOPS, REPLY.format(text="亲，仅剩三件"))
    assert (found.file, found.line) == ("checks/1.yaml", 2)
    assert found.message.startswith("C05 名: `仅剩`")


def test_a_reply_that_fills_in_the_real_stock_may_say_that_few_are_left() -> None:
    assert complaints(STOPS, REPLY.format(text="亲，仅剩{{ item.stock }}件")) == []


def test_milder_finds_are_warnings_and_refuse_nothing() -> None:
    files = {"a.yaml": ROW.format(words="仅剩"), "b.yaml": "shop: {left: 仅剩三件}\n"}
    found = look_over(files, tried=True)
    assert found.complaints == []
    assert [(one.file, one.line) for one in found.warnings] == [("b.yaml", 1)]
