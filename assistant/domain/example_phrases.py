"""Which of buyers' own words could become examples of a situation: those an agent answered with its reply, and those it
nearly was offered for. A trainer says yes or no: nothing is learnt by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal

from rapidfuzz import fuzz

from assistant.domain.gaps import FEWEST, is_gap
from assistant.domain.grams import grams
from assistant.domain.masking import masked
from assistant.domain.recognition import Recogniser
from assistant.domain.runs import Run
from assistant.domain.scripts import Scripts, Situation
from assistant.domain.speech import closes
from assistant.domain.wording import plain

# What is recognised as surely as this teaches nothing.
KNOWN = 0.7
# This share of what a card takes is near enough to ask a trainer; less is a guess.
NEAR = 0.75
# An agent's own words this like a reply of one of the likeliest say that it was meant.
ALIKE, LIKELIEST = 75.0, 3
# Nearness alone is mostly chance. Other buyers who said something alike (cosine of what counts) are asked: so many of
# their chats had the situation's card, and so large a share of all that sound alike. Read on recorded chats: of 60
# proposed without, 10 were of use; of 15 that are left, 8.
COMPANY_ALIKE, COMPANY, SHARE = 0.3, 2, 0.5
# So many of the latest runs are compared with.
MOST_COMPANY = 20_000
# A longer message is a story, not an example.
LONGEST = 40

Kind = Literal["accepted", "near"]


@dataclass(frozen=True, slots=True)
class Proposed:
    """Words that could become an example; `times` they were said, `score` how likely they are taken for the situation
    now, `run` the first that holds them."""

    situation: str
    text: str
    kind: Kind
    times: int
    score: float
    run: Run


def mark(situation: str, text: str) -> str:
    """Tells what was refused for a situation, however it is punctuated, without keeping the words."""
    return sha256(f"{situation}\n{plain(text)}".encode()).hexdigest()[:16]


def proposed(runs: Sequence[Run], scripts: Scripts, recogniser: Recogniser) -> list[Proposed]:
    """What could be added to these tables, what was said most first."""
    known = {plain(phrase) for row in scripts.situations for phrase in row.phrases}
    found: dict[tuple[str, str], Proposed] = {}
    for run in runs:
        one = _of(run, [text for text in run.texts if _may_teach(text, known)], scripts, recogniser)
        if one is None:
            continue
        key = one.situation, plain(one.text)
        before = found.get(key)
        found[key] = one if before is None else replace(before, times=before.times + 1)
    doubtful = [one for one in found.values() if one.kind == "near" and not _meant(one, scripts)]
    alone = set(doubtful) - set(_in_company(doubtful, runs, recogniser))
    kept = (one for one in found.values() if one not in alone)
    return sorted(kept, key=lambda one: (-one.times, one.kind, -one.score, one.text))


def _meant(one: Proposed, scripts: Scripts) -> bool:
    situation = scripts.situation(one.situation)
    return situation is not None and _answers(one.run.said, situation)


def _in_company(near: Sequence[Proposed], runs: Sequence[Run], recogniser: Recogniser) -> list[Proposed]:
    """Those whose situation was offered to other buyers who said something alike."""
    latest = sorted(runs, key=lambda run: run.asked_at)[-MOST_COMPANY:]
    said = [(run, text) for run in latest for text in run.texts if _says_something(text)]
    if not near or not said:
        return []
    # scikit-learn takes long to import, and only trainers' pages need it here.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer=lambda text: list(grams(recogniser.wording.read(text))), sublinear_tf=True)
    others = vectors.fit_transform([text for _, text in said])
    alike = (vectors.transform([one.text for one in near]) @ others.T).tocsr()
    return [one for at, one in enumerate(near) if _shared(one, [said[i][0] for i in _like(alike[at])])]


def _like(row: Any) -> list[int]:
    return [int(i) for i, likeness in zip(row.indices, row.data, strict=True) if likeness >= COMPANY_ALIKE]


def _shared(one: Proposed, alike: Iterable[Run]) -> bool:
    others = [run for run in alike if run.conversation != one.run.conversation]
    chats = {run.conversation for run in others}
    offered = {run.conversation for run in others if any(offer.situation == one.situation for offer in run.offers)}
    return len(offered) >= max(COMPANY, SHARE * len(chats))


def _says_something(text: str) -> bool:
    return len(plain(text).replace(" ", "")) >= FEWEST and not closes(text)


def _may_teach(text: str, known: set[str]) -> bool:
    meant = _says_something(text) and len(text) <= LONGEST
    return meant and plain(text) not in known and masked(text) == text


def _of(run: Run, texts: Sequence[str], scripts: Scripts, recogniser: Recogniser) -> Proposed | None:
    if not texts:
        return None
    sent = next((offer.situation for offer in run.offers if offer.state == "sent"), None)
    if sent is not None:
        return _accepted(run, texts, scripts.situation(sent), recogniser)
    return _near(run, texts, scripts, recogniser) if is_gap(run) and not run.offers else None


def _accepted(run: Run, texts: Sequence[str], situation: Situation | None, recogniser: Recogniser) -> Proposed | None:
    if situation is None or not situation.phrases:
        return None
    scores = {text: dict(recogniser.rank(text)).get(situation.id, 0.0) for text in texts}
    text = max(scores, key=lambda one: scores[one])
    return Proposed(situation.id, text, "accepted", 1, scores[text], run) if scores[text] < KNOWN else None


def _near(run: Run, texts: Sequence[str], scripts: Scripts, recogniser: Recogniser) -> Proposed | None:
    """What the agent's answer says was meant, else what comes nearest to being offered."""
    found: list[tuple[bool, float, Proposed]] = []
    for text in texts:
        ranking = recogniser.rank(text)
        for id, score in () if ranking.offer else ranking.best(LIKELIEST):
            situation = scripts.situation(id)
            answered = situation is not None and _answers(run.said, situation)
            if answered or score >= NEAR * recogniser.threshold:
                found.append((answered, score, Proposed(id, text, "near", 1, score, run)))
    return max(found, key=lambda one: one[:2])[2] if found else None


