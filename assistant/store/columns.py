"""Column types that mean the same on SQLite and PostgreSQL. Not for tables (`tables.py`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pydantic_core
from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# SQLite numbers rows by itself only for a column whose type is literally INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")


# The same moment is written to several rows, and times of another zone's clock take three times as long.
@lru_cache(maxsize=4096)
def to_microseconds(at: datetime) -> int:
    """Microseconds since 1970 UTC, exact."""
    passed = at - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def from_microseconds(value: int) -> datetime:
    return _EPOCH + timedelta(0, 0, value)


def to_json(value: Any) -> str:
    """Compact JSON text."""
    return pydantic_core.to_json(value).decode()


def from_json(text: str) -> Any:
    return pydantic_core.from_json(text)


class Instant(TypeDecorator[datetime]):
    """An aware datetime kept as whole microseconds since 1970 UTC: exact, sortable, the same in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_microseconds(value)


class Json(TypeDecorator[Any]):
    """Small structured values as compact JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else to_json(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        return None if value is None else from_json(value)
