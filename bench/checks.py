"""How well the checks tell, and how long they take: labelled sentences, then any texts of agents at hand.

Run: python -m bench.checks [TEXTS…] [--show 5]; a file holds one text a line, or JSON Lines with `text` and `side`.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.domain.checks import Hit
from tests.domain.check_samples import NOON, Sentence, checks, sentences, shipped

LABELLED = ("check_sentences.txt", "check_sentences_fresh.txt")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("texts", type=Path, nargs="*")
    options.add_argument("--show", type=int, default=0, help="so many examples of each check, drawn by --seed")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    started = time.process_time()
    checks()
    print(f"{len(shipped().checks)} checks made ready in {1000 * (time.process_time() - started):.0f} ms")
    for name in LABELLED:
        labelled = list(sentences(name))
        _judge(labelled)
        _time([row.text for row in labelled], name)
    for file in given.texts:
        texts = list(dict.fromkeys(_agents(file)))
        _time(texts, file.name)
        _fired(texts, given.show, given.seed)


def _hits(row: Sentence) -> Sequence[Hit]:
    return checks().hits(row.text, replace(NOON, categories=(row.category,)) if row.category else NOON)


def _judge(labelled: Sequence[Sentence]) -> None:
    for severity in ("block", "warn", "note"):
        wanted = [row for row in labelled if row.severity == severity]
        found = sum(any((hit.code, hit.severity) == (row.code, severity) for hit in _hits(row)) for row in wanted)
        print(f"{severity}: {found} of {len(wanted)} found")
    clean = [row for row in labelled if not row.code]
    stopped = [{hit.severity for hit in _hits(row)} for row in clean]
    for severity, worse in (("block", set[str]()), ("warn", {"block"})):
        wrong = sum(severity in found and not found & worse for found in stopped)
        print(f"clean sentences stopped by a {severity}: {wrong} of {len(clean)}")


def _time(texts: Sequence[str], name: str) -> None:
    taken = []
    for text in texts:
        started = time.perf_counter()
        checks().hits(text, NOON)
        taken.append(1e6 * (time.perf_counter() - started))
    cuts = statistics.quantiles(taken, n=100)
    print(f"{name}: {len(texts)} texts, µs each: p50 {cuts[49]:.0f}, p90 {cuts[89]:.0f}, p99 {cuts[98]:.0f}")


def _agents(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8").splitlines():
        said = json.loads(line) if line.startswith("{") else {"text": line}
        if said.get("side", "agent") == "agent" and said.get("text"):
            yield said["text"]


def _fired(texts: Sequence[str], show: int, seed: int) -> None:
    fired: Counter[tuple[str, str]] = Counter()
    where: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for text in texts:
        for hit in checks().hits(text, NOON):
            fired[hit.check, hit.severity] += 1
            where[hit.check].append((hit.words, text))
    drawn = random.Random(seed)
    for (check, severity), n in fired.most_common():
        print(f"{n:6} {n / len(texts):7.2%}  {severity:5} {check}")
        for words, text in drawn.sample(where[check], min(show, len(where[check]))):
            print(f"        「{words}」 {text[:100]}")


if __name__ == "__main__":
    main()
