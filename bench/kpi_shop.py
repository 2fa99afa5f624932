"""A shop of many agents over half a year, written straight into the tables: what `bench/kpi.py` asks figures of.

Drawn from one seed. Answers take from seconds to minutes, mornings and evenings are busy, a fifth of the chats end in
an order, most of which are paid. Not made of events: five million of them would take an hour.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from assistant import store
from assistant.store.columns import to_microseconds
from assistant.store.tables import (
    buyers,
    conversations,
    facts,
    follow_ups,
    messages,
    orders,
    rounds,
    suggestions,
)

SHOP, ZONE = "bench", ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 5, 1)
SECOND = 1_000_000
# Facts of a chat on the average: four questions, four answers, an opening, a card, and what follows of some.
FACTS_OF_A_CHAT = 10.8
HOURS = (9, 10, 10, 11, 13, 14, 15, 16, 19, 20, 20, 21, 21, 22)
PLATFORMS = ("taobao", "jd", "douyin")
Row = tuple[Any, ...]
COLUMNS: dict[Table, tuple[str, ...]] = {
    buyers: ("id", "shop", "platform", "external"),
    conversations: ("id", "shop", "platform", "external", "buyer", "agent", "last_at"),
    messages: ("id", "shop", "conversation", "external", "at", "side", "agent", "origin", "text", "script"),
    rounds: (
        "conversation", "number", "shop", "platform", "buyer", "agent", "asked_at", "answered_at", "session", "first",
        "session_asked_at",
    ),
    facts: ("id", "shop", "name", "at", "recorded_at", "platform", "conversation", "buyer", "agent", "data"),
    suggestions: (
        "id", "shop", "conversation", "buyer", "agent", "run_at", "situation", "reply", "text", "missing", "score",
        "why", "state", "shown_at", "closed_at",
    ),
    follow_ups: (
        "id", "shop", "platform", "touchpoint", "conversation", "buyer", "order", "agent", "anchors", "armed_at",
        "due_at", "state", "shown_at", "closed_at", "reason",
    ),
    orders: (
        "id", "shop", "platform", "external", "buyer", "status", "amount", "created_at", "modified_at", "paid_at",
        "cod", "stages", "items",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How large a shop: `chats` a day."""

    agents: int
    days: int
    chats: int


def size(facts_: int, agents: int, days: int) -> Size:
    """A shop with about so many facts."""
    return Size(agents, days, round(facts_ / days / FACTS_OF_A_CHAT))


