"""What agents type, labelled before the search was run on it: the reply that is meant is among the first five."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.domain.test_quick_replies import SCRIPTS, SHIPPED

FIRST = 5
HERE = Path(__file__).parent


class Asked(NamedTuple):
    kind: str
    typed: str
    meant: frozenset[str]


def read(name: str) -> Iterator[Asked]:
    """The lines of a labelled file; sections say how something is typed."""
    kind = ""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line[1 : line.index("]")]
        elif line and not line.startswith("#"):
            typed, meant = line.split(" | ")
            yield Asked(kind, typed, frozenset(meant.split()))


LISTED = list(read("quick_reply_queries.txt"))
FRESH = list(read("quick_reply_queries_fresh.txt"))


def found(asked: Asked) -> bool:
    return any(row.id in asked.meant for row in SHIPPED.search(asked.typed, limit=FIRST).items)


def share(asked: list[Asked]) -> float:
    return sum(map(found, asked)) / len(asked)


def test_labels_name_replies_that_exist_and_no_query_stands_twice() -> None:
    known = {row.id for row in SCRIPTS.quick_replies}
    assert [asked for asked in (*LISTED, *FRESH) if not asked.meant or asked.meant - known] == []
    typed = [asked.typed for asked in (*LISTED, *FRESH)]
    assert len(typed) == len(set(typed))
    assert len(LISTED) >= 300


def test_ninety_five_of_a_hundred_queries_have_the_meant_reply_among_the_first_five() -> None:
    missed = [asked.typed for asked in LISTED if not found(asked)]
    assert share(LISTED) >= 0.95, missed


def test_nine_of_ten_queries_that_nothing_was_tuned_for_have_it_too() -> None:
    assert share(FRESH) >= 0.9, [asked.typed for asked in FRESH if not found(asked)]


@pytest.mark.parametrize("kind", sorted({asked.kind for asked in LISTED} - {"other words"}))
def test_no_way_of_typing_is_left_behind(kind: str) -> None:
    assert share([asked for asked in LISTED if asked.kind == kind]) >= 0.9


def test_finding_something_is_worth_a_place_only_where_little_else_is_found() -> None:
    """A label with many replies, or a list that shows everything, would prove nothing."""
    one = [asked for asked in LISTED if len(asked.meant) == 1]
    assert len(one) > len(LISTED) / 2
    assert share(one) >= 0.95
