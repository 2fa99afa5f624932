"""How late a shop's orders come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.order_news import LASTS, News, delay, held, is_held, kept, was_due

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
MOST = timedelta(minutes=3)


def feed(*minutes: float) -> tuple[News, ...]:
    """Events that came at noon, each so many minutes after it had happened."""
    news: tuple[News, ...] = ()
    for late in minutes:
        news = kept(news, News(NOON - timedelta(minutes=late), NOON))
    return news


@pytest.mark.parametrize(
    ("minutes", "late"),
    [
        ((), None),
        ((4,), None),
        ((4, 4), None),
        ((4, 5, 6), 6),
        ((0, 4, 5, 6), 6),
        ((4, 0, 6), None),
        ((4, 5, 3), None),
        ((4, 5, 3.1), 3.1),
        ((9, 9, 9, 0), None),
        ((4, 5, 60 * 24 * 40, 6), 6),
    ],
)
def test_only_several_in_a_row_say_that_a_feed_is_late(minutes: tuple[float, ...], late: float | None) -> None:
    found = delay(feed(*minutes), NOON, MOST)
    assert found == (None if late is None else timedelta(minutes=late))


def test_what_was_seen_long_ago_says_nothing_of_now() -> None:
    late = feed(4, 4, 4)
    assert delay(late, NOON + LASTS, MOST) == timedelta(minutes=4)
    assert delay(late, NOON + LASTS + timedelta(seconds=1), MOST) is None


def test_a_shop_may_not_care() -> None:
    assert delay(feed(60, 60, 60), NOON, timedelta()) is None


def test_what_is_held_remembers_its_time() -> None:
    assert is_held(held(NOON))
    assert was_due(held(NOON), NOON + MOST) == NOON
    for reason in (None, "window", "snoozed"):
        assert (is_held(reason), was_due(reason, NOON)) == (False, NOON)
