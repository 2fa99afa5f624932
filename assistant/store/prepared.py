"""What SQLAlchemy makes of a statement for one database, once: its SQL, its parameters in order, and how values are
converted both ways. Not for running it (`statements.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Boolean, ClauseElement, Dialect, Float
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from assistant.store.columns import Instant, Json, from_json, from_microseconds, to_json, to_microseconds

Convert = Callable[[Any], Any]
# Which values of a row are converted, and how: most are not.
Converts = tuple[tuple[int, Convert], ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL for one dialect; `names` are its parameters in order, `binds` and `results` convert values both ways, and
    `attributes` takes the parameters from an object."""

    sql: str
    names: tuple[str, ...]
    attributes: Callable[[Any], Iterable[Any]]
    binds: Converts
    defaults: Mapping[str, Any]
    results: Converts
    positional: bool

    def arguments(self, values: Mapping[str, Any]) -> Any:
        if self.defaults:
            values = {**self.defaults, **values}
        return self.given(map(values.__getitem__, self.names))

    def given(self, values: Iterable[Any]) -> Any:
        """The parameters in their order as the driver takes them."""
        given = list(values)
        # NULL stays NULL; everything else goes through its column's type.
        for index, convert in self.binds:
            if (value := given[index]) is not None:
                given[index] = convert(value)
        return given if self.positional else dict(zip(self.names, given, strict=True))

    def row(self, raw: Sequence[Any]) -> Sequence[Any]:
        if not self.results:
            return raw
        row = list(raw)
        for index, convert in self.results:
            if (value := row[index]) is not None:
                row[index] = convert(value)
        return row


def prepare(clause: ClauseElement, dialect: Dialect) -> Prepared:
    compiled = clause.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    positional = bool(compiled.positional)
    names = tuple(compiled.positiontup or ()) if positional else tuple(compiled.params)
    types = {name: bind.type for bind, name in compiled.bind_names.items()}
    binds = _those_that_convert(_bind_converter(types[name], dialect) for name in names)
    defaults = {name: value for name, value in compiled.params.items() if value is not None}
    results = _those_that_convert(_result_converter(entry.type, dialect) for entry in compiled._result_columns or ())
    return Prepared(str(compiled), names, _attributes(names), binds, defaults, results, positional)


def _attributes(names: Sequence[str]) -> Callable[[Any], Iterable[Any]]:
    """What takes the parameters from an object; the key of its row is what it calls `id`."""
    called = ["id" if name == "key" else name for name in names]
    if len(called) > 1:
        return attrgetter(*called)  # gives a tuple, but of a single name the bare value
    return lambda row: [getattr(row, name) for name in called]


def _those_that_convert(converts: Iterable[Convert | None]) -> Converts:
    return tuple((index, convert) for index, convert in enumerate(converts) if convert is not None)


def _bind_converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    # Our own two types directly: SQLAlchemy wraps them in two more calls, for every value of every statement.
    if isinstance(kind, Instant):
        return to_microseconds
    if isinstance(kind, Boolean):
        return None  # both drivers take truth values as they are
    return to_json if isinstance(kind, Json) else kind.dialect_impl(dialect).bind_processor(dialect)


def _result_converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Instant):
        return from_microseconds
    if isinstance(kind, Float):
        return None  # both drivers give floats as they are
    return from_json if isinstance(kind, Json) else kind.dialect_impl(dialect).result_processor(dialect, None)
