"""What earns orders and what costs them: whose payments, what became of follow-ups, which situations end without one.

Worked out from the rows of the period. Not for the figures every table has (`kpi_view.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.kpi_behind import buyers_of
from assistant.domain.kpi_group import Group, ratio
from assistant.domain.kpi_outcomes import (
    HOWS,
    Followed,
    FollowUpLine,
    SituationLine,
    behind_follow_ups,
    behind_situation,
    follow_up_lines,
    followed,
    situation_lines,
    windows,
)
from assistant.domain.kpi_rows import FollowUpRow
from assistant.domain.kpi_sales import EARNED, earned_as
from assistant.domain.kpi_waits import Behind
from assistant.services import kpi_inputs, kpi_scope
from assistant.services.kpi_behind import MOST, Row, named
from assistant.services.kpi_scope import Wish

# These are read row by row.
LONGEST_DAYS: Final = 31
SITUATION: Final = "situation"


@dataclass(frozen=True, slots=True)
class EarnedLine:
    """How payments came to who is credited: how many, which share of all, and yuan."""

    kind: str
    count: int
    share: float | None
    yuan: float


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """The page: payments by how they were earned, touchpoints, situations (the costliest first)."""

    earned: tuple[EarnedLine, ...]
    follow_ups: tuple[FollowUpLine, ...]
    situations: tuple[SituationLine, ...]


@dataclass(frozen=True, slots=True)
class OutcomeRows:
    """The list behind one number: `total` things, of which `counting` bought; `rows` are the first of them."""

    rows: tuple[Row, ...]
    total: int
    counting: int


def view(tx: store.Transaction, shop: str, wish: Wish, now: datetime) -> OutcomesView:
    """All three tables. Raises InvalidInput for more days than are read."""
    groups, done, settling, within = list[Group](), list[Followed](), list[FollowUpRow](), _windows(tx)
    for one, group in _groups(tx, shop, wish, now):
        some, running = _followed(tx, group, within(one))
        groups.append(group)
        done += some
        settling += running
    return OutcomesView(tuple(_earned(groups)), tuple(follow_up_lines(done, settling)), tuple(situation_lines(groups)))


def rows(
    tx: store.Transaction, shop: str, wish: Wish, now: datetime, what: str, key: str, most: int = MOST,
    *, unmasked: bool = False,
) -> OutcomeRows:  # fmt: skip
    """What one number is made of: `what` is `situation` or how a follow-up was dealt with, `key` the situation or
    touchpoint. What did not end in an order comes first. Raises NotFound and InvalidInput."""
    if what != SITUATION and what not in HOWS:
        raise NotFound(f"there is no list of {what!r}: ask for {SITUATION}, {', '.join(HOWS)}")
    listed, within = list[tuple[str, Behind]](), _windows(tx)
    for one, group in _groups(tx, shop, wish, now):
        if what == SITUATION:
            found = behind_situation(group, key, buyers_of)
        else:
            found = behind_follow_ups(_followed(tx, group, within(one))[0], key, what)
        listed += [(one, row) for row in found]
    listed.sort(key=lambda pair: (pair[1].counts, -pair[1].at.timestamp()))
    return OutcomeRows(named(tx, listed[:most], unmasked), len(listed), sum(row.counts for _, row in listed))


def _groups(tx: store.Transaction, shop: str, wish: Wish, now: datetime) -> Iterator[tuple[str, Group]]:
    if (wish.last - wish.first).days >= LONGEST_DAYS:
        raise InvalidInput(f"choose at most {LONGEST_DAYS} days", reason="too_many_days", days=LONGEST_DAYS)
    return kpi_scope.groups(tx, shop, wish, now)


def _earned(groups: Sequence[Group]) -> Iterable[EarnedLine]:
    payments = [row for group in groups for row in group.inputs.payments]
    for kind in EARNED:
        mine = [row for row in payments if earned_as(row) == kind]
        yield EarnedLine(kind, len(mine), ratio(len(mine), len(payments)), sum(row.amount for row in mine) / 100)


def _followed(
    tx: store.Transaction, group: Group, within: Mapping[str, timedelta]
) -> tuple[list[Followed], list[FollowUpRow]]:
    buyers = {int(row.buyer) for row in group.inputs.follow_ups if row.buyer}
    return followed(group, store.kpi_orders.purchases(tx, buyers), within)


def _windows(tx: store.Transaction) -> Callable[[str], Mapping[str, timedelta]]:
    """How long a touchpoint's follow-ups have, by the tables of a shop as they are published now: read once a shop."""

    return cache(lambda shop: windows(kpi_inputs.touchpoints_of(tx, shop)))
