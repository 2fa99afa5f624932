"""The chats that the demo's shop has had before it opens, told step by step as `scenarios/demo/past.yaml` says.

Chance decides who asks what and what comes of it, always in the same way. Who plays them: `demo_past.py`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any, Literal

from assistant.domain.moments import SHANGHAI

CHATS_A_DAY = 36
OPENS, HOURS_OPEN = time(9), 12
OLD_CUSTOMERS = 0.3
# A reminder of five and one of fifteen minutes may come up.
SILENCES = (timedelta(minutes=6), timedelta(minutes=10))
# Of those who order so many pay at once, of the rest so many later; without a reminder fewer come back.
PAYS, PAYS_LATER, UNREMINDED = 0.7, 0.6, 0.4
THANKS, WELCOMED, RETURNED = 0.4, 0.7, 0.06
ASKED_TO_RATE, RATES, SCORES, SCORED = 0.8, 0.6, (5, 4, 3, 2), (14, 4, 1, 1)

Event = dict[str, Any]
Past = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Something at a moment: an event; an agent's answer, for which a card may be used as it is or changed; a
    reminder that is carried out if it has come up, or dropped when the chat is over; or thanks that are left without an
    answer."""

    event: Event
    kind: Literal["told", "answered", "reminded", "dropped", "let go"] = "told"
    card: Literal["left", "used", "changed"] = "left"

    @property
    def at(self) -> datetime:
        """When it happens."""
        found: datetime = self.event["at"]
        return found


# Yields what is to happen, and is told whether it did: a reminder may not have come up, thanks may need an answer.
Chat = Generator[Step, bool, None]


def chats(past: Past, days: int, today: date, seed: int = 11) -> Iterator[Chat]:
    """All chats of the days before today, a generator each; they overlap in time."""
    dice = Random(seed)
    for back in range(days, 0, -1):
        morning = datetime.combine(today - timedelta(days=back), OPENS, SHANGHAI)
        for number in range(CHATS_A_DAY):
            at = morning + timedelta(seconds=dice.uniform(0, HOURS_OPEN * 3600))
            yield _Buyer(past, f"{morning:%m%d}-{number}", Random(dice.random())).chat(at)


