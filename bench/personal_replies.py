"""Measures what the indexes of agents' own quick replies take: memory, making one, a search; beside the team's kind.

Not a test: figures depend on the machine. Run: python -m bench.personal_replies [--agents 500] [--each 100]
"""

import argparse
import json
import random
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import yaml

from assistant.domain.personal_reply_index import PersonalIndex
from assistant.domain.quick_reply_index import Index
from assistant.domain.scripts import QuickReply

TYPED = ("尺码", "fahuo", "fhsj", "发货 时间", "zhege", "运非", "qjs")


def shipped() -> list[QuickReply]:
    """The shipped quick replies."""
    files = sorted((Path(__file__).parents[1] / "quick_replies").glob("*.yaml"))
    rows = [row for file in files for row in yaml.safe_load(file.read_text(encoding="utf-8"))["quick_replies"]]
    names = ("id", "title", "text", "shortcut")
    return [QuickReply(**{name: row[name] for name in names if name in row}) for row in rows]


def memory(shelves: Sequence[Sequence[QuickReply]], make: Callable[[Sequence[QuickReply]], object]) -> float:
    """KiB an index, beside the replies themselves."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [make(shelf) for shelf in shelves]
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return taken / 1024 / len(kept)


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Of one, the median."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--each", type=int, default=100)
    given = parser.parse_args()
    rows, chance = shipped(), random.Random(0)
    shelves = [chance.sample(rows, min(given.each, len(rows))) for _ in range(given.agents)]
    PersonalIndex(rows, {})  # readings of characters are looked up once a process
    small = memory(shelves, lambda shelf: PersonalIndex(shelf, {}))
    large = memory(shelves[:20], lambda shelf: Index(shelf, {}, {}))
    index = PersonalIndex(shelves[0], {})
    found = {
        "agents": given.agents,
        "each": given.each,
        "own_kib_an_agent": round(small, 1),
        "own_mib_all": round(small * given.agents / 1024, 1),
        "team_kind_mib_all": round(large * given.agents / 1024, 1),
        "make_ms": round(milliseconds(lambda: PersonalIndex(shelves[0], {}), 20), 2),
        "search_ms": {typed: round(milliseconds(partial(index.levels, typed), 50), 2) for typed in TYPED},
    }
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
