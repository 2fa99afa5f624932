"""Behind a figure: the rows it is made of with masked buyers, and the chat of one of them with its rounds marked.

Not for figures (`kpi_view.py`). That somebody looked into a chat is a fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant import store
from assistant.domain.errors import NotFound
from assistant.domain.kpi import told
from assistant.domain.kpi_behind import LISTS, behind, worst_first
from assistant.domain.kpi_group import Value
from assistant.domain.kpi_waits import Behind
from assistant.domain.masking import masked, masked_name
from assistant.domain.rounds import Round
from assistant.services import conversations, kpi, kpi_scope
from assistant.services.desk import Desk
from assistant.services.kpi_scope import Wish
from assistant.store.conversations import Conversation
from assistant.store.kpi_behind import Chat
from assistant.store.messages import Message

MOST, MOST_IN_A_FILE = 200, 20_000
MOST_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One thing a figure counts; `buyer` is masked and None if erased; `conversation` is the platform's id."""

    shop: str
    at: float
    agent: str
    name: str
    platform: str | None
    buyer: str | None
    conversation: str | None
    value: float | None
    counts: bool
    what: str
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class BehindView:
    """The list: `total` things, of which `counting` speak for the figure; `rows` are the first of them."""

    name: str
    kind: str
    figure: Value
    rows: tuple[Row, ...]
    total: int
    counting: int


@dataclass(frozen=True, slots=True)
class SaidView:
    """A message, masked. `asks` is the number of the round it opens, `answers` of the one it ends in `seconds`."""

    at: float
    side: str
    name: str
    origin: str
    text: str
    asks: int | None = None
    answers: int | None = None
    seconds: float | None = None
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class ChatView:
    """A chat for somebody who checks figures; `cut`: only its last messages are shown."""

    conversation: str
    platform: str
    buyer: str | None
    agent: str
    messages: tuple[SaidView, ...]
    cut: bool


def rows(
    tx: store.Transaction, shop: str, name: str, wish: Wish, now: datetime, most: int = MOST, *, unmasked: bool = False,
    only: str = "",
) -> BehindView:  # fmt: skip
    """What the figure of this name is made of, or only of one situation or touchpoint; `unmasked` buyers are by their
    names. Raises NotFound for a figure without a list."""
    if name not in LISTS:
        raise NotFound(f"there is no list behind {name!r}")
    groups = kpi_scope.groups(tx, shop, wish, now)
    found = [(one, row) for one, group in groups for row in behind(name, group) if only in ("", row.what)]
    shops = {id(row): one for one, row in found}
    listed = worst_first(name, (row for _, row in found))
    return BehindView(
        name=name,
        kind=LISTS[name][0],
        figure=len(listed) if only else _figure(tx, shop, name, wish, now),
        rows=named(tx, [(shops[id(row)], row) for row in listed[:most]], unmasked),
        total=len(listed),
        counting=sum(row.counts for row in listed),
    )


def _figure(tx: store.Transaction, shop: str, name: str, wish: Wish, now: datetime) -> Value:
    """The same as on the page."""
    zone = kpi_scope.zone_of(tx, shop, wish)
    found = kpi_scope.sums(tx, shop, wish, wish.between(shop, zone), zone, now, grains=["day"])
    return told(kpi.sums_by(found.whole, "all")["all"], [name])[name]


def look(desk: Desk, id: str, platform: str | None, *, by: str, own: bool) -> ChatView:
    """The chat, and the fact that `by` has seen it. With `own` only chats they have part in. Raises NotFound."""
    chat = conversations.find(desk.tx, desk.shop.id, id, platform)
    messages = store.messages.last(desk.tx, chat.id, MOST_MESSAGES + 1)
    rounds = store.rounds.of(desk.tx, chat.id)
    agents = (chat.agent, *(row.agent for row in rounds), *(one.agent for one in messages))
    part = {agent for agent in agents if agent}
    if own and by not in part:
        raise NotFound(f"there is no conversation {id!r} of yours in this shop")
    # Whose chat it is now need not be whose it was: who is concerned is noted with the look (`looks.py`).
    desk.record("access.viewed", conversation=chat, agent=by, of=sorted(part - {by}))
    return _chat(desk, chat, messages, rounds)


