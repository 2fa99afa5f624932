"""What a leader sees of this moment: who waits how long and with whom, follow-ups that are up, the load of each agent.

Not for figures of a period (`kpi_view.py`) nor for an agent's own strip (`queue.py`). Buyers are masked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant import store
from assistant.domain.kpi_counts import ON_TIME
from assistant.domain.masking import masked_name
from assistant.domain.waiting import LEVELS, crossings, level
from assistant.services import teams
from assistant.services.desk import Shop
from assistant.services.sidebar_view import WaitingView
from assistant.store.alerts import Told
from assistant.store.wallboard import COUNTED, Up, Waiting

LISTED = 50
# A chat in which nobody has written for so long is no load any more, also where a platform never says that it ended.
OPEN_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class WaiterView:
    """A buyer who waits; `agent` is who holds the chat (empty: nobody), `name` how people call them."""

    conversation: str
    platform: str
    agent: str
    name: str
    buyer: str | None
    level: str
    clock: WaitingView


@dataclass(frozen=True, slots=True)
class UpView:
    """A follow-up whose card is up; `late`: it can no longer be done on time."""

    id: int
    what: str
    conversation: str | None
    platform: str
    agent: str
    name: str
    buyer: str | None
    due_at: float
    late: bool
    promised: bool


@dataclass(frozen=True, slots=True)
class LoadView:
    """One agent: `waiting` counts buyers by level (`domain/waiting.LEVELS`), `longest` is the longest wait's clock."""

    agent: str
    name: str
    here: bool
    open: int
    waiting: tuple[int, ...]
    longest: WaitingView | None
    up: int
    late: int


@dataclass(frozen=True, slots=True)
class WallboardView:
    """The whole. Totals stop at `COUNTED`, `more` says that there are more; `told` are the alerts of today; `until` is
    when time alone changes it."""

    agents: tuple[LoadView, ...]
    waiting: tuple[WaiterView, ...]
    up: tuple[UpView, ...]
    total: LoadView
    told: tuple[Told, ...]
    more: bool
    here: frozenset[str]
    until: float


def view(
    tx: store.Transaction, shop: Shop, here: frozenset[str], now: datetime, agent: str = "", team: int | None = None
) -> WallboardView:
    """What stands now; `here` are the agents whose screens are open, `agent` narrows the lists down to one, `team` to
    who belongs to it today."""
    found = _read(tx, shop, here, now)
    meant = _meant(tx, shop, now, agent, team)
    theirs = [one for one in found.waiting if meant(one.agent or "")]
    theirs.sort(key=lambda one: -LEVELS.index(_level(one, now)))
    cards = [one for one in found.up if meant(one.agent or "")]
    listed = {*(one.buyer for one in theirs[:LISTED]), *(one.buyer for one in cards[:LISTED])}
    buyers = store.kpi_behind.names(tx, shop.id, listed)
    called = {key: masked_name(one.nickname or one.external) for key, one in buyers.items()}
    what = {touchpoint.id: touchpoint.name for touchpoint in shop.scripts.touchpoints}
    return WallboardView(
        agents=tuple(one for one in _loads(tx, shop, found) if meant(one.agent)),
        waiting=tuple(_waiter(one, found.names, called, now) for one in theirs[:LISTED]),
        up=tuple(_up(one, found.names, called, what, now) for one in cards[:LISTED]),
        total=_load(found, "", theirs, cards, sum(n for of, n in found.opened.items() if meant(of or ""))),
        told=told_today(tx, shop, now),
        more=found.more,
        here=here,
        until=_until(found.waiting, found.up, now),
    )


@dataclass(frozen=True, slots=True)
class _Moment:
    """What there is in a shop `now`: who waits and what is up (the first `COUNTED`; `more`: there are more), how many
    open chats each agent holds, who is here, what people are called by login."""

    now: datetime
    waiting: Sequence[Waiting]
    up: Sequence[Up]
    more: bool
    opened: Mapping[str | None, int]
    here: frozenset[str]
    names: Mapping[str, str]


def _read(tx: store.Transaction, shop: Shop, here: frozenset[str], now: datetime) -> _Moment:
    waiting, up = store.wallboard.waiting(tx, shop.id), store.wallboard.up(tx, shop.id)
    return _Moment(
        now=now,
        waiting=waiting[:COUNTED],
        up=up[:COUNTED],
        more=max(len(waiting), len(up)) > COUNTED,
        opened=store.wallboard.open_chats(tx, shop.id, now - OPEN_WITHIN),
        here=here,
        names=store.users.called(tx, shop.id),
    )


