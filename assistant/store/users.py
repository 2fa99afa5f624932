"""People who sign in, the shops they belong to, their sign-in sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.store import keys
from assistant.store.statements import Insertion, Statement, Transaction, insertion
from assistant.store.tables import memberships, sessions, shops, users


@dataclass(frozen=True, slots=True)
class User:
    id: int
    login: str
    name: str
    password: str
    created_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None
    must_change: bool
    version: int


_ADD = Insertion(users, "login", "name", "password", "created_at", "must_change")
_FIND = Statement[User](select(users).where(users.c.login == bindparam("name_given")), User)
_ALL = Statement[User](select(users).order_by(users.c.login), User)
_COUNT = Statement[int](select(func.count()).select_from(users))
_SHUT = Statement[int](
    update(users)
    .where(users.c.id == bindparam("key"))
    .values(disabled_at=bindparam("disabled_at"), version=users.c.version + 1)
)
_PASSWORD = Statement[int](
    update(users)
    .where(users.c.id == bindparam("key"))
    .values(password=bindparam("password"), must_change=bindparam("must_change"), version=users.c.version + 1)
)
_CHANGED = Statement[int](update(users).where(users.c.id == bindparam("key")).values(version=users.c.version + 1))
_SIGNED_IN = Statement[int](
    update(users).where(users.c.id == bindparam("key")).values(signed_in_at=bindparam("signed_in_at"))
)
_JOIN = Statement[int](
    insert(memberships)
    .values({n: bindparam(n) for n in ("user", "shop", "role")})
    .on_conflict_do_update(index_elements=["user", "shop"], set_={"role": bindparam("role")})
)
_LEAVE = Statement[int](
    delete(memberships).where(memberships.c.user == bindparam("user"), memberships.c.shop == bindparam("shop"))
)
# Those of a shop with every role they have anywhere, the shops by id.
MOST_LISTED = 500
_LISTED = Statement[Any](
    select(users, memberships.c.shop, memberships.c.role)
    .join(memberships, memberships.c.user == users.c.id)
    .where(
        users.c.id.in_(
            select(users.c.id)
            .join(memberships, memberships.c.user == users.c.id)
            .where(memberships.c.shop == bindparam("of_shop"))
            .order_by(users.c.disabled_at.is_not(None), users.c.login)
            .limit(MOST_LISTED + 1)
        )
    )
    .order_by(users.c.disabled_at.is_not(None), users.c.login, memberships.c.shop)
)
_ADMINISTRATORS = Statement[int](
    select(func.count())
    .select_from(users)
    .join(memberships, memberships.c.user == users.c.id)
    .where(
        memberships.c.shop == bindparam("shop"),
        memberships.c.role == "admin",
        users.c.disabled_at.is_(None),
        users.c.id != bindparam("but"),
    )
)
_ROLES = Statement[tuple[str, str]](
    select(memberships.c.shop, memberships.c.role)
    .where(memberships.c.user == bindparam("user"))
    .order_by(memberships.c.shop)
)
_SHOPS = Statement[tuple[str, str]](
    select(shops.c.id, shops.c.name)
    .join(memberships, memberships.c.shop == shops.c.id)
    .join(users, users.c.id == memberships.c.user)
    .where(users.c.login == bindparam("name_given"))
    .order_by(shops.c.id)
)
_STAFF = Statement[User](
    select(users)
    .join(memberships, memberships.c.user == users.c.id)
    .where(memberships.c.shop == bindparam("shop"), users.c.disabled_at.is_(None))
    .order_by(users.c.login),
    User,
)
_AGENTS = Statement[str](
    select(users.c.login)
    .join(memberships, memberships.c.user == users.c.id)
    .where(memberships.c.shop == bindparam("shop"), memberships.c.role == "agent", users.c.disabled_at.is_(None))
)
_NAMES = Statement[tuple[str, str]](
    select(users.c.login, users.c.name)
    .join(memberships, memberships.c.user == users.c.id)
    .where(memberships.c.shop == bindparam("shop"))
)
_OPEN = Statement[int](insertion(sessions, "hash", "user", "expires_at"))
_HOLDER = Statement[User](
    select(users)
    .join(sessions, sessions.c.user == users.c.id)
    .where(
        sessions.c.hash == bindparam("hash"), sessions.c.expires_at > bindparam("now"), users.c.disabled_at.is_(None)
    ),
    User,
)
_CLOSE = Statement[int](delete(sessions).where(sessions.c.hash == bindparam("hash")))
_CLOSE_ALL = Statement[int](delete(sessions).where(sessions.c.user == bindparam("user")))


def add(tx: Transaction, login: str, name: str, password: str, now: datetime, *, must_change: bool = False) -> int:
    """`password` is the argon2 hash; `must_change`: nothing else may be done before it was."""
    return _ADD.add(tx, login=login, name=name, password=password, created_at=now, must_change=must_change)


def find(tx: Transaction, login: str) -> User | None:
    return _FIND.one(tx, name_given=login)


def of_shop(tx: Transaction, shop: str, login: str) -> User | None:
    """The person of this login, if the shop is one of theirs."""
    user = find(tx, login)
    return user if user is not None and shop in roles(tx, user.id) else None


def every(tx: Transaction) -> list[User]:
    return _ALL.all(tx)


def staff_of(tx: Transaction, shop: str) -> list[User]:
    """Those with a role in a shop who may sign in."""
    return _STAFF.all(tx, shop=shop)


def agents_of(tx: Transaction, shop: str) -> list[str]:
    """Logins of those who talk with buyers in a shop and may sign in."""
    return _AGENTS.all(tx, shop=shop)


def names_of(tx: Transaction, shop: str) -> dict[str, str]:
    """Names of everybody with a role in a shop by login, also of those who may no longer sign in."""
    return dict(_NAMES.all(tx, shop=shop))


def called(tx: Transaction, shop: str) -> dict[str, str]:
    """The same, and what programs' keys are called: where it is read who has done something."""
    return names_of(tx, shop) | keys.names_of(tx, shop)


