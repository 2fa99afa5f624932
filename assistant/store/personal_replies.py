"""Quick replies of agents' own, and each agent's shelf of them: how often it changed, what is pinned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.domain.personal_replies import PersonalReply, Wanted
from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import memberships, personal_replies, personal_shelves, users


@dataclass(frozen=True, slots=True)
class Shelf:
    """`pinned` are names of quick replies, the team's too, in the order in which they were pinned."""

    revision: int = 0
    pinned: tuple[str, ...] = ()


_COLUMNS = [personal_replies.c[name] for name in PersonalReply.__dataclass_fields__]
_theirs = (personal_replies.c.shop == bindparam("shop"), personal_replies.c.agent == bindparam("agent"))
_one = (*_theirs, personal_replies.c.id == bindparam("key"))
_whose = (personal_shelves.c.shop == bindparam("shop"), personal_shelves.c.agent == bindparam("agent"))

_OF = Statement[PersonalReply](
    select(*_COLUMNS).where(*_theirs).order_by(personal_replies.c.place, personal_replies.c.id), PersonalReply
)
_GET = Statement[PersonalReply](select(*_COLUMNS).where(*_one), PersonalReply)
_ADD = Insertion(personal_replies, "shop", "agent", "title", "text", "group", "shortcut", "place", "changed_at")
_CHANGE = Statement[int](
    update(personal_replies)
    .where(*_one)
    .values({name: bindparam(name) for name in ("title", "text", "group", "shortcut", "changed_at")})
)
_PLACE = Statement[int](update(personal_replies).where(*_one).values(place=bindparam("place")))
_PICTURE = Statement[int](
    update(personal_replies).where(*_one).values(image=bindparam("image"), changed_at=bindparam("changed_at"))
)
_REMOVE = Statement[int](delete(personal_replies).where(*_one))
_SHELF = Statement[Shelf](
    select(personal_shelves.c.revision, personal_shelves.c.pinned).where(*_whose),
    lambda revision, pinned: Shelf(revision, tuple(pinned)),
)
_NAMES = personal_shelves.c.pinned.type
_BUMP = Statement[int](
    insert(personal_shelves)
    .values(
        shop=bindparam("shop"),
        agent=bindparam("agent"),
        revision=1,
        pinned=bindparam("none", [], _NAMES),
    )
    .on_conflict_do_update(index_elements=["shop", "agent"], set_={"revision": personal_shelves.c.revision + 1})
)
_PIN = Statement[int](update(personal_shelves).where(*_whose).values(pinned=bindparam("names", type_=_NAMES)))
# Agents whom only a platform knows are nobody of ours who could have been shut out.
_SHUT_OUT = Statement[int](
    select(
        exists().where(
            users.c.login == bindparam("agent"),
            users.c.disabled_at.is_not(None),
            memberships.c.user == users.c.id,
            memberships.c.shop == bindparam("shop"),
        )
    )
)


def shelf(tx: Transaction, shop: str, agent: str) -> Shelf:
    """The agent's shelf; an empty one for who has never kept anything."""
    return _SHELF.one(tx, shop=shop, agent=agent) or Shelf()


def changing(tx: Transaction, shop: str, agent: str) -> None:
    """Say that something on the shelf changes; a second request about it waits here for the first."""
    _BUMP.run(tx, shop=shop, agent=agent)


def shut_out(tx: Transaction, shop: str, agent: str) -> bool:
    """Whether this person of the shop may not sign in any more."""
    return bool(_SHUT_OUT.one(tx, shop=shop, agent=agent))


def of_agent(tx: Transaction, shop: str, agent: str) -> list[PersonalReply]:
    """All of an agent's, in their order."""
    return _OF.all(tx, shop=shop, agent=agent)


def get(tx: Transaction, shop: str, agent: str, id: int) -> PersonalReply | None:
    return _GET.one(tx, shop=shop, agent=agent, key=id)


def add(tx: Transaction, shop: str, agent: str, wanted: Wanted, place: int, now: datetime) -> int:
    """The new reply's number."""
    return _ADD.add(tx, shop=shop, agent=agent, place=place, changed_at=now, **_said(wanted))


def change(tx: Transaction, shop: str, agent: str, id: int, wanted: Wanted, now: datetime) -> bool:
    """False if there is none of this number."""
    return _CHANGE.run(tx, shop=shop, agent=agent, key=id, changed_at=now, **_said(wanted)) == 1


def place(tx: Transaction, shop: str, agent: str, places: Mapping[int, int]) -> None:
    """Put replies where they belong."""
    _PLACE.many(tx, ({"shop": shop, "agent": agent, "key": id, "place": at} for id, at in places.items()))


def picture(tx: Transaction, shop: str, agent: str, id: int, image: str | None, now: datetime) -> None:
    """Give a reply another picture, or none."""
    _PICTURE.run(tx, shop=shop, agent=agent, key=id, image=image, changed_at=now)


def remove(tx: Transaction, shop: str, agent: str, id: int) -> bool:
    """False if there is none of this number."""
    return _REMOVE.run(tx, shop=shop, agent=agent, key=id) == 1


def pin(tx: Transaction, shop: str, agent: str, names: Sequence[str]) -> None:
    """What is pinned from now on."""
    _PIN.run(tx, shop=shop, agent=agent, names=list(names))


def _said(wanted: Wanted) -> dict[str, str]:
    return {"title": wanted.title, "text": wanted.text, "group": wanted.group, "shortcut": wanted.shortcut}
