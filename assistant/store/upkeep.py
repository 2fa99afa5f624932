"""What operators ask of the database as a whole: how large, at which step of its migrations, how much stands open.

Not for a shop's figures (`kpi.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
)

from assistant.domain.platforms import PROFILES, profile_of
from assistant.domain.practice import MARK
from assistant.store.statements import Statement, Transaction
from assistant.store.tables import conversations, follow_ups

LEVELS = ("ok", "notice", "warn", "late")
_SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}
_waited = bindparam("now", type_=BigInteger) - type_coerce(conversations.c.waiting_since, BigInteger)


def _longer_than(level: str) -> ColumnElement[bool]:
    """Whether a buyer has waited longer than the level of their platform says."""
    most = {name: _microseconds(getattr(profile.alarm, level)) for name, profile in PROFILES.items()}
    return _waited > case(most, value=conversations.c.platform, else_=most[profile_of("other").platform])


def _microseconds(seconds: float) -> ColumnElement[int]:
    return literal(int(seconds * 1_000_000), BigInteger)


_level = case(*((_longer_than(name), name) for name in reversed(LEVELS[1:])), else_=LEVELS[0])
_WAITING = Statement[tuple[str, int]](
    select(_level.label("level"), func.count())
    .where(text("conversations.waiting_since IS NOT NULL"), ~conversations.c.shop.contains(MARK))
    # By the name of the column: PostgreSQL does not see that two expressions with parameters are the same.
    .group_by(literal_column("level")),
    lambda level, count: (level, count),
)
# Written out, not bound, and without a word of the shop: so each is counted in its index alone.
_ARMED = Statement[int](select(func.count()).select_from(follow_ups).where(text("follow_ups.state = 'armed'")))
_DUE = Statement[int](select(func.count()).select_from(follow_ups).where(text("follow_ups.state = 'due'")))


def size(tx: Transaction) -> int:
    """How many bytes the database takes, without its log of writes."""
    return int(tx.connection.exec_driver_sql(_SIZES[tx.database]).scalar_one())


def revision(tx: Transaction) -> str:
    """The migration that ran last."""
    return str(tx.connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def waiting(tx: Transaction, now: int) -> Mapping[str, int]:
    """How many buyers wait, practices left out, by how long that is for their platform; `now` in microseconds since
    1970."""
    return dict.fromkeys(LEVELS, 0) | dict(_WAITING.all(tx, now=now))


def open_follow_ups(tx: Transaction) -> Mapping[str, int]:
    """How many follow-ups are armed and how many cards are up, those of practices included."""
    return {"armed": _ARMED.one(tx) or 0, "due": _DUE.one(tx) or 0}
