"""What the page about words shows: what became of situations, replies and quick replies, and the uses behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import get_args

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.masking import masked, masked_name
from assistant.domain.personal_replies import MARK
from assistant.domain.wording_changes import Common, common
from assistant.domain.words import Purchases, Tally
from assistant.services.desk import Shop
from assistant.services.kpi_scope import Wish
from assistant.store.words import Asked, Used

MOST_SITUATIONS, MOST_QUICK_REPLIES = 60, 60
MOST_ROWS, MOST_COMPARED = 200, 300
WHATS = ("shown", "inserted", "unchanged", "edited", "dismissed", "sent")
PURCHASES: tuple[Purchases, ...] = get_args(Purchases)
# Agents' own quick replies are counted together: they are nobody else's to read.
OWN = MARK


@dataclass(frozen=True, slots=True)
class LineView:
    """One reply or quick reply: `title` as people call it, `text` as it is published now (None: no longer)."""

    name: str
    title: str
    text: str | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class SituationView:
    """A situation with its replies, most shown first."""

    id: str
    name: str
    tally: Tally
    replies: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class WordsView:
    """The figures of a period; `situations_total` and `quick_total` tell what was cut."""

    situations: tuple[SituationView, ...]
    situations_total: int
    quick_replies: tuple[LineView, ...]
    quick_total: int


@dataclass(frozen=True, slots=True)
class RowView:
    """One use behind a figure; texts are masked, `at` is in epoch seconds."""

    at: float
    agent: str
    platform: str
    conversation: str
    buyer: str | None
    state: str
    edited: bool
    offered: str
    sent: str | None


@dataclass(frozen=True, slots=True)
class BehindView:
    """The newest uses of a reply, what agents commonly change in it (of the newest `compared`), and its figures."""

    line: LineView
    situation: str
    rows: tuple[RowView, ...]
    cut: bool
    changes: tuple[Common, ...]
    compared: int


def asked(shop: Shop, wish: Wish, purchases: str | None, now: datetime) -> Asked:
    """What is asked for, as moments. Raises InvalidInput."""
    if purchases is not None and purchases not in PURCHASES:
        raise InvalidInput(f"{purchases!r} is none of {', '.join(PURCHASES)}")
    between = wish.between(shop.id, shop.timezone)
    bought = next((one for one in PURCHASES if one == purchases), None)
    return Asked(shop.id, between.start, between.end, now, wish.platform, bought)


def view(tx: store.Transaction, shop: Shop, what: Asked) -> WordsView:
    """Everything of a period that was shown or chosen at all."""
    cards, uses = store.words.cards(tx, what), store.words.uses(tx, what)
    situations = sorted(_situations(shop, cards), key=lambda one: (-(one.tally.shown or 0), one.name))
    quick = sorted(_quick_replies(shop, uses), key=lambda one: (-one.tally.sent, one.title))
    return WordsView(
        tuple(situations[:MOST_SITUATIONS]), len(situations), tuple(quick[:MOST_QUICK_REPLIES]), len(quick)
    )


def _situations(shop: Shop, cards: Mapping[str, Tally]) -> Iterable[SituationView]:
    by_situation: dict[str, list[LineView]] = {}
    for name, tally in cards.items():
        by_situation.setdefault(name.partition("/")[0], []).append(_line(shop, name, tally))
    for id, lines in by_situation.items():
        row = shop.scripts.situation(id)
        lines.sort(key=lambda line: (-(line.tally.shown or 0), line.name))
        yield SituationView(id, row.name if row else id, reduce(add, (line.tally for line in lines)), tuple(lines))


def _quick_replies(shop: Shop, uses: Mapping[str, Tally]) -> Iterable[LineView]:
    team = [_line(shop, name, tally) for name, tally in uses.items() if not name.startswith(MARK)]
    own = [tally for name, tally in uses.items() if name.startswith(MARK)]
    return [*team, LineView(OWN, "", None, reduce(add, own))] if own else team


def _line(shop: Shop, name: str, tally: Tally) -> LineView:
    situation, is_reply, reply = name.partition("/")
    if is_reply:
        return LineView(name, reply, shop.scripts.texts.get(name), tally)
    found = next((one for one in shop.quick_replies.replies if one.id == situation), None)
    return LineView(name, found.title if found else name, found.text if found else None, tally)


def behind(tx: store.Transaction, shop: Shop, what: Asked, name: str, which: str) -> BehindView:
    """The uses behind a figure of one reply. Raises NotFound for what was neither shown nor used in the period."""
    if which not in WHATS:
        raise NotFound(f"there is no list of {which!r}: ask for {', '.join(WHATS)}")
    tally = (store.words.cards if "/" in name else store.words.uses)(tx, what, name).get(name)
    if tally is None or name.startswith(MARK):
        raise NotFound(f"{name!r} was not used in this period")
    rows = store.words.listed(tx, what, name, which, MOST_ROWS + 1)
    edited = store.words.listed(tx, what, name, "edited", MOST_COMPARED)
    pairs = [(one.offered, one.sent) for one in edited if one.sent is not None]
    row = shop.scripts.situation(name.partition("/")[0]) if "/" in name else None
    return BehindView(
        _line(shop, name, tally),
        row.name if row else "",
        _rows(tx, shop, rows[:MOST_ROWS]),
        len(rows) > MOST_ROWS,
        common(pairs),
        len(pairs),
    )


def _rows(tx: store.Transaction, shop: Shop, rows: list[Used]) -> tuple[RowView, ...]:
    people = store.users.called(tx, shop.id)
    buyers = store.kpi_behind.names(tx, shop.id, list({one.buyer for one in rows}))
    return tuple(_row(one, people, buyers.get(one.buyer)) for one in rows)


def _row(one: Used, people: Mapping[str, str], buyer: store.kpi_behind.Name | None) -> RowView:
    return RowView(
        one.at.timestamp(),
        people.get(one.agent or "", one.agent or ""),
        one.platform,
        one.conversation,
        masked_name(buyer.nickname or buyer.external) if buyer else None,
        one.state,
        one.edited,
        masked(one.offered),
        None if one.sent is None else masked(one.sent),
    )