class _Buyer:
    """One buyer in one chat, and the agent who answers."""

    def __init__(self, past: Past, name: str, dice: Random) -> None:
        self.past, self.name, self.dice = past, name, dice
        self.agent = dice.choice(list(past["agents"]))
        self.manner = past["agents"][self.agent]
        self.platform = dice.choices(list(past["platforms"]), list(past["platforms"].values()))[0]
        self._ids = (f"past-{name}-{n}" for n in count())

    def chat(self, at: datetime) -> Chat:
        """From the first words to the end, begun at a moment."""
        yield from self._comes(at)
        talk = self._pick(self.past["talks"])
        at = yield from self._asks(talk, at)
        for _ in range(self.dice.choice((0, 0, 1, 1, 2))):
            at = yield from self._asks(self._pick(self.past["talks"]), at + self._pause(15, 90))
        buys, chance = self.dice.random() < talk.get("buys", 0), talk.get("later", 0)
        if not buys:
            if self.dice.random() < THANKS:
                at = yield from self._thanks(at + self._pause(5, 40))
            at, reminded = yield from self._falls_silent(at)
            buys = self.dice.random() < chance * (1 if reminded else UNREMINDED)
        if buys:
            at = yield from self._orders(at + self._pause(30, 400))
        yield from self._leaves(at + self._pause(60, 600))

    def _comes(self, at: datetime) -> Chat:
        province, city = self.dice.choice(self.past["places"])
        known = {"nickname": self.dice.choice(self.past["nicknames"]), "province": province, "city": city}
        old = self.dice.random() < OLD_CUSTOMERS
        tier = self.dice.choice(("regular", "senior", "vip")) if old else "none"
        yield Step(self._event("buyer", at, tier=tier, **known))
        if old:
            made = at - timedelta(days=self.dice.randint(15, 90))
            order = self._order(at, "done", f"past-{self.name}-before", self.dice.choice(self.past["items"]), made)
            yield Step({**order, "modified": made})

    def _asks(self, talk: Mapping[str, Any], at: datetime) -> Generator[Step, bool, datetime]:
        yield Step(self._said(at, "buyer", self.dice.choice(talk["ask"])))
        at += self._pause(*self.manner["seconds"])
        changed = self.dice.random() < self.manner["changes"]
        used = self.dice.random() < self.manner["uses"]
        card: Literal["left", "used", "changed"] = "left" if not used else "changed" if changed else "used"
        yield Step(self._said(at, "agent", talk["answer"]), "answered", card)
        return at

    def _falls_silent(self, at: datetime) -> Generator[Step, bool, tuple[datetime, bool]]:
        reminded = False
        for silence in SILENCES:
            at += silence
            if self.dice.random() < self.manner["reminds"]:
                reminded |= yield Step(self._said(at, "agent", ""), "reminded")
        return at, reminded

    def _thanks(self, at: datetime) -> Generator[Step, bool, datetime]:
        yield Step(self._said(at, "buyer", self.dice.choice(self.past["thanks"])))
        at += self._pause(3, 30)
        # After a question of the agent's thanks are an answer to act on, and cannot be left so.
        if self.dice.random() < WELCOMED or not (yield Step(self._said(at, "agent", ""), "let go")):
            yield Step(self._said(at, "agent", self.past["welcome"]))
        return at

    def _orders(self, at: datetime) -> Generator[Step, bool, datetime]:
        order = f"past-{self.name}", self.dice.choice(self.past["items"]), at
        yield Step(self._order(at, "unpaid", *order))
        if self.dice.random() >= PAYS:
            at, reminded = yield from self._falls_silent(at)
            if self.dice.random() >= PAYS_LATER * (1 if reminded else UNREMINDED):
                at += self._pause(600, 1200)
                yield Step(self._order(at, "closed_unpaid", *order))
                return at
        at += self._pause(20, 240)
        yield Step(self._order(at, "paid", *order))
        if self.dice.random() < RETURNED:
            at += self._pause(600, 7200)
            about = {"order": order[0], "refund": order[0], "amount": order[1]["price"], "status": "done"}
            yield Step(self._event("refund", at, **about))
        return at

    def _leaves(self, at: datetime) -> Chat:
        rating = {"conversation": self._conversation}
        if self.dice.random() < ASKED_TO_RATE:
            yield Step(self._event("rating", at, **rating))
            if self.dice.random() < RATES:
                at += self._pause(10, 300)
                yield Step(self._event("rating", at, **rating, score=self.dice.choices(SCORES, SCORED)[0]))
        yield Step(self._said(at, "agent", ""), "dropped")
        yield Step(self._event("conversation", at, conversation=self._conversation, state="closed"))

    # --- events

    @property
    def _conversation(self) -> str:
        return f"past-{self.name}"

    def _said(self, at: datetime, side: str, text: str) -> Event:
        spoken = {"conversation": self._conversation, "side": side, "text": text}
        return self._event("message", at, **spoken, **({"agent": self.agent} if side == "agent" else {}))

    def _order(self, at: datetime, status: str, order: str, item: Mapping[str, Any], made: datetime) -> Event:
        line = {"sku": item["id"], "title": item["title"], "price": item["price"]}
        about = {"order": order, "amount": item["price"], "created_at": made, "items": [line]}
        return self._event("order", at, status=status, **about)

    def _event(self, kind: str, at: datetime, **about: Any) -> Event:
        whose = {"id": next(self._ids), "at": at, "shop": self.past["shop"], "platform": self.platform}
        return {**whose, "type": kind, "buyer": self.name, **about}

    # --- chance

    def _pause(self, least: float, most: float) -> timedelta:
        return timedelta(seconds=round(self.dice.uniform(least, most)))

    def _pick(self, talks: list[dict[str, Any]]) -> dict[str, Any]:
        return self.dice.choices(talks, [talk["often"] for talk in talks])[0]
