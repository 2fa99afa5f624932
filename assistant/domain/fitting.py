"""Learns a recogniser from the trainers' example phrases when scripts are published; alone uses scikit-learn.

Not for the hot path: what is learnt here is plain arrays that `recognition` multiplies.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import hypot, log, sqrt
from typing import NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack  # type: ignore[import-untyped]  # ships no types
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from assistant.domain.everyday import TOPICS
from assistant.domain.grams import grams
from assistant.domain.meaning import Meaning
from assistant.domain.recognition import Floats, Recogniser, centred
from assistant.domain.wording import Wording, Words

Labels = NDArray[np.int64]

# Above this many situations a linear model neither fits in time nor ranks better than one centroid each.
MANY = 150
STRENGTH = 10.0
# On sparse rows four times as fast as the usual one, with the same result.
SOLVER = "newton-cg"
# How a centroid's cosine and the share of small talk become probabilities.
SHARPNESS = 20.0
HEAD_START = 0.3
FIRMNESS = 5.0
FOLDS = 4
# Fewer phrases (or small talk) than this teach no threshold.
MANY_ENOUGH = 8
PLAIN_THRESHOLD = 0.5
# How much a gram that no phrase contains weighs, beside the rarest that one does.
UNHEARD = 0.7
# A situation covers a topic when this share of its phrases sounds like it, or several: one of many may by chance.
COVERED = 0.2
SEVERAL = 3
# An offer where nothing was asked disturbs more than a missed one harms: the agent can still search.
COST_OF_NOISE = 2.0


def fit(
    examples: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    small_talk: Sequence[str],
    synonyms: Mapping[str, Sequence[str]],
) -> Recogniser:
    """Fits phrases by situation id (and the situation's name as one more phrase) against small talk.

    A situation without phrases is recognised by state and takes no part. Deterministic; takes about a second.
    """
    # Threads for such small sums wait for each other: two of them took 9 s of processor for what one does in 3.4.
    with threadpool_limits(1):
        return _fitted(examples, names, small_talk, Wording.of(synonyms))


def _fitted(
    examples: Mapping[str, Sequence[str]], names: Mapping[str, str], small_talk: Sequence[str], wording: Wording
) -> Recogniser:
    ids = tuple(
        situation for situation, phrases in examples.items() if any(wording.read(text).spoken for text in phrases)
    )
    texts, labels = _gathered(ids, examples, names, small_talk, wording)
    asked, topics = _everyday(wording)
    vocabulary, rarity = _vocabulary([*texts, *asked])
    matrix, others = _matrix(texts, vocabulary, rarity), _matrix(asked, vocabulary, rarity)
    sense = _topics(vstack([others, matrix[labels == len(ids)]]), topics)
    features = _noted(matrix, sense)
    elsewhere = ~np.isin(topics, _covered(matrix, labels, len(ids), sense))
    features = vstack([features, _noted(others, sense)[elsewhere]]).tocsr()
    labels = np.append(labels, np.full(elsewhere.sum(), len(ids)))
    weights, bias = _learnt(features, labels, len(ids))
    silent = np.zeros((1, sense.weights.shape[1] + weights.shape[1]), np.float32)
    return Recogniser(
        ids, wording, vocabulary, np.append(rarity, UNHEARD * rarity.max(initial=0)).astype(np.float32),
        weights=np.vstack([np.hstack([sense.weights, weights[: len(vocabulary)]]), silent]),
        topic_weights=weights[len(vocabulary) :],
        bias=np.append(sense.bias, bias),
        threshold=_threshold(features, labels, len(ids)),
    )  # fmt: skip


class Sense(NamedTuple):
    """A first notion of topics, centred: `weights` (grams, topics + 1) and `bias`; the last column is small talk."""

    weights: Floats
    bias: Floats


def _everyday(wording: Wording) -> tuple[list[Words], Labels]:
    """Everyday questions and the number of their topic; the topic's name is one of its phrases."""
    pairs = [(text, row) for row, (name, phrases) in enumerate(TOPICS.items()) for text in (name, *phrases)]
    read = [(words, row) for text, row in pairs if (words := wording.read(text)).spoken]
    return [words for words, _ in read], np.array([row for _, row in read], np.int64)


def _topics(matrix: csr_matrix, topics: Labels) -> Sense:
    """Tells topics apart; rows of `matrix` beyond `topics` are small talk."""
    labels = np.append(topics, np.full(matrix.shape[0] - len(topics), len(TOPICS)))
    model = LogisticRegression(C=STRENGTH, tol=1e-3, solver=SOLVER).fit(matrix, labels)
    weights, bias = (
        np.zeros((matrix.shape[1], len(TOPICS) + 1), np.float32),
        np.zeros(len(TOPICS) + 1, np.float32),
    )
    weights[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    return Sense(centred(weights), centred(bias))


def _noted(matrix: csr_matrix, sense: Sense) -> csr_matrix:
    """The features beside what topic they sound like: of length 1, as the recogniser does it."""
    logits = matrix @ sense.weights + sense.bias
    notes = logits / np.maximum(np.linalg.norm(logits, axis=1, keepdims=True), 1e-9)
    return hstack([matrix, csr_matrix(notes)]).tocsr()


def _covered(matrix: csr_matrix, labels: Labels, silence: int, sense: Sense) -> Labels:
    """The topics that the table covers: several phrases of one of its situations sound like them, or one of few."""
    best = (matrix @ sense.weights + sense.bias)[:, :-1].argmax(axis=1)
    counts = np.zeros((silence, len(TOPICS)))
    np.add.at(counts, (labels[labels < silence], best[labels < silence]), 1)
    enough = np.clip(np.ceil(COVERED * counts.sum(axis=1, keepdims=True)), 1, SEVERAL)
    found: Labels = np.flatnonzero((counts >= enough).any(axis=0))
    return found


def _gathered(
    ids: Sequence[str],
    examples: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    small_talk: Sequence[str],
    wording: Wording,
) -> tuple[list[Words], Labels]:
    """Cleaned texts and their class; small talk is class `len(ids)`. Texts that say nothing are left out."""
    pairs = [(text, row) for row, key in enumerate(ids) for text in (*examples[key], *_titles(names.get(key, "")))]
    pairs += [(text, len(ids)) for text in small_talk]
    read = [(words, row) for text, row in pairs if (words := wording.read(text)).spoken]
    return [words for words, _ in read], np.array([row for _, row in read], np.int64)


def _titles(name: str) -> tuple[str, ...]:
    """A name and, where it lists several things (修改抬头/重开), each of them."""
    parts = tuple(part for part in re.split("[/／、]", name) if part)
    return (name, *parts) if len(parts) > 1 else (name,)


def _vocabulary(texts: Sequence[Words]) -> tuple[dict[str, int], Floats]:
    """Each gram's row, and how rare it is (smoothed inverse document frequency)."""
    seen = Counter(gram for text in texts for gram in set(grams(text)))
    rarity = [log((1 + len(texts)) / (1 + count)) + 1 for count in seen.values()]
    return {gram: row for row, gram in enumerate(seen)}, np.array(rarity, np.float32)


def _matrix(texts: Sequence[Words], vocabulary: Mapping[str, int], rarity: Floats) -> csr_matrix:
    """(texts, grams), rows of length 1, weighted as the recogniser weighs a message."""
    values, columns, ends = [], [], [0]
    for text in texts:
        known = [(vocabulary[gram], count) for gram, count in Counter(grams(text)).items() if gram in vocabulary]
        row = [(1 + log(count)) * float(rarity[column]) for column, count in known]
        length = hypot(*row) or 1.0
        values += [value / length for value in row]
        columns += [column for column, _ in known]
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(texts), len(vocabulary)))


