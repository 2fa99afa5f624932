"""An agent's own quick replies brought in from a spreadsheet and out to one: of a file with faults nothing is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from assistant import store
from assistant.domain import personal_replies as rules
from assistant.domain.errors import InvalidInput
from assistant.domain.personal_replies import PersonalReply, Wanted
from assistant.domain.practice import real_shop
from assistant.domain.reply_columns import FIELDS, Columns
from assistant.domain.spreadsheets import cell
from assistant.services import personal_replies
from assistant.services.desk import Desk, Shop
from assistant.services.reply_sheets import Judge, Line, Looked, looked
from assistant.services.sheet_looks import lay_out


def look_through(
    tx: store.Transaction, shop: Shop, agent: str, lines: Sequence[Line], columns: Columns | None = None
) -> Looked:
    """What a file would bring; without `columns` they are guessed. Raises InvalidInput for columns that do not fit."""
    return looked(lines, columns, _judge(shop, store.personal_replies.of_agent(tx, real_shop(shop.id), agent)))


def take_in(desk: Desk, agent: str, lines: Sequence[Line], columns: Columns | None = None) -> tuple[Looked, int]:
    """Keep what a file brings, if nothing in it is faulty; returns also how many were kept. Raises InvalidInput,
    NotAllowed."""
    shop, own = personal_replies.opened(desk, agent)
    found = looked(lines, columns, _judge(desk.shop, own))
    if found.faults:
        return found, 0
    for place, one in enumerate(found.wanted, personal_replies.next_place(own)):
        store.personal_replies.add(desk.tx, shop, agent, one, place, desk.now)
    return found, len(found.wanted)


def _judge(shop: Shop, own: Sequence[PersonalReply]) -> Judge:
    have, taken = [(one.title, one.text) for one in own], rules.taken(own, shop.quick_replies.replies)

    def new(one: Wanted) -> bool:
        if (one.title, one.text) in have:
            return False
        if len(have) >= rules.MOST:
            raise InvalidInput(f"you can have {rules.MOST}", reason="too_many_replies", most=rules.MOST)
        rules.refuse_clash(one.shortcut, taken)
        rules.judged(one, shop.checks, shop.scripts.shop)
        have.append((one.title, one.text))
        taken.update(rules.taken([one], ()))
        return True

    return new


# --- writing ---------------------------------------------------------------------------------------------------------


def write(replies: Iterable[PersonalReply], ending: str, heads: Sequence[str]) -> bytes:
    """All of an agent's as a file, `csv` or `xlsx`; `heads` name FIELDS as the reader does. Raises InvalidInput."""
    rows = [tuple(heads), *(tuple(getattr(one, field) for field in FIELDS) for one in replies)]
    if ending == "csv":
        written = io.StringIO()
        csv.writer(written).writerows(map(cell, row) for row in rows)
        return written.getvalue().encode("utf-8-sig")  # Excel takes a file for UTF-8 only when it begins with this mark
    if ending == "xlsx":
        return _workbook(rows)
    raise InvalidInput(f"there is no format {ending!r}: csv or xlsx", reason="file_sheet_format")


def _workbook(rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            text = ILLEGAL_CHARACTERS_RE.sub("", value)
            sheet.cell(number, place, text).data_type = "s"  # a text that begins with = is a text
    lay_out(sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
