"""Fills the trainers' reply templates with what is known now: the result is a text an agent may send.

Not for HTML pages, for deciding which reply is meant, or for judging templates (`template_checks.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from jinja2 import Template, TemplateError, Undefined

from assistant.domain.scripts import HandbookEntry
from assistant.domain.template_checks import (
    BRACES,
    FILTERS,
    TEMPLATE_VARIABLES,
    check,
    compiled,
    slot,
    variables,
)

__all__ = [
    "FILTERS", "LONGEST_TEXT", "TEMPLATE_VARIABLES", "Lack", "Rendered",
    "check", "render", "shop_values", "variables", "yuan",
]  # fmt: skip

BROKEN = "话术模板有误"
LONGEST_TEXT = 2000
LONGEST_VALUE = 500


@dataclass(frozen=True, slots=True)
class Rendered:
    """A filled template. `missing` names what keeps it from being sent; the text shows it as 【name】."""

    text: str
    missing: tuple[str, ...] = ()

    @property
    def sendable(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Lack:
    """A value that is known not to be usable, and why, e.g. 已过期 2026-01-01."""

    reason: str


class _Missing(Undefined):
    """Stands in for a value that is not there: shows and remembers its name, is false in an `if`."""

    __slots__ = ("_note",)

    def __init__(self, label: str, note: list[str]) -> None:
        super().__init__(name=label)
        self._note = note

    def __str__(self) -> str:
        label = str(self._undefined_name)
        if label not in self._note:
            self._note.append(label)
        return f"【{label}】"

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
    except (TemplateError, RecursionError):
        return Rendered(_without_braces(text), (BROKEN,))
    note: list[str] = []
    context = {slot(name): _usable(name, values.get(name), note) for name in names}
    try:
        return _finished(_run(template, context).strip(), note)
    except (TemplateError, ArithmeticError, TypeError, ValueError):
        # A filter could not work with what it got: with a value that is missing, or with a word for a number.
        lacking = tuple(str(value)[1:-1] for value in context.values() if isinstance(value, _Missing))
        return Rendered(_without_braces(text), lacking or (BROKEN,))


def _run(template: Template, context: dict[str, object]) -> str:
    """What `template.render` does, without its detour over copies of the arguments."""
    return "".join(template.root_render_func(template.new_context(context, shared=True)))


def _finished(text: str, note: list[str]) -> Rendered:
    if BRACES.search(text):
        return Rendered(_without_braces(text), (*note, BROKEN))
    if len(text) > LONGEST_TEXT:
        return Rendered(text[:LONGEST_TEXT], (*note, f"超过{LONGEST_TEXT}字"))
    return Rendered(text, tuple(note)) if text else Rendered("", (*note, "内容为空"))


def _usable(name: str, value: object, note: list[str]) -> object:
    if isinstance(value, Lack):
        return _Missing(f"{name}（{value.reason}）", note)
    plain = _plain(value)
    if plain is None or plain == "":
        return _Missing(name, note)
    if isinstance(plain, str) and BRACES.search(plain):
        # A platform's own unfilled template must not reach a buyer.
        return _Missing(f"{name}（含未替换的变量）", note)
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


def shop_values(shop: Mapping[str, HandbookEntry], today: date) -> dict[str, object]:
    """The handbook as template values: `{"shop.cutoff": "16:00"}`; entries not valid `today` are a Lack."""
    return {f"shop.{key}": _entry_value(entry, today) for key, entry in shop.items()}


def _entry_value(entry: HandbookEntry, today: date) -> object:
    if entry.valid_to is not None and entry.valid_to < today:
        return Lack(f"已过期 {entry.valid_to.isoformat()}")
    if entry.valid_from is not None and entry.valid_from > today:
        return Lack(f"{entry.valid_from.isoformat()} 起生效")
    return entry.value


def yuan(fen: int) -> str:
    """12900 → 129, 12950 → 129.50: amounts as they are said in a chat."""
    whole, cents = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole}.{cents:02d}" if cents else f"{sign}{whole}"


def _without_braces(text: str) -> str:
    return BRACES.sub(lambda found: "【" if found[0][0] == "{" else "】", text)[:LONGEST_TEXT]
