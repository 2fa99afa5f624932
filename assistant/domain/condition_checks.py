"""Says what is wrong with a condition and what to write instead.

Not for deciding whether it holds (`conditions.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.domain.conditions import CONDITION_PATHS, Condition, ConditionPath, can_hold, number_of
from assistant.domain.problems import Problem, proposal


def check(condition: Condition) -> list[Problem]:
    """What is wrong with a condition; places begin with the path."""
    problems: list[Problem] = []
    for path, asked in condition.items():
        known = CONDITION_PATHS.get(path)
        if known is None:
            problems.append(
                Problem(f"unknown condition `{path}`", proposal(path, CONDITION_PATHS), (path,), at_key=True)
            )
        else:
            found = _asked_problems(path, known, asked) or _never(path, asked)
            problems.extend(problem.under(path) for problem in found)
    return problems or _without_order(condition)


def _never(path: str, asked: object) -> list[Problem]:
    if can_hold(path, asked):
        return []
    return [Problem(f"`{path}` leaves no value: it never holds", "ask for less, or leave the condition out")]


def _without_order(condition: Condition) -> list[Problem]:
    """Who has no order has none of which the amount or the age could be asked."""
    if condition.get("order.state") not in ("none", ["none"], ("none",)):
        return []
    return [
        Problem(
            f"with `order.state: none` there is no `{path}`: it never holds",
            "leave one of the two out",
            (path,),
            at_key=True,
        )
        for path in condition
        if path.startswith("order.") and path != "order.state"
    ]


def _asked_problems(path: str, known: ConditionPath, asked: object) -> list[Problem]:
    if isinstance(asked, Mapping):
        return _mapping_problems(path, known, asked)
    if isinstance(asked, (list, tuple)):
        if not asked:
            return [Problem(f"`{path}` asks for nothing", "name at least one value, or leave the condition out")]
        return [p.under(i) for i, one in enumerate(asked) for p in _value_problems(path, known, one)]
    return _value_problems(path, known, asked)


def _mapping_problems(path: str, known: ConditionPath, asked: Mapping[object, object]) -> list[Problem]:
    wrong = [str(key) for key in asked if key not in ("min", "max", "not")]
    if wrong:
        return [
            Problem(f"unknown key `{k}` in `{path}`", proposal(k, ("min", "max", "not")), (k,), at_key=True)
            for k in wrong
        ]
    if "not" in asked:
        if len(asked) > 1:
            return [Problem(f"`{path}` has `not` beside `min` or `max`", "write {not: {min: …, max: …}}")]
        return [problem.under("not") for problem in _asked_problems(path, known, asked["not"])]
    if not asked:
        return [Problem(f"`{path}` asks for nothing", "write a value, a list, {min, max} or {not: …}")]
    if known.kind != "number":
        return [Problem(f"`{path}` is no number, so it has no `min` or `max`", "write a value, a list or {not: …}")]
    return _range_problems(path, known, asked)


def _range_problems(path: str, known: ConditionPath, asked: Mapping[object, object]) -> list[Problem]:
    bad = [str(key) for key, value in asked.items() if number_of(value) is None]
    if bad:
        return [
            Problem(f"`{key}` of `{path}` must be a number", "write e.g. {min: 5, max: 100}", (key,)) for key in bad
        ]
    low, high = number_of(asked.get("min")), number_of(asked.get("max"))
    if low is not None and high is not None and low > high:
        return [Problem(f"`min` of `{path}` is above its `max`: it never holds", "swap the two numbers")]
    return [p.under(str(key)) for key, value in asked.items() for p in _number_problems(path, known, value)]


def _value_problems(path: str, known: ConditionPath, value: object) -> list[Problem]:
    if known.kind == "yesno":
        return (
            []
            if isinstance(value, bool)
            else [Problem(f"`{path}` is true or false, not `{value}`", "write true or false")]
        )
    if known.kind == "number":
        return _number_problems(path, known, value)
    if not isinstance(value, str):
        return [Problem(f"`{path}` is a word, not `{value}`", "put it in quotes if it is meant as text")]
    if known.values and value not in known.values:
        return [Problem(f"`{path}` is never `{value}`", proposal(value, known.values))]
    return []


def _number_problems(path: str, known: ConditionPath, value: object) -> list[Problem]:
    number = number_of(value)
    if number is None:
        return [Problem(f"`{path}` is a number, not `{value}`", "write e.g. {min: 5}")]
    if known.most is None:
        if known.least is None or number >= known.least:
            return []
        return [Problem(f"`{path}` is never `{value}`", f"write {known.least} or more")]
    if known.least is not None and known.least <= number <= known.most and number % 1 == 0:
        return []
    return [Problem(f"`{path}` is never `{value}`", f"write a whole number from {known.least} to {known.most}")]
