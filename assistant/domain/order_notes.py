"""A note for the platform's order in the one form colleagues read at a glance: 改码 黑L→XL 小王 11/11 01:20."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from assistant.domain.baskets import Id, one_line
from assistant.domain.handbook import lack_of
from assistant.domain.scripts import HandbookEntry

LONGEST_CHANGE = 200
# What a shop without its own list (`order_note_kinds` in its handbook) writes down most.
USUAL_KINDS = ("改码", "改颜色", "改地址", "加赠品", "备注")
LISTED = "order_note_kinds"
_ARROW = re.compile(r"\s*[-=]+[>》]\s*")


class OrderNote(BaseModel):
    """What an agent wrote down for an order; a repeated `key` writes nothing twice."""

    model_config = ConfigDict(extra="forbid")

    order: Id
    kind: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[^\x00]*$"), one_line]
    change: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CHANGE, pattern=r"^[^\x00]*$"), one_line]
    key: Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[^\x00]*$")]


def kinds(shop: Mapping[str, HandbookEntry], day: date) -> tuple[str, ...]:
    """The kinds to choose from: the handbook's, while they are valid, or the usual ones."""
    entry = shop.get(LISTED)
    if entry is None or lack_of(entry, day) is not None:
        return USUAL_KINDS
    return tuple(dict.fromkeys(kind.strip() for kind in str(entry.value).split("、") if kind.strip())) or USUAL_KINDS


def note_text(note: OrderNote, agent: str, at: datetime) -> str:
    """`改码 黑L→XL 小王 11/11 01:20`; `at` is a moment in the shop's zone, `->` becomes an arrow."""
    return f"{note.kind} {_ARROW.sub('→', note.change)} {agent} {at:%m/%d %H:%M}"
