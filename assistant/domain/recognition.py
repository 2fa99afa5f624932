"""Recognises which situations a buyer's words speak of: the hot path, numpy and dictionaries only.

Not for learning (fitting does that when scripts are published) and not for the state of orders.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from math import sqrt
from threading import Lock
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from assistant.domain.grams import grams
from assistant.domain.wording import Rewrite, Wording, Words, plain

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

# A buyer's question is rarely older than this many of their messages; older ones only blur it.
REMEMBERED = 1_000
RUN_LENGTH = 4
# Longest span shown as the reason; longer ones no longer show what tipped it.
WHY_LENGTH = 12
# numpy reads the heads of arrays with `ast`, which in Python 3.11 now and then fails where two threads are at it.
_READING = Lock()
# From one separator to the next, never a platform's placeholder such as [链接x].
_SEPARATORS = r"\s,.!?;:，。！？；：、~…"
_CLAUSE = re.compile(rf"(?<![^{_SEPARATORS}\]>])[^{_SEPARATORS}\[\]<>]++(?![\]>])")


@dataclass(frozen=True, eq=False)
class Ranking:
    """All situations, best first: `scores[i]` (0..1) is how likely `ids[i]` is meant, rather than nothing.

    They are put in order when somebody looks: most messages are not worth an `offer`.
    """

    situations: tuple[str, ...]
    chances: Floats
    offer: bool

    @cached_property
    def _order(self) -> list[int]:
        order: list[int] = (-self.chances).argsort(kind="stable").tolist()
        return order

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(map(self.situations.__getitem__, self._order))

    @property
    def scores(self) -> tuple[float, ...]:
        return tuple(self.chances[self._order].tolist())

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """Situation and score, best first."""
        return ((self.situations[place], float(self.chances[place])) for place in self._order)

    def best(self, limit: int) -> tuple[tuple[str, float], ...]:
        """The first `limit` pairs of situation id and score."""
        return tuple(islice(self, limit))


class Heard(NamedTuple):
    """One message as it was understood: `rows` of its grams, and its chances (situations + 1,).

    `worded` tells words, courtesy too, from what is only shown: a picture, a link, a row of question marks.
    """

    rows: list[int]
    chances: Floats
    worded: bool


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What was learnt from one version of the scripts; made by `fitting.fit`, stored as bytes, never changed.

    `weights` is (grams, topics + situations + 1), `bias` its offsets: one product gives both what everyday
    topic a text sounds like and what its grams say of situations. `topic_weights` is (topics, situations + 1)
    and adds what the topics say. The last column of both is "nothing to suggest". `rarity` is (grams,). The topics'
    part of `weights` and `bias` is `centred`.
    The last row of `weights` and `rarity` stands for every gram that no phrase contains: it says nothing, yet it
    weighs, so that a message of which little was understood is sure of little.
    """

    ids: tuple[str, ...]
    wording: Wording
    vocabulary: dict[str, int]
    rarity: Floats
    weights: Floats
    topic_weights: Floats
    bias: Floats
    threshold: float
    _lately: dict[str, Heard] = field(default_factory=dict, repr=False, compare=False)

    def rank(self, text: str) -> Ranking:
        """Ranks all situations for one message."""
        return self._ranking(self._chances(self._rows(self.wording.read(text)))[:-1])

    def rank_run(self, messages: Sequence[str]) -> Ranking:
        """Ranks for a buyer's unanswered run, oldest first.

        The newest message decides as far as it says anything; what it leaves open falls to the one before,
        so thanks at the end hide no question and a new question beats an old one. A question split over
        several messages shows when they are read together. Pictures and links count only where nothing is said.
        """
        heard = self._run(messages)
        if len(heard) == 1:
            return self._ranking(heard[0].chances[:-1])
        scores, open_share = np.zeros(len(self.ids), np.float32), 1.0
        for one in reversed(heard):
            scores += open_share * one.chances[:-1]
            open_share *= float(one.chances[-1])
        if len(heard) > 1:
            together = self._chances([row for one in heard for row in one.rows])
            # The less the newest message leaves open, the less an older question may speak through it.
            share = sqrt(heard[-1].chances[-1])
            scores = share * together[:-1] + (1 - share) * scores
        return self._ranking(scores)

    def _run(self, messages: Sequence[str]) -> list[Heard]:
        """What counts of a run, oldest first: its last messages with words, or the last thing shown."""
        said, last = [], None
        for text in reversed(messages):
            one = self._heard(text)
            if one.worded:
                said.append(one)
            elif one.rows:
                last = last or one
            if len(said) == RUN_LENGTH:
                break
        return [one for one in reversed(said) if one.rows] or ([last] if last else [])

    def why(self, text: str, situation: str) -> str:
        """The buyer's own words that speak most for a situation, cut from `text`; empty when none do."""
        if situation not in self.ids:
            return ""
        column = self.ids.index(situation)
        clauses = [match.group() for match in _CLAUSE.finditer(text) if plain(match.group())]
        # The usual message is one clause, and what it says as a whole is known already.
        alone = len(clauses) == 1 and self._heard(text).chances[column] * len(self.ids) > 1
        best = clauses[0] if alone else self._strongest(clauses, column)
        return self._strongest(_windows(best), column) if len(best) > WHY_LENGTH else best

    def _strongest(self, spans: Sequence[str], column: int) -> str:
        pull, best = max(((self._pull(span, column), span) for span in spans), default=(0.0, ""))
        return best if pull > 0 else ""

    def to_bytes(self) -> bytes:
        """Everything as one block for the store; no pickle inside."""
        words = {"ids": self.ids, "rewrites": self.wording.rewrites, "grams": list(self.vocabulary), "centred": True}
        written = io.BytesIO()
        np.savez_compressed(
            written,
            words=np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), np.uint8),
            rarity=self.rarity, weights=self.weights, topic_weights=self.topic_weights, bias=self.bias,
            threshold=np.float64(self.threshold),
        )  # fmt: skip
        return written.getvalue()

    @classmethod
    def from_bytes(cls, block: bytes) -> "Recogniser":
        """The very recogniser that `to_bytes` wrote. Raises ValueError on anything else."""
        try:
            with _READING, np.load(io.BytesIO(block), allow_pickle=False) as read:
                return cls._read(read)
        except (KeyError, OSError, EOFError, BadZipFile, AttributeError) as error:
            raise ValueError("These bytes are no recogniser: publish the scripts again.") from error

    @classmethod
    def _read(cls, read: Mapping[str, Any]) -> "Recogniser":
        words: dict[str, Any] = json.loads(read["words"].tobytes())
        rewrites = {first: tuple(Rewrite(*entry) for entry in entries) for first, entries in words["rewrites"].items()}
        weights, bias = read["weights"], read["bias"]
        if not words.get("centred"):  # stored before the topics were centred once for all
            topics = slice(len(read["topic_weights"]))
            weights[:, topics], bias[topics] = centred(weights[:, topics]), centred(bias[topics])
        return cls(
            ids=tuple(words["ids"]), wording=Wording(rewrites),
            vocabulary={gram: row for row, gram in enumerate(words["grams"])},
            rarity=_with_unheard(read["rarity"], len(words["grams"])),
            weights=_with_unheard(weights, len(words["grams"])),
            topic_weights=read["topic_weights"], bias=bias, threshold=float(read["threshold"]),
        )  # fmt: skip

    def _rows(self, words: Words) -> list[int]:
        """The row of each gram, as often as it occurs."""
        known, unheard = self.vocabulary, len(self.vocabulary)
        return [known.get(gram, unheard) for gram in grams(words)]

    def _means(self, rows: Sequence[int]) -> bool:
        """Whether any of these grams was ever heard."""
        return rows.count(len(self.vocabulary)) < len(rows)

    def _vector(self, known: Sequence[int]) -> tuple[Rows, Floats]:
        """Distinct rows and their weights: sublinear count times rarity, length 1."""
        counts: dict[int, int] = {}
        for row in known:
            counts[row] = counts.get(row, 0) + 1
        rows = np.array(list(counts))
        values = self.rarity.take(rows)
        if len(rows) < len(known):
            values *= 1 + np.log(np.array(list(counts.values()), np.float32))
        return rows, values / _length(values)

    def _heard(self, text: str) -> Heard:
        """What one message says. Remembered, since a run is ranked anew with each of its messages; two threads may
        both compute the same, which does no harm."""
        try:
            return self._lately[text]
        except KeyError:
            words = self.wording.read(text)
            rows = self._rows(words)
            heard = Heard(rows, self._chances(rows), bool(words.meant) or bool(plain(text)))
        if len(self._lately) >= REMEMBERED:
            self._lately.clear()
        self._lately[text] = heard
        return heard

    def _chances(self, known: Sequence[int]) -> Floats:
        """Probabilities (situations + 1,), the last of saying nothing; words never seen say nothing."""
        if not self._means(known):
            return np.append(np.zeros(len(self.ids), np.float32), np.float32(1))
        rows, values = self._vector(known)
        logits = self._logits(rows, values)
        # `argmax` and `dot`: on arrays this small the usual spellings cost several times the arithmetic.
        powers = np.exp(logits - logits[logits.argmax()])
        chances: Floats = powers / powers.dot(np.ones_like(powers))
        return chances

    def _logits(self, rows: Rows, values: Floats) -> Floats:
        topics, rest = self._said(rows, values)
        logits: Floats = rest + topics.dot(self.topic_weights)
        return logits

    def _said(self, rows: Rows, values: Floats) -> tuple[Floats, Floats]:
        """What it sounds like of topics, of length 1, and what its grams say of situations."""
        both = values.dot(self.weights.take(rows, 0)) + self.bias
        topics = both[: len(self.topic_weights)]
        return topics / _length(topics), both[len(topics) :]

    def sense(self, words: Sequence[Words]) -> Floats:
        """What everyday topics these words sound like together, as long as the surest of them is sure: of a matter that
        is none of these it says little. Zeros where no word was ever heard."""
        known = [row for one in words for row in self._rows(one)]
        if not self._means(known):
            return np.zeros(len(self.topic_weights), np.float32)
        rows, values = self._vector(known)
        topics = (values.dot(self.weights.take(rows, 0)) + self.bias)[: len(self.topic_weights)]
        sure = 1 / float(np.exp(topics - topics.max()).sum())
        sense: Floats = topics * (sqrt(sure) / _length(topics))
        return sense

    def _ranking(self, scores: Floats) -> Ranking:
        offer = len(scores) > 0 and float(scores[scores.argmax()]) >= self.threshold
        return Ranking(self.ids, scores, offer)

    def _pull(self, span: str, column: int) -> float:
        """How strongly a span speaks for a situation rather than for the average one."""
        known = self._rows(self.wording.read(span))
        if not self._means(known):
            return 0.0
        rows, values = self._vector(known)
        said = self._logits(rows, values) - self.bias[len(self.topic_weights) :]
        return float((said[column] - said.mean()) * np.sqrt(len(rows)))


def centred(topics: Floats) -> Floats:
    """What each gram says of topics, as far as it tells one from another. What is centred here need not be centred in
    every message."""
    found: Floats = topics - topics.mean(axis=-1, keepdims=True)
    return found


def _with_unheard(rows: Floats, grams: int) -> Floats:
    """Recognisers stored before unheard grams weighed anything go on without."""
    return rows if len(rows) > grams else np.concatenate([rows, np.zeros_like(rows[:1])])


def _length(values: Floats) -> float:
    return max(sqrt(values.dot(values)), 1e-9)


def _windows(clause: str) -> list[str]:
    """A clause, or overlapping parts of it that are short enough to show."""
    return [clause[at : at + WHY_LENGTH] for at in range(0, max(1, len(clause) - WHY_LENGTH + 3), 3)]
