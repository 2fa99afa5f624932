"""Where the tables have nothing to say: what buyers asked and agents answered by hand, gathered by meaning, the most
frequent first. A trainer makes a situation of it, or not: nothing is learnt by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.domain.grams import grams
from assistant.domain.recognition import Floats, Recogniser
from assistant.domain.runs import Run
from assistant.domain.speech import closes, says_more_than_wait
from assistant.domain.wording import Wording, Words

# What makes two runs alike: the characters of the questions and the everyday matters they sound like; answers that
# differ take from it, answers that are the same add to it. Measured on 272 labelled questions with their answers: 85 of
# 100 neighbours are about the same thing, and 26 of 100 of the same are neighbours; by the characters alone 85 and 20.
CHARACTERS, MATTERS = 0.6, 0.4
ANSWERED_OTHERWISE, ANSWERED_ALIKE = 0.6, 1.3
# Below this things begin to mix, far above it one falls into several.
ALIKE = 0.165
# Whoever writes fewer characters that count only answers.
FEWEST = 3
# Gathering compares all with all.
MOST_RUNS = 3_000
# What a trainer is shown of one gap.
EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What agents typed, and how often."""

    text: str
    times: int


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing buyers ask for which nothing fitting is offered. `runs` is how often, `phrases` how they put it, the
    most typical first, `answers` what agents typed, the most frequent first, `examples` where it was asked."""

    runs: int
    conversations: int
    phrases: tuple[str, ...]
    answers: tuple[Answer, ...]
    examples: tuple[Run, ...] = ()


def is_gap(run: Run) -> bool:
    """Whether a person answered in words of her own where nothing was offered, or all of it was dismissed."""
    unhelped = all(offer.state == "dismissed" for offer in run.offers)
    return unhelped and run.said is not None and run.script is None


def find(runs: Sequence[Run], recogniser: Recogniser, *, least: int = 2) -> tuple[list[Gap], bool]:
    """The gaps of at least `least` runs, largest first, and whether there were more runs than are looked at: then the
    latest are."""
    meant = [run for run in runs if is_gap(run)]
    latest = sorted(meant, key=lambda run: run.asked_at)[-MOST_RUNS:]
    readable = [(run, words) for run in latest if (words := _words(run, recogniser.wording))]
    if len(readable) < 2:
        return [], len(meant) > MOST_RUNS
    groups = _gathered(readable, recogniser)
    found = [_gap([readable[at][0] for at in group]) for group in groups if len(group) >= least]
    return sorted(found, key=lambda gap: (-gap.runs, gap.phrases)), len(meant) > MOST_RUNS


def _words(run: Run, wording: Wording) -> list[Words]:
    """What counts of a run; nothing of thanks, mere yes and no, pictures."""
    read = [wording.read(text) for text in run.texts if not closes(text)]
    return read if sum(len(words.meant) for words in read) >= FEWEST else []


def _gathered(readable: Sequence[tuple[Run, list[Words]]], recogniser: Recogniser) -> list[list[int]]:
    """Places of runs that are about the same thing, the most typical of each group first."""
    # scikit-learn takes long to import, and only trainers' pages need it here.
    from sklearn.cluster import AgglomerativeClustering

    senses = np.array([recogniser.sense(words) for _, words in readable])
    near = CHARACTERS * _likeness([words for _, words in readable]) + MATTERS * np.clip(senses @ senses.T, 0, 1)
    near *= _by_answers([_answer(run, recogniser.wording) for run, _ in readable])
    labels = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - ALIKE
    ).fit_predict(1 - near)
    groups: dict[int, list[int]] = {}
    for at, label in enumerate(labels.tolist()):
        groups.setdefault(label, []).append(at)
    return [sorted(group, key=lambda at: -float(near[at][group].sum())) for group in groups.values()]


def _answer(run: Run, wording: Wording) -> list[Words]:
    """What counts of the answer; nothing of one that only asks to wait."""
    return [wording.read(run.said)] if run.said is not None and says_more_than_wait(run.said) else []


def _by_answers(answers: Sequence[Sequence[Words]]) -> Floats:
    """What the answers say of how alike two runs are; half of it where one says nothing."""
    said = np.array([bool(answer) for answer in answers])
    alike = np.where(np.outer(said, said), _likeness(answers), 0.5)
    factors = ANSWERED_OTHERWISE + (ANSWERED_ALIKE - ANSWERED_OTHERWISE) * alike
    return factors.astype(np.float32)


def _likeness(texts: Sequence[Sequence[Words]]) -> Floats:
    """How like each text is to each other, 0..1: the cosine of what counts in them."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    pieces = [[piece for words in text for piece in grams(words)] for text in texts]
    if not any(pieces):
        return np.zeros((len(texts), len(texts)), np.float32)
    vectors = TfidfVectorizer(analyzer=list, sublinear_tf=True).fit_transform(pieces)
    likeness: Floats = (vectors @ vectors.T).toarray()
    return likeness


def _gap(runs: Sequence[Run]) -> Gap:
    phrases = dict.fromkeys(text for run in runs for text in run.texts)
    answers = Counter(run.said for run in runs if run.said is not None)
    return Gap(
        runs=len(runs),
        conversations=len({(run.platform, run.conversation) for run in runs}),
        phrases=tuple(phrases)[:EXAMPLES],
        answers=tuple(Answer(text, times) for text, times in answers.most_common(EXAMPLES)),
        examples=tuple(runs[:EXAMPLES]),
    )