def count(tx: Transaction) -> int:
    return _COUNT.one(tx) or 0


def disable(tx: Transaction, id: int, now: datetime) -> None:
    """Nobody signs in as this user any more, and open sessions end."""
    _SHUT.run(tx, key=id, disabled_at=now)
    _CLOSE_ALL.run(tx, user=id)


def enable(tx: Transaction, id: int) -> None:
    _SHUT.run(tx, key=id, disabled_at=None)


def set_password(tx: Transaction, id: int, password: str, *, must_change: bool) -> None:
    """Another argon2 hash; open sessions end."""
    _PASSWORD.run(tx, key=id, password=password, must_change=must_change)
    _CLOSE_ALL.run(tx, user=id)


def signed_in(tx: Transaction, id: int, now: datetime) -> None:
    _SIGNED_IN.run(tx, key=id, signed_in_at=now)


def join(tx: Transaction, user: int, shop: str, role: str) -> None:
    _JOIN.run(tx, user=user, shop=shop, role=role)
    _CHANGED.run(tx, key=user)


def leave(tx: Transaction, user: int, shop: str) -> None:
    _LEAVE.run(tx, user=user, shop=shop)
    _CHANGED.run(tx, key=user)


def listed(tx: Transaction, shop: str) -> list[tuple[User, dict[str, str]]]:
    """Everybody with a role in a shop, each with role by shop; those shut out come last. One more than
    `MOST_LISTED` where there are more."""
    found: dict[int, tuple[User, dict[str, str]]] = {}
    for *columns, at, role in _LISTED.all(tx, of_shop=shop):
        user = User(*columns)
        found.setdefault(user.id, (user, {}))[1][at] = role
    return list(found.values())


def administrators(tx: Transaction, shop: str, *, but: int) -> int:
    """How many administrators of a shop may sign in, without this one."""
    return _ADMINISTRATORS.one(tx, shop=shop, but=but) or 0


def roles(tx: Transaction, user: int) -> dict[str, str]:
    """Role by shop."""
    return dict(_ROLES.all(tx, user=user))


def shops_of(tx: Transaction, login: str) -> list[tuple[str, str]]:
    """Id and name of each shop in which somebody has a role, by id."""
    return _SHOPS.all(tx, name_given=login)


def close_all(tx: Transaction, id: int) -> None:
    """Open sessions end, and whoever has looked at the person has to look again."""
    _CLOSE_ALL.run(tx, user=id)
    _CHANGED.run(tx, key=id)


def open_session(tx: Transaction, user: int, hash: str, expires_at: datetime) -> None:
    _OPEN.run(tx, hash=hash, user=user, expires_at=expires_at)


def holder(tx: Transaction, hash: str, now: datetime) -> User | None:
    """Whose session this is, if it is still good."""
    return _HOLDER.one(tx, hash=hash, now=now)


def close_session(tx: Transaction, hash: str) -> None:
    _CLOSE.run(tx, hash=hash)
