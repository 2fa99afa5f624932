"""One way of keeping the newest telling of something a platform told us: older ones never overwrite newer ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, bindparam, func
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement


def newest(table: Table, key: Sequence[str]) -> Statement[int]:
    """INSERT, or UPDATE where `modified_at` is not older; values that are absent (NULL) keep what is known."""
    names = [c.name for c in table.c if c.name != "id"]
    new = insert(table).values({name: bindparam(name) for name in names})
    kept = {n: func.coalesce(new.excluded[n], table.c[n]) for n in names if n not in key}
    return Statement[int](
        new.on_conflict_do_update(
            index_elements=list(key), set_=kept, where=table.c.modified_at <= new.excluded.modified_at
        )
    )
