"""An agent's own quick replies: what one may be, and with which others its shortcut clashes.

Not for finding them (`personal_reply_index.py`) nor for the team's, which are rows of tables (`scripts.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.domain import spelling
from assistant.domain.check_tables import template_hits
from assistant.domain.checks import Checks, Hit
from assistant.domain.errors import InvalidInput
from assistant.domain.script_checks import text_problems
from assistant.domain.scripts import QuickReply

MOST = 300
MOST_PINNED = 30
LONGEST = {"title": 60, "text": 2000, "group": 30, "shortcut": 20}
# What has no title of its own is called by how its text begins.
_CALLED_BY = 16
# No id of the team's begins so (`scripts.Slug`): one name says whose a quick reply is.
MARK = "~"
_SHORTCUT = re.compile(r"[^\s/／、]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an agent writes; texts are stripped, what is empty is empty."""

    title: str = ""
    text: str = ""
    group: str = ""
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class PersonalReply:
    """One quick reply of one agent. `place` orders them, `image` is the hash of a picture that goes with it."""

    id: int
    title: str
    text: str
    group: str
    shortcut: str
    place: int
    image: str | None
    changed_at: datetime

    @property
    def name(self) -> str:
        """How it is called where quick replies are named by one word: `~12`."""
        return f"{MARK}{self.id}"


def id_of(name: str) -> int | None:
    """The number in `~12`; None for a name of the team's."""
    number = name.removeprefix(MARK)
    return int(number) if name != number and number.isdecimal() and len(number) <= 18 else None


def as_quick_reply(reply: PersonalReply) -> QuickReply:
    """As those are that are searched and filled in; its id is its name."""
    return QuickReply.model_construct(
        id=reply.name, title=reply.title, text=reply.text, group=reply.group, shortcut=reply.shortcut or None
    )


def cleaned(wanted: Wanted) -> Wanted:
    """Stripped, with a title. Raises InvalidInput that says what to write instead."""
    text = wanted.text.replace("\r\n", "\n").strip()
    title, group = (" ".join(one.split()) for one in (wanted.title, wanted.group))
    found = Wanted(title or _called(text), text, group, wanted.shortcut.strip().lower())
    if not text:
        raise InvalidInput("a quick reply needs a text", reason="reply_empty")
    for name, most in LONGEST.items():
        length = len(getattr(found, name))
        if length > most:
            raise InvalidInput(f"{name} has at most {most} characters", reason=f"{name}_too_long", most=most, n=length)
    if found.shortcut and not _SHORTCUT.fullmatch(found.shortcut):
        raise InvalidInput("a shortcut has no spaces and no slashes", reason="shortcut_signs")
    return found


def _called(text: str) -> str:
    return " ".join(text.split())[:_CALLED_BY]


def judged(wanted: Wanted, checks: Checks, handbook: Iterable[str]) -> tuple[Hit, ...]:
    """What is doubtful in a text that may be kept. Raises InvalidInput for one that may not: words that checks stop, a
    variable that nobody knows."""
    problems = text_problems(wanted.text, handbook)
    if problems:
        words = problems[0].words or "{{"
        raise InvalidInput(f"{problems[0].message}: {problems[0].advice}", reason="reply_variable", words=words)
    hits = template_hits(checks, wanted.text)
    stopped = next((hit for hit in hits if hit.severity == "block"), None)
    if stopped is not None:
        message = f"{stopped.code} {stopped.name}: {stopped.words}; {stopped.reason}"
        raise InvalidInput(
            message, reason="reply_blocked", words=stopped.words, why=stopped.reason, instead=stopped.instead
        )
    return hits


@dataclass(frozen=True, slots=True)
class Clash:
    """Whose a shortcut is already, `own` or `team`, and what that quick reply is called."""

    whose: str
    title: str


def taken(own: Iterable[PersonalReply | Wanted], team: Iterable[QuickReply | Wanted]) -> dict[str, Clash]:
    """The shortcuts that somebody has, as the search reads them; of two that are the same the agent's own counts."""
    found: dict[str, Clash] = {}
    for whose, replies in (("own", own), ("team", team)):
        for one in replies:
            if one.shortcut:
                found.setdefault(spelling.kept(one.shortcut), Clash(whose, one.title))
    return found


def refuse_clash(shortcut: str, taken: Mapping[str, Clash]) -> None:
    """Raises InvalidInput that names the quick reply a shortcut clashes with."""
    found = taken.get(spelling.kept(shortcut)) if shortcut else None
    if found is not None:
        message = f"the shortcut {shortcut!r} belongs to the {found.whose} quick reply {found.title!r}: choose another"
        raise InvalidInput(message, reason=f"shortcut_{found.whose}", shortcut=shortcut, title=found.title)


def ordered(replies: Sequence[PersonalReply], ids: Sequence[int]) -> Mapping[int, int]:
    """The new place of each reply whose place changes: those of `ids` in this order, the others after them."""
    known = {one.id: one for one in replies}
    first = list(dict.fromkeys(id for id in ids if id in known))
    places = [*first, *(one.id for one in replies if one.id not in set(first))]
    return {id: place for place, id in enumerate(places, 1) if known[id].place != place}
