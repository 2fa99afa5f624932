"""A process of its own that plays chats again for trainers, so that nobody who answers buyers waits for it.

It reads jobs from stdin, a line each, until there are no more, and answers in lines of JSON: {"share": 0.3} on the way,
then {"result": …} or {"refused": …}. It writes nothing to the database. Not for starting it (`proving.py`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from threadpoolctl import threadpool_limits

from assistant.domain.back_test_reports import report
from assistant.domain.back_tests import Comparison, compare
from assistant.domain.errors import AssistantError, InvalidInput
from assistant.domain.scripts import Scripts
from assistant.services import back_tests, gap_findings, recorded
from assistant.services.event_lines import cut, decoded
from assistant.services.proving_jobs import BackTest, Job
from assistant.store.engine import open_store

# Behind everything that somebody waits for.
LAST_IN_LINE = 10


def main() -> None:
    """Do the jobs on stdin."""
    os.nice(LAST_IN_LINE)
    _keep_stdout()
    jobs: TypeAdapter[Job] = TypeAdapter(Job)
    for line in sys.stdin.buffer:
        try:
            _tell({"result": _done(jobs.validate_json(line))})
        except AssistantError as error:
            _tell({"refused": {"message": error.message, "reason": error.reason, "values": error.values}})


def _done(job: Job) -> dict[str, Any]:
    if job.kind == "back_test":
        return back_test(job)
    with closing(open_store(job.place.database)) as database:
        return database.read_now(lambda tx: gap_findings.found(tx, job))


def _keep_stdout() -> None:
    """Only answers go where answers are read; what is logged or printed goes beside them."""
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = os.fdopen(answers, "w", encoding="utf-8")


def _tell(told: dict[str, Any]) -> None:
    # Whoever asked may be gone: then this fails, and ends the process as well.
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _share(share: float) -> bool:
    _tell({"share": round(share, 3)})
    return True


def back_test(job: BackTest) -> dict[str, Any]:
    """The report, with how many `events` were played and whether there were more (`cut`)."""
    lines, more = _events(job)
    if not lines:
        raise InvalidInput("nothing happened in this period", reason="nothing_happened")
    threadpool_limits(1)  # the other core belongs to who answers buyers
    before, shipped = _tables(job.before), _tables(job.shipped)
    after = before if job.after is None else _tables(job.after)
    found = report(_compared(lines, before, after, shipped), before, after)
    if not found["before"]["runs"]:
        raise InvalidInput("nobody asked anything in these chats", reason="nobody_asked")
    return {**found, "events": len(lines), "cut": more, "compared": job.after is not None}


def _compared(lines: Sequence[str], before: Scripts, after: Scripts, shipped: Scripts) -> Comparison:
    if after is before:
        played = back_tests.play(lines, before, shipped, _share)
        return compare(played, played)
    return back_tests.run(lines, before, after, shipped, _share)


def _events(job: BackTest) -> tuple[Sequence[str], bool]:
    if job.place is None:
        return _from_file(Path(job.events or ""))
    place = job.place
    with closing(open_store(place.database)) as database:
        found = database.read_now(lambda tx: recorded.recording(tx, place.shop, place.first, place.last))
    return found.lines, found.cut


def _from_file(file: Path) -> tuple[Sequence[str], bool]:
    try:
        with file.open("rb") as content:
            lines = [line for line in cut(decoded(content)) if line.strip()]
    except UnicodeDecodeError as error:
        raise InvalidInput("this file is not UTF-8", reason="file_encoding") from error
    return list(islice(lines, recorded.MOST_EVENTS)), len(lines) > recorded.MOST_EVENTS


def _tables(content: str) -> Scripts:
    return Scripts.model_validate_json(content)
