"""Sums of past days as they are kept, which of them hold, and what has changed since they were worked out.

Not for working them out (`services/kpi_rollups.py`). A mark is written with what changes the past, in the same
transaction; whoever reads sees both or neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.domain.kpi_rolls import Roll
from assistant.store.shops import meant
from assistant.store.statements import Statement, Transaction, in_parts, insertion
from assistant.store.tables import conversations, kpi_days, kpi_marks, kpi_rollups, messages

_MARK = Statement[int](insertion(kpi_marks, "shop", "section", "buyer", "first_at", "last_at"))
_ROLL = Statement[int](insertion(kpi_rollups, *[column.name for column in kpi_rollups.c]))
_CLAIM = Statement[int](
    insert(kpi_days)
    .values({column.name: bindparam(column.name) for column in kpi_days.c})
    .on_conflict_do_update(
        index_elements=["shop", "day", "section"],
        set_={name: bindparam(name) for name in ("definition", "claim", "at", "settles_at")},
    )
)
# Some marks at a time: a replay of half a year may leave very many.
MARKS = 2_000


@dataclass(frozen=True, slots=True)
class Mark:
    """What was counted in this time no longer holds, in a section: of the days on which a buyer wrote, or of all."""

    id: int
    section: str
    buyer: int | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A day's section that was worked out, or (definition 0) is being worked out by who has the claim."""

    day: date
    section: str
    definition: int
    claim: str
    at: datetime
    settles_at: datetime | None


# --- marks -----------------------------------------------------------------------------------------------------------


def mark(tx: Transaction, shop: str, section: str, buyer: int | None, first: datetime, last: datetime) -> None:
    """Note that what was counted between two moments no longer holds."""
    _MARK.run(tx, shop=shop, section=section, buyer=buyer, first_at=first, last_at=last)


def marks(tx: Transaction, shop: str) -> list[Mark]:
    """The oldest of them."""
    columns = [kpi_marks.c[name] for name in ("id", "section", "buyer", "first_at", "last_at")]
    query = select(*columns).where(kpi_marks.c.shop == shop).order_by(kpi_marks.c.id).limit(MARKS)
    return [Mark(*row) for row in tx.connection.execute(query)]


def any_marks(tx: Transaction) -> bool:
    """Whether anything has changed in a shop that is listed."""
    query = select(kpi_marks.c.id).where(meant(kpi_marks.c.shop, None)).limit(1)
    return tx.connection.execute(query).first() is not None


def unmark(tx: Transaction, found: Iterable[Mark]) -> None:
    """Forget exactly these."""
    for part in in_parts(one.id for one in found):
        tx.connection.execute(delete(kpi_marks).where(kpi_marks.c.id.in_(part)))


def written_at(tx: Transaction, buyer: int, first: datetime, last: datetime) -> list[datetime]:
    """When a buyer wrote between two moments, both included."""
    query = (
        select(messages.c.at)
        .join(conversations, conversations.c.id == messages.c.conversation)
        .where(conversations.c.buyer == buyer, messages.c.side == "buyer")
        .where(messages.c.at >= first, messages.c.at <= last)
    )
    return [row.at for row in tx.connection.execute(query)]


# --- days ------------------------------------------------------------------------------------------------------------


def days(tx: Transaction, shop: str, first: date, last: date) -> list[Kept]:
    """What is kept of these days, both included."""
    columns = [kpi_days.c[name] for name in ("day", "section", "definition", "claim", "at", "settles_at")]
    query = select(*columns).where(
        kpi_days.c.shop == shop, kpi_days.c.day >= first.isoformat(), kpi_days.c.day <= last.isoformat()
    )
    return [Kept(date.fromisoformat(day), *rest) for day, *rest in tx.connection.execute(query)]


def forget(tx: Transaction, shop: str, found: Iterable[tuple[date, str]]) -> None:
    """Say that these days' sections no longer hold; whoever works on one will find out."""
    for day, section in found:
        tx.connection.execute(_one(delete(kpi_days), shop, day, section))


def forget_all(tx: Transaction, shop: str, first: date, last: date) -> None:
    """The same of all days of a time, both included."""
    tx.connection.execute(
        delete(kpi_days).where(
            kpi_days.c.shop == shop, kpi_days.c.day >= first.isoformat(), kpi_days.c.day <= last.isoformat()
        )
    )


def claim(tx: Transaction, shop: str, day: date, section: str, token: str, now: datetime) -> None:
    """Say who is going to work out a day's section."""
    _CLAIM.run(
        tx, shop=shop, day=day.isoformat(), section=section, definition=0, claim=token, at=now, settles_at=None
    )  # fmt: skip


def keep(
    tx: Transaction, shop: str, day: date, section: str, token: str, definition: int, now: datetime,
    settles_at: datetime | None, rolls: Sequence[Roll],
) -> bool:  # fmt: skip
    """Put what was worked out in the place of what was kept; False if the claim was lost meanwhile."""
    held = _one(update(kpi_days), shop, day, section).where(kpi_days.c.claim == token)
    told = {"definition": definition, "at": now, "settles_at": settles_at}
    if tx.connection.execute(held.values(told)).rowcount == 0:
        return False
    tx.connection.execute(_one(delete(kpi_rollups), shop, day, section, kpi_rollups))
    if rolls:
        _ROLL.many(tx, [_written(shop, roll) for roll in rolls])
    return True


def _one(statement: Any, shop: str, day: date, section: str, table: Any = kpi_days) -> Any:
    return statement.where(table.c.shop == shop, table.c.day == day.isoformat(), table.c.section == section)


def _written(shop: str, roll: Roll) -> dict[str, Any]:
    return {
        "shop": shop, "grain": roll.grain, "day": roll.day.isoformat(), "section": roll.section,
        "platform": roll.platform, "sums": roll.sums,
    }  # fmt: skip


# --- sums ------------------------------------------------------------------------------------------------------------


def rolls(
    tx: Transaction, shop: str, first: date, last: date, grains: Collection[str], sections: Collection[str],
    platform: str | None = None,
) -> list[Roll]:  # fmt: skip
    """The sums that are kept of these days, both included, whether or not they still hold."""
    columns = [kpi_rollups.c[name] for name in ("day", "section", "grain", "platform", "sums")]
    query = select(*columns).where(
        kpi_rollups.c.shop == shop, kpi_rollups.c.grain.in_(sorted(grains)),
        kpi_rollups.c.section.in_(sorted(sections)),
        kpi_rollups.c.day >= first.isoformat(), kpi_rollups.c.day <= last.isoformat(),
    )  # fmt: skip
    if platform is not None:
        query = query.where(kpi_rollups.c.platform == platform)
    return [
        Roll(date.fromisoformat(day), section, grain, on, sums)
        for day, section, grain, on, sums in tx.connection.execute(query)
    ]