def _learnt(matrix: csr_matrix, labels: Labels, silence: int) -> tuple[Floats, Floats]:
    """Weights (grams, silence + 1) and bias (silence + 1,)."""
    present = np.unique(labels)
    if silence > MANY or len(present) < 2:
        return _centroids(matrix, labels, silence)
    weights, bias = (
        np.zeros((matrix.shape[1], silence + 1), np.float32),
        np.full(silence + 1, -20, np.float32),
    )
    with catch_warnings():
        # Few phrases for many situations are how a shop begins, and no reason to warn.
        simplefilter("ignore")
        model = LogisticRegression(C=STRENGTH, tol=1e-3, solver=SOLVER)
        model.fit(matrix, labels, sample_weight=_balance(labels, silence))
    # Two classes share one row of coefficients, which speaks for the second.
    two = len(present) == 2
    weights[:, present] = (np.vstack([-model.coef_, model.coef_]) / 2 if two else model.coef_).T
    bias[present] = np.append(-model.intercept_, model.intercept_) / 2 if two else model.intercept_
    return weights, bias


def _balance(labels: Labels, silence: int) -> Floats:
    """Weight of each text: phrases together weigh as much as small talk, however small the table is."""
    quiet = labels == silence
    odds = sqrt(max(1, quiet.sum()) / max(1, (~quiet).sum()))
    return np.where(quiet, 1 / odds, odds).astype(np.float32)


