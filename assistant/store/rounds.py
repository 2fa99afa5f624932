"""Response rounds: one row per run of buyer messages and its answer. Derived: can be recomputed at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, delete, select
from sqlalchemy.dialects.postgresql import Insert

from assistant.domain.kpi_rows import RoundRow
from assistant.domain.rounds import Round, RoundState
from assistant.store.behind import inserting
from assistant.store.columns import from_microseconds, to_microseconds
from assistant.store.statements import Statement, Transaction, insertion
from assistant.store.tables import rounds

_CHANGES = ("agent", "answered_at", "held_at")
_KEY = ("conversation", "number")
_NAMES = [c.name for c in rounds.c]


def _or_changed(new: Insert) -> Insert:
    return new.on_conflict_do_update(index_elements=_KEY, set_={name: new.excluded[name] for name in _CHANGES})


_SAVE = Statement[int](_or_changed(insertion(rounds, *_NAMES)), many=_or_changed(inserting(rounds, *_NAMES)), by=_KEY)
_CLEAR = Statement[int](delete(rounds).where(rounds.c.conversation == bindparam("of")))

_ROUND = [rounds.c[field.name] for field in fields(Round)]
_OF_CONVERSATION = Statement[Round](
    select(*_ROUND).where(rounds.c.conversation == bindparam("conversation")).order_by(rounds.c.number), Round
)
_OF_AGENT = Statement[RoundRow](
    select(*_ROUND, rounds.c.platform, cast(rounds.c.conversation, Text), cast(rounds.c.buyer, Text)).where(
        rounds.c.shop == bindparam("shop"),
        rounds.c.agent == bindparam("agent"),
        rounds.c.asked_at >= bindparam("start"),
    ),
    RoundRow,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a round belongs."""

    shop: str
    platform: str
    conversation: int
    buyer: int


def _row(place: Place, round: Round) -> dict[str, object]:
    return {
        "shop": place.shop,
        "platform": place.platform,
        "conversation": place.conversation,
        "buyer": place.buyer,
        "number": round.number,
        "agent": round.agent,
        "asked_at": round.asked_at,
        "answered_at": round.answered_at,
        "session": round.session,
        "first": round.first,
        "session_asked_at": round.session_asked_at,
        "held_at": round.held_at,
    }


def save(tx: Transaction, place: Place, round: Round) -> None:
    """Insert an opened round, or update a moved or closed one."""
    _SAVE.put(tx, **_row(place, round))


def replace(tx: Transaction, place: Place, found: Sequence[Round]) -> None:
    """Put recomputed rounds in the place of those of one conversation."""
    _CLEAR.run(tx, of=place.conversation)
    if found:
        _SAVE.many(tx, [_row(place, round) for round in found])


def of(tx: Transaction, conversation: int) -> list[Round]:
    """The rounds of a conversation in their order."""
    return _OF_CONVERSATION.all(tx, conversation=conversation)


def of_agent(tx: Transaction, shop: str, agent: str, start: datetime) -> list[RoundRow]:
    """The rounds an agent answered or holds since a moment."""
    return _OF_AGENT.all(tx, shop=shop, agent=agent, start=start)


# --- what the rule remembers, packed into one column of the conversation -------------------------------------------


def pack(state: RoundState) -> list[object]:
    """RoundState as a JSON list; times are microseconds. The last two only where a chat was let go."""
    held = state.open
    packed: list[object] = [
        state.rounds, state.session, _out(state.session_asked_at), _out(state.last_at), state.holder,
        _out(state.held_at), _out(state.seen_at), state.seen_id,
        None if held is None else [_out(held.asked_at), held.agent, held.session, held.first,
                                   _out(held.session_asked_at), _out(held.held_at), held.number],
    ]  # fmt: skip
    return packed if state.let_go is None else [*packed, _out(state.let_go), _out(state.asked_again)]


def unpack(packed: Sequence[Any] | None) -> RoundState:
    if packed is None:
        return RoundState()
    rounds_, session, began, last, holder, held_at, seen, seen_id, opened, *let_go = packed
    return RoundState(
        rounds_, session, _in(began), _in(last), holder, _in(held_at), _in(seen), seen_id,
        None if opened is None else _open_round(*opened), *map(_in, let_go),
    )  # fmt: skip


def _open_round(
    asked: int, agent: str | None, session: int, first: bool, began: int, held: int | None, number: int
) -> Round:
    return Round(
        asked_at=from_microseconds(asked),
        answered_at=None,
        agent=agent,
        session=session,
        first=first,
        session_asked_at=from_microseconds(began),
        held_at=_in(held),
        number=number,
    )


def _out(at: datetime | None) -> int | None:
    return None if at is None else to_microseconds(at)


def _in(value: int | None) -> datetime | None:
    return None if value is None else from_microseconds(value)
