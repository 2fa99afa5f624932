"""An agent's own quick replies: kept, changed, put in order, pinned, with their pictures; and found beside the team's.

Whoever is shut out keeps theirs, but is offered none. In a practice an agent has those of the real shop.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant import store
from assistant.domain import images
from assistant.domain import personal_replies as rules
from assistant.domain.checks import Hit
from assistant.domain.errors import InvalidInput, NotAllowed, NotFound
from assistant.domain.personal_replies import PersonalReply, Wanted
from assistant.domain.personal_reply_index import PersonalIndex
from assistant.domain.practice import real_shop
from assistant.domain.quick_replies import meant, rank_of_own
from assistant.domain.scripts import QuickReply
from assistant.services.desk import Desk, Shop

# Indexes of those who search; of the one who has not searched for longest it is made anew.
MOST_AGENTS = 200


@dataclass(frozen=True, slots=True)
class Mine:
    """All of an agent's own, in their order, and the names that are pinned, the team's too."""

    replies: tuple[PersonalReply, ...]
    pinned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """The number of what was kept, and what may be doubtful in it."""

    id: int
    hits: tuple[Hit, ...]


def mine(tx: store.Transaction, shop: str, agent: str) -> Mine:
    """What an agent has, whether it is offered or not."""
    place = real_shop(shop)
    return Mine(
        tuple(store.personal_replies.of_agent(tx, place, agent)), store.personal_replies.shelf(tx, place, agent).pinned
    )


# --- changing --------------------------------------------------------------------------------------------------------


def add(desk: Desk, agent: str, wanted: Wanted) -> Saved:
    """Keep a new one, as the last. Raises InvalidInput, NotAllowed."""
    shop, replies = opened(desk, agent)
    if len(replies) >= rules.MOST:
        raise InvalidInput(f"you have {rules.MOST} already: remove some", reason="too_many_replies", most=rules.MOST)
    wanted, hits = _fit(desk, wanted, replies)
    return Saved(store.personal_replies.add(desk.tx, shop, agent, wanted, next_place(replies), desk.now), hits)


def change(desk: Desk, agent: str, id: int, wanted: Wanted) -> Saved:
    """Write one anew. Raises InvalidInput, NotFound, NotAllowed."""
    shop, replies = opened(desk, agent)
    _among(replies, id)
    wanted, hits = _fit(desk, wanted, replies, but=id)
    store.personal_replies.change(desk.tx, shop, agent, id, wanted, desk.now)
    return Saved(id, hits)


def remove(desk: Desk, agent: str, id: int) -> None:
    """Throw one away, with its pin and its picture. Raises NotFound, NotAllowed."""
    shop, replies = opened(desk, agent)
    gone = _among(replies, id)
    store.personal_replies.remove(desk.tx, shop, agent, id)
    if gone.image is not None:
        store.images.drop_unused(desk.tx, shop, gone.image)
    known = _names(desk, replies) - {gone.name}
    store.personal_replies.pin(desk.tx, shop, agent, _pinned(desk, shop, agent, known))


def arrange(desk: Desk, agent: str, ids: Sequence[int]) -> None:
    """Put these first, in this order; what is not named comes after them as it stood. Raises NotAllowed."""
    shop, replies = opened(desk, agent)
    store.personal_replies.place(desk.tx, shop, agent, rules.ordered(replies, ids))


def pin(desk: Desk, agent: str, name: str, *, on: bool) -> None:
    """Pin a quick reply, the team's too, or take the pin out. Raises InvalidInput, NotFound, NotAllowed."""
    shop, replies = opened(desk, agent)
    known = _names(desk, replies)
    if on and name not in known:
        raise NotFound(f"there is no quick reply {name!r}")
    pinned = _pinned(desk, shop, agent, known - {name})
    if on and len(pinned) >= rules.MOST_PINNED:
        raise InvalidInput(
            "too many are pinned: take a pin out first", reason="too_many_pinned", most=rules.MOST_PINNED
        )
    store.personal_replies.pin(desk.tx, shop, agent, [*pinned, name] if on else pinned)


def picture(desk: Desk, agent: str, id: int, content: bytes | None) -> str | None:
    """Give one a picture, or none; returns the picture's hash. Raises InvalidInput, NotFound, NotAllowed."""
    shop, replies = opened(desk, agent)
    before, hash = _among(replies, id).image, None
    if content is not None:
        kind, hash = images.kind_of(content), images.hash_of(content)
        store.images.add(desk.tx, shop, hash, kind, content, desk.now)
    store.personal_replies.picture(desk.tx, shop, agent, id, hash, desk.now)
    if before not in (None, hash):
        store.images.drop_unused(desk.tx, shop, str(before))
    return hash


