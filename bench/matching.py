"""Measures recognition on labelled buyer messages beside what other tools do, in one run.

Not a test: the data is public text that does not belong to the project, found beside the checkout.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import yaml
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from assistant.app.embedding import embedder
from assistant.domain.fitting import fit, fit_meaning
from assistant.domain.meaning import lesson
from assistant.domain.wording import plain

ROOT = Path(__file__).resolve().parent.parent
Scores = NDArray[np.float64]
Method = Callable[[str], Scores]


@dataclass(frozen=True)
class Scripts:
    """Situations with their phrases; what is not in the labelled set is there to distract."""

    phrases: Mapping[str, Sequence[str]]
    names: Mapping[str, str]

    @property
    def ids(self) -> list[str]:
        return list(self.phrases)

    @property
    def flat(self) -> tuple[list[str], NDArray[np.int64]]:
        """All phrases, and the situation's number of each."""
        pairs = [(text, row) for row, texts in enumerate(self.phrases.values()) for text in texts]
        return [text for text, _ in pairs], np.array([row for _, row in pairs])


@dataclass(frozen=True)
class Messages:
    """Labelled buyer messages; label None = nothing to suggest."""

    texts: list[str]
    labels: list[str | None]


def shipped(name: str) -> Any:
    """One of the lists that belong to the product."""
    return yaml.safe_load((ROOT / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8"))[name]


def load(folder: Path) -> tuple[Scripts, Messages]:
    """The 32 situations and the labelled messages."""
    rows = json.loads((folder / "matching_situations.json").read_text(encoding="utf-8"))
    lines = (folder / "matching_dev.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [json.loads(line) for line in lines if line]
    scripts = Scripts({row["id"]: row["examples"] for row in rows}, {row["id"]: row["name"] for row in rows})
    return scripts, Messages([row["text"] for row in labelled], [row["label"] for row in labelled])


def crowded(scripts: Scripts, folder: Path, total: int) -> Scripts:
    """`total` phrases: the rest are what agents wrote in recorded chats, in arbitrary groups of eight."""
    lines = (folder / "dialogues" / "jddc_chat_sample.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    said = sorted({row[6] for row in rows if len(row) > 6 and row[2] == "1" and 4 <= len(plain(row[6])) <= 40})
    random.Random(0).shuffle(said)
    said = said[: max(0, total - len(scripts.flat[0]))]
    groups = {f"other-{at}": said[at : at + 8] for at in range(0, len(said), 8)}
    return Scripts({**scripts.phrases, **groups}, scripts.names)


def pooled(values: Scores, owner: NDArray[np.int64], count: int) -> Scores:
    """The best phrase of each situation."""
    best = np.zeros(count)
    np.maximum.at(best, owner, values)
    return best


def by_ilike(scripts: Scripts) -> Method:
    """`phrase ILIKE '%message%'`, as chat tools search their canned responses."""
    texts, owner = scripts.flat
    lowered = [text.lower() for text in texts]

    def rank(message: str) -> Scores:
        asked = message.lower()
        return pooled(np.array([float(asked in text) for text in lowered]), owner, len(scripts.ids))

    return rank


def by_partial_ratio(scripts: Scripts) -> Method:
    """The nearest phrase by rapidfuzz."""
    texts, owner = scripts.flat

    def rank(message: str) -> Scores:
        ratios = process.cdist([message], texts, scorer=fuzz.partial_ratio, workers=1)[0]
        return pooled(ratios.astype(np.float64) / 100, owner, len(scripts.ids))

    return rank


def by_bm25(scripts: Scripts) -> Method:
    """The nearest phrase by BM25 over characters and pairs."""
    texts, owner = scripts.flat

    def cut(text: str) -> list[str]:
        return [*text, *(text[at : at + 2] for at in range(len(text) - 1))]

    index = bm25s.BM25()
    index.index([cut(text.lower()) for text in texts], show_progress=False)

    def rank(message: str) -> Scores:
        known = [gram for gram in cut(message.lower()) if gram in index.vocab_dict]
        if not known:
            return np.zeros(len(scripts.ids))
        return pooled(np.asarray(index.get_scores(known), np.float64), owner, len(scripts.ids))

    return rank


def timed(method: Method, texts: Sequence[str]) -> tuple[Scores, Scores]:
    """Scores (messages, situations) and milliseconds (messages,)."""
    rows, spent = [], []
    for text in texts:
        start = time.perf_counter()
        rows.append(method(text))
        spent.append((time.perf_counter() - start) * 1000)
    return np.array(rows), np.array(spent)


def measure(method: Method, scripts: Scripts, messages: Messages) -> dict[str, float]:
    """First, among three, AUC of the best score, and latency of one method."""
    scores, spent = timed(method, messages.texts)
    numbers = {key: row for row, key in enumerate(scripts.ids)}
    truth = np.array([numbers.get(label or "", -1) for label in messages.labels])
    asked, order = truth >= 0, np.argsort(-scores, axis=1, kind="stable")
    # A situation with score 0 was not found, however the ties were sorted.
    hits = (order == truth[:, None]) & (np.take_along_axis(scores, order, 1) > 0)
    return {
        "first": float(hits[asked, 0].mean()),
        "among_three": float(hits[asked, :3].any(axis=1).mean()),
        "auc": auc(scores[asked].max(axis=1), scores[~asked].max(axis=1)),
        "p50_ms": float(np.quantile(spent, 0.5)),
        "p99_ms": float(np.quantile(spent, 0.99)),
    }


def auc(asked: Scores, rest: Scores) -> float:
    """How often a real question scores above something else (ties count half)."""
    above = (asked[:, None] > rest[None, :]).mean() + (asked[:, None] == rest[None, :]).mean() / 2
    return float(above)


def ours(scripts: Scripts, messages: Messages) -> dict[str, float]:
    """Our recogniser: the same figures, how often it offers, and how long it takes to learn."""
    start = time.perf_counter()
    recogniser = fit(scripts.phrases, scripts.names, shipped("small_talk"), shipped("synonyms"))
    learnt = time.perf_counter() - start
    numbers = {key: row for row, key in enumerate(scripts.ids)}
    rankings, spent = [], []
    for text in messages.texts:
        start = time.perf_counter()
        rankings.append(recogniser.rank(text))
        spent.append((time.perf_counter() - start) * 1000)
    scores = np.zeros((len(messages.texts), len(numbers)))
    for row, ranking in enumerate(rankings):
        scores[row, [numbers[key] for key in ranking.ids]] = ranking.scores
    found = iter(scores)
    asked = np.array([label is not None for label in messages.labels])
    offered = np.array([ranking.offer for ranking in rankings])
    return measure(lambda _: next(found), scripts, messages) | {
        "p50_ms": float(np.quantile(spent, 0.5)),
        "p99_ms": float(np.quantile(spent, 0.99)),
        "offered_questions": float(offered[asked].mean()),
        "offered_rest": float(offered[~asked].mean()),
        "threshold": recogniser.threshold,
        "fit_seconds": learnt,
    }


def second(scripts: Scripts, messages: Messages) -> dict[str, float]:
    """Both looks together, and how often the second offers where the first was silent. Needs the extra [semantic]."""
    embed, small_talk = embedder(), shipped("small_talk")
    recogniser = fit(scripts.phrases, scripts.names, small_talk, shipped("synonyms"))
    taught = lesson(recogniser.ids, scripts.phrases, scripts.names, small_talk)
    meaning = fit_meaning(embed(taught.texts), taught.labels, len(recogniser.ids))
    firsts, rankings, spent = [recogniser.rank(text) for text in messages.texts], [], []
    for first, text in zip(firsts, messages.texts, strict=True):
        start = time.perf_counter()
        rankings.append(meaning.second(recogniser, first, embed([text])[0]))
        spent.append((time.perf_counter() - start) * 1000)
    numbers = {key: row for row, key in enumerate(scripts.ids)}
    scores = np.zeros((len(rankings), len(numbers)))
    for row, ranking in enumerate(rankings):
        scores[row, [numbers[key] for key in ranking.ids]] = ranking.scores
    found = iter(scores)
    offered = np.array([a.offer or b.offer for a, b in zip(firsts, rankings, strict=True)])
    filled = [(a, b, label) for a, b, label in zip(firsts, rankings, messages.labels, strict=True) if not a.offer]
    asked = np.array([label is not None for label in messages.labels])
    return measure(lambda _: next(found), scripts, messages) | {
        "offered_questions": float(offered[asked].mean()),
        "offered_rest": float(offered[~asked].mean()),
        "filled_right": sum(b.offer and b.ids[0] == label for _, b, label in filled),
        "filled_wrong": sum(b.offer and b.ids[0] != label for _, b, label in filled),
        "p50_ms": float(np.quantile(spent, 0.5)),
        "p99_ms": float(np.quantile(spent, 0.99)),
    }


def compare(scripts: Scripts, messages: Messages) -> dict[str, dict[str, float]]:
    """Every method on the same scripts and messages."""
    others = {"ILIKE": by_ilike, "partial_ratio": by_partial_ratio, "BM25": by_bm25}
    rows = {"ours": ours(scripts, messages)}
    rows |= {name: measure(make(scripts), scripts, messages) for name, make in others.items()}
    for row in rows.values():
        row["slower_than_ours"] = row["p50_ms"] / rows["ours"]["p50_ms"]
    return rows


def show(title: str, rows: Mapping[str, Mapping[str, float]]) -> None:
    """One table for people."""
    print(f"\n{title}\n{'':14}first  among3  AUC    p50 ms   p99 ms   p50 / ours")
    for name, row in rows.items():
        print(
            f"{name:14}{row['first']:.3f}  {row['among_three']:.3f}   {row['auc']:.3f}  "
            f"{row['p50_ms']:7.3f}  {row['p99_ms']:7.3f}  {row['slower_than_ours']:6.1f}"
        )
    mine = rows["ours"]
    print(
        f"ours offers on {mine['offered_questions']:.3f} of questions, "
        f"{mine['offered_rest']:.3f} of the rest (threshold {mine['threshold']:.3f}; "
        f"learnt in {mine['fit_seconds']:.1f} s)"
    )


def main() -> None:
    """Reads the arguments, measures both sizes, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--phrases", type=int, default=3000, help="size of the crowded table")
    parser.add_argument("--semantic", action="store_true", help="a second look by meaning, on the small table only")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    asked = parser.parse_args()
    if not (asked.data / "matching_dev.jsonl").is_file():
        sys.exit(f"No labelled messages in {asked.data}: give the folder that holds matching_dev.jsonl")
    scripts, messages = load(asked.data)
    if asked.semantic:
        print(json.dumps(second(scripts, messages), indent=1))
        return
    crowd = crowded(scripts, asked.data, asked.phrases)
    result = {"closed": compare(scripts, messages), "crowded": compare(crowd, messages)}
    if asked.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return
    show(
        f"{len(scripts.flat[0])} phrases, {len(scripts.ids)} situations, {len(messages.texts)} messages",
        result["closed"],
    )
    show(f"{len(crowd.flat[0])} phrases, {len(crowd.ids)} situations", result["crowded"])


if __name__ == "__main__":
    main()