def _answers(said: str | None, situation: Situation) -> bool:
    return said is not None and any(fuzz.ratio(said, reply.text) >= ALIKE for reply in situation.replies)


# --- what a change would do ----------------------------------------------------------------------------------------

# So many runs that come out differently are shown.
EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Shifted:
    """A run with its first situation before and after."""

    run: Run
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Effect:
    """Of the runs that were `meant`, how many had and would have a card, and how many the right one first; of the
    others, how many would have another first card: a new one, none, or a different one."""

    meant: int
    before: int
    after: int
    right: int
    others: int
    gained: int
    lost: int
    turned: int
    examples: tuple[Shifted, ...]


def effect(
    runs: Sequence[Run], meant: Mapping[str, str], before: Sequence[str | None], after: Sequence[str | None]
) -> Effect:
    """`meant` says for plain words which situation they are to be taken for; `before` and `after` are the runs' first
    situations."""
    all_runs = [Shifted(run, was, now) for run, was, now in zip(runs, before, after, strict=True)]
    mine = [(one, wanted) for one in all_runs if (wanted := _wanted(one.run, meant)) is not None]
    others = [one for one in all_runs if _wanted(one.run, meant) is None]
    shifted = [one for one in others if one.before != one.after]
    return Effect(
        meant=len(mine),
        before=sum(one.before is not None for one, _ in mine),
        after=sum(one.after is not None for one, _ in mine),
        right=sum(one.after == wanted for one, wanted in mine),
        others=len(others),
        gained=sum(one.before is None for one in shifted),
        lost=sum(one.after is None for one in shifted),
        turned=sum(one.before is not None and one.after is not None for one in shifted),
        examples=tuple(shifted[:EXAMPLES]),
    )


def _wanted(run: Run, meant: Mapping[str, str]) -> str | None:
    """The situation that a run is to be taken for, if any of its words are meant."""
    return next((meant[said] for text in run.texts if (said := plain(text)) in meant), None)
