"""What to do about an input that pydantic refuses: its own words say what is wrong, not how to put it right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from assistant.domain.problems import proposal

OFFSET = "the time has no offset: write it as 2026-11-11T10:00:00+08:00"
NUL = "this holds a character without a meaning (NUL), which cannot be kept: leave it out"
ADDRESS = "write an address without a path, such as https://chat.example.com"
DATE = "this is no date: write it as 2026-11-11"
TIME = "this is no time: write it as 2026-11-11T10:00:00+08:00"
OBJECT = "send a JSON object with names and values, not {found}"
_SAID: Mapping[str, Callable[[Any, Any], str]] = MappingProxyType(
    {
        "missing": lambda _, __: "this field is required: add it",
        "timezone_aware": lambda _, __: OFFSET,
        "datetime_parsing": lambda _, __: TIME,
        "datetime_from_date_parsing": lambda _, __: TIME,
        "datetime_object_invalid": lambda _, __: TIME,
        **dict.fromkeys(("date_type", "date_from_datetime_parsing", "date_from_datetime_inexact"), lambda _, __: DATE),
        "model_type": lambda found, _: OBJECT.format(found=_kind(found)),
        "model_attributes_type": lambda found, _: OBJECT.format(found=_kind(found)),
        "dict_type": lambda found, _: OBJECT.format(found=_kind(found)),
        "string_type": lambda found, _: f"this is a text: put it in quotes, not {_kind(found)}",
        "literal_error": lambda found, more: f"{_quoted(found)} is not known here: send {more['expected']}",
        "string_pattern_mismatch": lambda _, more: NUL if r"\x00" in more["pattern"] else ADDRESS,
        "string_too_short": lambda _, __: "this must not be empty",
        "string_too_long": lambda _, more: f"this is too long: send at most {more['max_length']} characters",
        "too_long": lambda _, more: f"these are too many: send at most {more['max_length']}",
        "list_type": lambda found, _: f"send a list, not {_kind(found)}",
        "bool_type": lambda _, __: "send true or false",
        "bool_parsing": lambda _, __: "send true or false",
        **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), lambda _, __: "send a whole number"),
        "greater_than_equal": lambda _, more: f"this is too small: send at least {more['ge']}",
        "less_than_equal": lambda _, more: f"this is too large: send at most {more['le']}",
        "less_than": lambda _, more: f"this is too large: send less than {more['lt']}",
        "decimal_max_places": lambda _, more: f"send at most {more['decimal_places']} digits after the point",
        "decimal_max_digits": lambda _, more: f"this is too large: send at most {more['max_digits']} digits",
        "decimal_whole_digits": lambda _, more: f"send at most {more['whole_digits']} digits before the point",
        "json_invalid": lambda _, more: f"this is no JSON ({more['error']}): send one object",
        "value_error": lambda _, more: str(more["error"]),
        "extra_forbidden": lambda _, __: "there is no such field here: leave it out, or correct its name",
    }
)
_KINDS = {str: "a text", list: "a list", bool: "true or false", int: "a number", float: "a number", type(None): "null"}


def advice(problem: Mapping[str, Any], types: Collection[str] = ()) -> tuple[str, str]:
    """(dotted field, what to do) for one of pydantic's problems; `types` are the values of the field `type`."""
    place, kind = [str(part) for part in problem["loc"]], problem["type"]
    if kind == "union_tag_invalid":
        found = str(problem["ctx"]["tag"])[:40]
        return "type", f"{found!r} is no type of event: {proposal(found, types)}"
    if kind == "union_tag_not_found":
        return "type", "say what kind of event this is: use one of: " + ", ".join(sorted(types))
    # The first part of the place is the event's type, which the sender did not write as a field.
    field = ".".join(place[1:] if place and place[0] in types else place)
    said = _SAID.get(kind)
    return field, said(_short(problem.get("input")), problem.get("ctx") or {}) if said else str(problem["msg"])


def _short(value: object) -> object:
    return value[:40] if isinstance(value, str) else value


def _quoted(value: object) -> str:
    return "null" if value is None else repr(value)


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "this")
