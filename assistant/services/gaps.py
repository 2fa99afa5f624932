"""Makes drafts of what the tables lack: a situation of a question that agents answered by hand, and new examples of
situations there are. Not for finding what is lacking (`gap_findings.py`)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from assistant import store
from assistant.domain import example_phrases
from assistant.domain.checks import Checks
from assistant.domain.drafts import Change, Draft, judge_row
from assistant.domain.errors import InvalidInput
from assistant.domain.masking import masked
from assistant.domain.script_rows import Name, value_of, written
from assistant.domain.wording import plain
from assistant.services import drafts, script_rows
from assistant.services.desk import Desk
from assistant.services.proving import Provers
from assistant.services.proving_jobs import Effect, Gaps

# What a trainer sees is as old as this at most, in real seconds; looking anew takes seconds.
FRESH_SECONDS = 600.0
MOST_KEPT = 8
MOST_REFUSED = 5_000
MOST_WORDS = 200
LONGEST_NAME = 40
# Words of a template in what somebody typed by hand are meant as they stand.
_BRACES = str.maketrans("{}", "｛｝")


@dataclass(frozen=True, slots=True)
class Wanted:
    """By situation the words that become examples, and those that are not to be proposed again."""

    accepted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)


# --- finding -------------------------------------------------------------------------------------------------------


class Findings:
    """What was found lately. One process at a time looks: it is slow work that nobody is to feel."""

    def __init__(self, provers: Provers) -> None:
        self._provers = provers
        self._kept: dict[Gaps, tuple[float, dict[str, Any]]] = {}
        self._gate = asyncio.Semaphore(1)

    async def lacking(self, job: Gaps, *, anew: bool = False) -> dict[str, Any]:
        """What `gap_findings.lacking` says, perhaps some minutes old."""
        now = asyncio.get_running_loop().time()
        since = now if anew else now - FRESH_SECONDS
        return self._known(job, since) or await self._looked(job, since)

    def _known(self, job: Gaps, since: float) -> dict[str, Any] | None:
        at, found = self._kept.get(job, (since, None))
        return found if at > since else None

    async def _looked(self, job: Gaps, since: float) -> dict[str, Any]:
        async with self._gate:
            # Whoever waited here may find that somebody else has looked meanwhile.
            if (known := self._known(job, since)) is not None:
                return known
            now = asyncio.get_running_loop().time()
            found = await self._provers.proved(job, _go_on)
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[job] = now, found
            return found

    async def effect(self, job: Effect) -> dict[str, Any]:
        """What `gap_findings.effect` says."""
        async with self._gate:
            return await self._provers.proved(job, _go_on)


async def _go_on(share: float) -> bool:
    return True


def open_for(found: Mapping[str, Any], draft: Draft, refused: Iterable[str], most: int) -> dict[str, Any]:
    """What a trainer still has to decide: without words that were refused or stand in the draft already; of each
    situation the first `most`. A gap that the draft answers says by which row (`in_draft`)."""
    owners = {said: name for name, said in _phrases(draft)}
    unwanted = frozenset(refused)
    situations = [_still(row, owners, unwanted, most) for row in found["situations"]]
    gaps = [{**gap, "in_draft": _owner(gap["phrases"], owners)} for gap in found["gaps"]]
    return {**found, "gaps": gaps, "situations": [row for row in situations if row["words"]]}


def _phrases(draft: Draft) -> Iterable[tuple[Name, str]]:
    for name, text in draft.texts.items():
        if name.table == "situations":
            value = value_of(text)
            said = value.get("phrases") if isinstance(value, Mapping) else None
            yield from ((name, plain(str(one))) for one in (said if isinstance(said, list) else ()))


def _owner(phrases: Sequence[str], owners: Mapping[str, Name]) -> str | None:
    return next((name.id for one in phrases if (name := owners.get(plain(one))) is not None), None)


def _still(row: Mapping[str, Any], owners: Mapping[str, Name], unwanted: frozenset[str], most: int) -> dict[str, Any]:
    words = [word for word in row["words"] if word["mark"] not in unwanted and plain(word["text"]) not in owners]
    return {**row, "words": words[:most], "total": row["total"] - len(row["words"]) + len(words)}


# --- a new situation -----------------------------------------------------------------------------------------------


def situation(
    draft: Draft, phrases: Sequence[str], answers: Sequence[str], goal: str, checks: Checks, today: date
) -> tuple[Name, str]:
    """A row that could be published, if any of the answers could: recognised by the phrases, with the first answer that
    nothing is wrong with as its reply. Only the trainer knows its stage. Raises InvalidInput without words."""
    said = [one.strip() for one in dict.fromkeys(phrases) if plain(one) and masked(one) == one][:MOST_WORDS]
    replies = [one.translate(_BRACES).strip() for one in answers if one.strip()]
    if not said or not replies:
        raise InvalidInput("a situation needs what buyers say and what is answered", reason="no_example")
    called = min(said, key=len)[:LONGEST_NAME]
    start = script_rows.id_of("situations", called)
    name = Name("situations", script_rows.free_id(draft, "situations", start))
    rows = [_row(name.id, called, said, reply, goal) for reply in replies]
    beside = draft.published
    fits = next((row for row in rows if judge_row(name, row, beside, checks, today).passes), rows[0])
    return name, fits


def _row(id: str, called: str, phrases: Sequence[str], reply: str, goal: str) -> str:
    value = {"id": id, "name": called, "goal": goal.format(name=called), "phrases": list(phrases)}
    return written("situations", {**value, "replies": [{"id": "usual", "text": reply}]})


# --- new examples --------------------------------------------------------------------------------------------------


def with_examples(draft: Draft, accepted: Mapping[str, Sequence[str]]) -> dict[Name, str]:
    """The rows as they would be with these examples. Raises InvalidInput for a situation that is gone or unreadable."""
    _limit(sum(map(len, accepted.values())))
    return {Name("situations", id): _taught(draft, id, words) for id, words in accepted.items() if words}


def _limit(words: int) -> None:
    if words > MOST_WORDS:
        raise InvalidInput(f"at most {MOST_WORDS} at a time", reason="too_many_words", most=MOST_WORDS)


def _taught(draft: Draft, id: str, words: Sequence[str]) -> str:
    text = draft.text(Name("situations", id))
    value = value_of(text) if text is not None else None
    if not isinstance(value, dict):
        raise InvalidInput(f"the situation {id!r} is gone or cannot be read", reason="no_situation", name=id)
    before = [str(one) for one in value.get("phrases") or ()]
    have = {plain(one) for one in before}
    new = [one.strip() for one in words if plain(one) and plain(one) not in have and masked(one) == one]
    return written("situations", {**value, "phrases": [*before, *dict.fromkeys(new)]})


def take(desk: Desk, wanted: Wanted, *, author: str) -> int:
    """Keep the examples in the draft, and what was refused; returns how many rows were changed."""
    draft = drafts.take(desk.tx, desk.shop.id)
    rows = {name: text for name, text in with_examples(draft, wanted.accepted).items() if text != draft.text(name)}
    drafts.write_over(desk, draft, rows, author=author)
    marks = [example_phrases.mark(id, text) for id, words in wanted.refused.items() for text in words]
    _limit(len(marks))
    if marks:
        store.refused_phrases.add(desk.tx, desk.shop.id, marks, author, desk.now, MOST_REFUSED)
    return len(rows)


# --- what would be different ---------------------------------------------------------------------------------------


def changed(draft: Draft, rows: Mapping[Name, str], now: datetime) -> Draft:
    """The draft as it would be with these rows."""
    kept = [change for change in draft.changes if change.name not in rows]
    return replace(draft, changes=[*(Change(name, text, "", now) for name, text in rows.items()), *kept])


def meant(accepted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """For plain words, which situation they are to be taken for."""
    return {plain(text): id for id, words in accepted.items() for text in words}
