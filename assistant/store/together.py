"""Several questions asked as one (PostgreSQL): each one's rows come as a list in a JSON value.

For questions that bring a few rows each and are always asked together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from assistant.store.columns import from_json
from assistant.store.statements import Statement, Transaction


class Together:
    """Statements that are asked together; their parameters have one namespace."""

    def __init__(self, *parts: Statement[Any]) -> None:
        self._parts = parts
        self._all = Statement[Any](select(*(_as_list(part.selected) for part in parts)), lambda *lists: lists)

    def ask(self, tx: Transaction, **values: Any) -> Callable[[], list[list[Any]]]:
        """The rows of each part, in the parts' order; taken later, as by `Statement.ask`."""
        answer = self._all.ask(tx, **values)

        def take() -> list[list[Any]]:
            (lists,) = answer()
            return [part.read(tx, from_json(rows or "[]")) for part, rows in zip(self._parts, lists, strict=True)]

        return take


def _as_list(question: Select[Any]) -> ColumnElement[str]:
    rows = question.subquery()
    return cast(select(func.json_agg(func.json_build_array(*rows.c))).scalar_subquery(), Text)
