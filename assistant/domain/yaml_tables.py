"""The trainers' folder as texts in, the tables as values out, with a complaint for everything that is wrong.

Not for reading folders (a service does) and not for what makes rows right inside (`script_checks.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from assistant.domain.check_rows import Check
from assistant.domain.handbook_checks import warnings
from assistant.domain.problems import Complaint, Place, Problem, proposal
from assistant.domain.row_reading import read_row
from assistant.domain.said_twice import said_twice
from assistant.domain.script_checks import shop_problems
from assistant.domain.scripts import STAGES, HandbookEntry, Promotion, QuickReply, Scripts, Situation, Touchpoint
from assistant.domain.tables_together import Read, check_rows, try_checks
from assistant.domain.yaml_marks import Marked, read_yaml

Row = TypeVar("Row", Situation, Touchpoint, QuickReply, Promotion, Check)

# What a file may say at its top, and for which of its rows `stage` and `group` are meant.
TOP_KEYS = (
    "stage", "group", "situations", "touchpoints", "quick_replies", "shop", "promotions", "small_talk", "synonyms",
    "checks", "check_words",
)  # fmt: skip
_WHOLE_FILES = {"shop": "shop", "small_talk": "small_talk", "synonyms": "synonyms"}
# Folders beside these tables that are read elsewhere.
_OTHER_FOLDERS = ("cases", "demo", "practice")


class Tables(NamedTuple):
    """What files say: the tables, what is wrong with them, and what is not wrong but worth knowing."""

    scripts: Scripts
    complaints: list[Complaint]
    warnings: list[Complaint]


def read_tables(files: Mapping[str, str], shipped: Scripts | None = None) -> tuple[Scripts, list[Complaint]]:
    """Read `{relative file name: YAML text}`.

    Rows with complaints about their shape are left out, all others are returned, so look at the complaints
    first. When the files bring no situations, a touchpoint's reply is looked for among the `shipped` ones.
    """
    return look_over(files, shipped)[:2]


def look_over(
    files: Mapping[str, str], shipped: Scripts | None = None, today: date | None = None, *, tried: bool = False
) -> Tables:
    """As `read_tables`, with what a trainer should know besides, given which day it is.

    `tried`: the checks are tried on their own sentences and on all texts that agents are offered.
    """
    read = Read()
    marked = [_read_file(read, name, files[name]) for name in sorted(files)]
    situations = [row for _, _, row in read.situations] or list(shipped.situations if shipped else ())
    lists = {**(shipped.check_words if shipped else {}), **read.check_words}
    check_rows(read, situations, (*read.shop, *(shipped.shop if shipped else ())), lists)
    found = [*said_twice(read.situations), *_warnings(read, shipped or Scripts(), today)]
    if tried and not any(one.complaints for one in marked):
        found += try_checks(read, shipped or Scripts(), lists)
    complaints = sorted(complaint for one in marked for complaint in one.complaints)
    return Tables(_scripts(read), complaints, sorted(found))


def _warnings(read: Read, shipped: Scripts, today: date | None) -> list[Complaint]:
    return [] if today is None else list(warnings(read.shop, read.situations, read.quick_replies, shipped, today))


def _whole(rows: Iterable[tuple[Marked, Place, Row]]) -> tuple[Row, ...]:
    return tuple(row for marked, place, row in rows if place not in marked.partial)


def _scripts(read: Read) -> Scripts:
    return Scripts(
        situations=_whole(read.situations),
        touchpoints=_whole(read.touchpoints),
        quick_replies=_whole(read.quick_replies),
        promotions=_whole(read.promotions),
        shop={key: row for key, (_, _, row) in read.shop.items()},
        small_talk=tuple(read.small_talk),
        synonyms=read.synonyms,
        checks=_whole(read.checks),
        check_words=read.check_words,
    )


# --- one file ---


def _read_file(read: Read, name: str, text: str) -> Marked:
    marked = read_yaml(name, text)
    parts = re.split(r"[/\\]", name)
    if marked.value is None or any(part in _OTHER_FOLDERS for part in parts[:-1]):
        return marked
    top, prefix = _top(marked, parts[-1].rsplit(".", 1)[0])
    if top is not None:
        _read_top(read, marked, top, prefix)
    return marked


def _top(marked: Marked, stem: str) -> tuple[dict[str, object] | None, Place]:
    """The file's top level; shop.yaml, small_talk.yaml and synonyms.yaml may leave their own key out."""
    key = _WHOLE_FILES.get(stem)
    value = marked.value
    if key and not (isinstance(value, dict) and key in value):
        return {key: value}, ("",)
    if isinstance(value, dict):
        return value, ()
    marked.complain(
        Problem("the file must begin with a key such as `situations:`", "write `situations:` above the rows")
    )
    return None, ()


