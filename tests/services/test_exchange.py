"""Tables to a file and back, in each format: what comes back is what went out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from assistant.app import tables
from assistant.domain.errors import InvalidInput
from assistant.domain.scripts import QuickReply, Reply, Scripts, Situation
from assistant.services.exchange import read, write
from assistant.services.exchange_rows import plain
from assistant.settings import Settings

SHIPPED = tables(Settings())
NAMES = ("scripts.yaml", "scripts.csv", "scripts.xlsx")
# What spreadsheets and YAML like to misread.
TRAPS = (
    "=1+1", "@sum", "-3", "007", "1.50", "16:00", "on", "null", "[一]", "a,b;c", "引“号”\"'", "😀", "甲\n\n乙", "# 井",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_tables_come_back_whole(name: str) -> None:
    found, complaints = read(write(SHIPPED, name), name, Scripts())
    assert complaints == []
    assert plain(found) == plain(SHIPPED)


# U+FFFD is what a spoilt encoding leaves behind, and the reader refuses it as that; the two after it are no characters.
PRINTABLE = st.characters(
    exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"], exclude_characters="{}%#\ufffd\ufffe\uffff"
)


def with_texts(*texts: str) -> Scripts:
    replies = tuple(Reply(id=f"r{n}", text=text) for n, text in enumerate(texts))
    quick = tuple(QuickReply(id=f"q{n}", title="题", text=text) for n, text in enumerate(texts))
    situation = Situation(id="s", name="名", goal="目的", phrases=texts, replies=replies)
    return Scripts(situations=(situation,), quick_replies=quick, small_talk=texts)


@pytest.mark.parametrize("name", NAMES)
def test_texts_that_look_like_something_else_stay_texts(name: str) -> None:
    mine = with_texts(*TRAPS)
    found, _ = read(write(mine, name), name, Scripts())
    assert plain(found) == plain(mine)


@pytest.mark.parametrize("name", NAMES)
@given(text=st.text(PRINTABLE, min_size=1))
def test_any_printable_text_comes_back(name: str, text: str) -> None:
    mine = with_texts(text)
    found, _ = read(write(mine, name), name, Scripts())
    assert plain(found) == plain(mine)


def test_a_cell_that_begins_with_an_equals_sign_is_no_formula() -> None:
    book = load_workbook(io.BytesIO(write(with_texts("=1+1"), "scripts.xlsx")))
    assert [cell.data_type for cell in book["small_talk"]["A"]] == ["s", "s"]


@pytest.mark.parametrize(("name", "line"), [("scripts.csv", 3), ("scripts.xlsx", 2)])
def test_a_complaint_names_the_line_of_the_sheet(name: str, line: int) -> None:
    wrong = SHIPPED.model_copy(update={"quick_replies": (), "small_talk": (), "synonyms": {}, "touchpoints": ()})
    situation = wrong.situations[0].model_copy(update={"replies": (Reply(id="r", text="亲，{{ buyer.nicknam }}"),)})
    content = write(wrong.model_copy(update={"situations": (situation,)}), name)
    _, (complaint, *_) = read(content, name, SHIPPED)
    # In a CSV the reply's row is the one below its situation; either is near enough to find it.
    assert (complaint.file, complaint.line in (line, line - 1)) == (name, True)
    assert "buyer.nickname" in complaint.advice


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scripts.doc", b""),
        ("scripts.xlsx", b"no zip"),
        ("scripts.csv", "情境,话术\n".encode()),
        ("scripts.csv", "table,id\n".encode("utf-16")),
        ("scripts.csv", b"table,id\nmoods,a\n"),
        ("scripts.csv", b"table,id,text\nreplies,r,hello\n"),
        ("scripts.csv", b"table,id,when\nsituations,a,{\n"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(content, name, SHIPPED)
