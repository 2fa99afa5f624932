"""What the forms of rows offer to choose from, by what people call it: variables, conditions, facts, replies, groups.

Not for reading rows or keeping them (`scripts.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any, get_args

from assistant.domain.check_rows import CODES
from assistant.domain.conditions import CONDITION_PATHS
from assistant.domain.drafts import Draft
from assistant.domain.events import Platform
from assistant.domain.facts import FACTS
from assistant.domain.problems import Complaint
from assistant.domain.script_rows import value_of
from assistant.domain.templates import TEMPLATE_VARIABLES
from assistant.services.desk import Shop
from assistant.web.form_names import FORMS
from assistant.web.texts import Catalogue
from assistant.web.value_names import CONDITION_VALUES, CONDITIONS, GAPS, VARIABLES

# What is always known; any other variable may be missing.
_SURE = ("now", "agent.name")


def choices(words: Catalogue) -> dict[str, Any]:
    """What the forms' templates offer, the same for all shops."""
    return {"conditions": conditions(words), "facts": facts(), "codes": CODES, "platforms": get_args(Platform)}


def offered(words: Catalogue, draft: Draft, shop: Shop) -> dict[str, Any]:
    """What the forms offer out of the shop's own tables, for the boot JSON."""
    values = {name: value_of(text) for name, text in draft.texts.items() if name.table in _OWN}
    situations = [value for name, value in values.items() if name.table == "situations"]
    groups = [value.get("group") for value in values.values() if isinstance(value, Mapping)]
    entries = {name.id: value for name, value in values.items() if name.table == "shop"}
    return {
        "variables": variables(words, entries, shop),
        "replies": [named for value in situations for named in _replies(value)],
        "groups": list(dict.fromkeys(group for group in groups if group and isinstance(group, str))),
    }


_OWN = ("situations", "quick_replies", "shop")


def _replies(situation: object) -> list[tuple[str, str]]:
    """The replies of a situation by their names in full, each with its text."""
    said = situation if isinstance(situation, Mapping) else {}
    replies = [one for one in said.get("replies") or () if isinstance(one, Mapping)]
    return [(f"{said.get('id')}/{one.get('id')}", f"{said.get('name')}：{one.get('text')}"[:80]) for one in replies]


# What is changed in the shop itself starts no follow-up.
_OF_NO_BUYER = {"person", "key", "connection", "subscription", "alerts", "retention"}


def facts() -> list[tuple[str, list[str]]]:
    """The facts by what they are about, those with a heading of their own first; the rest is "other"."""
    headed = FORMS["fact_group"]

    def group(name: str) -> str:
        about = name.partition(".")[0]
        return about if about in headed else "other"

    order = [*headed, "other"]
    told = [name for name in FACTS if name.partition(".")[0] not in _OF_NO_BUYER]
    return [(of, list(names)) for of, names in groupby(sorted(told, key=lambda n: order.index(group(n))), key=group)]


def variables(words: Catalogue, entries: Mapping[str, object], shop: Shop) -> list[dict[str, Any]]:
    """Everything a text may say, with what people call it and when it is missing; `sure`: it is always known."""
    own = [
        {
            "name": f"shop.{key}",
            "label": words.gettext(_label(entry) or shop.handbook.names.get(key, key)),
            "sure": not _ends(entry),
            "gap": words.gettext(GAPS["until"]) % {"day": _ends(entry)} if _ends(entry) else "",
        }
        for key, entry in entries.items()
    ]
    named = [name for name in TEMPLATE_VARIABLES if name in VARIABLES]
    return [*own, *({"name": n, "label": words.gettext(VARIABLES[n]), **_gap(words, n)} for n in named)]


_UNKNOWN = re.compile(r"unknown variable `(.+)`")


def by_label(complaint: Complaint, shop: Shop) -> Complaint:
    """Who writes a variable by what people call it means its name; whoever else does not know it finds all by `{`."""
    found = _UNKNOWN.fullmatch(complaint.message)
    if found is None or not complaint.advice.startswith("use one of"):
        return complaint
    said = found[1].removeprefix("shop.").strip()
    labels = {**VARIABLES, **{f"shop.{key}": label for key, label in shop.handbook.names.items()}}
    meant = [name for name, label in labels.items() if said and said in label]
    return replace(complaint, advice=f"did you mean `{meant[0]}`?" if meant else "type { and choose from the list")


def _gap(words: Catalogue, name: str) -> dict[str, Any]:
    gap = GAPS.get(name) or GAPS[name.partition(".")[0]] if name not in _SURE else ""
    return {"sure": name in _SURE, "gap": words.gettext(gap) if gap else ""}


def _label(entry: object) -> str:
    return str(entry.get("label") or "") if isinstance(entry, Mapping) else ""


def _ends(entry: object) -> str:
    return str(entry.get("valid_to") or "") if isinstance(entry, Mapping) else ""


def conditions(words: Catalogue) -> list[dict[str, Any]]:
    """What conditions may ask about, by what people call it."""
    return [
        {
            "path": path,
            "name": words.gettext(CONDITIONS[path]),
            "kind": known.kind,
            "values": [(value, value_named(words, path, value)) for value in known.values],
            "called": [] if known.values else list(_called(words, path).items()),
        }
        for path, known in CONDITION_PATHS.items()
    ]


def _called(words: Catalogue, path: str) -> dict[str, str]:
    """Values with a meaning of their own among those of a field that takes any text."""
    return {value: words.gettext(name) for value, name in CONDITION_VALUES.get(path, {}).items()}


def value_named(words: Catalogue, path: str, value: str) -> str:
    """What people call a value of a condition."""
    own = CONDITION_VALUES.get(path, {}).get(value)
    kinds = {"order.state": "order", "buyer.purchases": "purchases", "buyer.tier": "tier"}
    kind = kinds.get(path, "platform")
    return words.gettext(own) if own else words.name(kind, value)
