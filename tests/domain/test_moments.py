"""What people and programs may write for a day or a moment."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.domain.errors import InvalidInput
from assistant.domain.moments import SHANGHAI, day, moment

NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-11T12:00:00+08:00", "2026-11-11t04:00:00z", " 2026-11-11T12:00+08:00 "])
def test_a_moment_has_an_offset(text: str) -> None:
    assert moment(text, SHANGHAI) == NOON


@pytest.mark.parametrize(
    "text", ["2026-11-11T12:00:00 08:00", "2026-11-11T12:00 08:00", "2026-11-11T12:00:00.000 08:00"]
)
def test_a_plus_that_an_address_turned_into_a_blank_is_a_plus(text: str) -> None:
    assert moment(text, SHANGHAI) == NOON


def test_a_day_alone_means_its_midnight_in_the_shop() -> None:
    assert moment("2026-11-11", SHANGHAI) == NOON - timedelta(hours=12)
    assert day("2026-11-11") == date(2026, 11, 11)


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-11T12:00:00", "2026-11-11 12:00", "2026-02-30", "11.11.2026", "2026-11-11T25:00+08:00"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no time"):
        moment(text, SHANGHAI)


@pytest.mark.parametrize("text", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_of_this_century_or_the_next_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no day") as refused:
        day(text)
    assert refused.value.reason == "no_day"
