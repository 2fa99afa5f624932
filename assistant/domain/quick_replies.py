"""Finds the quick replies a person means, the most useful first: what fits the words, then the moment, then habit.

Not for how words are compared (`quick_reply_index.py`) nor for filling their texts (`templates.py`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, get_args

import numpy as np

from assistant.domain.conditions import Condition, holds
from assistant.domain.quick_reply_index import Index, Levels, Synonyms
from assistant.domain.quick_reply_origins import Origin, Origins
from assistant.domain.scripts import HandbookEntry, QuickReply, Stage

STAGE_OF_ORDER: Mapping[str, Stage] = {
    "none": "presale",
    "closed_unpaid": "presale",
    "closed_refunded": "aftersale",
    "signed": "aftersale",
    "done": "aftersale",
}
_SLASHES = "/／、"

# How well a reply suits the moment, whatever was typed.
MEANT_FOR_IT, OF_ITS_STAGE, OF_ANY_STAGE, OF_ANOTHER = 3, 2, 1, 0
_SUITING = 2**18

# What the agent has pinned comes first among what fits equally well; how well it fits is above all that.
_PINNED, _FITTING = 2**20, 2**21

# A reply sent just now counts 100, one sent a week ago half of that; older ones than a month are forgotten.
ONE_USE = 100
HALF_LIFE = timedelta(days=7)
REMEMBERED = timedelta(days=30)
# So often lately that a reply for any stage is as near at hand as one for this stage.
HABIT = 3 * ONE_USE


class Found(NamedTuple):
    """The first quick replies that fit, best first, how many fit altogether, and how good each of the first is."""

    items: list[QuickReply]
    total: int
    ranks: list[int]


def stage_of(order_state: object) -> Stage:
    """Where a buyer stands whose latest order is in this state."""
    return STAGE_OF_ORDER.get(str(order_state), "insale")


def habit(sent: Iterable[tuple[str, datetime]], now: datetime) -> dict[str, int]:
    """How much an agent uses each quick reply: `sent` are (id, moment) of those really sent, the newer the heavier."""
    weights: dict[str, float] = {}
    for id, at in sent:
        age = max(timedelta(), now - at)
        if age <= REMEMBERED:
            weights[id] = weights.get(id, 0.0) + ONE_USE * 0.5 ** (age / HALF_LIFE)
    return {id: round(weight) for id, weight in weights.items()}


def meant(typed: str) -> str:
    """What is looked for: without the slash that opened the field."""
    return typed.strip().lstrip(_SLASHES)


def rank_of_own(level: int, *, pinned: bool, used: int, in_chat: bool) -> int:
    """How good a quick reply of an agent's own is, beside `Found.ranks`: in a chat as near as one of its stage."""
    useful = min(used, _SUITING - 1) + (OF_ITS_STAGE * _SUITING if in_chat else 0)
    return level * _FITTING + (_PINNED if pinned else 0) + useful


class QuickReplies:
    """One published version's quick replies, ready to be searched."""

    def __init__(
        self, replies: Sequence[QuickReply], shop: Mapping[str, HandbookEntry], synonyms: Synonyms | None = None
    ) -> None:
        self.replies = tuple(replies)
        self._index = Index(self.replies, shop, synonyms or {})
        self._origins = Origins(self.replies, shop)
        self._at = {reply.id: n for n, reply in enumerate(self.replies)}
        self._of_stage = {stage: _of_stage(self.replies, stage) for stage in get_args(Stage)}
        self._meant = _by_condition(self.replies)

    def search(
        self,
        typed: str,
        *,
        values: Mapping[str, object] | None = None,
        uses: Mapping[str, int] | None = None,
        pinned: Collection[str] = (),
        limit: int = 8,
    ) -> Found:
        """What fits, best first; among equals what is pinned, what suits the moment, then what is used most. Nothing
        typed = all.

        `values` is what is known of the conversation, by condition path; `uses` is the agent's `habit`.
        """
        typed = meant(typed)
        levels = self._index.levels(typed) if typed else np.ones(len(self.replies), np.int64)
        fits = np.flatnonzero(levels)
        # One number to sort by: the level, then usefulness, then the trainers' own order.
        ranks = (levels * _FITTING + self._useful(values, uses or {}))[fits]
        ranks[np.isin(fits, [self._at[id] for id in pinned if id in self._at])] += _PINNED
        keys = ranks * 2**24 - fits
        first = np.argpartition(-keys, limit)[:limit] if len(keys) > limit else np.arange(len(keys))
        first = first[np.argsort(-keys[first])]
        return Found([self.replies[n] for n in fits[first]], len(fits), ranks[first].tolist())

    def origin(self, text: str) -> Origin | None:
        """The quick reply that a message which was really sent came from."""
        return self._origins.of(text)

    def _useful(self, values: Mapping[str, object] | None, uses: Mapping[str, int]) -> Levels:
        used = np.zeros(len(self.replies), np.int64)
        for id, weight in uses.items():
            if id in self._at:
                used[self._at[id]] = min(weight, _SUITING - 1)
        if values is None:
            return used
        suits = self._of_stage[stage_of(values.get("order.state"))].copy()
        for condition, rows in self._meant:
            suits[rows] = MEANT_FOR_IT if holds(condition, values) else OF_ANOTHER
        at_hand = (used >= HABIT) & (suits == OF_ANY_STAGE)
        suits[at_hand] = OF_ITS_STAGE
        return used + suits * _SUITING


def _of_stage(replies: Sequence[QuickReply], stage: Stage) -> Levels:
    by_stage = {stage: OF_ITS_STAGE, None: OF_ANY_STAGE}
    return np.array([by_stage.get(reply.stage, OF_ANOTHER) for reply in replies], np.int64)


def _by_condition(replies: Sequence[QuickReply]) -> list[tuple[Condition, Levels]]:
    """Each condition once, with the rows that have it: it is asked with every keystroke."""
    rows: dict[str, tuple[Condition, list[int]]] = {}
    for n, reply in enumerate(replies):
        if reply.when:
            rows.setdefault(json.dumps(reply.when, sort_keys=True, default=str), (reply.when, []))[1].append(n)
    return [(condition, np.array(found, np.int64)) for condition, found in rows.values()]
