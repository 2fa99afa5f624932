"""What composed queries count and reckon with, the same on both databases. Not for tables or for what is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func


def count_of(condition: Any) -> ColumnElement[int]:
    """Of how many rows it is true; 0 without any."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def length(time: timedelta) -> int:
    """Whole microseconds, to reckon with beside moments."""
    return time // timedelta(microseconds=1)
