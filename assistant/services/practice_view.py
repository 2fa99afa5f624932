"""What pages and programs are shown of practices: those to choose from, a list, one with its review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant import store
from assistant.domain.practice import Cast
from assistant.domain.practice_findings import ChatReview, Finding, Review
from assistant.domain.practice_play import Play
from assistant.store.practice import LISTED, Practice


@dataclass(frozen=True, slots=True)
class PracticeView:
    """One practice; times are epoch seconds. `left` of its `buyers` have gone by now. Without a review: it runs."""

    id: int
    agent: str
    name: str
    state: str
    started_at: float
    ended_at: float | None
    buyers: tuple[str, ...]
    left: int
    at_once: int
    pace: str
    sums: tuple[Finding, ...] = ()
    chats: tuple[ChatReview, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A buyer one can practise with, as told before choosing."""

    id: str
    nickname: str
    about: str
    platform: str
    turns: int


@dataclass(frozen=True, slots=True)
class PracticesView:
    """The page to start from: whom one can choose, what runs, one's own practices and (who may see them) those of
    others. `cut`: there are older ones than those listed."""

    choices: tuple[Choice, ...]
    running: PracticeView | None
    own: tuple[PracticeView, ...]
    others: tuple[PracticeView, ...] | None
    listed: int = LISTED
    cut: bool = False


def view(practice: Practice) -> PracticeView:
    """One practice as it is shown."""
    play = Play.model_validate(practice.play)
    found = Review.model_validate(practice.review) if practice.review else None
    return PracticeView(
        id=practice.id,
        agent=practice.agent,
        name=practice.name or practice.agent,
        state=practice.state,
        started_at=practice.started_at.timestamp(),
        ended_at=practice.ended_at.timestamp() if practice.ended_at else None,
        buyers=tuple(visit.buyer for visit in play.visits),
        left=sum(visit.gone for visit in play.visits),
        at_once=play.at_once,
        pace=play.pace,
        sums=tuple(found.sums) if found else (),
        chats=tuple(found.chats) if found else (),
    )


def choices(cast: Cast) -> tuple[Choice, ...]:
    """Everybody one can practise with."""
    return tuple(Choice(one.id, one.nickname, one.about, one.platform, len(one.turns)) for one in cast.buyers)


def page(tx: store.Transaction, cast: Cast, shop: str, *, agent: str, everybody: bool) -> PracticesView:
    """What the agent may see; `everybody`: also others' practices."""
    own = store.practice.of_agent(tx, shop, agent, LISTED + 1)
    others = store.practice.of_others(tx, shop, agent, LISTED + 1) if everybody else []
    running = store.practice.running(tx, shop, agent)
    return PracticesView(
        choices=choices(cast),
        running=view(running) if running else None,
        own=_listed(own),
        others=_listed(others) if everybody else None,
        cut=max(len(own), len(others)) > LISTED,
    )


def _listed(found: Sequence[Practice]) -> tuple[PracticeView, ...]:
    return tuple(view(one) for one in found[:LISTED])
