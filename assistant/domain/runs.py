"""What buyers said until a person answered, with what was offered and what the agent said: as trainers read chats.

Not for the runs that cards are offered for (`services/runs.py`), nor for reading chats (`store/recorded.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

from rapidfuzz import fuzz


@dataclass(frozen=True, slots=True)
class Offer:
    """A reply that was offered: its situation, the text as it was filled in, and what became of the card."""

    situation: str
    reply: str
    text: str
    state: str = "shown"


@dataclass(frozen=True, slots=True)
class Run:
    """What a buyer said, oldest first; what was offered, best first; what the agent said, by which script of the
    tables if by any."""

    platform: str
    conversation: str
    asked_at: datetime
    texts: tuple[str, ...]
    offers: tuple[Offer, ...] = ()
    said: str | None = None
    script: str | None = None

    @property
    def key(self) -> tuple[str, str, datetime]:
        """Which run of the shop it is."""
        return self.platform, self.conversation, self.asked_at

    @property
    def agreement(self) -> float | None:
        """How like the agent's answer the nearest offered reply was, 0..1; None where one of the two is missing."""
        if self.said is None or not self.offers:
            return None
        return max(fuzz.partial_ratio(self.said, offer.text) for offer in self.offers) / 100


class Spoken(Protocol):
    """What is asked of a message here."""

    @property
    def at(self) -> datetime: ...
    @property
    def platform(self) -> str: ...
    @property
    def conversation(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def script(self) -> str | None: ...


# By platform, conversation and the moment of a run's first message.
Offers = Mapping[tuple[str, str, datetime], Sequence[Offer]]


def runs_of(messages: Iterable[Spoken], offers: Offers) -> Iterator[Run]:
    """Each conversation's runs; its messages come in the order in which they were said."""
    ordered = sorted(messages, key=_where)
    for _, said in groupby(ordered, key=_where):
        asked: list[Spoken] = []
        for one in said:
            if one.side == "buyer":
                asked.append(one)
            elif asked and one.side == "agent" and one.origin == "human":
                yield _run(asked, offers, one)
                asked = []
        if asked:
            yield _run(asked, offers, None)


def _where(one: Spoken) -> tuple[str, str]:
    return one.platform, one.conversation


def _run(asked: Sequence[Spoken], offers: Offers, answer: Spoken | None) -> Run:
    first = asked[0]
    return Run(
        first.platform,
        first.conversation,
        first.at,
        tuple(one.text for one in asked),
        tuple(offers.get((*_where(first), first.at), ())),
        answer.text if answer else None,
        answer.script if answer else None,
    )
