"""What came of a back-test as it is kept and shown: plain values with people's names for situations, and buyers' words
masked and cut short. Not for comparing (`back_tests.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.domain.back_tests import Comparison, Shift, Turn
from assistant.domain.masking import masked
from assistant.domain.runs import Run
from assistant.domain.scripts import Scripts

# A trainer reads what was asked, not a whole quarrel.
MOST_TEXTS, LONGEST_TEXT = 4, 300
# States of follow-ups that never came up.
_KINDS = ("cancelled", "withheld", "missed")


def report(found: Comparison, before: Scripts, after: Scripts) -> dict[str, Any]:
    """JSON values. Pairs are [before, after]; `situations` those that came first anywhere, the greatest change first,
    each with the first runs it `gained` and `lost`."""
    names = {row.id: row.name for tables in (before, after) for row in tables.situations}
    checks: dict[str, str] = {row.code: row.name for tables in (before, after) for row in reversed(tables.checks)}
    return {
        "before": asdict(found.before),
        "after": asdict(found.after),
        "changed": found.changed,
        "refused": found.refused,
        "situations": [_shift(shift, names) for shift in found.shifts],
        "follow_ups": _follow_ups(found, before, after),
        "hits": [{"code": code, "name": checks.get(code, code), "times": times} for code, times in found.hits.items()],
    }


def _shift(shift: Shift, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": shift.situation,
        "name": names.get(shift.situation, shift.situation),
        "times": (shift.before, shift.after),
        "moved": bool(shift.won or shift.gone),
        "won": shift.won,
        "gone": shift.gone,
        "gained": [_turn(turn, names) for turn in shift.gained],
        "lost": [_turn(turn, names) for turn in shift.lost],
    }


def _turn(turn: Turn, names: Mapping[str, str]) -> dict[str, Any]:
    offered = [_first(run, names) for run in (turn.before, turn.after)]
    return run_of(turn.before) | {"offered": offered, "times": turn.times}


def run_of(run: Run) -> dict[str, Any]:
    """A run as it is listed away from its chat: where it is, what was said, and how it was answered."""
    said = None if run.said is None else short(run.said)
    place = {"platform": run.platform, "conversation": run.conversation, "at": run.asked_at.timestamp()}
    return {**place, "texts": [short(text) for text in run.texts[-MOST_TEXTS:]], "said": said}


def short(text: str) -> str:
    """Masked, and no longer than a trainer reads."""
    said = masked(text)
    return said if len(said) <= LONGEST_TEXT else f"{said[:LONGEST_TEXT]}…"


def _first(run: Run, names: Mapping[str, str]) -> str | None:
    return names.get(run.offers[0].situation, run.offers[0].situation) if run.offers else None


def _follow_ups(found: Comparison, before: Scripts, after: Scripts) -> Sequence[dict[str, Any]]:
    """By touchpoint, how many came up, and how many did not and why."""
    names = {row.id: row.name for tables in (before, after) for row in tables.touchpoints}
    ids = dict.fromkeys([*(id for id, _ in found.follow_ups), *found.fired])
    nothing = (0, 0)
    return [
        {
            "id": id,
            "name": names.get(id, id),
            "fired": found.fired.get(id, nothing),
            **{kind: found.follow_ups.get((id, kind), nothing) for kind in _KINDS},
        }
        for id in ids
    ]
