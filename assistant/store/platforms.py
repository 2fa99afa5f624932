"""What shops have set otherwise than platforms come with, and the conversations whose rounds are matched anew then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.domain.platform_changes import USUAL, Change, Profiles
from assistant.domain.platforms import PROFILES, Source
from assistant.store.statements import Statement, Transaction
from assistant.store.tables import conversations, platform_changes, round_rebuilds, shops

_CHANGE = ("platform", "name", "since", "value", "source", "as_of")


@dataclass(frozen=True, slots=True)
class Changed:
    """A change, and who made it when."""

    change: Change
    by: str
    at: datetime


class Rebuild(NamedTuple):
    """Rounds of a platform's conversations are matched anew from a day on, as was asked last at a moment; done up to a
    key."""

    shop: str
    platform: str
    since: date
    done_to: int
    asked_at: datetime


def _change(platform: str, name: str, since: str, value: str | None, source: str, as_of: str) -> Change:
    return Change(platform, name, date.fromisoformat(since), value, Source(source, as_of))


def _changed(*row: Any) -> Changed:
    return Changed(_change(*row[:-2]), *row[-2:])


def _rebuild(shop: str, platform: str, since: str, done_to: int, asked_at: datetime) -> Rebuild:
    return Rebuild(shop, platform, date.fromisoformat(since), done_to, asked_at)


_c = platform_changes.c
_here = (_c.shop == bindparam("shop"), _c.platform == bindparam("platform"), _c.name == bindparam("name"))
# One row without a change where the shop has made none.
_PROFILES = Statement[Any](
    select(shops.c.timezone, *(_c[name] for name in _CHANGE))
    .select_from(shops.outerjoin(platform_changes, _c.shop == shops.c.id))
    .where(shops.c.id == bindparam("shop")),
    lambda *row: row,
)
_TOLD = Statement[Changed](
    select(*(_c[name] for name in (*_CHANGE, "changed_by", "changed_at")))
    .where(_c.shop == bindparam("shop"))
    .order_by(_c.since.desc(), _c.changed_at.desc(), _c.name),
    _changed,
)
_VALUES = ("value", "source", "as_of", "changed_by", "changed_at")
_SET = Statement[int](
    insert(platform_changes)
    .values({column.name: bindparam(column.name) for column in _c})
    .on_conflict_do_update(
        index_elements=["shop", "platform", "name", "since"], set_={name: bindparam(name) for name in _VALUES}
    )
)
_FORGET = Statement[int](delete(platform_changes).where(*_here, _c.since == bindparam("since")))
_MARKS = Statement[Any](select(_c.shop, func.count(), func.max(_c.changed_at)).group_by(_c.shop), lambda *row: row)


def profiles(tx: Transaction, shop: str | None) -> Profiles:
    """The profiles of a shop's platforms on each day; None, or a shop that there is not: as they are shipped."""
    found = [] if shop is None else _PROFILES.all(tx, shop=shop)
    if not found or found[0][1] is None:
        return USUAL
    return Profiles((_change(*row) for _, *row in found), ZoneInfo(found[0][0]))


def told(tx: Transaction, shop: str) -> list[Changed]:
    """All changes, the latest day first."""
    return _TOLD.all(tx, shop=shop)


def set_(tx: Transaction, shop: str, change: Change, by: str, now: datetime) -> None:
    """From that day on; what was said of that same day before no longer holds."""
    _SET.run(
        tx, shop=shop, platform=change.platform, name=change.name, since=change.since.isoformat(), value=change.value,
        source=change.source.name, as_of=change.source.as_of, changed_by=by, changed_at=now,
    )  # fmt: skip


def forget(tx: Transaction, shop: str, platform: str, name: str, since: date) -> bool:
    """False if there was no such change."""
    return _FORGET.run(tx, shop=shop, platform=platform, name=name, since=since.isoformat()) == 1


def marks(tx: Transaction) -> dict[str, tuple[int, ...]]:
    """By shop, what differs as soon as something was changed or taken back."""
    return {shop: (count, int(at.timestamp() * 1000)) for shop, count, at in _MARKS.all(tx)}


# --- rounds that are matched anew ------------------------------------------------------------------------------------

_r = round_rebuilds.c
_new = insert(round_rebuilds).values({column.name: bindparam(column.name) for column in _r})
_ASK = Statement[int](
    _new.on_conflict_do_update(
        index_elements=["shop", "platform"],
        set_={
            "since": case((_new.excluded.since < _r.since, _new.excluded.since), else_=_r.since),
            "done_to": 0,
            "asked_at": _new.excluded.asked_at,
        },
    )
)
_ASKED = Statement[Rebuild](
    select(_r.shop, _r.platform, _r.since, _r.done_to, _r.asked_at).where(_r.asked_at <= bindparam("before")).limit(1),
    _rebuild,
)
_PENDING = Statement[str](select(_r.platform).where(_r.shop == bindparam("shop")), str)
# As it was read: whoever has asked again meanwhile wants all of it matched by the newest rules.
_still = (
    _r.shop == bindparam("of"), _r.platform == bindparam("on"), _r.done_to == bindparam("was_at"),
    _r.asked_at == bindparam("asked"),
)  # fmt: skip
_ADVANCE = Statement[int](update(round_rebuilds).where(*_still).values(done_to=bindparam("to")))
_DONE = Statement[int](delete(round_rebuilds).where(*_still))


def ask_rounds(tx: Transaction, shop: str, platform: str, since: date, now: datetime) -> None:
    """Have all rounds of a platform matched anew from a day on; what was asked before is not forgotten."""
    _ASK.run(tx, shop=shop, platform=platform, since=since.isoformat(), done_to=0, asked_at=now)


def asked_rounds(tx: Transaction, before: datetime) -> Rebuild | None:
    """Some of what is to be done and was asked until a moment."""
    return _ASKED.one(tx, before=before)


def pending(tx: Transaction, shop: str) -> list[str]:
    """The platforms of a shop of which rounds are still to be matched anew."""
    return _PENDING.all(tx, shop=shop)


def next_chats(tx: Transaction, asked: Rebuild, since: datetime, most: int) -> list[int]:
    """The next conversations in which somebody spoke since a moment."""
    c = conversations.c
    mine = c.platform == asked.platform
    if asked.platform == "other":
        mine = c.platform.not_in(sorted(PROFILES.keys() - {"other"}))
    query = select(c.id).where(and_(c.shop == asked.shop, c.id > asked.done_to, c.last_at >= since, mine))
    return [row.id for row in tx.connection.execute(query.order_by(c.id).limit(most))]


def advance(tx: Transaction, asked: Rebuild, to: int | None) -> None:
    """Note how far it has come; None: it is done. Nothing, where it was asked for again or somebody was faster."""
    still = {"of": asked.shop, "on": asked.platform, "was_at": asked.done_to, "asked": asked.asked_at}
    if to is None:
        _DONE.run(tx, **still)
    else:
        _ADVANCE.run(tx, **still, to=to)
