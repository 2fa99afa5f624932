"""What trainers should know of a handbook that is not wrong: entries that end, that nobody uses, that are absent.

Not for mistakes (`script_checks.py`): these are warnings, and tables with warnings can be published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from assistant.domain.handbook import PREFIX, SOON, keys_used
from assistant.domain.order_notes import LISTED
from assistant.domain.problems import Complaint, Place, Problem, nearest
from assistant.domain.scripts import HandbookEntry, QuickReply, Scripts, Situation
from assistant.domain.segments import SETTINGS
from assistant.domain.templates import render, variables
from assistant.domain.yaml_marks import Marked

T = TypeVar("T")
Placed = tuple[Marked, Place, T]


def warnings(
    shop: Mapping[str, Placed[HandbookEntry]],
    situations: Sequence[Placed[Situation]],
    quick_replies: Sequence[Placed[QuickReply]],
    shipped: Scripts,
    today: date,
) -> Iterator[Complaint]:
    """Of what files bring; what they lack comes from the shipped tables, as when they are published."""
    texts = [*_texts(situations), *((marked, (*place, "text"), row.text) for marked, place, row in quick_replies)]
    spoken = [text for _, _, text in texts]
    spoken += [] if situations else shipped.texts.values()
    spoken += [] if quick_replies else [quick.text for quick in shipped.quick_replies]
    used = frozenset(key for text in spoken for key in keys_used(text))
    for key, (marked, place, entry) in shop.items():
        for problem in entry_warnings(key, entry, used, today):
            yield marked.located(problem.under(*place))
    for marked, place, text in texts:
        for problem in text_warnings(text, shop or shipped.shop):
            yield marked.located(problem.under(*place))


def _texts(situations: Iterable[Placed[Situation]]) -> Iterator[Placed[str]]:
    for marked, place, row in situations:
        for at, reply in enumerate(row.replies):
            yield marked, (*place, "replies", at, "text"), reply.text


def entry_warnings(key: str, entry: HandbookEntry, used: Collection[str], today: date) -> Iterator[Problem]:
    """Whether an entry has ended or soon will, and whether no reply uses it."""
    if entry.valid_to is not None and entry.valid_to - today <= SOON:
        yield Problem(_ends(key, entry.valid_to, today), "write its new value and a later `valid_to`")
    if key not in used and key != LISTED and key not in SETTINGS:
        advice = f"use it as {{{{ {PREFIX}{key} }}}}, or delete it if agents need not look it up either"
        yield Problem(f"no reply uses `{key}`", advice, at_key=True)


def _ends(key: str, last: date, today: date) -> str:
    left = (last - today).days
    if left < 0:
        return f"`{key}` ended on {last.isoformat()}: replies that use it cannot be sent"
    when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
    return f"`{key}` ends {when}, on {last.isoformat()}: after that, replies that use it cannot be sent"


def text_warnings(text: str, known: Collection[str]) -> Iterator[Problem]:
    """The entries a template cannot do without and nobody wrote; mistyped ones are complained about elsewhere."""
    absent = [key for key in keys_used(text) if key not in known and not nearest(key, known, at_least=80)]
    for key in absent:
        name = f"{PREFIX}{key}"
        if name in render(text, dict.fromkeys(set(variables(text)) - {name}, "1")).missing:
            advice = f"add `{key}: …` to shop.yaml"
            yield Problem(f"the handbook has no `{name}`: this cannot be sent", advice, words=name)
