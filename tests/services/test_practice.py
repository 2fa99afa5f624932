"""A practice from start to review in virtual time, on a real database."""

from __future__ import annotations

import pytest

from assistant import store
from assistant.domain.errors import Conflict, InvalidInput
from assistant.services import practice, practice_view
from assistant.services.desks import Desks
from assistant.services.practice import Wish
from assistant.services.scripts import Library, prepare, publish
from tests.domain.practice_samples import CAST
from tests.services.rehearsal import PATIENT, TELLS, Rehearsal
from tests.services.shop import REMINDS, TABLES, Shop


def test_a_whole_practice_ends_by_itself_with_a_review(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(15)
    rehearsal.says(TELLS, wrote=8.5)
    rehearsal.passes(12)
    rehearsal.passes(95)  # the reminder of the unpaid order: a quarter of an hour, ten times sooner
    due = shop.read(lambda tx: store.follow_ups.of_shop(tx, rehearsal.place))
    assert [row.state for row in due if row.touchpoint == "unpaid"] == ["due"]
    rehearsal.says(REMINDS)
    rehearsal.passes(30)
    view = rehearsal.view
    assert view.state == "done"
    assert view.left == 1
    assert [chat.outcome for chat in view.chats] == ["content"]
    assert rehearsal.kinds().count("goal_reached") == 2
    assert {"first_answer", "greeting", "answered", "follow_up_done", "writing_thin"} <= set(rehearsal.kinds())
    assert [message.rate for message in view.chats[0].messages if message.rate] == [round(14 * 60 / 8.5)]
    assert any("买家已付款" in message.text for message in view.chats[0].messages)


def test_an_abandoned_practice_ends_after_ten_minutes(shop: Shop) -> None:
    rehearsal = Rehearsal(shop, cast=PATIENT)
    rehearsal.passes(15)
    rehearsal.says("稍等")
    rehearsal.passes(10 * 60 - 1)
    assert rehearsal.row.state == "running"
    rehearsal.passes(2)
    assert rehearsal.row.state == "abandoned"
    assert rehearsal.kinds()[-1] == "goal_cut_short"


def test_nobody_practises_for_more_than_an_hour(shop: Shop) -> None:
    rehearsal = Rehearsal(shop, cast=PATIENT)
    for _ in range(8):
        rehearsal.passes(15)
        rehearsal.says("稍等")
        shop.passes("7m")
    assert rehearsal.row.state == "running"
    shop.passes("3m")
    rehearsal.passes(1)
    assert rehearsal.row.state == "too_long"


def test_a_practice_forgotten_while_nobody_ran_the_service_ends_at_once(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(5)
    shop.is_down_for("3h")
    rehearsal.passes(1)
    assert rehearsal.row.state == "abandoned"
    assert practice_view.view(rehearsal.row).sums[0].kind == "thin"


def test_an_agent_has_only_one_practice_running_at_a_time(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    with pytest.raises(Conflict, match=f"practice {rehearsal.id} is still running"):
        Rehearsal(shop)
    Rehearsal(shop, agent="a2")
    rehearsal.works(lambda desk: practice.end(desk, CAST))
    assert Rehearsal(shop).id != rehearsal.id


def test_ending_twice_keeps_the_first_review(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(20)
    rehearsal.works(lambda desk: practice.end(desk, CAST))
    first = rehearsal.row
    shop.passes("5m")
    rehearsal.works(lambda desk: practice.end(desk, CAST, "abandoned"))
    assert rehearsal.row == first
    assert first.state == "stopped"


def test_at_its_end_no_clock_of_it_runs_on(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(15)
    rehearsal.says(TELLS)
    rehearsal.passes(12)
    rehearsal.works(lambda desk: practice.end(desk, CAST))
    states = {row.state for row in shop.read(lambda tx: store.follow_ups.of_shop(tx, rehearsal.place))}
    assert states == {"cancelled"}
    assert shop.read(store.follow_ups.next_due) is None


def test_nothing_is_said_once_it_is_over(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(15)
    rehearsal.works(lambda desk: practice.end(desk, CAST))
    with pytest.raises(Conflict, match="this practice is over"):
        rehearsal.says("还在吗")


def test_a_restarted_service_goes_on_where_the_buyers_stood(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(15)
    shop.desks = Desks(shop.desks.store, Library(TABLES))
    rehearsal.says(TELLS)
    rehearsal.passes(12)
    said = shop.read(lambda tx: store.conversations.overview(tx, rehearsal.place))
    assert said[0].last_text.startswith("买家已下单")


def test_a_practice_keeps_the_tables_it_began_with_whatever_is_published(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(5)
    library = shop.desks.library
    assert library.practices() == {rehearsal.place}
    shop.works(lambda desk: publish(desk.tx, shop.id, prepare(TABLES), desk.now, author="t1", note="再发一版"))
    assert [one.id for one in shop.read(lambda tx: library.outdated(tx, shop.now))] == [shop.id]


@pytest.mark.parametrize("wrote", [None, "12", True, 0.1, -5, 5_000, float("nan")])
def test_a_time_of_writing_that_cannot_be_is_not_kept(shop: Shop, wrote: object) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(15)
    rehearsal.says(TELLS, wrote=wrote)
    assert rehearsal.row.writing == {}


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (Wish([]), "choose 1 to 6"),
        (Wish(["price"] * 2), "different buyers"),
        (Wish([f"b{n}" for n in range(7)]), "choose 1 to 6"),
        (Wish(["nobody"]), "no scripted buyer 'nobody'"),
        (Wish(["price"], 0), "at_once is a whole number from 1 to 6"),
        (Wish(["price"], 7), "at_once"),
        (Wish(["price"], 1, "frantic"), "pace is one of slow, usual, fast"),
    ],
)
def test_a_wrong_wish_is_refused_and_nothing_begins(shop: Shop, wish: Wish, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        shop.works(lambda desk: practice.start(desk, CAST, wish, agent="a1", name="小雨"))
    assert shop.read(lambda tx: store.practice.of_agent(tx, shop.id, "a1")) == []