def _meant(tx: store.Transaction, shop: Shop, now: datetime, agent: str, team: int | None) -> Callable[[str], bool]:
    """Whether an agent is asked for; "" stands for what is nobody's."""
    if team is None:
        return lambda one: agent in ("", one)
    people = teams.roster(tx, shop.id, team).on(shop.day(now))
    return lambda one: one in people and agent in ("", one)


def told_today(tx: store.Transaction, shop: Shop, now: datetime) -> tuple[Told, ...]:
    """The alerts and reports of the shop's day, the latest first."""
    return tuple(store.alerts.latest(tx, shop.id, shop.day_began(now)))


def outdated(shown: WallboardView, here: frozenset[str], now: datetime) -> bool:
    """Whether time has brought somebody to the next level, or people have come or gone; asks no table."""
    return now.timestamp() >= shown.until or here != shown.here


# --- small parts -----------------------------------------------------------------------------------------------------


def _loads(tx: store.Transaction, shop: Shop, found: _Moment) -> list[LoadView]:
    """One row for each agent, and for what is nobody's if there is any; whose buyers wait worst comes first."""
    theirs, cards = defaultdict[str, list[Waiting]](list), defaultdict[str, list[Up]](list)
    for one in found.waiting:
        theirs[one.agent or ""].append(one)
    for card in found.up:
        cards[card.agent or ""].append(card)
    holders = {agent for agent in (*theirs, *cards, *found.opened) if agent}
    # Agents of a platform need not be people we know; leaders who only look are no agents.
    everybody = {*store.users.agents_of(tx, shop.id), *holders, *(found.here - found.names.keys())}
    nobodys = [""] if theirs[""] or cards[""] else []
    loads = [
        _load(found, agent, theirs[agent], cards[agent], found.opened.get(agent or None, 0))
        for agent in (*nobodys, *everybody)
    ]
    return sorted(loads, key=lambda one: ([-n for n in reversed(one.waiting)], -one.late, -one.open, one.name))


def _load(found: _Moment, agent: str, waiting: Sequence[Waiting], up: Sequence[Up], opened: int) -> LoadView:
    levels = Counter(_level(one, found.now) for one in waiting)
    first = min(waiting, key=lambda one: one.since, default=None)
    return LoadView(
        agent=agent,
        name=found.names.get(agent, agent),
        here=agent in found.here,
        open=opened,
        waiting=tuple(levels[each] for each in LEVELS),
        longest=_clock(first) if first else None,
        up=len(up),
        late=sum(_late(one, found.now) for one in up),
    )


def _level(one: Waiting, now: datetime) -> str:
    return level((now - one.since).total_seconds(), one.profile)


def _late(one: Up, now: datetime) -> bool:
    return now - one.due_at > ON_TIME


def _clock(one: Waiting) -> WaitingView:
    alarm = one.profile.alarm
    return WaitingView(
        one.since.timestamp(), alarm.notice, alarm.warn, alarm.late, urged=one.urged, wants_person=one.wants_person
    )


def _waiter(one: Waiting, names: Mapping[str, str], buyers: Mapping[int, str], now: datetime) -> WaiterView:
    agent = one.agent or ""
    return WaiterView(
        one.conversation, one.platform, agent, names.get(agent, agent), buyers.get(one.buyer), _level(one, now),
        _clock(one),
    )  # fmt: skip


def _up(one: Up, names: Mapping[str, str], buyers: Mapping[int, str], what: Mapping[str, str], now: datetime) -> UpView:
    agent = one.agent or ""
    return UpView(
        one.id, what.get(one.touchpoint, one.touchpoint), one.conversation, one.platform, agent,
        names.get(agent, agent), buyers.get(one.buyer), one.due_at.timestamp(), _late(one, now),
        one.promised is not None,
    )  # fmt: skip


def _until(waiting: Iterable[Waiting], up: Iterable[Up], now: datetime) -> float:
    """The first moment after now at which a wait or a follow-up passes a threshold."""
    moments = [one.since + timedelta(seconds=seconds) for one in waiting for seconds in crossings(one.profile)]
    moments += [one.due_at + ON_TIME for one in up]
    return min((at.timestamp() for at in moments if at >= now), default=float("inf"))
