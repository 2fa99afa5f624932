"""Statements that are built once with SQLAlchemy Core and then go straight to the driver.

Executing through SQLAlchemy's connection costs about ten times what SQLite itself needs for these small statements
(docs/performance.md), and every event runs a dozen of them. So SQLAlchemy writes the SQL for each dialect once, its own
type processors convert values, and the driver's cursor runs it. Rare or composed queries go through `tx.connection`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from sqlalchemy import ClauseElement, Connection, Integer, Select, Table, Text, UpdateBase, bindparam, text, update

# Both databases share this syntax, and SQLite's compiler accepts PostgreSQL's statement object.
from sqlalchemy.dialects.postgresql import Insert, insert

from assistant.store import kept
from assistant.store.behind import KEYS, Behind, inserting, updating
from assistant.store.prepared import Prepared, prepare

R = TypeVar("R")
# Keys in one query, well below what either database takes.
KEYS_AT_ONCE = 500


class Transaction:
    """One open transaction: `connection` for composed queries, `cursor` for prepared ones; `kept` is what the writer
    remembers of earlier ones, by default nothing; `behind` is what is still to be sent, None where each write goes at
    once. `arrived` are events noted already, each with whether it came for the first time; `sent` is what of some
    buyers' follow-ups was really sent (`ahead.py`); `held`: the locks are taken.
    """

    __slots__ = ("_connection", "arrived", "behind", "cursor", "database", "dialect", "driver", "held", "kept", "sent")

    def __init__(self, connection: Connection, memory: kept.Kept | None = None, behind: Behind | None = None) -> None:
        self._connection = connection
        self.kept = memory or kept.Kept()
        self.behind = behind
        self.arrived: dict[tuple[str, str, str], bool] = {}
        self.sent: dict[int, list[Any]] = {}
        self.held = False
        self.dialect = connection.dialect
        self.database = connection.dialect.name
        driver: Any = connection.connection.driver_connection
        self.driver = driver
        # One for all statements, each of which takes its rows at once.
        self.cursor: Any = driver.cursor()

    @property
    def connection(self) -> Connection:
        self.send()
        return self._connection

    def send(self) -> None:
        """What was held back goes to the database, and has been carried out when this returns."""
        if self.behind is not None:
            self.behind.send(self.driver, self.cursor)


@contextmanager
def without_waiting(tx: Transaction) -> Iterator[None]:
    """Writes inside go to PostgreSQL together, at the next reading or at the end. SQLite has nobody to wait for."""
    if tx.database == "sqlite" or tx.behind is not None:
        yield
        return
    tx.behind = Behind(requests=KEYS)
    yield
    tx.send()
    tx.behind = None


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


class Statement(Generic[R]):
    """One prepared statement; `into` makes a value of each row (called with the row's columns in order).

    `keeps`: what it writes is what the object in memory says (`kept.py`). `many` writes the same for many rows at once
    (`behind.py`); `by` names what tells these rows apart where the last one counts.
    """

    def __init__(
        self,
        clause: ClauseElement,
        into: Callable[..., R] | None = None,
        *,
        keeps: bool = False,
        many: ClauseElement | None = None,
        by: Sequence[str] = (),
    ) -> None:
        self._clause = clause
        self._upsets = None if keeps else _upset(clause)
        self._into: Callable[..., R] = into or _plain
        self._prepared: dict[str, Prepared] = {}
        self._many = many
        self._by = by
        self._many_sql = ""

    def all(self, tx: Transaction, **values: Any) -> list[R]:
        prepared = self._now(tx)
        tx.cursor.execute(prepared.sql, prepared.arguments(values))
        return [self._into(*prepared.row(raw)) for raw in tx.cursor.fetchall()]

    def one(self, tx: Transaction, **values: Any) -> R | None:
        prepared = self._now(tx)
        tx.cursor.execute(prepared.sql, prepared.arguments(values))
        raw = tx.cursor.fetchone()
        return None if raw is None else self._into(*prepared.row(raw))

    def ask(self, tx: Transaction, **values: Any) -> Callable[[], list[R]]:
        """Like `all`, but the rows are taken later: in the driver's pipeline several questions make one journey."""
        prepared, cursor = self._now(tx), tx.driver.cursor()
        cursor.execute(prepared.sql, prepared.arguments(values))
        return lambda: [self._into(*prepared.row(raw)) for raw in cursor.fetchall()]

    @property
    def selected(self) -> Select[Any]:
        """The question itself, to be asked as part of another one."""
        assert isinstance(self._clause, Select)
        return self._clause

    def read(self, tx: Transaction, rows: Iterable[Sequence[Any]]) -> list[R]:
        """Rows as the driver gives them, read as if this statement had brought them."""
        prepared = self._for(tx)
        return [self._into(*prepared.row(raw)) for raw in rows]

    def run(self, tx: Transaction, **values: Any) -> int:
        """Execute and return the number of rows changed."""
        prepared = self._now(tx)
        tx.cursor.execute(prepared.sql, prepared.arguments(values))
        return int(tx.cursor.rowcount)

    def put(self, tx: Transaction, **values: Any) -> None:
        """Store a row; nobody asks what became of it."""
        prepared = self._for(tx)
        self._carry_out(tx, prepared, prepared.arguments(values))

    def write(self, tx: Transaction, row: object) -> None:
        """Execute with an object's attributes as parameters, its `id` as `key`; nobody asks what became of it."""
        prepared = self._for(tx)
        self._carry_out(tx, prepared, prepared.given(prepared.attributes(row)))

    def many(self, tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> None:
        """Store rows; nobody asks what became of them."""
        prepared = self._for(tx)
        given = [prepared.arguments(row) for row in rows]
        if tx.behind is None:
            tx.cursor.executemany(prepared.sql, given)
            return
        for one in given:
            self._carry_out(tx, prepared, one)

    def _carry_out(self, tx: Transaction, prepared: Prepared, given: Any) -> None:
        """Now, or with the others of its kind."""
        if tx.behind is None:
            tx.cursor.execute(prepared.sql, given)
            return
        if self._many is None:
            tx.send()
            tx.cursor.execute(prepared.sql, given)
            return
        self._many_sql = self._many_sql or str(self._many.compile(dialect=tx.dialect))
        if self._by:
            tx.behind.change(self._many_sql, tuple(given[name] for name in self._by), given)
        else:
            tx.behind.add(self._many_sql, given)

    def _now(self, tx: Transaction) -> Prepared:
        """To be carried out after all that was written before."""
        if tx.behind is not None:
            tx.send()
        return self._for(tx)

    def _for(self, tx: Transaction) -> Prepared:
        if self._upsets is not None:
            tx.kept.written(self._upsets)
        try:
            return self._prepared[tx.database]
        except KeyError:
            return self._prepared.setdefault(tx.database, prepare(self._clause, tx.dialect))


class Insertion:
    """INSERT of exactly these columns, whose answer is the key of the new row."""

    def __init__(self, table: Table, *names: str, keeps: bool = False) -> None:
        plain, self._names, self._table = insertion(table, *names), names, table.name
        # On SQLite RETURNING goes through a table of its own and doubles the cost; the driver knows the key anyway.
        self._plain = Statement[int](plain, keeps=keeps)
        self._answering = Statement[int](plain.returning(table.c.id), keeps=keeps)
        self._keyed = adding(table, "id", *names, keeps=keeps)

    def write(self, tx: Transaction, row: object) -> int:
        """A row of an object's attributes."""
        if tx.database == "sqlite":
            self._plain.write(tx, row)
            return int(tx.cursor.lastrowid)
        return self.add(tx, **{name: getattr(row, name) for name in self._names})

    def add(self, tx: Transaction, **values: Any) -> int:
        if tx.database == "sqlite":
            self._plain.put(tx, **values)
            return int(tx.cursor.lastrowid)
        if tx.behind is not None:
            id = tx.behind.key(self._table, lambda table, many: NEXT_KEYS.all(tx, table=table, many=many))
            self._keyed.put(tx, id=id, **values)
            return id
        made = self._answering.one(tx, **values)
        assert made is not None
        return made


def adding(table: Table, *names: str, keeps: bool = False) -> Statement[int]:
    """INSERT of exactly these columns."""
    return Statement(insertion(table, *names), keeps=keeps, many=inserting(table, *names))


def saving(table: Table, *names: str) -> Statement[int]:
    """UPDATE of exactly these columns of the row with this `key`, from the object in memory."""
    change = update(table).where(table.c.id == bindparam("key")).values({name: bindparam(name) for name in names})
    return Statement(change, keeps=True, many=updating(table, *names), by=("key",))


def insertion(table: Table, *names: str) -> Insert:
    """INSERT of exactly these columns; the rest take the database's defaults."""
    return insert(table).values({name: bindparam(name) for name in names})


def _upset(clause: ClauseElement) -> str | None:
    """The table a statement changes, if something of it may be in memory."""
    name = clause.table.description if isinstance(clause, UpdateBase) else None
    return name if name in kept.OBJECTS | kept.ANSWERS else None


def _plain(*row: Any) -> Any:
    return row[0] if len(row) == 1 else row


# The next keys of a table, as many as are wanted (PostgreSQL).
NEXT_KEYS = Statement[int](
    text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :many)").bindparams(
        bindparam("table", type_=Text), bindparam("many", type_=Integer)
    )
)


def in_parts(keys: Iterable[int]) -> Iterator[list[int]]:
    """Each of these keys once, in lists short enough for one query."""
    wanted = sorted(set(keys))
    return (wanted[start : start + KEYS_AT_ONCE] for start in range(0, len(wanted), KEYS_AT_ONCE))
