"""What agents commonly change in a text before they send it: what they leave out, add or replace, counted over many.

Not for whether a text was changed at all (`suggestions.py`, `quick_reply_origins.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from assistant.domain.blanks import BLANK
from assistant.domain.masking import masked

Place = Literal["start", "middle", "end"]
# A change longer than this is another text; of two changes with so little between them one is made.
LONGEST, NEAR = 30, 1
COMMON = 5


class Change(NamedTuple):
    """What was taken out and what was put in its place, at the beginning, the end or in between."""

    gone: str
    come: str
    place: Place


@dataclass(frozen=True, slots=True)
class Common:
    """A change and how many messages have it."""

    change: Change
    count: int


def common(pairs: Iterable[tuple[str, str]], most: int = COMMON) -> tuple[Common, ...]:
    """The changes that occur most, each counted once a message; `pairs` are (offered, sent)."""
    counted = Counter(change for offered, sent in pairs for change in set(changes(offered, sent)))
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Common(change, count) for change, count in ranked[:most])


def changes(offered: str, sent: str) -> list[Change]:
    """From one text to the other, personal data masked; blanks that were filled in are no change."""
    offered, sent = offered.strip(), sent.strip()
    found = []
    for start, end, at, till in _merged(offered, sent):
        gone, come = offered[start:end], sent[at:till]
        if max(len(gone), len(come)) <= LONGEST and not BLANK.search(offered[max(0, start - 2) : end + 2]):
            place: Place = "start" if start == 0 else "end" if end == len(offered) else "middle"
            found.append(Change(masked(gone), masked(come), place))
    return found


def _merged(offered: str, sent: str) -> Iterator[tuple[int, int, int, int]]:
    """Spans that differ: two with hardly anything in between are one."""
    last: tuple[int, int, int, int] | None = None
    for how, start, end, at, till in SequenceMatcher(None, offered, sent, autojunk=False).get_opcodes():
        if how == "equal":
            continue
        if last is not None and start - last[1] <= NEAR:
            last = last[0], end, last[2], till
            continue
        if last is not None:
            yield last
        last = start, end, at, till
    if last is not None:
        yield last
