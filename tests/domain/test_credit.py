"""Who earns an order: inside a chat, of several, of none, too late, of a buyer who never wrote."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from assistant.domain.credit import Chat, Said, chats, earns
from tests.domain.chat_samples import at


def said(clock: str, agent: str | None = None, chat: int = 1, *, auto: bool = False, day: int = 20) -> Said:
    return Said(at(clock, day), chat, "taobao", agent is None and not auto, agent)


def who(moment: datetime, *messages: Said, spoke: datetime | None = None) -> str | None:
    first = min((one.at for one in messages if one.by_buyer), default=None)
    found = earns(chats(sorted(messages)), moment, lambda chat: spoke or first)
    return found.agent if found else None


MORNING = (said("10:00:00"), said("10:01:00", "lin"), said("10:05:00"), said("10:06:00", "wang"), said("10:09:00"))


@pytest.mark.parametrize(
    ("clock", "agent"),
    [
        ("09:59:59", None),  # nobody had talked yet
        ("10:00:30", "lin"),  # in the chat, before its first answer
        ("10:01:00", "lin"),
        ("10:03:00", "lin"),  # between the two nobody's chat runs, and only lin's has ended
        ("10:08:00", "wang"),
        ("20:00:00", "wang"),
    ],
)
def test_an_order_belongs_to_the_chat_it_was_made_in_or_the_last_one_before(clock: str, agent: str | None) -> None:
    assert who(at(clock), *MORNING) == agent


def test_inside_several_chats_the_one_that_ends_last_has_it() -> None:
    both = [said("10:00:00"), said("10:01:00", "lin"), said("10:10:00", "lin")]
    other = [said("10:02:00", None, 2), said("10:03:00", "wang", 2), said("10:11:00", "wang", 2)]
    assert who(at("10:05:00"), *both, *other) == "wang"
    assert who(at("10:05:00"), *both, *other[:2]) == "lin"


def test_two_days_after_the_chat_an_order_is_still_earned_and_later_it_is_silent() -> None:
    chat = (said("10:00:00"), said("10:01:00", "lin"))
    assert who(at("10:01:00", 22), *chat) == "lin"
    assert who(at("10:01:00", 22) + timedelta(seconds=1), *chat) is None


def test_a_buyer_who_only_was_written_to_orders_silently_until_they_write() -> None:
    cold = (said("10:00:00", "lin"),)
    assert who(at("11:00:00"), *cold) is None
    assert who(at("11:00:00"), *cold, spoke=at("11:00:01")) is None
    assert who(at("11:00:00"), *cold, spoke=at("10:59:00")) == "lin"


def test_what_nobody_of_the_shop_wrote_in_is_nobodys_chat() -> None:
    assert chats([said("10:00:00"), said("10:00:01", auto=True)]) == []


def test_silence_begins_another_chat() -> None:
    found = chats([said("10:00:00"), said("10:01:00", "lin"), said("10:11:00"), said("10:12:00", "lin")])
    assert found == [
        Chat("lin", 1, at("10:00:00"), at("10:01:00")),
        Chat("lin", 1, at("10:11:00"), at("10:12:00")),
    ]
