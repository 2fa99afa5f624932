"""Where rows are compared, keys and closed values are called what the forms call them; what trainers wrote stays."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.app import tables
from assistant.domain.script_rows import rows
from assistant.settings import Settings
from assistant.web import row_words, texts


class Line(NamedTuple):
    sign: str
    text: str


CATALOGUES = texts.load(Path(__file__).resolve().parents[2] / "web_sidebar/locales")


@pytest.mark.parametrize(
    ("line", "chinese", "english"),
    [
        ("stage: presale", "阶段: 售前", "Stage: Pre-sale"),
        (
            "  tells: promotion",
            "  说出去就算告知了: 活动或优惠，开始活动后的跟进",
            "  Sending it tells: A promotion, which starts its follow-up",
        ),
        ("  shop.campaign: none", "  正在进行的活动: 没有活动", "  Promotion running now: No promotion"),
        ("- id: usual", "- 编号: usual", "- Id: usual"),
        ("  text: 亲，stage: presale", "  内容: 亲，stage: presale", "  Text: 亲，stage: presale"),
        ("phrases:", "买家的说法:", "What buyers say:"),
        ("  order.state: unpaid", "  订单状态: 待付款", "  State of the order: To be paid"),
        ("- order.paid", "- 订单付款", "- Order paid"),
        ("image: d62d0f316748a875", "图片: d62d0f31…", "Picture: d62d0f31…"),
        ("refusable: false", "拒绝的话放过: 否", "Refusals pass: no"),
        ("- 能便宜点嘛", "- 能便宜点嘛", "- 能便宜点嘛"),
        ("亲爱的: 您好", "亲爱的: 您好", "亲爱的: 您好"),
    ],
)
def test_a_line_is_said_in_the_readers_words(line: str, chinese: str, english: str) -> None:
    assert row_words.line(CATALOGUES["zh-CN"], line) == chinese
    assert row_words.line(CATALOGUES["en"], line) == english


def test_no_key_of_a_shipped_row_is_left_in_the_language_of_the_files() -> None:
    kept = {
        line
        for text in rows(tables(Settings())).values()
        for line in text.splitlines()
        if row_words.line(CATALOGUES["zh-CN"], line) == line and line.strip("- ").partition(":")[0].isascii()
    }
    assert {line for line in kept if ":" in line and not line.startswith(("  ", "- "))} == set()


def test_what_has_changed_within_a_line_stands_apart_and_lines_of_their_own_stay_whole() -> None:
    def said(*lines: str) -> list[tuple[str, str, str, str]]:
        return list(row_words.lines(CATALOGUES["zh-CN"], [Line(line[0], line[1:]) for line in lines]))

    assert said("-text: 亲，送袜子哦", "+text: 亲，送手套哦～", " id: a") == [
        ("-", "内容: 亲，送", "袜子哦", ""), ("+", "内容: 亲，送", "手套哦～", ""), (" ", "编号: a", "", ""),
    ]  # fmt: skip
    assert said("-- 送袜子吗", "+- 送双袜子吗")[1] == ("+", "- 送", "双", "袜子吗")
    assert said("-- 在吗在吗在吗", "+- 能便宜点嘛") == [("-", "- 在吗在吗在吗", "", ""), ("+", "- 能便宜点嘛", "", "")]
    assert said("-- 一样长", "+- 一样长了", "+- 又一句")[1] == ("+", "- 一样长了", "", "")
