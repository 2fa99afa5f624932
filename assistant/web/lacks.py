"""Says in the reader's language what keeps a text from being sent. Not for finding it out (`domain/templates.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.services.sidebar_view import LackView
from assistant.web.texts import Catalogue
from assistant.web.value_names import DEFECTS, ENTRY, MARK, REASONS, VARIABLES

_MARK = re.compile(r"【([a-z]+(?:\.[a-z0-9_]+)?)】")
_PREFIX = "shop."


def name(catalogue: Catalogue, lack: LackView) -> str:
    """What people call the variable: the shop's own label, or our name for it."""
    if lack.label:
        return catalogue.gettext(lack.label)
    if lack.name in VARIABLES:
        return catalogue.gettext(VARIABLES[lack.name])
    if lack.name.startswith(_PREFIX):
        return catalogue.gettext(ENTRY) % {"key": lack.name.removeprefix(_PREFIX)}
    return lack.name


def words(catalogue: Catalogue, lack: LackView) -> str:
    """One lack in words: `当天发货的截单时间（有效期到 2026-12-31，已过期）`."""
    if lack.name == "text":
        return catalogue.gettext(DEFECTS.get(lack.reason, DEFECTS["broken"]))
    called = name(catalogue, lack)
    if lack.reason not in REASONS:
        return called
    return catalogue.gettext(REASONS[lack.reason]) % {"name": called, "day": lack.day}


def marked(catalogue: Catalogue, text: str, lacks: Iterable[LackView]) -> str:
    """A text that lacks something, with its marks 【shop.cutoff】 in words; any other text as it is."""
    named = {lack.name: catalogue.gettext(MARK) % {"name": name(catalogue, lack)} for lack in lacks}
    return _MARK.sub(lambda mark: named.get(mark[1], mark[0]), text) if named else text
