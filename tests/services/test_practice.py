"""A practice from start to review in virtual time, on a real database; and the wall around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, select

from assistant import store
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.practice import Cast, place_of
from assistant.services import buyers, kpi, practice, practice_view, queue, workbench
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.services.keys import add as add_key
from assistant.services.practice import Wish
from assistant.services.scripts import Library, prepare, publish
from assistant.store.practice import Practice
from tests.domain.practice_samples import CAST, PRICE
from tests.services.shop import REMINDS, TABLES, Shop, moment

TELLS = "亲，现在全场满300减40哦"


# Asks for what nobody says, and waits for it as long as it takes.
PATIENT = Cast.model_validate(
    {
        "buyers": [
            {**PRICE, "item": None, "patience": "3h", "turns": [{
                "goal": "听到暗号", "ask": ["暗号？"], "reached": [{"words": [["天王盖地虎"]]}],
                "otherwise": [f"不对{n}" for n in range(20)],
            }]}
        ]
    }
)  # fmt: skip


class Rehearsal:
    """One agent practising in a shop; time goes by in steps of a second."""

    def __init__(self, shop: Shop, *buyers: str, at_once: int = 1, agent: str = "a1", cast: Cast = CAST) -> None:
        self.shop, self.agent, self.cast, self.sent = shop, agent, cast, 0
        wish = Wish(buyers or ("price",), at_once)
        self.id = shop.works(lambda desk: practice.start(desk, cast, wish, agent=agent, name="小雨"))
        self.place = place_of(shop.id, self.id)

    @property
    def row(self) -> Practice:
        return self.shop.read(lambda tx: practice.find(tx, self.shop.id, self.id, agent=self.agent))

    @property
    def view(self) -> practice_view.PracticeView:
        return practice_view.view(self.row)

    def works(self, work: Callable[[Desk], object]) -> None:
        self.shop.desks.write_now(self.place, self.shop.now, work)

    def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.shop.passes("1s")
            moving, _ = self.shop.read(lambda tx: store.practice.to_move_on(tx, self.shop.now))
            if (self.shop.id, self.id) in moving:
                self.works(lambda desk: practice.move_on(desk, self.cast))

    def says(self, text: str, to: str = "price", wrote: object = None) -> None:
        self.sent += 1
        key = f"key-{self.sent:05}"
        self.works(partial(self._send, text=text, to=to, key=key, wrote=wrote))

    def _send(self, desk: Desk, *, text: str, to: str, key: str, wrote: object) -> None:
        script = CAST.buyer(to)
        assert script is not None
        conversation = desk.conversation(script.platform, f"chat-{to}")
        assert conversation is not None
        practice.refuse_if_over(desk)
        workbench.send(desk, conversation, text, agent=self.agent, key=key)
        practice.note_writing(desk, workbench.message_id(key), wrote)

    def kinds(self) -> list[str]:
        return [finding.kind for chat in self.view.chats for finding in chat.findings]


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


def test_nothing_of_it_counts_in_the_real_shop(shop: Shop) -> None:
    shop.buyer_says("能便宜点嘛")
    before = everything_a_leader_reads(shop)
    rehearsal = Rehearsal(shop, "price", "chat", at_once=2)
    rehearsal.passes(20)
    rehearsal.says(TELLS)
    rehearsal.passes(30)
    assert shop.read(lambda tx: store.facts.between(tx, rehearsal.place, moment("00:00:00"), moment("23:00:00")))
    during = shop.read(lambda tx: queue.read(tx, rehearsal.place))
    assert [entry.conversation for entry in during.waiting] == ["chat-chat", "chat-price"]
    assert everything_a_leader_reads(shop) == before
    rehearsal.works(lambda desk: practice.end(desk, CAST))
    assert everything_a_leader_reads(shop) == before


def everything_a_leader_reads(shop: Shop) -> list[object]:
    """Figures, facts, lists and queues: of the shop, and of all shops together."""
    start, end, now = moment("00:00:00"), moment("23:00:00"), moment("22:00:00")

    def read(tx: store.Transaction) -> list[object]:
        found: list[object] = [
            store.shops.every(tx),
            queue.read(tx, shop.id),
            store.conversations.overview(tx, shop.id),
        ]
        found += [store.kpi.fact_counts(tx), store.kpi.follow_up_counts(tx)]
        for whose in (shop.id, None):
            found.append(store.facts.between(tx, whose, start, end))
            found.append(store.kpi.follow_up_list(tx, whose))
            found += [kpi.rows(tx, whose, start, end, now=now, by=by) for by in ("all", "agent", "touchpoint")]
        return found

    return shop.read(read)


def test_two_agents_do_not_see_each_others_buyers(shop: Shop) -> None:
    first, second = Rehearsal(shop), Rehearsal(shop, "chat", agent="a2")
    first.passes(20)
    second.passes(20)
    listed = [shop.read(partial(store.conversations.overview, shop=one.place)) for one in (first, second)]
    assert [[entry.conversation.external for entry in rows] for rows in listed] == [["chat-price"], ["chat-chat"]]


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


def test_one_that_was_forgotten_while_nobody_ran_the_service_ends_at_once(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    rehearsal.passes(5)
    shop.is_down_for("3h")
    rehearsal.passes(1)
    assert rehearsal.row.state == "abandoned"
    assert practice_view.view(rehearsal.row).sums[0].kind == "thin"


def test_only_one_practice_runs_at_a_time(shop: Shop) -> None:
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


def test_outside_a_practice_no_time_of_writing_is_kept(shop: Shop) -> None:
    shop.works(lambda desk: practice.note_writing(desk, "m1", 12.0))
    shop.works(practice.refuse_if_over)


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


def test_agents_see_their_own_and_leaders_everybodys(shop: Shop) -> None:
    mine, other = Rehearsal(shop), Rehearsal(shop, agent="a2")
    own = shop.read(lambda tx: practice_view.page(tx, CAST, shop.id, agent="a1", everybody=False))
    assert ([row.id for row in own.own], own.others) == ([mine.id], None)
    assert own.running is not None
    all_of_them = shop.read(lambda tx: practice_view.page(tx, CAST, shop.id, agent="a1", everybody=True))
    assert [row.id for row in all_of_them.others or ()] == [other.id]
    with pytest.raises(NotFound):
        shop.read(lambda tx: practice.find(tx, shop.id, other.id, agent="a1"))
    assert shop.read(lambda tx: practice.find(tx, shop.id, other.id, agent="a1", everybody=True)).agent == "a2"
    with pytest.raises(NotFound):
        shop.read(lambda tx: practice.find(tx, "elsewhere", mine.id, agent="a1", everybody=True))


def test_no_real_shop_may_be_named_like_a_practices(shop: Shop) -> None:
    with pytest.raises(InvalidInput, match="name this one otherwise"):
        shop.desks.store.write_now(lambda tx: add_key(tx, place_of("default", 1), shop.now))


# --- forgetting ----------------------------------------------------------------------------------------------------


def rows_of(shop: Shop, name: str) -> dict[str, int]:
    """How many rows of each table belong to a shop; buyers' notes and tags of all shops together."""
    everywhere = [store.tables.notes, store.tables.tags]

    def count(tx: store.Transaction) -> dict[str, int]:
        found = {}
        for table in store.tables.metadata.sorted_tables:
            if "shop" in table.c or table in everywhere:
                query = select(func.count()).select_from(table)
                meant = query if table in everywhere else query.where(table.c.shop == name)
                found[table.name] = tx.connection.execute(meant).scalar_one()
        return {table: many for table, many in found.items() if many}

    return shop.read(count)