def opened(desk: Desk, agent: str) -> tuple[str, list[PersonalReply]]:
    """The shop whose people keep them, and what this agent has: the shelf is held until the end. Raises NotAllowed."""
    shop = real_shop(desk.shop.id)
    refuse_shut_out(desk.tx, shop, agent)
    store.personal_replies.changing(desk.tx, shop, agent)
    return shop, store.personal_replies.of_agent(desk.tx, shop, agent)


def next_place(replies: Iterable[PersonalReply]) -> int:
    """The place after all of these."""
    return max((one.place for one in replies), default=0) + 1


def _names(desk: Desk, replies: Iterable[PersonalReply]) -> set[str]:
    return {one.name for one in replies} | {one.id for one in desk.shop.quick_replies.replies}


def _pinned(desk: Desk, shop: str, agent: str, known: Container[str]) -> list[str]:
    # What the trainers have taken back, or the agent thrown away, needs no room.
    return [one for one in store.personal_replies.shelf(desk.tx, shop, agent).pinned if one in known]


def refuse_shut_out(tx: store.Transaction, shop: str, agent: str) -> None:
    """Raises NotAllowed for who may not sign in any more."""
    if store.personal_replies.shut_out(tx, real_shop(shop), agent):
        raise NotAllowed("an administrator has disabled this person")


def _fit(desk: Desk, wanted: Wanted, replies: Sequence[PersonalReply], but: int = 0) -> tuple[Wanted, tuple[Hit, ...]]:
    wanted, others = rules.cleaned(wanted), (one for one in replies if one.id != but)
    rules.refuse_clash(wanted.shortcut, rules.taken(others, desk.shop.quick_replies.replies))
    return wanted, rules.judged(wanted, desk.shop.checks, desk.shop.scripts.shop)


def _among(replies: Iterable[PersonalReply], id: int) -> PersonalReply:
    found = next((one for one in replies if one.id == id), None)
    if found is None:
        raise NotFound(f"you have no quick reply {id}: somebody may have removed it in another window")
    return found


# --- finding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hits:
    """What of an agent's own fits, best first, each with its rank (`quick_replies.Found.ranks`); `total` = how many
    fit, `pinned` = the names that are pinned, `pictures` = the hash of each one's picture by its name."""

    items: Sequence[tuple[int, QuickReply]] = ()
    total: int = 0
    pinned: frozenset[str] = frozenset()
    pictures: Mapping[str, str] = field(default_factory=dict)


NONE = Hits()


class _Shelf:
    """One agent's, ready to be searched."""

    def __init__(self, revision: int, version: int, mine: Mine, shop: Shop) -> None:
        self.mark = revision, version
        self.replies = [rules.as_quick_reply(one) for one in mine.replies]
        self.index = PersonalIndex(self.replies, shop.scripts.shop)
        self.pinned = frozenset(mine.pinned)
        self.pictures = {one.name: one.image for one in mine.replies if one.image is not None}


class Shelves:
    """The indexes of agents who searched lately, as long as nothing on their shelf changes."""

    def __init__(self, most: int = MOST_AGENTS) -> None:
        self._kept: OrderedDict[tuple[str, str], _Shelf] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def search(
        self,
        tx: store.Transaction,
        shop: Shop,
        agent: str,
        typed: str,
        uses: Mapping[str, int],
        in_chat: bool,
        *,
        limit: int,
    ) -> Hits:
        """What of an agent's own fits; nothing for who is shut out."""
        shelf = self._of(tx, shop, agent)
        if shelf is None:
            return NONE
        typed = meant(typed)
        levels = shelf.index.levels(typed) if typed else [1] * len(shelf.replies)
        ranked = [
            (rank_of_own(level, pinned=one.id in shelf.pinned, used=uses.get(one.id, 0), in_chat=in_chat), one)
            for level, one in zip(levels, shelf.replies, strict=True)
            if level
        ]
        ranked.sort(key=lambda pair: -pair[0])
        return Hits(ranked[:limit], len(ranked), shelf.pinned, shelf.pictures)

    def _of(self, tx: store.Transaction, shop: Shop, agent: str) -> _Shelf | None:
        place = real_shop(shop.id)
        state = store.personal_replies.shelf(tx, place, agent)
        if not state.revision or store.personal_replies.shut_out(tx, place, agent):
            return None
        found = self._kept.get((place, agent))
        if found is None or found.mark != (state.revision, shop.version):
            found = _Shelf(state.revision, shop.version, mine(tx, place, agent), shop)
        self._keep((place, agent), found)
        return found

    def _keep(self, whose: tuple[str, str], shelf: _Shelf) -> None:
        with self._lock:  # several read at once
            self._kept[whose] = shelf
            self._kept.move_to_end(whose)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def last_used(tx: store.Transaction, shop: str, agent: str, since: datetime) -> dict[str, datetime]:
    """When the agent last sent each quick reply, by its name."""
    found: dict[str, datetime] = {}
    for name, at in store.facts.quick_replies_of(tx, shop, agent, since):
        found[name] = max(at, found.get(name, at))
    return found
