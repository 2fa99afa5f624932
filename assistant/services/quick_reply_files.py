"""The team's quick replies brought in from spreadsheets of other tools, as drafts. Not for files of our own form, which
hold whole tables (`script_files.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.domain import personal_replies as rules
from assistant.domain.checks import Checks
from assistant.domain.drafts import Draft
from assistant.domain.errors import InvalidInput
from assistant.domain.personal_replies import Wanted
from assistant.domain.reply_columns import FIELDS, Columns
from assistant.domain.script_rows import Name, value_of, written
from assistant.services import drafts, script_rows
from assistant.services.desk import Desk
from assistant.services.reply_sheets import Judge, Line, Looked, looked

TABLE = "quick_replies"


def look_through(draft: Draft, checks: Checks, lines: Sequence[Line], columns: Columns | None = None) -> Looked:
    """What a file would add to the draft; without `columns` they are guessed. Raises InvalidInput for columns that do
    not fit."""
    return looked(lines, columns, _judge(draft, checks))


def take(desk: Desk, draft: Draft, found: Looked, *, author: str) -> int:
    """Keep what a file adds, if nothing in it is faulty; returns how many rows. Raises Conflict if the draft was
    changed since."""
    if found.faults:
        return 0
    texts: dict[Name, str | None] = {}
    for one in found.wanted:
        start = script_rows.id_of(TABLE, one.title)
        id = script_rows.free_id(draft, TABLE, start, (name.id for name in texts))
        said = {field: getattr(one, field) for field in FIELDS}
        texts[Name(TABLE, id)] = written(TABLE, {"id": id, **{key: text for key, text in said.items() if text}})
    drafts.write_over(desk, draft, texts, author=author)
    return len(texts)


def _judge(draft: Draft, checks: Checks) -> Judge:
    team = [_said(value_of(text)) for name, text in draft.texts.items() if name.table == TABLE]
    have, taken = {(one.title, one.text) for one in team}, rules.taken((), team)
    handbook = [name.id for name in draft.texts if name.table == "shop"]
    room = drafts.MOST_CHANGES - len(draft.changes)
    found: list[Wanted] = []

    def new(one: Wanted) -> bool:
        if (one.title, one.text) in have:
            return False
        if len(found) >= room:
            most = drafts.MOST_CHANGES
            raise InvalidInput(f"a draft has at most {most} rows", reason="too_many_changes", most=most)
        rules.refuse_clash(one.shortcut, taken)
        rules.judged(one, checks, handbook)
        found.append(one)
        have.add((one.title, one.text))
        taken.update(rules.taken((), [one]))
        return True

    return new


def _said(value: Any) -> Wanted:
    said: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    return Wanted(**{field: str(said.get(field) or "") for field in FIELDS})
