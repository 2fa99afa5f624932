"""Tables to a file and back, in each format: what comes back is what went out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from assistant.app import tables
from assistant.domain.errors import InvalidInput
from assistant.domain.replies import completed
from assistant.domain.script_rows import plain
from assistant.domain.scripts import HandbookEntry, Promotion, QuickReply, Reply, Scripts, Situation
from assistant.services.exchange import read, write
from assistant.services.exchange_rows import rows_of
from assistant.settings import Settings
from tests.domain.sum_samples import rules

SHIPPED = tables(Settings())
POLICIES = ("proportional", "recalculate")
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


CHECK = {
    "id": "c", "code": "C04", "name": "名", "severity": "block", "words": ["加<微信>", "-1", "=甲|乙"],
    "unless": ["007"],
    "reason": "因", "instead": "说", "refusable": False, "fine_while": "own", "platforms": {"wecom": "off"},
    "categories": {"食品": "warn"}, "in_tables": "note", "catches": ["加薇信"], "passes": ["[一]"],
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_check_and_its_lists_of_words_come_back_whole(name: str) -> None:
    mine = Scripts.model_validate({"checks": [CHECK], "check_words": {"微信": ["薇信", "1.50", "v信"]}})
    found, complaints = read(write(mine, name), name, Scripts())
    assert complaints == []
    assert plain(found) == plain(mine)


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


@st.composite
def promotions(draw: st.DrawFn) -> Promotion:
    days = sorted(draw(st.lists(st.dates(), min_size=2, max_size=2)))
    begins, ends = (day if draw(st.booleans()) else None for day in days)
    about = {
        "id": "p",
        "name": "优惠",
        "valid_from": begins,
        "valid_to": ends,
        "returns": draw(st.sampled_from(POLICIES)),
    }
    whom = draw(st.sampled_from([{}, {"buyer.tier": ["vip", "supreme"]}, {"buyer.spent": {"min": 100}}]))
    return Promotion.model_validate({**about, "for": whom, **draw(rules()).model_dump(exclude_defaults=True)})


@pytest.mark.parametrize("name", NAMES)
@given(row=promotions())
def test_any_promotion_comes_back_to_the_fen_and_is_written_the_same_again(name: str, row: Promotion) -> None:
    written = write(Scripts(promotions=(row,)), name)
    found, complaints = read(written, name, Scripts())
    assert complaints == []
    assert found.promotions == (row,)
    if not name.endswith(".xlsx"):  # which notes when it was made
        assert write(found, name) == written


@pytest.mark.parametrize("name", NAMES)
def test_amounts_in_sheets_and_files_stay_as_people_write_them(name: str) -> None:
    row = Promotion.model_validate(
        {
            "id": "p",
            "name": "优惠",
            "tiers": [{"reach": 300, "minus": "19.90"}],
            "per_piece": [{"count": 2, "discount": "9.5"}],
        }
    )
    (cells,) = (found.cells for found in rows_of(Scripts(promotions=(row,))))
    assert cells["tiers"] == '[{"reach": 300, "minus": "19.90"}]'
    assert cells["per_piece"] == '[{"count": 2, "discount": "9.5折"}]'
    typed = write(Scripts(promotions=(row,)), "p.csv").decode().replace('""19.90""', "19.90")
    assert read(typed.encode(), "p.csv", Scripts())[0].promotions == (row,)


def test_a_complaint_about_a_promotion_names_the_line_of_the_sheet() -> None:
    row = Promotion.model_validate({"id": "p", "name": "优惠", "coupon": {"minus": "19.90"}})
    written = write(Scripts(promotions=(row,)), "p.csv").decode().replace("19.90", "19.905")
    (complaint,) = read(written.encode(), "p.csv", Scripts())[1]
    assert (complaint.line, complaint.message) == (2, "`19.905` is no exact amount")


def test_who_wrote_a_handbook_is_not_given_the_shipped_prices() -> None:
    assert completed(Scripts(), SHIPPED).promotions == SHIPPED.promotions != ()
    assert completed(Scripts(shop={"name": HandbookEntry(value="别家")}), SHIPPED).promotions == ()


def test_a_cell_that_begins_with_an_equals_sign_is_no_formula() -> None:
    book = load_workbook(io.BytesIO(write(with_texts("=1+1"), "scripts.xlsx")))
    assert [cell.data_type for cell in book["small_talk"]["A"]] == ["s", "s"]


def test_replies_whose_situation_stands_in_one_merged_cell_belong_to_it_together() -> None:
    book = load_workbook(io.BytesIO(write(SHIPPED, "scripts.xlsx")))
    sheet, several = book["replies"], next(row for row in SHIPPED.situations if len(row.replies) > 2)
    rows = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == several.id]
    sheet.merge_cells(start_row=rows[0], end_row=rows[-1], start_column=1, end_column=1)
    book.save(merged := io.BytesIO())
    found, complaints = read(merged.getvalue(), "scripts.xlsx", SHIPPED)
    assert complaints == []
    assert next(row for row in found.situations if row.id == several.id).replies == several.replies


def test_a_first_reply_that_names_no_situation_belongs_to_none() -> None:
    with pytest.raises(InvalidInput, match="belongs to ''"):
        read(b"table,id,name,goal,text\nsituations,a,b,c,\nreplies,r,,,hello\n", "scripts.csv", SHIPPED)


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


def test_a_sheet_has_a_head_that_stays_and_long_texts_go_on_in_the_next_line() -> None:
    long = "亲，" + "这款很显瘦" * 20
    sheet = load_workbook(io.BytesIO(write(with_texts(long), "scripts.xlsx")))["quick_replies"]
    at = {cell.value: number for number, cell in enumerate(sheet[1], 1)}
    assert (sheet.freeze_panes, sheet.cell(1, at["text"]).font.b) == ("A2", True)
    assert sheet.column_dimensions[get_column_letter(at["text"])].width == 60
    assert sheet.cell(2, at["text"]).alignment.wrap_text
    assert not sheet.cell(2, at["id"]).alignment.wrap_text
