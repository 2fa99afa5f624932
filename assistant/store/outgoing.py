"""What leaves the house by mail or webhook: a row before it goes, taken by one node, with what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, text, update

from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import outgoing as table

READY = 20
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail (`text`, `html`) or a webhook's body (`text`). States: waiting, taken, sent, failed, unclear."""

    id: int
    shop: str
    way: str
    address: str
    about: str
    period: str
    subject: str
    text: str
    html: str | None
    state: str
    attempts: int
    made_at: datetime
    next_at: datetime
    failure: str | None


_ADD = Insertion(
    table, "shop", "way", "address", "about", "period", "subject", "text", "html", "state", "made_at", "next_at"
)
_GET = Statement[Letter](select(table).where(table.c.id == bindparam("key"), table.c.shop == bindparam("shop")), Letter)
_READY = Statement[Letter](
    select(table)
    # Written out as the partial index is.
    .where(text("outgoing.state IN ('waiting', 'taken')"), table.c.next_at <= bindparam("now"))
    .order_by(table.c.next_at, table.c.id)
    .limit(READY),
    Letter,
)
_TAKE = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"), table.c.state == "waiting", table.c.next_at == bindparam("due"))
    .values(state="taken", next_at=bindparam("until"), attempts=table.c.attempts + 1)
)
_PUT = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"), table.c.state == bindparam("was"))
    .values(
        state=bindparam("state"),
        next_at=bindparam("next_at"),
        failure=bindparam("failure"),
        text=bindparam("text"),
        html=bindparam("html"),
    )
)
_LATEST = Statement[Letter](
    select(table)
    .where(table.c.shop == bindparam("shop"))
    .order_by(table.c.made_at.desc(), table.c.id.desc())
    .limit(SHOWN),
    Letter,
)


def add(
    tx: Transaction, *, shop: str, way: str, address: str, about: str, period: str, subject: str, text: str,
    html: str | None, now: datetime,
) -> int:  # fmt: skip
    return _ADD.add(
        tx, shop=shop, way=way, address=address, about=about, period=period, subject=subject, text=text, html=html,
        state="waiting", made_at=now, next_at=now,
    )  # fmt: skip


def get(tx: Transaction, shop: str, id: int) -> Letter | None:
    return _GET.one(tx, key=id, shop=shop)


def ready(tx: Transaction, now: datetime) -> list[Letter]:
    """Those to be tried now, and those whose taker has given up, at most `READY`."""
    return _READY.all(tx, now=now)


def take(tx: Transaction, letter: Letter, until: datetime) -> bool:
    """Whether it is ours to send until then; False if another node was faster."""
    return _TAKE.run(tx, key=letter.id, due=letter.next_at, until=until) == 1


def put(
    tx: Transaction, letter: Letter, state: str, *, was: str = "taken", next_at: datetime | None = None,
    failure: str | None = None,
) -> bool:  # fmt: skip
    """Move it on, unless somebody did so before; once it has arrived its words need not be kept."""
    text, html = ("", None) if state == "sent" else (letter.text, letter.html)
    given = {"next_at": next_at or letter.next_at, "failure": failure, "text": text, "html": html}
    return _PUT.run(tx, key=letter.id, was=was, state=state, **given) == 1


def latest(tx: Transaction, shop: str) -> list[Letter]:
    """Newest first, at most `SHOWN`."""
    return _LATEST.all(tx, shop=shop)
