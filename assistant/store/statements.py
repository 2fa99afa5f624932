"""Statements that are built once with SQLAlchemy Core and then go straight to the driver.

Executing through SQLAlchemy's connection costs about ten times what SQLite itself needs for these small statements
(docs/performance.md), and every event runs a dozen of them. So SQLAlchemy writes the SQL for each dialect once, its own
type processors convert values, and the driver's cursor runs it. Rare or composed queries go through `tx.connection`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import ClauseElement, Connection, Dialect, Float, Table, UpdateBase, bindparam

# Both databases share this syntax, and SQLite's compiler accepts PostgreSQL's statement object.
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from assistant.store import kept
from assistant.store.columns import Instant, Json, from_json, from_microseconds, to_json, to_microseconds

R = TypeVar("R")


class Transaction:
    """One open transaction: `connection` for composed queries, `cursor` for prepared ones; `kept` is what the writer
    remembers of earlier ones, by default nothing."""

    __slots__ = ("connection", "cursor", "database", "dialect", "driver", "kept")

    def __init__(self, connection: Connection, memory: kept.Kept | None = None) -> None:
        self.connection = connection
        self.kept = memory or kept.Kept()
        self.dialect = connection.dialect
        self.database = connection.dialect.name
        driver: Any = connection.connection.driver_connection
        self.driver = driver
        # One for all statements, each of which takes its rows at once.
        self.cursor: Any = driver.cursor()


@contextmanager
def savepoint(tx: Transaction) -> Iterator[None]:
    """What fails inside leaves nothing; what went before stays."""
    tx.driver.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        tx.driver.execute("ROLLBACK TO SAVEPOINT part")
        raise
    finally:
        tx.driver.execute("RELEASE SAVEPOINT part")


Convert = Callable[[Any], Any]
# Which values of a row are converted, and how: most are not.
Converts = tuple[tuple[int, Convert], ...]


@dataclass(frozen=True, slots=True)
class _Prepared:
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


class Statement(Generic[R]):
    """One prepared statement; `into` makes a value of each row (called with the row's columns in order).

    `keeps`: what it writes is what the object in memory says (`kept.py`).
    """

    def __init__(self, clause: ClauseElement, into: Callable[..., R] | None = None, *, keeps: bool = False) -> None:
        self._clause = clause
        self._upsets = None if keeps else _upset(clause)
        self._into: Callable[..., R] = into or _plain
        self._prepared: dict[str, _Prepared] = {}

    def all(self, tx: Transaction, **values: Any) -> list[R]:
        prepared = self._for(tx)
        tx.cursor.execute(prepared.sql, prepared.arguments(values))
        return [self._into(*prepared.row(raw)) for raw in tx.cursor.fetchall()]

    def one(self, tx: Transaction, **values: Any) -> R | None:
        prepared = self._for(tx)
        tx.cursor.execute(prepared.sql, prepared.arguments(values))
        raw = tx.cursor.fetchone()
        return None if raw is None else self._into(*prepared.row(raw))

    def run(self, tx: Transaction, **values: Any) -> int:
        """Execute and return the number of rows changed."""
        prepared = self._for(tx)
        tx.cursor.execute(prepared.sql, prepared.arguments(values))
        return int(tx.cursor.rowcount)

    def write(self, tx: Transaction, row: object) -> None:
        """Execute with an object's attributes as parameters; its `id` is the parameter `key`."""
        prepared = self._for(tx)
        tx.cursor.execute(prepared.sql, prepared.given(prepared.attributes(row)))

    def many(self, tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> None:
        prepared = self._for(tx)
        tx.cursor.executemany(prepared.sql, [prepared.arguments(row) for row in rows])

    def _for(self, tx: Transaction) -> _Prepared:
        if self._upsets is not None:
            tx.kept.written(self._upsets)
        try:
            return self._prepared[tx.database]
        except KeyError:
            return self._prepared.setdefault(tx.database, _prepare(self._clause, tx.dialect))


class Insertion:
    """INSERT of exactly these columns, whose answer is the key the database gave the new row."""

    def __init__(self, table: Table, *names: str, keeps: bool = False) -> None:
        plain, self._names = insertion(table, *names), names
        # On SQLite RETURNING goes through a table of its own and doubles the cost; the driver knows the key anyway.
        self._plain = Statement[int](plain, keeps=keeps)
        self._answering = Statement[int](plain.returning(table.c.id), keeps=keeps)

    def write(self, tx: Transaction, row: object) -> int:
        """A row of an object's attributes."""
        if tx.database == "sqlite":
            self._plain.write(tx, row)
            return int(tx.cursor.lastrowid)
        return self.add(tx, **{name: getattr(row, name) for name in self._names})

    def add(self, tx: Transaction, **values: Any) -> int:
        if tx.database == "sqlite":
            prepared = self._plain._for(tx)
            tx.cursor.execute(prepared.sql, prepared.arguments(values))
            return int(tx.cursor.lastrowid)
        id = self._answering.one(tx, **values)
        assert id is not None
        return id


def insertion(table: Table, *names: str) -> Insert:
    """INSERT of exactly these columns; the rest take the database's defaults."""
    return insert(table).values({name: bindparam(name) for name in names})


def _upset(clause: ClauseElement) -> str | None:
    """The table a statement changes, if something of it may be in memory."""
    name = clause.table.description if isinstance(clause, UpdateBase) else None
    return name if name in kept.OBJECTS | kept.ANSWERS else None


def _plain(*row: Any) -> Any:
    return row[0] if len(row) == 1 else row


def _prepare(clause: ClauseElement, dialect: Dialect) -> _Prepared:
    compiled = clause.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    positional = bool(compiled.positional)
    names = tuple(compiled.positiontup or ()) if positional else tuple(compiled.params)
    types = {name: bind.type for bind, name in compiled.bind_names.items()}
    binds = _those_that_convert(_bind_converter(types[name], dialect) for name in names)
    defaults = {name: value for name, value in compiled.params.items() if value is not None}
    results = _those_that_convert(_result_converter(entry.type, dialect) for entry in compiled._result_columns or ())
    return _Prepared(str(compiled), names, _attributes(names), binds, defaults, results, positional)


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
    return to_json if isinstance(kind, Json) else kind.dialect_impl(dialect).bind_processor(dialect)


def _result_converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Instant):
        return from_microseconds
    if isinstance(kind, Float):
        return None  # both drivers give floats as they are
    return from_json if isinstance(kind, Json) else kind.dialect_impl(dialect).result_processor(dialect, None)
