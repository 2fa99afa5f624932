"""The days before the demo opens: chats in virtual time, through the doors that agents and platforms use."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from assistant import store
from assistant.domain.moments import SHANGHAI, shop_day
from assistant.services import closing_words, follow_ups, replay, suggestions
from assistant.services.demo_chats import Chat, Event, Past, Step, chats
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.services.intake import read
from assistant.store.conversations import Conversation

T = TypeVar("T")


def is_new(desks: Desks, shop: str) -> bool:
    """Whether nobody has ever talked in this shop."""
    return not desks.store.read_now(lambda tx: store.conversations.listed_versions(tx, shop))


def live_through(desks: Desks, past: Past, days: int, now: datetime, before: Iterable[Event] = ()) -> int:
    """Play the `days` before today after the events of `before`, and their timers up to `now`; returns how many events
    were taken."""
    performance = Performance(desks, chats(past, days, shop_day(now, SHANGHAI)), before)
    while desks.store.write_now(performance.some):
        pass
    desks.store.write_now(partial(replay.end, desks, report=performance.report, until=now))
    return performance.report.accepted


class Performance:
    """Chats that overlap: whichever goes on first goes first."""

    def __init__(self, desks: Desks, played: Iterable[Chat], before: Iterable[Event]) -> None:
        self.desks, self.report = desks, replay.Report()
        self._waiting: list[tuple[datetime, int, Step, Chat]] = []
        for number, chat in enumerate((_told(before), *played)):
            self._go_on(number, chat)

    def some(self, tx: store.Transaction) -> bool:
        """As many steps as share a commit; whether there are more."""
        for _ in range(min(replay.TOGETHER, len(self._waiting))):
            _, number, step, chat = heapq.heappop(self._waiting)
            self._go_on(number, chat, happened=self._play(tx, step))
        return bool(self._waiting)

    def _go_on(self, number: int, chat: Chat, *, happened: bool | None = None) -> None:
        with suppress(StopIteration):
            step = next(chat) if happened is None else chat.send(happened)
            heapq.heappush(self._waiting, (step.at, number, step, chat))

    def _play(self, tx: store.Transaction, step: Step) -> bool:
        replay.run_timers(self.desks, tx, step.at, inclusive=False)
        return _WAYS[step.kind](self, tx, step)

    def tell(self, tx: store.Transaction, step: Step, **words: Any) -> bool:
        """Take the step's event, perhaps with other words, as a platform's; true."""
        for event in read([{**step.event, "at": step.at.isoformat(), **words}]):
            replay.take(self.desks, tx, event, self.report)
        return True

    def answer(self, tx: store.Transaction, step: Step) -> bool:
        """By a card, perhaps with changed words, or by hand."""
        words = "" if step.card == "left" else self._from_card(tx, step)
        return self.tell(tx, step, **({"text": words} if words else {}))

    def remind(self, tx: store.Transaction, step: Step) -> bool:
        """Say what a follow-up that has come up wants said."""
        ready = next((f for f in _due(tx, step) if f.text and not f.missing), None)
        return ready is not None and self.tell(tx, step, text=ready.text, script=ready.script)

    def drop(self, tx: store.Transaction, step: Step) -> bool:
        """Put away what has come up and is of no use any more."""
        due = _due(tx, step)
        for one in due:
            self._sit(tx, step, partial(follow_ups.act, id=one.id, action="dismiss", agent=step.event["agent"]))
        return bool(due)

    def let_go(self, tx: store.Transaction, step: Step) -> bool:
        """See that a buyer waits for nothing."""

        def close(desk: Desk) -> bool:
            conversation = desk.conversation(step.event["platform"], step.event["conversation"])
            if conversation is None or not conversation.thanks:
                return False
            closing_words.let_go(desk, conversation, agent=step.event["agent"])
            return True

        return self._sit(tx, step, close)

    def _sit(self, tx: store.Transaction, step: Step, work: Callable[[Desk], T]) -> T:
        return self.desks.sit(tx, step.event["shop"], step.at, work)

    def _from_card(self, tx: store.Transaction, step: Step) -> str:
        """Put the first card that can be sent into the composer; its words, perhaps changed."""
        found = _conversation(tx, step)
        card = next((c for c in store.suggestions.open_in(tx, found.id) if not c.missing), None) if found else None
        if card is None:
            return ""
        self._sit(tx, step, partial(suggestions.act, id=card.id, action="inserted", agent=step.event["agent"]))
        return f"{card.text}，有不清楚的随时问我" if step.card == "changed" else card.text


_WAYS: Mapping[str, Callable[[Performance, store.Transaction, Step], bool]] = {
    "told": Performance.tell,
    "answered": Performance.answer,
    "reminded": Performance.remind,
    "dropped": Performance.drop,
    "let go": Performance.let_go,
}


def _conversation(tx: store.Transaction, step: Step) -> Conversation | None:
    event = step.event
    return store.conversations.find(tx, event["shop"], event["platform"], event["conversation"])


def _due(tx: store.Transaction, step: Step) -> list[store.follow_ups.FollowUp]:
    found = _conversation(tx, step)
    return [f for f in store.follow_ups.active_of(tx, found.buyer) if f.state == "due"] if found else []


def _told(events: Iterable[Event]) -> Chat:
    for event in events:
        yield Step(event)
