"""Tells which quick reply a message came from, by its words: most platforms do not say where a text was taken from.

Not for replies of situations, whose cards are known (`suggestions.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from assistant.domain.blanks import BLANK
from assistant.domain.quick_reply_index import read_out
from assistant.domain.scripts import HandbookEntry, QuickReply
from assistant.domain.suggestions import ALIKE

# A message is looked up by this many characters at one of its ends: a dictionary instead of a search.
LONGEST_END, SHORTEST_END = 8, 5
INSERTED_ALIKE = 60.0
# What stands in for a value or a blank; longer than this it is no value any more.
_FILLED = r"[\s\S]{0,60}?"
_HOLE = "\0"
_HOLES = re.compile(rf"(?:{_HOLE}|{BLANK.pattern})")


class Origin(NamedTuple):
    """The quick reply's id, and whether the agent changed its words."""

    id: str
    edited: bool


def came_from(text: str, sent: str) -> bool | None:
    """Whether the message sent after a text was inserted has changed it; None: it is another message. Blanks that were
    filled in are no change. It was inserted a moment before, so it need not be as alike as one that is recognised, and
    however much is added to it, it is still there."""
    text, sent = text.strip(), sent.strip()
    pieces = _HOLES.split(text)
    if re.fullmatch(_FILLED.join(map(re.escape, pieces)), sent):
        return False
    plain = "".join(pieces)
    added_to = len(plain) >= SHORTEST_END and text in sent
    return True if added_to or fuzz.ratio(sent, plain) >= INSERTED_ALIKE else None


class _Known(NamedTuple):
    """One quick reply's text: as a pattern in which anything may fill the holes, and as plain words."""

    id: str
    pattern: str
    plain: str


class Origins:
    """One published version's quick replies by how their texts begin, or end where they begin with a value.

    A text with neither end long enough is not recognised.
    """

    def __init__(self, replies: Sequence[QuickReply], shop: Mapping[str, HandbookEntry]) -> None:
        self._by_end: dict[tuple[bool, str], list[_Known]] = {}
        for reply in replies:
            pieces = _HOLES.split(read_out(reply.text.strip(), shop, _HOLE))
            known = _Known(reply.id, _FILLED.join(map(re.escape, pieces)), "".join(pieces))
            for first, piece in ((True, pieces[0][:LONGEST_END]), (False, pieces[-1][-LONGEST_END:])):
                if len(piece) >= SHORTEST_END:
                    self._by_end.setdefault((first, piece), []).append(known)
                    break

    def of(self, text: str) -> Origin | None:
        """The quick reply this text is, perhaps with its holes filled and small edits."""
        text = text.strip()
        found = list(self._candidates(text))
        for known in found:
            if re.fullmatch(known.pattern, text):
                return Origin(known.id, False)
        best = max(found, key=lambda known: fuzz.ratio(text, known.plain), default=None)
        return Origin(best.id, True) if best and fuzz.ratio(text, best.plain) >= ALIKE else None

    def _candidates(self, text: str) -> Iterator[_Known]:
        for length in range(LONGEST_END, SHORTEST_END - 1, -1):
            yield from self._by_end.get((True, text[:length]), ())
            yield from self._by_end.get((False, text[-length:]), ())