def _read_top(read: Read, marked: Marked, top: dict[str, object], prefix: Place) -> None:
    for key in top:
        if key not in TOP_KEYS:
            marked.complain(Problem(f"unknown key `{key}`", proposal(key, TOP_KEYS), (key,), at_key=True))
    place = _places(prefix)
    given = _file_wide(marked, top)
    situations = _rows(marked, top, "situations", Situation, {"stage": given.get("stage")})
    read.situations.extend((marked, where, row) for where, row in situations)
    touchpoints = _rows(marked, top, "touchpoints", Touchpoint, {})
    read.touchpoints.extend((marked, where, row) for where, row in touchpoints)
    quick = _rows(marked, top, "quick_replies", QuickReply, given)
    read.quick_replies.extend((marked, where, row) for where, row in quick)
    promotions = _rows(marked, top, "promotions", Promotion, {})
    read.promotions.extend((marked, where, row) for where, row in promotions)
    checks = _rows(marked, top, "checks", Check, {})
    read.checks.extend((marked, where, row) for where, row in checks)
    _read_shop(read, marked, top.get("shop"), place("shop"))
    read.small_talk.extend(_words(marked, top.get("small_talk"), place("small_talk")))
    _read_lists(read.synonyms, marked, top.get("synonyms"), place("synonyms"))
    lists = _read_lists(read.check_words, marked, top.get("check_words"), place("check_words"))
    read.lists.extend((marked, place("check_words"), name) for name in lists)


def _places(prefix: Place) -> Callable[[str], Place]:
    return lambda key: () if prefix else (key,)


def _file_wide(marked: Marked, top: dict[str, object]) -> dict[str, object]:
    """What the file says for all of its rows."""
    stage, group = top.get("stage"), top.get("group")
    if stage is not None and stage not in STAGES:
        marked.complain(Problem(f"unknown stage `{stage}`", proposal(str(stage), STAGES), ("stage",)))
        stage = None
    if group is not None and not isinstance(group, str):
        marked.complain(Problem("`group` must be text", "put it in quotes", ("group",)))
        group = None
    return {"stage": stage, "group": group}


def _rows(
    marked: Marked, top: dict[str, object], key: str, model: type[Row], given: Mapping[str, object]
) -> Iterator[tuple[Place, Row]]:
    listed = top.get(key)
    if listed is None:
        return
    if not isinstance(listed, list):
        marked.complain(Problem(f"`{key}` must be a list", "begin each row with `- id: …`", (key,)))
        return
    for at, value in enumerate(listed):
        if marked.full:
            return
        place: Place = (key, at)
        if not isinstance(value, dict):
            marked.complain(Problem("a row must have keys", "write `- id: …` and the other keys below it", place))
            continue
        filled = {name: one for name, one in given.items() if one is not None and name not in value} | value
        row = read_row(marked, place, filled, model)
        if row is not None:
            yield place, row


# --- handbook, small talk, synonyms ---


def _read_shop(read: Read, marked: Marked, value: object, place: Place) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        marked.complain(Problem("the handbook must have keys", 'write e.g. `cutoff: {value: "16:00"}`', place))
        return
    for problem in shop_problems(value):
        marked.complain(problem.under(*place))
    for key, entry in value.items():
        where = (*place, key)
        if key in read.shop:
            message = f"the handbook entry `{key}` is written twice"
            marked.complain(Problem(message, "keep one of them", where, at_key=True))
            continue
        said = _entry(marked, entry, where)
        row = read_row(marked, where, said, HandbookEntry)
        if row is not None and where not in marked.partial:
            read.shop[key] = marked, where, row


def _entry(marked: Marked, entry: object, place: Place) -> dict[str, object]:
    """`cutoff: "16:00"` is short for `cutoff: {value: "16:00"}`; numbers are read out as they are written."""
    if not isinstance(entry, dict):
        return {"value": _as_written(marked, entry, place)}
    if "value" not in entry:
        return entry
    return {**entry, "value": _as_written(marked, entry["value"], (*place, "value"))}


def _as_written(marked: Marked, value: object, place: Place) -> object:
    if isinstance(value, list):
        return [_as_written(marked, one, (*place, at)) for at, one in enumerate(value)]
    return marked.raw.get(place, value) if value is not None else None


def _words(marked: Marked, value: object, place: Place) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        marked.complain(Problem("this must be a list of texts", "write one text a line, each after `- `", place))
        return []
    good = []
    for at, one in enumerate(value):
        said = marked.raw.get((*place, at), "").strip()
        if said and one is not None:
            good.append(said)
        else:
            marked.complain(Problem("this must be a text", "write one text a line; quotes help", (*place, at)))
    return good


def _read_lists(into: dict[str, tuple[str, ...]], marked: Marked, value: object, place: Place) -> list[str]:
    """Words by the plain word they belong to; returns the plain words."""
    if value is None:
        return []
    if not isinstance(value, dict):
        key = place[-1] if place else "synonyms"
        marked.complain(Problem(f"{key} must have keys", "write `plain word: [other ways to write it]`", place))
        return []
    for word, variants in value.items():
        into[word] = (*into.get(word, ()), *_words(marked, variants, (*place, word)))
    return list(value)
