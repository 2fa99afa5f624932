"""What shops tell their agents for a day, and who has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.domain.notices import Notice, Withdraws
from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import notice_receipts, notices

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Receipt:
    """An agent has read a notice."""

    notice: int
    agent: str
    name: str
    at: datetime


def _notice(*row: Any) -> Notice:
    id, text, author, posted_at, ends_at, withdraws, ended_at = row
    return Notice(id, text, author, posted_at, ends_at, Withdraws.model_validate(withdraws), ended_at)


_COLUMNS = (
    notices.c.id, notices.c.text, notices.c.author, notices.c.posted_at, notices.c.ends_at, notices.c.withdraws,
    notices.c.ended_at,
)  # fmt: skip
_ADD = Insertion(notices, "shop", "text", "author", "posted_at", "ends_at", "withdraws")
_STANDING = Statement[Notice](
    select(*_COLUMNS)
    .where(notices.c.shop == bindparam("shop"), notices.c.ends_at > bindparam("now"), notices.c.ended_at.is_(None))
    .order_by(notices.c.id.desc()),
    _notice,
)
_NEWEST = Statement[Notice](
    select(*_COLUMNS).where(notices.c.shop == bindparam("shop")).order_by(notices.c.id.desc()).limit(bindparam("most")),
    _notice,
)
_GET = Statement[Notice](
    select(*_COLUMNS).where(notices.c.id == bindparam("key"), notices.c.shop == bindparam("shop")), _notice
)
_END = Statement[int](
    update(notices)
    .where(notices.c.id == bindparam("key"), notices.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"), ended_by=bindparam("by"))
)
_READ = Statement[int](
    insert(notice_receipts)
    .values({n: bindparam(n) for n in ("notice", "agent", "name", "at")})
    .on_conflict_do_nothing()
)
_RECEIPTS = Statement[Receipt](
    select(notice_receipts)
    .where(notice_receipts.c.notice >= bindparam("first"), notice_receipts.c.notice <= bindparam("last"))
    .order_by(notice_receipts.c.notice, notice_receipts.c.at, notice_receipts.c.agent),
    Receipt,
)
# Whatever happens to a notice changes one of these numbers: posting, ending, reading, and time running out.
_MARKS = Statement[tuple[Any, ...]](
    select(
        notices.c.shop,
        func.max(notices.c.id),
        func.count(notices.c.id),
        func.count(notices.c.ended_at),
        func.count(notice_receipts.c.notice),
    )
    .select_from(notices.outerjoin(notice_receipts, notice_receipts.c.notice == notices.c.id))
    .where(notices.c.ends_at > bindparam("now"))
    .group_by(notices.c.shop)
)


def add(
    tx: Transaction, shop: str, text: str, author: str, posted_at: datetime, ends_at: datetime, withdraws: Withdraws
) -> int:
    """The new notice's number."""
    kept = withdraws.model_dump(mode="json", exclude_defaults=True)
    return _ADD.add(tx, shop=shop, text=text, author=author, posted_at=posted_at, ends_at=ends_at, withdraws=kept)


def get(tx: Transaction, shop: str, id: int) -> Notice | None:
    return _GET.one(tx, key=id, shop=shop)


def end(tx: Transaction, id: int, at: datetime, by: str) -> bool:
    """False if it was taken back before."""
    return _END.run(tx, key=id, at=at, by=by) == 1


def standing(tx: Transaction, shop: str, now: datetime) -> list[Notice]:
    """Those that have not ended, newest first; some may not have begun on this clock."""
    return _STANDING.all(tx, shop=shop, now=now)


def newest(tx: Transaction, shop: str, most: int = SHOWN) -> list[Notice]:
    """The newest notices, whatever became of them."""
    return _NEWEST.all(tx, shop=shop, most=most)


def read(tx: Transaction, notice: int, agent: str, name: str, at: datetime) -> bool:
    """False if the agent has read it before."""
    return _READ.run(tx, notice=notice, agent=agent, name=name, at=at) == 1


def receipts(tx: Transaction, of: list[Notice]) -> list[Receipt]:
    """Who has read these notices, and when."""
    if not of:
        return []
    meant = {notice.id for notice in of}
    found = _RECEIPTS.all(tx, first=min(meant), last=max(meant))
    return [receipt for receipt in found if receipt.notice in meant]


def marks(tx: Transaction, now: datetime) -> dict[str, tuple[int, ...]]:
    """By shop, numbers that differ as soon as anything about its notices has changed."""
    return {shop: tuple(numbers) for shop, *numbers in _MARKS.all(tx, now=now)}
