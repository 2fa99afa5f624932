"""How a sheet that people go on writing in looks: a head that stays, columns as wide as what stands in them."""

from __future__ import annotations

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assistant.domain.spreadsheets import width

NARROWEST, WIDEST = 10, 60


def lay_out(sheet: Worksheet) -> None:
    """What is longer than the widest column goes on in the next line of its cell."""
    sheet.freeze_panes = "A2"
    for number, cells in enumerate(sheet.iter_cols(), 1):
        cells[0].font = Font(bold=True)
        needed = max(width(str(cell.value)) for cell in cells if cell.value is not None) + 2
        sheet.column_dimensions[get_column_letter(number)].width = min(max(needed, NARROWEST), WIDEST)
        placed = Alignment(vertical="top", wrap_text=needed > WIDEST)
        for cell in cells[1:]:
            cell.alignment = placed
