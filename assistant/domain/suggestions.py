"""Which cards to put before the agent: ranked situations, narrowed by what the state of things allows.

Not for recognising words (`recognition.py`) and not for filling replies (`templates.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rapidfuzz import fuzz

from assistant.domain.conditions import holds
from assistant.domain.recognition import Ranking, Recogniser
from assistant.domain.scripts import Scripts, Situation

CARDS = 3
# A second card must be about as likely as the first, or it only costs the agent's eyes. Of those below this share, six
# of ten were wrong (docs/real-chats.md).
BESIDE = 0.7
# Text this alike is the same reply with small edits (DOMAIN.md §1.4).
ALIKE = 90.0
# A text sent so much later than it was offered or inserted is no longer taken for the same (DOMAIN.md §1.4).
RECOGNISED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A situation the buyer may be in; `score` 0..1, comparable across messages."""

    situation: Situation
    score: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Candidates, best first, and whether the sidebar would show any of them."""

    candidates: tuple[Candidate, ...]
    offer: bool
    threshold: float = 0.0

    def cards(self) -> tuple[Candidate, ...]:
        """The candidates worth a card: none when it is better to stay silent, and each only by its own right."""
        if not self.offer:
            return ()
        floor = max(self.threshold, self.candidates[0].score * BESIDE)
        return tuple(c for c in self.candidates[:CARDS] if c.score >= floor)


def propose(
    scripts: Scripts,
    recogniser: Recogniser,
    ranking: Ranking,
    values: Mapping[str, object],
    *,
    limit: int = CARDS,
    unknown_holds: bool = False,
) -> Proposal:
    """The first `limit` situations a ranking leaves possible in the state of things; `values` by condition path."""
    possible = []
    for id, score in ranking:
        situation = scripts.situation(id)
        if situation is not None and holds(situation.when, values, unknown_holds=unknown_holds):
            possible.append((situation, score))
            if len(possible) == limit:
                break
    best = possible[0][1] if possible else 0.0
    offer = ranking.offer and best >= recogniser.threshold
    return Proposal(tuple(Candidate(s, score) for s, score in possible), offer, recogniser.threshold)


def why(recogniser: Recogniser, run: Sequence[str], situation: Situation) -> str:
    """The reason in an agent's words: what of the buyer's own words tipped it. Costs more than the ranking itself."""
    words = next((found for text in reversed(run) if (found := recogniser.why(text, situation.id))), "")
    return because(words, situation)


def because(words: str, situation: Situation) -> str:
    """The buyer's words that spoke for a situation, or what it is called where there are none."""
    return f"买家说「{words}」" if words else f"像是「{situation.name}」"


def alike(sent: str, offered: str) -> bool:
    """Whether a message really sent is the offered text, perhaps with small edits."""
    return fuzz.ratio(sent.strip(), offered.strip()) >= ALIKE
