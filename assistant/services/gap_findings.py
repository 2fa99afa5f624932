"""What a shop's tables lack, found in its chats of some days, and what a change would do with them: the slow work, for
a process of its own (`proving_work.py`). Not for making drafts of it (`gaps.py`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistant import store
from assistant.domain import example_phrases, gaps
from assistant.domain.back_test_reports import run_of, short
from assistant.domain.example_phrases import Proposed
from assistant.domain.pressing import heard
from assistant.domain.recognition import Recogniser
from assistant.domain.runs import Run
from assistant.domain.scripts import Scripts
from assistant.domain.suggestions import propose
from assistant.services.proving_jobs import Effect, Gaps
from assistant.services.scripts import content_of, recogniser_of

# Asked less often it is no gap yet; and so many gaps, situations and words a trainer works through at a time.
LEAST = 2
MOST_GAPS, MOST_SITUATIONS, MOST_WORDS = 40, 30, 30

Sides = tuple[Scripts, Recogniser]


def found(tx: store.Transaction, job: Gaps | Effect) -> dict[str, Any]:
    """What comes of one of these jobs, as JSON values; all words are masked."""
    runs = store.recorded.runs(tx, job.place.shop, job.place.first, job.place.last)
    tables = published(tx, job.place.shop)
    if isinstance(job, Gaps):
        return lacking(runs, *tables)
    before = tables if job.before is None else _fitted(job.before)
    return effect(runs, before, _fitted(job.after), job.meant)


def published(tx: store.Transaction, shop: str) -> Sides:
    """The tables a shop works by, with what was learnt from them."""
    number, content = content_of(tx, shop)
    version = store.scripts.get(tx, shop, number)
    assert version is not None
    return Scripts.model_validate_json(content), Recogniser.from_bytes(version.model)


def _fitted(content: str) -> Sides:
    tables = Scripts.model_validate_json(content)
    return tables, recogniser_of(tables)


# --- what is lacking -----------------------------------------------------------------------------------------------


def lacking(runs: Sequence[Run], scripts: Scripts, recogniser: Recogniser) -> dict[str, Any]:
    """`gaps` (of `total`) and `situations` with words proposed for them; `cut`: only the latest runs were gathered."""
    listed, cut = gaps.find(runs, recogniser, least=LEAST)
    by_situation: defaultdict[str, list[Proposed]] = defaultdict(list)
    for one in example_phrases.proposed(runs, scripts, recogniser):
        by_situation[one.situation].append(one)
    most = sorted(by_situation.items(), key=lambda item: -sum(one.times for one in item[1]))
    names = {row.id: row.name for row in scripts.situations}
    return {
        "runs": len(runs),
        "gaps": [_gap(gap) for gap in listed[:MOST_GAPS]],
        "total": len(listed),
        "cut": cut,
        "situations": [
            {"id": id, "name": names[id], "words": [_word(one) for one in words[:MOST_WORDS]], "total": len(words)}
            for id, words in most[:MOST_SITUATIONS]
        ],
    }


def _gap(gap: gaps.Gap) -> dict[str, Any]:
    return {
        "runs": gap.runs,
        "conversations": gap.conversations,
        "phrases": list(dict.fromkeys(map(short, gap.phrases))),
        "answers": [{"text": text, "times": times} for times, text in _answers(gap)],
        "examples": [run_of(run) for run in gap.examples],
    }


def _answers(gap: gaps.Gap) -> list[tuple[int, str]]:
    """The most frequent first, but those from which something personal had to be taken last: no reply begins so."""
    told = [(answer.times, short(answer.text), short(answer.text) != answer.text) for answer in gap.answers]
    return [(times, text) for times, text, _ in sorted(told, key=lambda one: one[2])]


def _word(one: Proposed) -> dict[str, Any]:
    about = {"text": one.text, "kind": one.kind, "times": one.times, "score": round(one.score, 3)}
    return {**about, "mark": example_phrases.mark(one.situation, one.text), "run": run_of(one.run)}


# --- what a change would do ----------------------------------------------------------------------------------------


def effect(runs: Sequence[Run], before: Sides, after: Sides, meant: dict[str, str]) -> dict[str, Any]:
    """`example_phrases.Effect` with people's names; the state of orders rules nothing out."""
    names = {row.id: row.name for tables, _ in (before, after) for row in tables.situations}
    done = example_phrases.effect(runs, meant, _firsts(runs, *before), _firsts(runs, *after))
    shown = [
        run_of(one.run) | {"offered": [names.get(id or "", id) for id in (one.before, one.after)]}
        for one in done.examples
    ]
    return {**{name: value for name, value in asdict(done).items() if name != "examples"}, "examples": shown}


def _firsts(runs: Sequence[Run], scripts: Scripts, recogniser: Recogniser) -> list[str | None]:
    return [_first(run, scripts, recogniser) for run in runs]


def _first(run: Run, scripts: Scripts, recogniser: Recogniser) -> str | None:
    ranking, _ = heard(recogniser, run.texts)
    if not ranking.offer:
        return None
    cards = propose(scripts, recogniser, ranking, {}, unknown_holds=True).cards()
    return cards[0].situation.id if cards else None