def _chat(desk: Desk, chat: Conversation, messages: Sequence[Message], rounds: Sequence[Round]) -> ChatView:
    names = store.users.called(desk.tx, desk.shop.id)
    buyer = store.kpi_behind.names(desk.tx, desk.shop.id, [chat.buyer]).get(chat.buyer)
    shown = messages[-MOST_MESSAGES:]
    return ChatView(
        conversation=chat.external,
        platform=chat.platform,
        buyer=None if buyer is None else masked_name(buyer.nickname or buyer.external),
        agent=names.get(chat.agent or "", chat.agent or ""),
        messages=_marked([_said(one, names) for one in shown], shown, rounds),
        cut=len(messages) > MOST_MESSAGES,
    )


def _said(message: Message, names: dict[str, str]) -> SaidView:
    agent = message.agent or ""
    return SaidView(message.at.timestamp(), message.side, names.get(agent, agent), message.origin, masked(message.text))


def _marked(said: list[SaidView], messages: Sequence[Message], rounds: Sequence[Round]) -> tuple[SaidView, ...]:
    for number, row in enumerate(rounds, 1):
        asked = _at(messages, "buyer", row.asked_at)
        if asked is not None:
            said[asked] = replace(said[asked], asks=number, unanswered=row.answered_at is None)
        answered = None if row.answered_at is None else _at(messages, "agent", row.answered_at)
        if answered is not None:
            said[answered] = replace(said[answered], answers=number, seconds=row.seconds)
    return tuple(said)


def _at(messages: Sequence[Message], side: str, moment: datetime) -> int | None:
    found = (place for place, one in enumerate(messages) if one.at == moment and one.side == side)
    return next(found, None)


# --- names -----------------------------------------------------------------------------------------------------------


def named(tx: store.Transaction, listed: Sequence[tuple[str, Behind]], unmasked: bool) -> tuple[Row, ...]:
    """The rows of lists, with the shop of each, as people read them; `unmasked` buyers by their names."""
    naming = {
        shop: _Names(tx, shop, [row for at, row in listed if at == shop], unmasked) for shop in {at for at, _ in listed}
    }
    return tuple(naming[shop].row(one) for shop, one in listed)


class _Names:
    """What people call agents, buyers and chats of some rows of one shop."""

    def __init__(self, tx: store.Transaction, shop: str, rows: Sequence[Behind], unmasked: bool) -> None:
        behind = store.kpi_behind
        self._shop, self._unmasked = shop, unmasked
        self._agents = store.users.called(tx, shop)
        self._buyers = behind.names(tx, shop, {int(row.buyer) for row in rows if row.buyer})
        self._chats = behind.chats(tx, shop, [int(row.conversation) for row in rows if row.conversation])
        alone = [int(row.buyer) for row in rows if row.buyer and not row.conversation]
        self._latest = behind.latest_chats(tx, shop, alone)

    def row(self, row: Behind) -> Row:
        chat, agent = self._chat(row), row.agent or ""
        return Row(
            shop=self._shop,
            at=row.at.timestamp(),
            agent=agent,
            name=self._agents.get(agent, agent),
            platform=chat.platform if chat else row.platform,
            buyer=self._buyer(row),
            conversation=chat.external if chat else None,
            value=row.value,
            counts=row.counts,
            what=row.what,
            beside=row.beside,
        )

    def _chat(self, row: Behind) -> Chat | None:
        if row.conversation:
            return self._chats.get(int(row.conversation))
        return self._latest.get(int(row.buyer or 0))

    def _buyer(self, row: Behind) -> str | None:
        found = self._buyers.get(int(row.buyer or 0))
        if found is None:
            return None
        name = found.nickname or found.external
        return name if self._unmasked else masked_name(name)
