"""Fills the trainers' reply templates with what is known now: the result is a text an agent may send.

Not for HTML pages, for deciding which reply is meant, or for judging templates (`template_checks.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from jinja2 import Template, TemplateError, Undefined

from assistant.domain.template_checks import (
    BRACES,
    TEMPLATE_VARIABLES,
    check,
    compiled,
    slot,
    variables,
)
from assistant.domain.template_filters import FILTERS

__all__ = [
    "FILTERS", "LONGEST_TEXT", "TEMPLATE_VARIABLES", "Lack", "Rendered",
    "check", "render", "variables", "yuan",
]  # fmt: skip

# What a text lacks is said in no language: the name of a variable, or `text`; then why, if it is not simply unknown;
# then the day that is about. Pages say it in the reader's language (`web/lacks.py`).
BROKEN, TOO_LONG, EMPTY = "text broken", "text too_long", "text empty"
UNFILLED = "unfilled"
LONGEST_TEXT = 2000
LONGEST_VALUE = 500


@dataclass(frozen=True, slots=True)
class Rendered:
    """A filled template. `missing` says what keeps it from being sent, e.g. `promotion.title` or
    `shop.cutoff expired 2026-01-01`; the text shows the name as 【shop.cutoff】."""

    text: str
    missing: tuple[str, ...] = ()

    @property
    def sendable(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Lack:
    """A value that is known not to be usable, and why: `expired 2026-01-01`, `coming 2026-03-01`."""

    reason: str


class _Missing(Undefined):
    """Stands in for a value that is not there: shows its name and remembers what is lacking, is false in an `if`."""

    __slots__ = ("_note", "lacking")

    def __init__(self, name: str, note: list[str], reason: str = "") -> None:
        super().__init__(name=name)
        self._note = note
        self.lacking = f"{name} {reason}" if reason else name

    def __str__(self) -> str:
        if self.lacking not in self._note:
            self._note.append(self.lacking)
        return f"【{self._undefined_name}】"

    def __bool__(self) -> bool:
        return False

    def _never(self, other: object) -> bool:
        return False

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _never  # type: ignore[assignment]  # here they answer instead of failing
    __hash__ = None  # type: ignore[assignment]  # like any value that compares by its own rule


def render(text: str, values: Mapping[str, object]) -> Rendered:
    """Fill `text` with `values`: `{"promotion.title": "满200减30", "shop.cutoff": Lack("已过期 …")}`.

    Amounts are yuan as text (`yuan`). None, "" and absent are missing. Never raises: a template that
    `check` would refuse comes back unfilled and not sendable.
    """
    try:
        template, names = compiled(text)
    except TemplateError:
        return Rendered(_without_braces(text), (BROKEN,))
    note: list[str] = []
    context = {slot(name): _usable(name, values.get(name), note) for name in names}
    try:
        return _finished(_run(template, context).strip(), note)
    except (TemplateError, ArithmeticError, TypeError, ValueError, RecursionError):
        # A filter could not work with what it got: with a value that is missing, or with a word for a number.
        lacking = tuple(value.lacking for value in context.values() if isinstance(value, _Missing))
        return Rendered(_without_braces(text), lacking or (BROKEN,))


def _run(template: Template, context: dict[str, object]) -> str:
    """What `template.render` does, without its detour over copies of the arguments; not much longer than is allowed."""
    pieces: list[str] = []
    left = LONGEST_TEXT
    for piece in template.root_render_func(template.new_context(context, shared=True)):
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            break
    return "".join(pieces)


def _finished(text: str, note: list[str]) -> Rendered:
    if BRACES.search(text):
        return Rendered(_without_braces(text), (*note, BROKEN))
    if len(text) > LONGEST_TEXT:
        return Rendered(text[:LONGEST_TEXT], (*note, TOO_LONG))
    return Rendered(text, tuple(note)) if text else Rendered("", (*note, EMPTY))


def _usable(name: str, value: object, note: list[str]) -> object:
    if isinstance(value, Lack):
        return _Missing(name, note, value.reason)
    plain = _plain(value)
    if plain is None or plain == "":
        return _Missing(name, note)
    if isinstance(plain, str) and BRACES.search(plain):
        # A platform's own unfilled template must not reach a buyer.
        return _Missing(name, note, UNFILLED)
    return plain


def _plain(value: object) -> str | int | float | None:
    """Values as they are read out; numbers stay numbers, so that an `if` can compare them."""
    if isinstance(value, str):
        return value.strip()[:LONGEST_VALUE]
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.month}月{value.day}日{value:%H:%M}"
    if isinstance(value, date):
        return f"{value.month}月{value.day}日"
    if isinstance(value, (list, tuple)):
        return "、".join(str(one) for one in value)[:LONGEST_VALUE]
    return str(value).strip()[:LONGEST_VALUE]


def yuan(fen: int) -> str:
    """12900 → 129, 12950 → 129.50: amounts as they are said in a chat."""
    whole, cents = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole}.{cents:02d}" if cents else f"{sign}{whole}"


def _without_braces(text: str) -> str:
    return BRACES.sub(lambda found: "【" if found[0][0] == "{" else "】", text)[:LONGEST_TEXT]
