"""Published versions of the trainers' tables: whole and immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from assistant.store.statements import Statement, Transaction, insertion
from assistant.store.tables import scripts


@dataclass(frozen=True, slots=True)
class Version:
    """One version: `content` is the tables as JSON text, `model` the fitted recogniser."""

    shop: str
    version: int
    published_at: datetime
    author: str
    note: str
    content: str
    model: bytes
    approved_by: str | None = None
    urgent: bool = False
    back_to: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A version as the list of versions shows it. `approved_by` said yes besides the author, `urgent`: nobody was
    asked, `back_to`: that version was put back."""

    version: int
    published_at: datetime
    author: str
    note: str
    approved_by: str | None
    urgent: bool
    back_to: int | None


_ADD = Statement[int](insertion(scripts, *[c.name for c in scripts.c]).on_conflict_do_nothing())
_NEWEST = Statement[int](select(func.max(scripts.c.version)).where(scripts.c.shop == bindparam("shop")))
_GET = Statement[Version](
    select(scripts).where(scripts.c.shop == bindparam("shop"), scripts.c.version == bindparam("version")), Version
)
_CONTENT = Statement[str](
    select(scripts.c.content).where(scripts.c.shop == bindparam("shop"), scripts.c.version == bindparam("version"))
)
_SHIPPED = Statement[str](
    select(scripts.c.content)
    .where(scripts.c.shop == bindparam("shop"), scripts.c.author == "system", scripts.c.note == "shipped")
    .order_by(scripts.c.version.desc())
    .limit(1)
)
_LISTED = ("version", "published_at", "author", "note", "approved_by", "urgent", "back_to")
_LIST = Statement[Entry](
    select(*(scripts.c[name] for name in _LISTED))
    .where(scripts.c.shop == bindparam("shop"))
    .order_by(scripts.c.version.desc())
    .limit(bindparam("most")),
    Entry,
)


def add(tx: Transaction, version: Version) -> bool:
    """False if there is a version of this number already."""
    return _ADD.run(tx, **{c.name: getattr(version, c.name) for c in scripts.c}) == 1


def newest(tx: Transaction, shop: str) -> int | None:
    return _NEWEST.one(tx, shop=shop)


def get(tx: Transaction, shop: str, version: int) -> Version | None:
    return _GET.one(tx, shop=shop, version=version)


def content(tx: Transaction, shop: str, version: int) -> str | None:
    """The tables of a version alone: its fitted recogniser is many times as large."""
    return _CONTENT.one(tx, shop=shop, version=version)


def shipped(tx: Transaction, shop: str) -> str | None:
    """The tables that the program itself gave the shop to begin with."""
    return _SHIPPED.one(tx, shop=shop)


def versions(tx: Transaction, shop: str, most: int) -> list[Entry]:
    """The newest `most` versions, newest first."""
    return _LIST.all(tx, shop=shop, most=most)
