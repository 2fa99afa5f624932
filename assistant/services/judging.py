"""What trainers' pages need and nobody should wait for in line: drafts judged and fitted, in a thread, each once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import NamedTuple

from assistant.domain.checks import Checks
from assistant.domain.drafts import Draft, Judgement, judge, judge_row
from assistant.domain.errors import InvalidInput
from assistant.domain.script_rows import Name
from assistant.domain.scripts import Scripts
from assistant.services.desk import Shop
from assistant.services.scripts import Prepared, checks_of, prepare


class _Work(NamedTuple):
    """The judgement of a shop's draft that is asked for or known."""

    mark: str
    today: date
    found: asyncio.Future[Judgement]


class Judges:
    """Judges and fits one after the other, away from the loop that answers agents. `shipped` is what tables lack."""

    def __init__(self, shipped: Scripts) -> None:
        self._shipped = shipped
        self._thread = ThreadPoolExecutor(1, "judging")
        self._work: dict[str, _Work] = {}
        self._latest: dict[str, Judgement] = {}
        self._checks: dict[str, tuple[Scripts, Checks]] = {}

    async def judge(self, shop: str, draft: Draft, today: date) -> Judgement:
        """The judgement of a draft; takes seconds unless it is known."""
        work = self._work.get(shop)
        if work is None or (work.mark, work.today) != (draft.mark, today) or work.found.cancelled():
            found = asyncio.get_running_loop().run_in_executor(self._thread, judge, draft, self._shipped, today)
            work = self._work[shop] = _Work(draft.mark, today, found)
            found.add_done_callback(lambda done: self._keep(shop, done))
        return await asyncio.shield(work.found)

    def known(self, shop: str, draft: Draft, today: date) -> Judgement | None:
        """The judgement if it is there already; None: ask `judge`."""
        work = self._work.get(shop)
        fits = work is not None and (work.mark, work.today) == (draft.mark, today)
        return work.found.result() if work is not None and fits and _is_there(work.found) else None

    def _keep(self, shop: str, done: asyncio.Future[Judgement]) -> None:
        if _is_there(done):
            self._latest[shop] = done.result()
        else:
            self._work.pop(shop, None)

    def around(self, shop: str, draft: Draft) -> Scripts:
        """The rows beside the one at hand: as they were last judged, else as they are published."""
        latest = self._latest.get(shop)
        return latest.scripts if latest is not None and draft.changes else draft.published

    async def judge_row(self, shop: str, draft: Draft, name: Name, text: str, today: date) -> Judgement:
        """What is wrong with one row as it is being typed."""
        beside = self.around(shop, draft)
        return await asyncio.to_thread(lambda: judge_row(name, text, beside, self._reading(shop, beside), today))

    def _reading(self, shop: str, scripts: Scripts) -> Checks:
        kept = self._checks.get(shop)
        if kept is None or (kept[0].checks, kept[0].check_words) != (scripts.checks, scripts.check_words):
            kept = self._checks[shop] = (scripts, checks_of(scripts, self._shipped))
        return kept[1]

    async def prepare(self, scripts: Scripts, shop: Shop) -> Prepared:
        """The tables fitted, which takes seconds where they are to be learnt anew."""
        standing = shop.scripts, shop.recogniser
        return await asyncio.get_running_loop().run_in_executor(self._thread, prepare, scripts, standing)

    def close(self) -> None:
        """Take nothing on any more."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def passing(judged: Judgement) -> Judgement:
    """A judgement of rows that could be published. Raises InvalidInput for others: nothing is tried with those."""
    if not judged.passes:
        n = len(judged.complaints)
        raise InvalidInput(f"{n} rows are faulty: mend them first", reason="faulty_draft", n=n)
    return judged


def _is_there(found: asyncio.Future[Judgement]) -> bool:
    return found.done() and not found.cancelled() and found.exception() is None
