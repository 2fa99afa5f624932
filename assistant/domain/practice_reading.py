"""The folder of scripted buyers as texts in, the cast as a value out, with a complaint for everything that is wrong.

Not for the tables agents are offered replies from (`yaml_tables.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from assistant.domain.practice import Cast, Item, PracticePromotion, ScriptedBuyer
from assistant.domain.problems import Complaint, Place, Problem, proposal
from assistant.domain.row_reading import read_row
from assistant.domain.yaml_marks import Marked, read_yaml

FOLDER = "practice"
_MODELS: Mapping[str, type[BaseModel]] = {"items": Item, "promotions": PracticePromotion, "buyers": ScriptedBuyer}
_Row = tuple[Marked, Place, BaseModel]


def is_practice_file(name: str) -> bool:
    """Whether a file lies in a folder of scripted buyers."""
    return FOLDER in re.split(r"[/\\]", name)[:-1]


def read_cast(files: Mapping[str, str], situations: Sequence[str] = ()) -> tuple[Cast, list[Complaint]]:
    """Read `{relative file name: YAML text}`; `situations` are the ids a buyer's `reached` may name."""
    marked = [read_yaml(name, files[name]) for name in sorted(files)]
    rows: dict[str, list[_Row]] = {key: [] for key in _MODELS}
    for one in marked:
        for key, place, row in _rows(one):
            rows[key].append((one, place, row))
    for key, found in rows.items():
        _unique(key[:-1], found)
    _check_names(rows, situations)
    cast = Cast.model_validate({key: _whole(found) for key, found in rows.items()})
    return cast, sorted(complaint for one in marked for complaint in one.complaints)


def _whole(rows: list[_Row]) -> tuple[BaseModel, ...]:
    return tuple(row for marked, place, row in rows if place not in marked.partial)


def _rows(marked: Marked) -> Iterator[tuple[str, Place, BaseModel]]:
    if marked.value is None:
        return
    if not isinstance(marked.value, dict):
        marked.complain(Problem("the file must begin with a key such as `buyers:`", "write `buyers:` above the rows"))
        return
    for key, listed in marked.value.items():
        if key not in _MODELS:
            marked.complain(Problem(f"unknown key `{key}`", proposal(key, _MODELS), (key,), at_key=True))
        elif not isinstance(listed, list):
            marked.complain(Problem(f"`{key}` must be a list", "begin each row with `- id: …`", (key,)))
        else:
            yield from ((key, place, row) for place, row in _listed(marked, key, listed))


def _listed(marked: Marked, key: str, listed: list[object]) -> Iterator[tuple[Place, BaseModel]]:
    for at, value in enumerate(listed):
        if not isinstance(value, dict):
            marked.complain(Problem("a row must have keys", "write `- id: …` and the other keys below it", (key, at)))
            continue
        row = read_row(marked, (key, at), value, _MODELS[key])
        if row is not None:
            yield (key, at), row


def _unique(noun: str, rows: list[_Row]) -> None:
    first: dict[str, str] = {}
    for marked, place, row in rows:
        id = str(getattr(row, "id"))  # noqa: B009 - every model has one, their base does not
        if id in first:
            message, advice = f"the {noun} id `{id}` is used twice", f"it is already in {first[id]}: choose another"
            marked.complain(Problem(message, advice, (*place, "id")))
        else:
            first[id] = f"{marked.file}, line {marked.values[(*place, 'id')].line + 1}"


def _check_names(rows: Mapping[str, list[_Row]], situations: Sequence[str]) -> None:
    """What buyers name must be there: items, situations; and nobody pays what was not ordered, or orders twice."""
    items = [row.id for _, _, row in rows["items"] if isinstance(row, Item)]
    for marked, place, buyer in rows["buyers"]:
        if isinstance(buyer, ScriptedBuyer):
            for problem in _problems(buyer, items, situations):
                marked.complain(problem.under(*place))


def _problems(buyer: ScriptedBuyer, items: Sequence[str], situations: Sequence[str]) -> Iterator[Problem]:
    if buyer.item is not None and buyer.item not in items:
        yield Problem(f"there is no item `{buyer.item}`", proposal(buyer.item, items), ("item",))
    ordered = False
    for at, turn in enumerate(buyer.turns):
        for number, help_ in enumerate(turn.reached):
            if help_.situation is not None and help_.situation not in situations:
                message = f"there is no situation `{help_.situation}`"
                advice = proposal(help_.situation, situations)
                yield Problem(message, advice, ("turns", at, "reached", number, "situation"))
        for number, act in enumerate(turn.then):
            where: Place = ("turns", at, "then", number)
            if act.order is not None and act.order.item not in items:
                message = f"there is no item `{act.order.item}`"
                yield Problem(message, proposal(act.order.item, items), (*where, "order", "item"))
            if act.pay and not ordered:
                yield Problem("the buyer pays before ordering", "write an `order` before it", (*where, "pay"))
            if act.order is not None and ordered:
                yield Problem("a buyer orders once", "leave the second `order` out", (*where, "order"))
            ordered = ordered or act.order is not None