def _centroids(matrix: csr_matrix, labels: Labels, silence: int) -> tuple[Floats, Floats]:
    """As `_learnt`: each situation is the direction its texts share; silence is learnt against all."""
    member = csr_matrix((np.ones(len(labels)), (np.arange(len(labels)), labels)), (len(labels), silence + 1))
    sums = np.asarray((matrix.T @ member).todense(), np.float32)
    weights: Floats = SHARPNESS * sums / np.maximum(np.linalg.norm(sums, axis=0), 1e-9)
    bias = np.zeros(silence + 1, np.float32)
    bias[silence] = SHARPNESS * HEAD_START
    quiet = labels == silence
    if 0 < quiet.sum() < len(labels):
        model = LogisticRegression(C=STRENGTH, tol=1e-3, solver=SOLVER)
        model.fit(matrix, quiet, sample_weight=_balance(labels, silence))
        weights[:, silence] = FIRMNESS * model.coef_[0]
        bias[silence] += FIRMNESS * model.intercept_[0]
    return weights, bias


def _threshold(features: csr_matrix, labels: Labels, silence: int) -> float:
    """Where held-out phrases and held-out small talk part best: most phrases above, most small talk below.

    Never below an even share, which a question about something else reaches by chance in a small table.
    """
    even = 1 / (silence + 1)
    folds = _folds(labels)
    asked, tops = labels != silence, np.zeros(len(labels))
    if min(asked.sum(), (~asked).sum()) < MANY_ENOUGH:
        return min(PLAIN_THRESHOLD, even)
    for fold in range(FOLDS):
        tops[folds == fold] = _tops(features, labels, folds == fold, silence)
    return max(even, _parting(tops[asked], tops[~asked]))


def _parting(asked: Floats, quiet: Floats) -> float:
    """The middle of the thresholds that part the scores about equally well: a single best one is chance."""
    steps = np.unique(np.concatenate([asked, quiet]))
    steps = steps[steps > 0]
    gains = [float((asked >= step).mean() - COST_OF_NOISE * (quiet >= step).mean()) for step in steps]
    return float(np.exp(np.log(steps[np.array(gains) >= max(gains) - 0.02]).mean())) if gains else 0.0


def _folds(labels: Labels) -> Labels:
    """A fold for each text: every class is dealt out evenly, always in the same way."""
    folds = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        folds[rows] = (np.arange(len(rows)) + label) % FOLDS
    return folds


def _tops(features: csr_matrix, labels: Labels, held_out: NDArray[np.bool_], silence: int) -> Floats:
    """Best situation's probability of each held-out text, as learnt from all the others."""
    weights, bias = _learnt(features[~held_out], labels[~held_out], silence)
    logits = features[held_out] @ weights + bias
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    tops: Floats = (chances / chances.sum(axis=1, keepdims=True))[:, :-1].max(axis=1)
    return tops


def fit_meaning(vectors: Floats, labels: Sequence[int], silence: int) -> Meaning:
    """Learns a second look from the vectors (texts, dims) of a lesson; `silence` is the number of small talk."""
    classes, mean = np.array(labels), vectors.mean(axis=0)
    weights, bias = np.zeros((vectors.shape[1], silence + 1), np.float32), np.full(silence + 1, -20, np.float32)
    present = np.unique(classes)
    if len(present) > 2:
        model = LogisticRegression(C=STRENGTH, max_iter=500)
        model.fit(vectors - mean, classes, sample_weight=_balance(classes, silence))
        weights[:, present], bias[present] = model.coef_.T, model.intercept_
    return Meaning(mean.astype(np.float32), weights, bias)
