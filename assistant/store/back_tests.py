"""Back-tests of each shop: how far each is, and its report once it is over. Playing them is a service's business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update

from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import back_tests


@dataclass(frozen=True, slots=True)
class Entry:
    """A back-test without its report. `state` is running, done, cancelled or failed; whoever plays it says at `seen_at`
    that they still do, `share` (0..1) is how far they are; `wish` is what was asked for."""

    id: int
    author: str
    state: str
    asked_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    share: float
    wish: dict[str, Any]


_LISTED = ("id", "author", "state", "asked_at", "seen_at", "ended_at", "share", "wish")
_entries = select(*(back_tests.c[name] for name in _LISTED)).where(back_tests.c.shop == bindparam("shop"))
_latest = (back_tests.c.asked_at.desc(), back_tests.c.id.desc())
# Written out, not bound: only so does the planner see that the partial index serves these queries.
_running = text("back_tests.state = 'running'")
_one = (back_tests.c.id == bindparam("key"), back_tests.c.shop == bindparam("shop"))

_ADD = Insertion(back_tests, "shop", "author", "state", "asked_at", "seen_at", "share", "wish")
_RUNNING = Statement[Entry](_entries.where(_running), Entry)
_LIST = Statement[Entry](_entries.order_by(*_latest).limit(bindparam("most")), Entry)
_GET = Statement[Entry](_entries.where(back_tests.c.id == bindparam("key")), Entry)
_REPORT = Statement[dict[str, Any] | None](select(back_tests.c.result).where(*_one))
_MOVE = Statement[int](
    update(back_tests).where(*_one, _running).values(share=bindparam("share"), seen_at=bindparam("seen_at"))
)
_END = Statement[int](
    update(back_tests)
    .where(*_one, _running)
    .values(state=bindparam("ended"), ended_at=bindparam("ended_at"), result=bindparam("result"))
)
_older = select(back_tests.c.id).where(back_tests.c.shop == bindparam("shop")).order_by(*_latest)
_SWEEP = Statement[int](
    delete(back_tests).where(
        back_tests.c.shop == bindparam("shop"),
        back_tests.c.state != "running",
        (back_tests.c.asked_at < bindparam("before")) | back_tests.c.id.not_in(_older.limit(bindparam("most"))),
    )
)


_FORGET = Statement[int](
    delete(back_tests).where(back_tests.c.asked_at < bindparam("before"), back_tests.c.state != "running")
)


def add(tx: Transaction, shop: str, author: str, wish: dict[str, Any], now: datetime) -> int:
    """A new one that is running; returns its id. Raises IntegrityError if the shop has a running one."""
    return _ADD.add(
        tx, shop=shop, author=author, state="running", asked_at=now, seen_at=now, share=0.0, wish=wish
    )  # fmt: skip


def running(tx: Transaction, shop: str) -> Entry | None:
    return _RUNNING.one(tx, shop=shop)


def latest(tx: Transaction, shop: str, most: int) -> list[Entry]:
    """The newest `most`, newest first."""
    return _LIST.all(tx, shop=shop, most=most)


def get(tx: Transaction, shop: str, id: int) -> Entry | None:
    return _GET.one(tx, shop=shop, key=id)


def report(tx: Transaction, shop: str, id: int) -> dict[str, Any] | None:
    """What came of it; None as long as it is running, and if nothing did."""
    return _REPORT.one(tx, shop=shop, key=id)


def move(tx: Transaction, shop: str, id: int, share: float, now: datetime) -> bool:
    """Say how far it is; False if it is not running any more."""
    return _MOVE.run(tx, shop=shop, key=id, share=share, seen_at=now) == 1


def end(tx: Transaction, shop: str, id: int, state: str, now: datetime, result: dict[str, Any] | None = None) -> bool:
    """False if it is not running any more."""
    return _END.run(tx, shop=shop, key=id, ended=state, ended_at=now, result=result) == 1


def sweep(tx: Transaction, shop: str, before: datetime, most: int) -> None:
    """Delete what was asked for before a moment, and all but the newest `most`."""
    _SWEEP.run(tx, shop=shop, before=before, most=most)


def forget(tx: Transaction, before: datetime) -> None:
    """Delete what was asked for before a moment, in every shop."""
    _FORGET.run(tx, before=before)
