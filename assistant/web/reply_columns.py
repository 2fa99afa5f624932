"""What each column of a spreadsheet of quick replies is taken for, as pages ask about it and are told. Not for keeping
what it brings (`personal_replies.py`, `versions.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web

from assistant.domain.errors import InvalidInput
from assistant.domain.reply_columns import FIELDS, NOTHING, Columns
from assistant.services.reply_sheets import Looked
from assistant.web.language import catalogue
from assistant.web.texts import Catalogue

# Of a file's faults so many are named; the rest is counted.
FAULTS = 50


def fields(words: Catalogue) -> dict[str, str]:
    """What a column may be, by what people call it."""
    return {field: words.name("reply_field", field) for field in (*FIELDS, NOTHING)}


def asked(given: Mapping[str, Any]) -> Columns | None:
    """What the form says the columns are; None where it leaves that to us. Raises InvalidInput."""
    means = given.get("columns")
    if not isinstance(means, str):
        return None
    try:
        read = json.loads(means)
    except ValueError:
        read = None
    if not isinstance(read, list) or not all(isinstance(one, str) for one in read):
        raise InvalidInput("`columns` is a list of field names", reason="file_twice")
    return Columns(tuple(read), given.get("head") == "true")


def told(request: web.Request, found: Looked) -> dict[str, Any]:
    """A file looked through, in the reader's language."""
    words = catalogue(request)
    faults = [
        {
            "line": fault.line,
            "message": fault.error.message,
            "say": words.refusal(fault.error.reason, fault.error.values),
        }
        for fault in found.faults[:FAULTS]
    ]
    return {
        "columns": [asdict(column) for column in found.columns],
        "head": found.head,
        "rows": found.rows,
        "new": len(found.wanted),
        "same": found.same,
        "faults": faults,
        "faulty": len(found.faults),
    }
