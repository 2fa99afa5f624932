"""One request at work: a transaction that collects the facts it observes and the conversations it changes.

Not for deciding who reacts to a fact (`reactions.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from assistant import store
from assistant.bus.signals import Signal
from assistant.domain.checks import NO_CHECKS, Checks
from assistant.domain.facts import FACTS, Fact
from assistant.domain.handbook import Handbook
from assistant.domain.moments import midnight, shop_day
from assistant.domain.notices import EMPTY, Board
from assistant.domain.platform_changes import USUAL, Profiles
from assistant.domain.quick_replies import QuickReplies
from assistant.domain.recognition import Recogniser
from assistant.domain.scripts import Scripts
from assistant.domain.trials import NO_TRIALS, Trials
from assistant.services.order_news import NEVER_LATE, OrderNews
from assistant.store.buyers import Buyer
from assistant.store.conversations import Conversation
from assistant.store.follow_ups import FollowUp
from assistant.store.suggestions import Suggestion

React = Callable[["Desk", Sequence[Fact]], None]
# Facts may cause facts; a table of reactions that never ends is a defect, not a reason to hang.
ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Shop:
    """What a desk needs to know of the shop it works for: one published version of its tables, fitted and indexed,
    the notices that stand, the wordings on trial, and by which rules its platforms count."""

    id: str
    timezone: ZoneInfo
    version: int
    scripts: Scripts
    recogniser: Recogniser
    quick_replies: QuickReplies
    handbook: Handbook
    notices: Board = EMPTY
    trials: Trials = field(default_factory=lambda: NO_TRIALS)
    checks: Checks = NO_CHECKS
    platforms: Profiles = field(default_factory=lambda: USUAL)

    def day(self, at: datetime) -> date:
        """The day of the shop's calendar in which a moment lies."""
        return shop_day(at, self.timezone)

    def day_began(self, at: datetime) -> datetime:
        """When that day began."""
        return midnight(shop_day(at, self.timezone), self.timezone)


