"""Turns one marked YAML row into a model, or into complaints a trainer can act on.

Not for checks between rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from assistant.domain.problems import Place, Problem, proposal
from assistant.domain.scripts import Promotion, Situation
from assistant.domain.yaml_marks import Marked

Model = TypeVar("Model", bound=BaseModel)


def read_row(marked: Marked, place: Place, value: Mapping[str, object], model: type[Model]) -> Model | None:
    """The row, or None after complaining about everything that is wrong with its shape.

    Where only single keys are wrong, the rest of the row comes back and its place is noted as partial: good
    enough to be checked inside and to be referred to, so that one mistake does not hide or cause others.
    """
    if model is Situation:
        value = _with_phrases_as_written(marked, place, value)
    if model is Promotion:
        value = {key: _with_numbers_as_written(marked, (*place, key), one) for key, one in value.items()}
    value = _without_empty(model, value)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            # A list all of whose rows are wrong also counts as empty: that is said already.
            if one["type"] != "too_short" or not one["input"]:
                _complain(marked, place, model, dict(one))
        return _rest(marked, place, value, model, [one["loc"] for one in error.errors(include_url=False)])


def _rest(
    marked: Marked, place: Place, value: Mapping[str, object], model: type[Model], wrong: list[Place]
) -> Model | None:
    """The row without its wrong keys, if that is a row."""
    marked.partial.add(place)
    rest = value
    for loc in wrong:
        rest = _without(rest, loc)
    try:
        return model.model_validate(rest)
    except ValidationError:
        return None


def _without(value: Any, loc: Place) -> Any:
    if len(loc) == 1 and isinstance(value, Mapping):
        return {key: one for key, one in value.items() if key != loc[0]}
    if not loc or not isinstance(value, (Mapping, list)):
        return value
    if isinstance(value, list):
        return [_without(one, loc[1:]) if at == loc[0] else one for at, one in enumerate(value)]
    return {key: _without(one, loc[1:]) if key == loc[0] else one for key, one in value.items()}


def _with_phrases_as_written(marked: Marked, place: Place, value: Mapping[str, object]) -> Mapping[str, object]:
    """Buyers type numbers too: 666 among the phrases is a text."""
    phrases = value.get("phrases")
    if not isinstance(phrases, list):
        return value
    said = [one if one is None else marked.raw.get((*place, "phrases", at), one) for at, one in enumerate(phrases)]
    return {**value, "phrases": said}


def _with_numbers_as_written(marked: Marked, place: Place, value: object) -> object:
    """Money is exact: 19.90 must not pass through a binary fraction on its way."""
    if isinstance(value, list):
        return [_with_numbers_as_written(marked, (*place, at), one) for at, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: _with_numbers_as_written(marked, (*place, key), one) for key, one in value.items()}
    return marked.raw[place] if isinstance(value, float) else value


def _without_empty(model: type[BaseModel], value: Mapping[str, object]) -> Mapping[str, object]:
    """A key with nothing behind it counts as left out, where it may be left out."""
    fields = {str(one.validation_alias or name): one for name, one in model.model_fields.items()}
    needed = {key for key, one in fields.items() if one.is_required()}
    inner = {key: found for key, one in fields.items() if (found := _inner(one.annotation))}
    return {
        key: _without_empty_inside(inner[key], one) if key in inner else one
        for key, one in value.items()
        if one is not None or key in needed
    }


def _without_empty_inside(model: type[BaseModel], value: object) -> object:
    if isinstance(value, list):
        return [_without_empty_inside(model, one) for one in value]
    return _without_empty(model, value) if isinstance(value, Mapping) else value


def _complain(marked: Marked, place: Place, model: type[BaseModel], error: dict[str, Any]) -> None:
    loc: Place = tuple(error["loc"])
    kind = error["type"]
    if loc[-1:] in _OTHER_SCALARS:
        return
    if loc[-1:] == ("str",):
        loc = loc[:-1]
    if kind == "extra_forbidden":
        key = str(loc[-1])
        known = _keys(_model_at(model, loc[:-1]))
        marked.complain(Problem(f"unknown key `{key}`", proposal(key, known), (*place, *loc), at_key=True))
    elif kind == "missing":
        advice = f"add `{loc[-1]}: …`"
        marked.complain(Problem(f"`{loc[-1]}` is missing", advice, (*place, *loc[:-1])))
    else:
        message, advice = _said(_name(loc), kind, error)
        marked.complain(Problem(message, advice, (*place, *loc), at_key=error.get("input") is None))


# A value that may be a text, a number or a yes is complained about once, as a text.
_OTHER_SCALARS = (("int",), ("float",), ("bool",))


def _name(loc: Place) -> str:
    keys = [str(part) for part in loc if isinstance(part, str)]
    return keys[-1] if keys else "row"


def _keys(model: type[BaseModel]) -> list[str]:
    return [str(one.validation_alias or name) for name, one in model.model_fields.items()]


def _model_at(model: type[BaseModel], loc: Place) -> type[BaseModel]:
    """The model of the part of a row that `loc` leads to."""
    for part in loc:
        fields = {str(one.validation_alias or name): one for name, one in model.model_fields.items()}
        if isinstance(part, str) and part in fields:
            model = _inner(fields[part].annotation) or model
    return model


def _inner(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _inner(one))), None)


def _said(name: str, kind: str, error: Mapping[str, Any]) -> tuple[str, str]:
    """A pydantic error in a trainer's words: what is wrong and what to do."""
    given, ctx = error.get("input"), error.get("ctx", {})
    if kind == "value_error":
        wrong = str(ctx.get("error", error["msg"]))
        said = f"`{name}` cannot be `{given}`" if isinstance(given, str | int) else f"`{name}` is `{given}`: {wrong}"
        return _split(wrong) if ": " in wrong else (said, wrong)
    if kind == "literal_error":
        known = str(ctx["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"`{name}` is never `{given}`", proposal(str(given), known)
    if kind in _SAYINGS:
        return _SAYINGS[kind](name, given, ctx)
    return f"`{name}` is not right: {error['msg']}", "see docs/tables.md for what belongs here"


def _split(wrong: str) -> tuple[str, str]:
    message, _, advice = wrong.partition(": ")
    return message, advice


def _text_needed(name: str, given: object, ctx: Mapping[str, Any]) -> tuple[str, str]:
    if given is None:
        return f"`{name}` is empty", "write a text"
    return f"`{name}` must be text, not {_kind_of(given)}", "put it in quotes if it is meant as text"


def _kind_of(given: object) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "keys with values",
    }
    return names.get(type(given), "this")


def _pattern(name: str, given: object, ctx: Mapping[str, Any]) -> tuple[str, str]:
    if name in ("from", "to"):
        return f"`{name}` is no time of day: `{given}`", 'write hours and minutes in quotes, e.g. "08:00"'
    if name in ("amount", "price"):
        return f"`{name}` is no amount: `{given}`", 'write yuan in quotes, e.g. "129.00"'
    if name == "image":
        return f"`{name}` is no picture: `{given}`", "choose one on the scripts page"
    return f"`{name}` cannot be `{given}`", "use letters, digits and - without spaces, e.g. price-too-high"


_SAYINGS: Mapping[str, Callable[[str, object, Mapping[str, Any]], tuple[str, str]]] = {
    "string_type": _text_needed,
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda name, given, ctx: (
        (f"`{name}` is too short: `{given}`", f"write at least {ctx['min_length']} characters")
        if str(given).strip()
        else (f"`{name}` is empty", "write a text")
    ),
    "string_too_long": lambda name, given, ctx: (
        f"`{name}` is longer than {ctx['max_length']} characters",
        "make it shorter",
    ),
    "tuple_type": lambda name, given, ctx: (
        (f"`{name}` is empty", "write at least one")
        if given is None
        else (
            f"`{name}` must be a list",
            "write [one, another], or one a line after `- `",
        )
    ),
    "too_short": lambda name, given, ctx: (f"`{name}` is empty", "write at least one"),
    "too_long": lambda name, given, ctx: (
        f"`{name}` has more than {ctx['max_length']} rows",
        "split them up",
    ),
    "dict_type": lambda name, given, ctx: (f"`{name}` must have keys", "write e.g. {order.state: none}"),
    "mapping_type": lambda name, given, ctx: (f"`{name}` must have keys", "write e.g. {order.state: none}"),
    "model_type": lambda name, given, ctx: (f"`{name}` must have keys", "see docs/tables.md for its keys"),
    "int_type": lambda name, given, ctx: (f"`{name}` must be a whole number, not `{given}`", "write e.g. 2"),
    "int_parsing": lambda name, given, ctx: (
        f"`{name}` must be a whole number, not `{given}`",
        "write e.g. 2",
    ),
    "float_type": lambda name, given, ctx: (f"`{name}` must be a number, not `{given}`", "write e.g. 0.1"),
    "float_parsing": lambda name, given, ctx: (f"`{name}` must be a number, not `{given}`", "write e.g. 0.1"),
    "greater_than_equal": lambda name, given, ctx: (
        f"`{name}` is below {ctx['ge']:g}",
        f"write {ctx['ge']:g} or more",
    ),
    "less_than_equal": lambda name, given, ctx: (
        f"`{name}` is above {ctx['le']:g}",
        f"write {ctx['le']:g} or less",
    ),
    "date_from_datetime_parsing": lambda name, given, ctx: (
        f"`{name}` is no day: `{given}`",
        "write e.g. 2026-01-31",
    ),
    "date_parsing": lambda name, given, ctx: (f"`{name}` is no day: `{given}`", "write e.g. 2026-01-31"),
    "date_type": lambda name, given, ctx: (f"`{name}` is no day: `{given}`", "write e.g. 2026-01-31"),
}
