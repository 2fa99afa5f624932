"""What leaders want to be told of, and what they were told: once for each period, whoever finds it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from assistant.domain.alerts import Wishes
from assistant.store.statements import Statement, Transaction
from assistant.store.tables import alert_wishes, alerts, facts, suggestions

SHOWN = 50
# From so many stars or points on a rating is no complaint.
CONTENT_FROM = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A shop's wishes; `sealed` is its signing secret."""

    shop: str
    wishes: Wishes
    sealed: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An alert or a report of one period; `of` is how much the figure was made of."""

    name: str
    period: str
    at: datetime
    value: float | None
    threshold: float | None
    of: int | None


def _asked(*row: Any) -> Asked:
    shop, wishes, sealed, by, at = row
    return Asked(shop, Wishes.model_validate(wishes), sealed, by, at)


_SAVED = ("shop", "wishes", "sealed", "changed_by", "changed_at")
_COLUMNS = [alert_wishes.c[name] for name in _SAVED]
_GET = Statement[Asked](select(*_COLUMNS).where(alert_wishes.c.shop == bindparam("shop")), _asked)
_EVERY = Statement[Asked](select(*_COLUMNS).order_by(alert_wishes.c.shop), _asked)
_SAVE = Statement[int](
    insert(alert_wishes)
    .values({name: bindparam(name) for name in _SAVED})
    .on_conflict_do_update(index_elements=["shop"], set_={name: bindparam(name) for name in _SAVED[1:]})
)
_TURN = Statement[int](
    update(alert_wishes)
    .where(
        alert_wishes.c.shop == bindparam("here"),
        or_(alert_wishes.c.looked_at.is_(None), alert_wishes.c.looked_at <= bindparam("before")),
    )
    .values(looked_at=bindparam("now"))
)
_TELL = Statement[int](
    insert(alerts)
    .values({name: bindparam(name) for name in ("shop", "name", "period", "at", "value", "threshold", "of")})
    .on_conflict_do_nothing()
)
_KNOWN = Statement[str](
    select(alerts.c.name).where(
        alerts.c.shop == bindparam("shop"), alerts.c.name == bindparam("kind"), alerts.c.period == bindparam("period")
    )
)
_TOLD = [alerts.c[name] for name in ("name", "period", "at", "value", "threshold", "of")]
_LATEST = Statement[Told](
    select(*_TOLD)
    .where(alerts.c.shop == bindparam("shop"), alerts.c.at >= bindparam("since"))
    .order_by(alerts.c.at.desc(), alerts.c.name)
    .limit(SHOWN),
    Told,
)
_RATED = Statement[Any](
    select(facts.c.name, facts.c.conversation, facts.c.buyer, facts.c.data).where(
        facts.c.shop == bindparam("shop"), facts.c.at >= bindparam("start"), facts.c.at < bindparam("end"),
        text("facts.name IN ('rating.given', 'review.received')"),
    )
)  # fmt: skip
_THREATS = Statement[int](
    select(suggestions.c.buyer).distinct().where(
        suggestions.c.shop == bindparam("shop"), suggestions.c.shown_at >= bindparam("start"),
        suggestions.c.shown_at < bindparam("end"), suggestions.c.situation == bindparam("situation"),
    )
)  # fmt: skip


def asked(tx: Transaction, shop: str) -> Asked | None:
    return _GET.one(tx, shop=shop)


def every(tx: Transaction) -> list[Asked]:
    """Of all shops whose leaders asked for something."""
    return _EVERY.all(tx)


def save(tx: Transaction, shop: str, wishes: Wishes, sealed: str, by: str, now: datetime) -> None:
    kept = wishes.model_dump(mode="json")
    _SAVE.run(tx, shop=shop, wishes=kept, sealed=sealed, changed_by=by, changed_at=now)


def take_turn(tx: Transaction, shop: str, before: datetime, now: datetime) -> bool:
    """Whether it is ours to look: nobody else has since `before`."""
    return _TURN.run(tx, here=shop, before=before, now=now) == 1


def known(tx: Transaction, shop: str, name: str, period: str) -> bool:
    """Whether this was told of already."""
    return _KNOWN.one(tx, shop=shop, kind=name, period=period) is not None


def tell(
    tx: Transaction, shop: str, name: str, period: str, now: datetime, value: float | None = None,
    threshold: float | None = None, of: int | None = None,
) -> bool:  # fmt: skip
    """Note it; False if somebody else did so before."""
    given = {"value": value, "threshold": threshold, "of": of}
    return _TELL.run(tx, shop=shop, name=name, period=period, at=now, **given) == 1


def latest(tx: Transaction, shop: str, since: datetime) -> list[Told]:
    """What was told of since, newest first, at most `SHOWN`."""
    return _LATEST.all(tx, shop=shop, since=since)


def ratings(tx: Transaction, shop: str, start: datetime, end: datetime) -> int:
    """How many ratings buyers gave."""
    return sum(name == "rating.given" for name, *_ in _RATED.all(tx, shop=shop, start=start, end=end))


def complaints(tx: Transaction, shop: str, start: datetime, end: datetime, situation: str) -> int:
    """Buyers who gave one or two stars or points, or whose words were recognised as this situation."""
    unhappy = {
        buyer
        for _, _, buyer, data in _RATED.all(tx, shop=shop, start=start, end=end)
        if int(data.get("score", data.get("stars", CONTENT_FROM))) < CONTENT_FROM
    }
    return len(unhappy | set(_THREATS.all(tx, shop=shop, start=start, end=end, situation=situation)))