@dataclass(slots=True)
class Desk:
    """A transaction, the shop, the moment, and what has been observed so far.

    Conversations and buyers are read once and written once, however many events of one request concern them.
    """

    tx: store.Transaction
    shop: Shop
    now: datetime
    react: React
    news: OrderNews = NEVER_LATE
    facts: list[Fact] = field(default_factory=list)
    _fresh: list[Fact] = field(default_factory=list)
    _conversations: dict[int, Conversation] = field(default_factory=dict)
    _by_external: dict[tuple[str, str], Conversation] = field(default_factory=dict)
    _asked_for_latest: set[int] = field(default_factory=set)
    _buyers: dict[int, Buyer] = field(default_factory=dict)
    _changed: dict[int, Conversation] = field(default_factory=dict)
    _nouns: dict[int, set[str]] = field(default_factory=dict)
    _follow_ups: dict[int, dict[int, FollowUp]] = field(default_factory=dict)
    _all_follow_ups: set[int] = field(default_factory=set)
    _cards: dict[int, list[Suggestion]] = field(default_factory=dict)
    _announced: bool = False
    _restated: dict[tuple[str, int | None, date], datetime] = field(default_factory=dict)
    day_began: datetime = field(init=False)  # the shop's running day
    _generation: int = -1

    def __post_init__(self) -> None:
        self._generation = self.tx.kept.generation
        self.day_began = self.shop.day_began(self.now)

    # --- facts

    def record(
        self,
        name: str,
        *,
        at: datetime | None = None,
        conversation: Conversation | None = None,
        buyer: Buyer | None = None,
        order: int | None = None,
        agent: str | None = None,
        **data: object,
    ) -> None:
        """Note a fact; reactions follow when the event is `settled`."""
        assert name in FACTS, name
        platform = conversation.platform if conversation else buyer.platform if buyer else None
        self._fresh.append(
            Fact(
                name,
                at or self.now,
                platform,
                conversation.id if conversation else None,
                buyer.id if buyer else conversation.buyer if conversation else None,
                order,
                agent or (conversation.agent if conversation else None),
                data,
            )
        )

    def settle(self) -> None:
        """Let everyone concerned react to what was recorded since the last time, until nothing new is recorded."""
        for _ in range(ROUNDS):
            if not self._fresh:
                return
            batch, self._fresh = self._fresh, []
            self.facts.extend(batch)
            self.react(self, batch)
        raise RuntimeError(f"reactions to {[fact.name for fact in self._fresh]} do not end")

    # --- days that are over

    def restate(self, section: str, first: datetime, last: datetime | None = None, buyer: int | None = None) -> None:
        """Say that what was counted in a section no longer holds: of the day of `first`, or of those up to `last`, with
        `buyer` only of days on which they wrote. Of the running day nothing is kept."""
        if first < self.day_began:
            day = self.shop.day(first)
            last = min(self.day_began, first if last is None else last)
            key = section, buyer, day
            self._restated[key] = max(last, self._restated.get(key, last))

    # --- whom it concerns

    def buyer(self, platform: str, external: str) -> Buyer:
        """The buyer of this platform id, made if new."""
        found = next((b for b in self._buyers.values() if (b.platform, b.external) == (platform, external)), None)
        return found or self._keep_buyer(
            self.tx.kept.rows("buyers").get((self.shop.id, platform, external))
            or store.buyers.find(self.tx, self.shop.id, platform, external)
            or store.buyers.add(self.tx, self.shop.id, platform, external)
        )

    def buyer_of(self, id: int) -> Buyer:
        """The buyer with our key."""
        found = self._buyers.get(id) or self.tx.kept.rows("buyers").get(id) or store.buyers.get(self.tx, id)
        assert found is not None, f"buyer {id} is gone"
        self._buyers[id] = found
        return found

    def _keep_buyer(self, read: Buyer) -> Buyer:
        """The one object there is for a buyer just read."""
        found: Buyer = self._buyers.get(read.id) or self.tx.kept.rows("buyers").get(read.id, read)
        self._buyers[read.id] = found
        return found

    def conversation(self, platform: str, external: str) -> Conversation | None:
        """The conversation of this platform id."""
        known = self._by_external.get((platform, external))
        if known is not None:
            return known
        kept = self.tx.kept.rows("conversations").get((self.shop.id, platform, external))
        return self._keep(kept or store.conversations.find(self.tx, self.shop.id, platform, external))

    def add_conversation(self, platform: str, external: str, buyer: Buyer) -> Conversation:
        """A conversation that is new to the shop."""
        made = self._keep(store.conversations.add(self.tx, self.shop.id, platform, external, buyer.id))
        assert made is not None
        return made

    def conversation_of(self, id: int) -> Conversation | None:
        """The conversation with our key."""
        known = self._conversations.get(id)
        if known is not None:
            return known
        return self._keep(self.tx.kept.rows("conversations").get(id) or store.conversations.get(self.tx, id))

    def latest_conversation(self, buyer: int) -> Conversation | None:
        """The buyer's most recent conversation: what is in memory may be newer than what is stored, or only older."""
        if buyer not in self._asked_for_latest:
            self._asked_for_latest.add(buyer)
            self._keep(store.conversations.latest_of(self.tx, buyer))
        known = [c for c in self._conversations.values() if c.buyer == buyer and c.last_at]
        return max(known, key=lambda c: c.last_at or self.now, default=None)

    def expect(self, read: Iterable[Conversation]) -> None:
        """Conversations that were read for this desk already, the latest one of each of their buyers."""
        for conversation in read:
            self._asked_for_latest.add(conversation.buyer)
            self._keep(conversation)

    def _keep(self, read: Conversation | None) -> Conversation | None:
        """The one object there is for a conversation just read."""
        if read is None:
            return None
        found = self._conversations.get(read.id) or self.tx.kept.rows("conversations").get(read.id, read)
        self._conversations[found.id] = found
        self._by_external[found.platform, found.external] = found
        return found

    def touch(self, conversation: Conversation, *nouns: str) -> None:
        """Say that what screens show of this conversation changed, and which nouns of it besides its messages
        (`bus/signals.py`); its version grows once a request."""
        if conversation.id not in self._changed:
            self._changed[conversation.id] = conversation
            conversation.version += 1
        self._nouns.setdefault(conversation.id, set()).update(nouns)

    def announce(self) -> None:
        """Say that what stands beside the shop's tables changed (notices, trials), which every screen may show."""
        self._announced = True

    # --- what is open: several reactions ask for it, and all must see the same rows

    def follow_ups(self, buyer: int) -> list[FollowUp]:
        """The buyer's armed and due follow-ups."""
        self._recall_follow_ups(buyer)
        if buyer not in self._all_follow_ups:
            self._all_follow_ups.add(buyer)
            for row in store.follow_ups.active_of(self.tx, buyer):
                self.adopt(row)
        return [row for row in self._follow_ups.get(buyer, {}).values() if row.state in ("armed", "due")]

    def _recall_follow_ups(self, buyer: int) -> None:
        if buyer in self._all_follow_ups:
            return
        kept = self.tx.kept.rows("follow_ups").get(buyer)
        if kept is not None:
            self._all_follow_ups.add(buyer)
            self._follow_ups[buyer] = {row.id: row for row in kept} | self._follow_ups.get(buyer, {})

    def adopt(self, follow_up: FollowUp) -> FollowUp:
        """The one object there is for a follow-up's row."""
        self._recall_follow_ups(follow_up.buyer)
        return self._follow_ups.setdefault(follow_up.buyer, {}).setdefault(follow_up.id, follow_up)

    def add_follow_up(self, follow_up: FollowUp) -> None:
        """Store a new follow-up and remember it."""
        store.follow_ups.add(self.tx, follow_up)
        self.adopt(follow_up)

    def cards(self, conversation: int) -> list[Suggestion]:
        """The open cards of a conversation, best first."""
        if conversation not in self._cards:
            kept = self.tx.kept.rows("suggestions").get(conversation)
            self._cards[conversation] = store.suggestions.open_in(self.tx, conversation) if kept is None else kept
        return [card for card in self._cards[conversation] if card.closed_at is None]

    def adopt_card(self, card: Suggestion) -> Suggestion:
        """The one object there is for a card's row."""
        return next((known for known in self.cards(card.conversation) if known.id == card.id), card)

    def add_card(self, card: Suggestion) -> None:
        """Store a new card and remember it."""
        standing = self.cards(card.conversation)
        store.suggestions.add(self.tx, card)
        self._cards[card.conversation] = [*standing, card]

    # --- the end

    def close(self) -> list[Signal]:
        """Write what was held back, and say who is to be told after the commit."""
        self.settle()
        for conversation in self._changed.values():
            store.conversations.save(self.tx, conversation)
        if self.facts:
            store.facts.add_all(self.tx, self.shop.id, self.facts, self.now)
        for (section, buyer, day), last in self._restated.items():
            first = midnight(day, self.shop.timezone)
            store.kpi_rollups.mark(self.tx, self.shop.id, section, buyer, first, last)
        self._leave()
        signals = [Signal(self.shop.id, id, frozenset(self._nouns[id])) for id in self._changed]
        return [*signals, Signal(self.shop.id, None)] if self._announced else signals

    def _leave(self) -> None:
        """Leave the rows to the next request, unless some were changed in another way meanwhile."""
        kept = self.tx.kept
        if kept.generation != self._generation:
            return
        conversations = kept.rows("conversations")
        for conversation in self._conversations.values():
            conversations[conversation.id] = conversation
            conversations[conversation.shop, conversation.platform, conversation.external] = conversation
        kept.rows("buyers").update(self._buyers)
        kept.rows("suggestions").update({id: self.cards(id) for id in self._cards})
        kept.rows("follow_ups").update({buyer: self.follow_ups(buyer) for buyer in self._all_follow_ups})
