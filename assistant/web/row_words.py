"""Lines of trainers' rows as people read them where rows are compared: keys and closed values have their forms' names.

Not for the YAML that trainers edit: that stays as it is written.
"""

from __future__ import annotations

import re

from assistant.web.form_names import FORMS
from assistant.web.script_forms import value_named
from assistant.web.texts import Catalogue
from assistant.web.value_names import CONDITIONS

_KEYED = re.compile(r"(?P<lead>\s*(?:- )*)'?(?P<key>[a-z_]+(?:\.[a-z_]+)*)'?:(?P<said>| .*)")
_LISTED = re.compile(r"(?P<lead>\s*- )(?P<said>[a-z_]+\.[a-z_]+)")
_KINDS = {
    "stage": "stage", "severity": "switch", "in_tables": "switch", "channel": "channel", "outside": "outside",
    "per": "per", "code": "code", "fine_while": "truth", "on": "fact", "fact": "fact", "returns": "returns",
    "thresholds": "thresholds", "tells": "tells",
}  # fmt: skip
_YES = {"true": "是", "false": "否"}


def line(words: Catalogue, text: str) -> str:
    """One line of a row's YAML in words."""
    if found := _LISTED.fullmatch(text):
        return found["lead"] + words.name("fact", found["said"])
    found = _KEYED.fullmatch(text)
    if found is None or (found["key"] not in CONDITIONS and found["key"] not in FORMS["key"]):
        return text
    key, said = found["key"], found["said"].strip()
    called = words.gettext(CONDITIONS[key]) if key in CONDITIONS else words.name("key", key)
    return f"{found['lead']}{called}: {_value(words, key, said)}".rstrip()


def _value(words: Catalogue, key: str, said: str) -> str:
    if said in _YES:
        return words.gettext(_YES[said])
    if key == "image":
        return f"{said[:8]}…"
    if key in CONDITIONS:
        return value_named(words, key, said)
    return words.name(_KINDS[key], said) if key in _KINDS else said