class Shop:
    """Draws the rows of one day after another; numbers go on from day to day."""

    def __init__(self, of: Size, seed: int = 7) -> None:
        self.size = of
        self._chance = random.Random(seed)
        self._numbers = dict.fromkeys(COLUMNS, 0)
        self.rows: dict[Table, list[Row]] = {table: [] for table in COLUMNS}

    def day(self, number: int) -> dict[Table, list[Row]]:
        """Everything that happens on the so-manieth day."""
        self.rows = {table: [] for table in COLUMNS}
        midnight = to_microseconds(datetime.combine(FIRST + timedelta(days=number), time(), ZONE))
        for _ in range(self.size.chats):
            self._chat(midnight + self._chance.choice(HOURS) * 3600 * SECOND + self._chance.randrange(3600) * SECOND)
        return self.rows

    def _next(self, table: Table) -> int:
        self._numbers[table] += 1
        return self._numbers[table]

    def _chat(self, at: int) -> None:
        agent, platform = f"a{self._chance.randrange(self.size.agents):03}", self._chance.choice(PLATFORMS)
        buyer, chat = self._next(buyers), self._next(conversations)
        self._buyer, self._where = buyer, (platform, chat, buyer, agent)
        self.rows[buyers].append((buyer, SHOP, platform, f"b{buyer}"))
        self._fact("conversation.opened", at)
        began, asked = at, at
        for number in range(4):
            asked = at
            at = self._round(asked, began, number)
        self.rows[conversations].append((chat, SHOP, platform, f"c{chat}", buyer, agent, at))
        self._what_follows(asked, at)

    def _round(self, asked: int, began: int, number: int) -> int:
        """A question and its answer; returns when the next one is asked."""
        platform, chat, buyer, agent = self._where
        took = min(self._chance.expovariate(1 / 45) + 1, 1200)
        answered = asked + round(took) * SECOND if self._chance.random() > 0.02 else None
        self._say(asked, "buyer", None, None)
        if answered is not None:
            self._say(answered, "agent", agent, "hello" if self._chance.random() < 0.3 else None)
        self.rows[rounds].append(
            (chat, number, SHOP, platform, buyer, agent, asked, answered, 0, number == 0, began)
        )  # fmt: skip
        return (answered or asked) + self._chance.randrange(5, 90) * SECOND

    def _say(self, at: int, side: str, agent: str | None, script: str | None) -> None:
        id, chat = self._next(messages), self._where[1]
        self.rows[messages].append((id, SHOP, chat, f"m{id}", at, side, agent, "human", "在的，亲", script))
        self._fact(f"{side}.spoke", at)

    def _fact(self, name: str, at: int, data: str = "{}") -> None:
        self.rows[facts].append((self._next(facts), SHOP, name, at, at, *self._where, data))

    def _what_follows(self, asked: int, at: int) -> None:
        _, chat, buyer, agent = self._where
        card = self._next(suggestions)
        state = "sent" if self._chance.random() < 0.4 else "passed"
        self.rows[suggestions].append(
            (card, SHOP, chat, buyer, agent, asked, "price", "r", "亲", "[]", 0.9, "", state, asked, at)
        )
        self._fact("suggestion.shown", asked)
        if self._chance.random() < 0.3:
            self._fact("rating.invited", at)
            if self._chance.random() < 0.5:
                self._fact("rating.given", at, f'{{"score":{self._chance.choice((3, 4, 5, 5))}}}')
        if self._chance.random() < 0.2:
            self._order(at)

    def _order(self, at: int) -> None:
        platform, chat, buyer, agent = self._where
        order, paid = self._next(orders), at + 600 * SECOND if self._chance.random() < 0.8 else None
        items = f'[{{"sku":"s","title":"t","quantity":{self._chance.randrange(1, 4)},"price":"10.00"}}]'
        amount = self._chance.randrange(1_000, 40_000)
        self.rows[orders].append(
            (order, SHOP, platform, f"o{order}", buyer, "paid" if paid else "unpaid", amount, at, at, paid, False, "[]",
             items)
        )  # fmt: skip
        self._fact("order.created", at)
        due, done = at + 900 * SECOND, self._chance.random() < 0.6
        self.rows[follow_ups].append(
            (self._next(follow_ups), SHOP, platform, "unpaid-15-minutes", chat, buyer, order, agent,
             f'{{"{order}":{at}}}', at, due, "done" if done else "cancelled", due, due + 60 * SECOND,
             "sent" if done else "order.paid")
        )  # fmt: skip
        self._fact("follow_up.due", due)


def write(database: store.Store, shop: Shop, each: Sequence[int]) -> Iterator[dict[Table, list[Row]]]:
    """Put days into the tables, one transaction a day; gives each day's rows when they are stored."""
    for number in each:
        rows = shop.day(number)
        database.write_now(partial(_store, rows))
        yield rows


def _store(rows: dict[Table, list[Row]], tx: store.Transaction) -> None:
    for table, found in rows.items():
        _insert(tx, table, found)


def _insert(tx: store.Transaction, table: Table, found: list[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in COLUMNS[table])
    if tx.database == "sqlite":
        marks = ", ".join("?" * len(COLUMNS[table]))
        tx.cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", found)
        return
    with tx.cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in found:
            copy.write_row(row)
