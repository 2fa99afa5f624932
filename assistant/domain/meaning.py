"""A second look at what a buyer means, by the sense of a text instead of its characters: carries a trainer's phrases to
wordings that share no character with them. Optional: the vectors come from an embedding model that not everybody has.

Not for the first look (`recognition.py`), which answers at once and by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assistant.domain.recognition import Floats, Ranking, Recogniser

# Smallest chance that is mixed: neither look may rule out alone what the other is sure of.
LEAST = 1e-6


class Lesson(NamedTuple):
    """Texts to learn from, and the situation's number of each; small talk has the number after the last."""

    texts: list[str]
    labels: list[int]


def lesson(
    ids: Sequence[str],
    phrases: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    small_talk: Sequence[str],
) -> Lesson:
    """What a second look learns of the situations a recogniser knows, in its order."""
    pairs = [(text, row) for row, id in enumerate(ids) for text in (*phrases[id], names[id])]
    pairs += [(text, len(ids)) for text in small_talk]
    return Lesson([text for text, _ in pairs], [row for _, row in pairs])


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was learnt from the vectors of a lesson: `mean` (dims,), `weights` (dims, situations + 1), `bias`."""

    mean: Floats
    weights: Floats
    bias: Floats

    def second(self, recogniser: Recogniser, first: Ranking, vector: Floats) -> Ranking:
        """Both looks together: the geometric mean of their chances, again against nothing to suggest."""
        logits = (vector - self.mean).dot(self.weights) + self.bias
        senses = np.exp(logits - logits.max())
        heard = np.append(first.chances, max(0.0, 1.0 - float(first.chances.sum())))
        if not first.chances.any():
            heard = np.full_like(heard, 1 / len(heard))  # it knew none of the characters: no reason to be silent
        both = np.sqrt((senses / senses.sum() + LEAST) * (heard + LEAST))
        chances: Floats = (both / both.sum())[:-1].astype(np.float32)
        return Ranking(recogniser.ids, chances, bool(chances.size) and float(chances.max()) >= recogniser.threshold)
