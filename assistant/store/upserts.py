"""One way of keeping the newest telling of something a platform told us: older ones never overwrite newer ones, but
what a newer one left out is taken from them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, bindparam, func, update
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction


class Newest:
    """The rows of a table by its platform's key, each as told last."""

    def __init__(self, table: Table, key: Sequence[str]) -> None:
        names = [c.name for c in table.c if c.name != "id"]
        told = [n for n in names if n not in key]
        new = insert(table).values({name: bindparam(name) for name in names})
        self._save = Statement[int](
            new.on_conflict_do_update(
                index_elements=list(key),
                set_={n: func.coalesce(new.excluded[n], table.c[n]) for n in told},
                where=table.c.modified_at <= new.excluded.modified_at,
            )
        )
        empty = [n for n in told if table.c[n].nullable]
        self._fill = Statement[int](
            update(table)
            .where(*(table.c[n] == bindparam(f"its_{n}") for n in key))
            .values({n: func.coalesce(table.c[n], bindparam(n, type_=table.c[n].type)) for n in empty})
        )
        self._key, self._empty = key, empty

    def save(self, tx: Transaction, **row: object) -> bool:
        """INSERT, or UPDATE where `modified_at` is not older; values that are absent (NULL) keep what is known. False
        if something newer is known: then only what that left out is filled in."""
        if self._save.run(tx, **row) == 1:
            return True
        named = {f"its_{n}": row[n] for n in self._key}
        self._fill.run(tx, **named, **{n: row[n] for n in self._empty})
        return False
