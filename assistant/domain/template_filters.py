"""The filters that replies may use: small ones of our own, whose work and whose result are bounded whatever they are
given. Jinja's own reach into attributes (`join`), raise ten to any power (`round`) or multiply texts without end.

Not for judging where a filter stands (`template_checks.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from jinja2 import Undefined

# No value is longer, so no filter makes a longer one.
LONGEST = 2_000
# Digits behind the point that people say.
MOST_PLACES = 6

Value = str | int | float | Undefined


def _default(value: Value, other: Value = "", boolean: bool = False) -> Value:
    return other if isinstance(value, Undefined) or (boolean and not value) else value


def _round(value: Value, places: Value = 0) -> float:
    digits = _whole(places)
    if not 0 <= digits <= MOST_PLACES:
        raise ValueError("nobody says so many digits")
    return round(_number(value), digits) if digits else round(_number(value))


def _int(value: Value, other: Value = 0) -> int:
    try:
        return int(_number(value))
    except (ValueError, OverflowError):
        return _whole(other)


def _trim(value: Value) -> str:
    return _said(value).strip()


def _truncate(value: Value, length: Value = 255) -> str:
    """At most `length` characters, the last an ellipsis where something was cut."""
    said, most = _said(value), _whole(length)
    if most < 1:
        raise ValueError("nothing would be left")
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def _length(value: Value) -> int:
    return len(_said(value))


def _first(value: Value) -> str:
    return _said(value)[:1]


def _last(value: Value) -> str:
    return _said(value)[-1:]


def _join(value: Value, between: Value = "") -> str:
    said, sign = _said(value), _said(between)
    if len(said) * (len(sign) + 1) > LONGEST:
        raise ValueError("this makes too long a text")
    return sign.join(said)


def _upper(value: Value) -> str:
    return _said(value).upper()[:LONGEST]


def _lower(value: Value) -> str:
    return _said(value).lower()[:LONGEST]


def _said(value: Value) -> str:
    """A value as a text; one that is not there shows its name, and is noted as missing by that."""
    return str(value)[:LONGEST]


def _number(value: Value) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    return float(_said(value).strip())


def _whole(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("this must be a whole number")
    return value


# By name, with how much may stand in their brackets.
FILTERS: Mapping[str, tuple[Callable[..., Value], int]] = MappingProxyType(
    {
        "default": (_default, 2),
        "d": (_default, 2),
        "round": (_round, 1),
        "int": (_int, 1),
        "trim": (_trim, 0),
        "truncate": (_truncate, 1),
        "length": (_length, 0),
        "first": (_first, 0),
        "last": (_last, 0),
        "join": (_join, 1),
        "upper": (_upper, 0),
        "lower": (_lower, 0),
    }
)
