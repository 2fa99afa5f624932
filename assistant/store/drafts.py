"""Rows that trainers have changed since the last published version, and what waits for a second person's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.domain.drafts import Change
from assistant.domain.script_rows import Name
from assistant.store.statements import Statement, Transaction
from assistant.store.tables import drafts, proposals

_row = (drafts.c.shop == bindparam("shop"), drafts.c.of_table == bindparam("table"), drafts.c.row == bindparam("row"))
_said: dict[str, Any] = {name: bindparam(name) for name in ("text", "author", "changed_at")}
_OF = Statement[Change](
    select(drafts.c.of_table, drafts.c.row, drafts.c.text, drafts.c.author, drafts.c.changed_at)
    .where(drafts.c.shop == bindparam("shop"))
    .order_by(drafts.c.changed_at.desc(), drafts.c.of_table, drafts.c.row),
    lambda table, row, *rest: Change(Name(table, row), *rest),
)
_ADD = Statement[int](
    insert(drafts)
    .values({"shop": bindparam("shop"), "of_table": bindparam("table"), "row": bindparam("row"), **_said})
    .on_conflict_do_nothing()
)
_SAVE = Statement[int](
    update(drafts)
    .where(*_row, drafts.c.text.is_not_distinct_from(bindparam("before", type_=drafts.c.text.type)))
    .values(_said)
)
_DROP = Statement[int](delete(drafts).where(*_row))
_DONE = Statement[int](
    delete(drafts).where(*_row, drafts.c.text.is_not_distinct_from(bindparam("before", type_=drafts.c.text.type)))
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody asks that the draft with this mark be published; somebody else says yes."""

    shop: str
    author: str
    note: str
    mark: str
    asked_at: datetime


_ASK = Statement[int](
    insert(proposals)
    .values({c.name: bindparam(c.name) for c in proposals.c})
    .on_conflict_do_update(
        index_elements=["shop"],
        set_={name: bindparam(name) for name in ("author", "note", "mark", "asked_at")},
    )
)
_ASKED = Statement[Proposal](select(proposals).where(proposals.c.shop == bindparam("shop")), Proposal)
_ANSWERED = Statement[int](delete(proposals).where(proposals.c.shop == bindparam("shop")))


def of(tx: Transaction, shop: str) -> list[Change]:
    """All changes of a shop, the latest first."""
    return _OF.all(tx, shop=shop)


def add(tx: Transaction, shop: str, change: Change) -> bool:
    """False if somebody has changed this row already."""
    return _ADD.run(tx, shop=shop, **_values(change)) == 1


def save(tx: Transaction, shop: str, change: Change, before: str | None) -> bool:
    """False if the row's change no longer says `before`."""
    return _SAVE.run(tx, shop=shop, before=before, **_values(change)) == 1


def drop(tx: Transaction, shop: str, name: Name) -> None:
    """Take a row's change back."""
    _DROP.run(tx, shop=shop, table=name.table, row=name.id)


def done(tx: Transaction, shop: str, change: Change) -> None:
    """A change is published; what somebody has made of its row meanwhile stays."""
    _DONE.run(tx, shop=shop, table=change.name.table, row=change.name.id, before=change.text)


def _values(change: Change) -> dict[str, Any]:
    return {
        "table": change.name.table,
        "row": change.name.id,
        "text": change.text,
        "author": change.author,
        "changed_at": change.changed_at,
    }


def ask(tx: Transaction, proposal: Proposal) -> None:
    """Wait for a second person's word; what was asked before is forgotten."""
    _ASK.run(tx, **{c.name: getattr(proposal, c.name) for c in proposals.c})


def asked(tx: Transaction, shop: str) -> Proposal | None:
    return _ASKED.one(tx, shop=shop)


def answered(tx: Transaction, shop: str) -> None:
    _ANSWERED.run(tx, shop=shop)
