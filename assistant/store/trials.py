"""Wordings on trial, and how many buyers of each arm did what is measured; each counts once, from the first card on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    type_coerce,
    update,
)

from assistant.domain.trials import Arm, Trial
from assistant.domain.words import ANSWERS, ORDERS, PAYS
from assistant.store.columns import to_microseconds
from assistant.store.counting import count_of, length
from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import facts, messages, suggestions, trials

_WINDOWS = {"unchanged": timedelta(), "answered": ANSWERS, "ordered": ORDERS, "paid": PAYS}
_FACTS = {"ordered": "order.created", "paid": "order.paid"}


def _trial(*row: Any) -> Trial:
    id, shop, situation, reply, texts, *rest = row
    return Trial(id, shop, situation, reply, tuple(texts), *rest)


_NEW = ("shop", "situation", "reply", "texts", "measure", "started_at", "started_by")
_ADD = Insertion(trials, *_NEW)
_of_shop = trials.c.shop == bindparam("shop")
_RUNNING = Statement[Trial](select(trials).where(_of_shop, trials.c.ended_at.is_(None)), _trial)
_GET = Statement[Trial](select(trials).where(_of_shop, trials.c.id == bindparam("key")), _trial)
_LISTED = Statement[Trial](
    select(trials)
    .where(_of_shop)
    .order_by(trials.c.ended_at.is_not(None), trials.c.started_at.desc())
    .limit(bindparam("most")),
    _trial,
)
_END = Statement[int](
    update(trials)
    .where(_of_shop, trials.c.id == bindparam("key"), trials.c.ended_at.is_(None))
    .values({name: bindparam(name) for name in ("ended_at", "ended_by", "kept")})
)
# Starting and ending one changes these numbers.
_MARKS = Statement[tuple[Any, ...]](
    select(trials.c.shop, func.max(trials.c.id), func.count(trials.c.ended_at)).group_by(trials.c.shop)
)


@dataclass(frozen=True, slots=True)
class Seen:
    """An arm in numbers: buyers who were shown it, cards shown, of those sent as they stood and changed."""

    buyers: int = 0
    cards: int = 0
    unchanged: int = 0
    edited: int = 0


def add(tx: Transaction, trial: Trial) -> int:
    """The new trial's number."""
    return _ADD.add(tx, **{name: getattr(trial, name) for name in _NEW})


def running(tx: Transaction, shop: str) -> dict[str, Trial]:
    """Those that have not ended, by `situation/reply`."""
    return {trial.script: trial for trial in _RUNNING.all(tx, shop=shop)}


def get(tx: Transaction, shop: str, id: int) -> Trial | None:
    return _GET.one(tx, shop=shop, key=id)


def listed(tx: Transaction, shop: str, most: int) -> list[Trial]:
    """Running ones first, then the newest."""
    return _LISTED.all(tx, shop=shop, most=most)


def end(tx: Transaction, shop: str, id: int, at: datetime, by: str, kept: int | None) -> bool:
    """False if it had ended before."""
    return _END.run(tx, shop=shop, key=id, ended_at=at, ended_by=by, kept=kept) == 1


def marks(tx: Transaction) -> dict[str, tuple[int, ...]]:
    """By shop, numbers that differ as soon as a trial has begun or ended."""
    return {shop: tuple(numbers) for shop, *numbers in _MARKS.all(tx)}


# --- counting --------------------------------------------------------------------------------------------------------


def seen(tx: Transaction, trial: Trial) -> list[Seen]:
    """Each arm in numbers, in the order of its texts."""
    s = suggestions.c
    sent = s.state == "sent"
    query = (
        select(
            s.arm, func.count(s.buyer.distinct()), func.count(), count_of(and_(sent, ~s.edited)),
            count_of(and_(sent, s.edited)),
        )
        .where(s.trial == trial.id)
        .group_by(s.arm)
    )  # fmt: skip
    found = {arm: Seen(*map(int, numbers)) for arm, *numbers in tx.connection.execute(query)}
    return [found.get(arm, Seen()) for arm in range(len(trial.texts))]


def arms(tx: Transaction, trial: Trial, now: datetime) -> Sequence[Arm]:
    """For each arm the buyers whose time is over, and how many of them did what is measured."""
    buyers = _buyers(trial.id)
    b = buyers.c
    over = and_(b.settled == 1, b.first <= to_microseconds(now) - length(_WINDOWS[trial.measure]))
    reached = and_(over, _reached(trial, b))
    query = select(b.arm, count_of(over), count_of(reached)).group_by(b.arm)
    found = {arm: Arm(int(counted), int(did)) for arm, counted, did in tx.connection.execute(query)}
    return [found.get(arm, Arm(0, 0)) for arm in range(len(trial.texts))]


def _buyers(trial: int) -> Subquery:
    """Each buyer with the first card; `settled`: an agent has answered or the card was withdrawn."""
    s = suggestions.c
    return (
        select(
            s.buyer,
            func.min(s.arm).label("arm"),
            func.min(type_coerce(s.shown_at, BigInteger)).label("first"),
            func.max(case((s.closed_at.is_not(None), 1), else_=0)).label("settled"),
            func.max(case((and_(s.state == "sent", ~s.edited), 1), else_=0)).label("unchanged"),
        )
        .where(s.trial == trial)
        .group_by(s.buyer)
        .subquery()
    )


def _reached(trial: Trial, b: Any) -> ColumnElement[bool]:
    till = b.first + length(_WINDOWS[trial.measure])
    if trial.measure == "unchanged":
        return b.unchanged == 1  # type: ignore[no-any-return]  # columns of a subquery have no type
    if trial.measure == "answered":
        return _answered(trial.id, b, till)
    at = type_coerce(facts.c.at, BigInteger)
    return exists().where(facts.c.buyer == b.buyer, facts.c.name == _FACTS[trial.measure], at > b.first, at <= till)


def _answered(trial: int, b: Any, till: Any) -> ColumnElement[bool]:
    """After the words were sent the buyer wrote, in time."""
    card, said, heard = suggestions.alias(), messages.alias(), messages.alias()
    at = type_coerce(heard.c.at, BigInteger)
    return exists().where(
        card.c.trial == trial, card.c.buyer == b.buyer, card.c.state == "sent",
        said.c.conversation == card.c.conversation, said.c.external == card.c.message,
        heard.c.conversation == card.c.conversation, heard.c.side == "buyer", heard.c.at > said.c.at, at <= till,
    )  # fmt: skip
