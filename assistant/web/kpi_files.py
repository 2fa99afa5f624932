"""The tables and lists of the figures page, and the log of facts, as files. How files are written: `sheets.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from itertools import chain

from pydantic_core import to_json

from assistant import store
from assistant.domain.kpi import NAMES
from assistant.domain.kpi_sales import YUAN
from assistant.domain.masking import masked_name
from assistant.services.kpi_behind import BehindView
from assistant.services.kpi_behind import Row as Listed
from assistant.services.kpi_view import Figures, Line
from assistant.store.facts import Stored
from assistant.store.kpi import Between
from assistant.web.kpi_names import unit
from assistant.web.sheets import Column, Row
from assistant.web.texts import SOURCE, Catalogue

# As the page calls them.
TOTAL, ADDED_UP, NOBODYS = "合计去重", "合计", "无人接待"
_LISTED = ("at", "agent", "platform", "buyer", "conversation", "what")
_LOG = ("id", "fact", "at", "recorded_at", "platform", "conversation", "buyer", "order", "agent", "data")
_MOMENTS = frozenset({"at", "recorded_at"})
# Facts are read so many at a time.
PAGE = 1_000


def table(
    by: str, lines: Iterable[Line], total: Figures, words: Catalogue, called: str = TOTAL
) -> tuple[list[Column], Iterable[Row]]:
    """Every figure of every line, as computed: ratios 0..1, durations in seconds; the total comes last."""
    columns = [Column(_head(by, words), "text"), *(Column(_head(name, words), unit(name)) for name in NAMES)]
    named = ((line.name or words.gettext(NOBODYS), line.figures) for line in lines)
    rows = chain(named, [(words.gettext(called), total)])
    return columns, ([name, *(_number(found[key], key) for key in NAMES)] for name, found in rows)


def rows(
    view: BehindView, zone: tzinfo, words: Catalogue, shops: Mapping[str, str], whats: Mapping[str, str]
) -> tuple[list[Column], Iterable[Row]]:
    """What a figure is made of, and a last row that says so if that is not all; `counts` is 1 or 0. `shops` are the
    names of several, none where all are of one; `whats` what people call situations and touchpoints."""
    value = view.kind if words.lang == SOURCE else "value"
    columns = [Column(_head(name, words), "moment" if name in _MOMENTS else "text") for name in _LISTED]
    kind = {"orders": "yuan", "rounds": "seconds", "follow_ups": "seconds"}.get(view.kind, "count")
    found = (
        [
            datetime.fromtimestamp(row.at, zone), row.name, *_called(row, words, whats), row.value, int(row.counts),
        ]
        for row in view.rows
    )  # fmt: skip
    columns = [*columns, Column(_head(value, words), kind), Column(_head("counts", words))]
    if view.kind == "rounds":
        columns = [*columns, Column(_head("beside", words))]
        found = ([*row, one.beside] for one, row in zip(view.rows, found, strict=True))
    if shops:
        columns = [*columns, Column(_head("shop", words), "text")]
        found = ([*row, shops.get(one.shop, one.shop)] for one, row in zip(view.rows, found, strict=True))
    rest = [[None, words.name("sheet", "rest"), *[None] * (len(columns) - 2)]] if len(view.rows) < view.total else []
    return columns, chain(found, rest)


def _called(row: Listed, words: Catalogue, whats: Mapping[str, str]) -> Row:
    """Where it was and what it was about: named for who reads Chinese, by keys for who reads English, as heads are."""
    if words.lang != SOURCE:
        return [row.platform, row.buyer, row.conversation, row.what]
    what = whats.get(row.what) or words.name("found", row.what)
    return [words.name("platform", row.platform), row.buyer, row.conversation, what]


def log_columns(words: Catalogue, *, several: bool = False) -> list[Column]:
    """The columns of the log of facts; the last one names the shop where it is that of `several`."""
    kinds, names = {"id": "count", "data": "long"}, (*_LOG, "shop") if several else _LOG
    return [Column(_head(name, words), "moment" if name in _MOMENTS else kinds.get(name, "text")) for name in names]


async def log_pages(
    database: store.Store, shops: Mapping[str, str], between: Between, zone: tzinfo, *, masked: bool, most: int = PAGE
) -> AsyncIterator[Iterable[Row]]:
    """The facts of a period in the order they happened, one shop after another, a page at a time: each is read when the
    one before is sent. `shops` are names by id."""
    for shop, name in shops.items():
        at, after, beside = between.start, 0, [name] if len(shops) > 1 else []
        while True:
            page = partial(store.facts.page, shop=shop, at=at, after=after, end=between.end, limit=most)
            found = await database.read(page)
            yield [[*_fact(one, zone, masked=masked), *beside] for one in found]
            if len(found) < most:
                break
            at, after = found[-1].at, found[-1].id


def _fact(one: Stored, zone: tzinfo, *, masked: bool) -> Row:
    buyer = masked_name(one.buyer) if masked and one.buyer is not None else one.buyer
    return [
        one.id, one.name, one.at.astimezone(zone), one.recorded_at.astimezone(zone), one.platform, one.conversation,
        buyer, one.order, one.agent, to_json(one.data).decode() if one.data else "",
    ]  # fmt: skip


def _head(name: str, words: Catalogue) -> str:
    """Chinese names for who reads Chinese, keys for who reads English."""
    if words.lang != SOURCE:
        return name
    seconds = "（秒）" if name in NAMES and unit(name) == "seconds" else ""
    return words.name("kpi" if name in NAMES else "kpi_column", name) + seconds


def _number(value: float | None, name: str) -> float | None:
    return round(value, 2) if value is not None and name in YUAN else value
