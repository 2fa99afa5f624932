"""Tries tables on what a buyer might say: the ranking, and for each situation why it would or would not be offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.conditions import ORDER_STATES, holds
from assistant.domain.errors import InvalidInput
from assistant.domain.pressing import heard
from assistant.domain.recognition import Recogniser
from assistant.domain.scripts import Scripts
from assistant.domain.suggestions import BESIDE, propose, why

MOST_MESSAGES, LONGEST_MESSAGE = 20, 500
STATES = ("none", *ORDER_STATES)


@dataclass(frozen=True, slots=True)
class Tried:
    """A situation with its score; `verdict` says what becomes of it: offered, or what keeps it from being offered:
    silent (nothing is said clearly enough), score (too low, or far below the best), full (three are up already), when
    (`failed` are the condition paths), unheard (it has no phrases)."""

    situation: str
    name: str
    score: float
    verdict: str
    failed: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """All situations, the likeliest first. `floor` is the score a card needed here."""

    offer: bool
    threshold: float
    floor: float
    rows: tuple[Tried, ...]


def check(messages: Sequence[str], state: str | None) -> None:
    """Raises InvalidInput for what cannot be tried."""
    if not messages or len(messages) > MOST_MESSAGES or any(len(one) > LONGEST_MESSAGE for one in messages):
        said = f"write 1 to {MOST_MESSAGES} messages of at most {LONGEST_MESSAGE} characters"
        raise InvalidInput(said, reason="no_messages", most=MOST_MESSAGES, n=LONGEST_MESSAGE)
    if state is not None and state not in STATES:
        raise InvalidInput(f"{state!r} is no state of an order")


def tried(scripts: Scripts, recogniser: Recogniser, messages: Sequence[str], state: str | None) -> Trial:
    """What the sidebar would do; what is not known (all but the order's state) rules nothing out."""
    known: Mapping[str, object] = {} if state is None else {"order.state": state}
    ranking, said = heard(recogniser, messages)
    proposal = propose(scripts, recogniser, ranking, known, limit=len(scripts.situations) or 1, unknown_holds=True)
    cards = {card.situation.id for card in proposal.cards()}
    best = proposal.candidates[0].score if proposal.candidates else 0.0
    floor = max(proposal.threshold, best * BESIDE) if proposal.offer else proposal.threshold
    rows: list[Tried] = []
    for id, score in ranking:
        row = scripts.situation(id)
        if row is None:
            continue
        failed = tuple(path for path, asked in row.when.items() if not holds({path: asked}, known, unknown_holds=True))
        verdict = _verdict(id, score, failed, cards, proposal.offer, floor)
        reason = why(recogniser, said, row) if len(rows) < _EXPLAINED or id in cards else ""
        rows.append(Tried(id, row.name, float(score), verdict, failed, reason))
    recognised = set(recogniser.ids)
    unheard = [Tried(row.id, row.name, 0.0, "unheard") for row in scripts.situations if row.id not in recognised]
    return Trial(proposal.offer, float(proposal.threshold), float(floor), (*rows, *unheard))


# Working out the reason costs more than the ranking.
_EXPLAINED = 8


def _verdict(id: str, score: float, failed: tuple[str, ...], cards: set[str], offer: bool, floor: float) -> str:
    if id in cards:
        return "offered"
    if failed:
        return "when"
    if not offer:
        return "silent"
    return "full" if score >= floor else "score"