def test_thirty_days_after_its_end_nothing_of_a_practice_is_left(shop: Shop) -> None:
    shop.buyer_says("能便宜点嘛")
    rehearsal = Rehearsal(shop)
    rehearsal.passes(15)
    rehearsal.says(TELLS, wrote=8.5)
    rehearsal.works(lambda desk: practice.end(desk, CAST))
    rehearsal.works(annotate)
    assert {"notes", "tags", "messages", "facts", "events"} <= rows_of(shop, rehearsal.place).keys()
    shop.passes("30d")
    assert shop.read(lambda tx: practice.out_of_date(tx, shop.now)) == []
    shop.passes("1s")
    assert shop.read(lambda tx: practice.out_of_date(tx, shop.now)) == [(shop.id, rehearsal.id)]
    before = rows_of(shop, shop.id)
    shop.desks.store.write_now(lambda tx: practice.forget(tx, shop.id, rehearsal.id))
    assert rows_of(shop, rehearsal.place) == {}
    after = rows_of(shop, shop.id)
    assert {table: before[table] - after.get(table, 0) for table in before if before[table] != after.get(table)} == {
        "notes": 1, "tags": 1, "practices": 1,
    }  # fmt: skip
    with pytest.raises(NotFound):
        assert rehearsal.row.state == "stopped"


def annotate(desk: Desk) -> None:
    (conversation,) = (c for b in CAST.buyers if (c := desk.conversation(b.platform, f"chat-{b.id}")))
    buyer = desk.buyer_of(conversation.buyer)
    buyers.note(desk, buyer, "要回头找她", author="a1", name="小雨")
    buyers.change_tag(desk, buyer, "free", "讲价", True, author="a1")


def test_a_practice_that_runs_is_never_deleted(shop: Shop) -> None:
    rehearsal = Rehearsal(shop)
    shop.passes("60d")
    assert shop.read(lambda tx: practice.out_of_date(tx, shop.now)) == []
    shop.desks.store.write_now(lambda tx: practice.forget(tx, shop.id, rehearsal.id))
    assert rehearsal.row.state == "running"
