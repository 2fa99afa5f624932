"""People who may sign in: made, given a role in a shop, shut out, given a password. Not for signing in (`access.py`).

An administrator's word goes as far as the shops he administers: what holds everywhere (the password, being shut out)
takes being administrator in all shops of the person. An operator at the server's command line may do everything.
Changes go one after another, so that two administrators cannot take each other's place away at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher

from assistant import store
from assistant.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from assistant.domain.logins import has_unseen, tidied, without_unseen
from assistant.domain.staff import KEY, OPERATOR, ROLES, is_operator, rights_of
from assistant.services import audit
from assistant.store.users import MOST_LISTED, User

SHORTEST, LONGEST = 10, 200
LONGEST_LOGIN = LONGEST_NAME = 100
ADMIN = "admin"
# The name under which changes of people wait for each other: no shop is called so.
_ONE_BY_ONE = ""

HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person of a shop; `roles` only of shops that the reader administers, `elsewhere`: they have others too.
    `last`: the only administrator who may sign in."""

    login: str
    name: str
    role: str
    roles: dict[str, str]
    elsewhere: bool
    created_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None
    must_change: bool
    version: int
    last: bool
    identity: str


@dataclass(frozen=True, slots=True)
class StaffView:
    """People of a shop, those shut out last; `cut`: there are more."""

    people: tuple[PersonView, ...]
    cut: bool


def hash_password(password: str) -> str:
    """Argon2id; takes tens of milliseconds, so never in a transaction. Raises InvalidInput if too short."""
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"a password has {SHORTEST} to {LONGEST} characters"
        raise InvalidInput(message, reason="password_length", least=SHORTEST, most=LONGEST)
    return HASHER.hash(password)


# --- looking ---------------------------------------------------------------------------------------------------------


def find(tx: store.Transaction, login: str) -> User | None:
    """The user of this login, disabled or not, as it was given or tidied: some have been kept with blanks in them."""
    return store.users.find(tx, login) or store.users.find(tx, tidied(login))


def every(tx: store.Transaction) -> list[tuple[User, dict[str, str]]]:
    """All users with their role by shop, disabled ones too."""
    return [(user, store.users.roles(tx, user.id)) for user in store.users.every(tx)]


def shops_with(tx: store.Transaction, login: str, right: str) -> list[tuple[str, str]]:
    """Id and name of each shop in which somebody's role gives a right, by id."""
    user = store.users.find(tx, login)
    roles = {} if user is None else store.users.roles(tx, user.id)
    return [(id, name) for id, name in store.users.shops_of(tx, login) if right in rights_of(roles[id])]


def view(tx: store.Transaction, shop: str, *, by: str, issuer: str = "") -> StaffView:
    """The people of a shop as one of its administrators sees them, with their identities at the sign-in service."""
    known = store.identities.of_shop(tx, shop, issuer)
    found, mine = store.users.listed(tx, shop), _administered(tx, by)
    first = found[:MOST_LISTED]
    may = [user.id for user, roles in first if roles[shop] == ADMIN and user.disabled_at is None]
    people = tuple(
        PersonView(
            user.login, user.name, roles[shop], {at: role for at, role in roles.items() if at in mine},
            not roles.keys() <= mine, user.created_at, user.disabled_at, user.signed_in_at, user.must_change,
            user.version, may == [user.id], known.get(user.login, ""),
        )
        for user, roles in first
    )  # fmt: skip
    return StaffView(people, len(found) > MOST_LISTED)


def _administered(tx: store.Transaction, by: str) -> set[str]:
    user = store.users.find(tx, by)
    return {shop for shop, role in store.users.roles(tx, user.id).items() if role == ADMIN} if user else set()


# --- changing --------------------------------------------------------------------------------------------------------


def first_administrator(tx: store.Transaction, shop: str, now: datetime) -> str | None:
    """At the very first start: makes the login `admin`, and the shop if need be; returns the password, to be told once.
    Otherwise None."""
    store.locks.whole_shop(tx, _ONE_BY_ONE)  # nodes that start at once ask one after another
    if store.users.count(tx):
        return None
    password = secrets.token_urlsafe(12)
    store.shops.add(tx, shop, now)
    add(tx, "admin", hash_password(password), now, shop=shop, role=ADMIN, by=OPERATOR, name="管理员")
    return password


def add(
    tx: store.Transaction, login: str, hashed: str, now: datetime, *, shop: str, role: str, by: str, name: str = "",
    must_change: bool = False,
) -> int:  # fmt: skip
    """A new user with a role in a shop; `hashed` comes from `hash_password`. Returns the user's id."""
    store.locks.whole_shop(tx, _ONE_BY_ONE)
    _may_here(tx, shop, by)
    login, name = _checked_login(login), name.strip()
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"a name has at most {LONGEST_NAME} characters", reason="name_length", most=LONGEST_NAME)
    if store.users.find(tx, login) is not None:
        message = f"there is a user {login} already: choose another login"
        raise Conflict(message, reason="login_taken", login=login)
    id = store.users.add(tx, login, name or login, hashed, now, must_change=must_change)
    _give(tx, id, shop, role)
    audit.record(tx, shop, "person.added", now, by=by, of=login, role=role)
    return id


def join(tx: store.Transaction, login: str, shop: str, role: str, now: datetime, *, by: str) -> None:
    """Give somebody known a role in a further shop. Raises Conflict where they have one there."""
    user, roles = _for_change(tx, login)
    _may_here(tx, shop, by)
    if shop in roles:
        message = f"{login} is {roles[shop]} in {shop} already: choose another login"
        raise Conflict(message, reason="login_taken", login=login)
    if not is_operator(by) and not roles.keys() & _administered(tx, by):
        # Whoever works for others only is not drawn into a shop by its administrator.
        raise Conflict(f"{login} is taken: choose another login", reason="login_taken", login=login)
    _give(tx, user.id, shop, role)
    audit.record(tx, shop, "person.added", now, by=by, of=user.login, role=role)


def set_role(
    tx: store.Transaction, login: str, shop: str, role: str, now: datetime, *, by: str, seen: int | None = None
) -> None:
    """Another role in a shop. `seen` is the version of the person that whoever asks has looked at; here and below it
    raises Conflict where somebody was faster, or where a shop would be left without administrator."""
    user, roles = _of_shop(tx, login, shop, by, seen)
    if roles[shop] == role:
        return
    if roles[shop] == ADMIN:
        _not_the_last(tx, user, [shop])
    _give(tx, user.id, shop, role)
    audit.record(tx, shop, "person.role_changed", now, by=by, of=user.login, role=role, was=roles[shop])


def remove(tx: store.Transaction, login: str, shop: str, now: datetime, *, by: str, seen: int | None = None) -> None:
    """Take the role in a shop away from somebody who has one in another. Who has none is to be shut out instead."""
    user, roles = _of_shop(tx, login, shop, by, seen)
    if len(roles) == 1:
        raise InvalidInput(f"{login} has no other shop: disable this person instead", reason="only_shop")
    if roles[shop] == ADMIN:
        _not_the_last(tx, user, [shop])
    store.users.leave(tx, user.id, shop)
    audit.record(tx, shop, "person.removed", now, by=by, of=user.login, was=roles[shop])


def disable(tx: store.Transaction, login: str, now: datetime, *, by: str, seen: int | None = None) -> None:
    """Nobody signs in as this user any more; open sessions end at once."""
    user, roles = for_everywhere(tx, login, by, seen)
    if user.disabled_at is not None:
        return
    _not_the_last(tx, user, [shop for shop, role in roles.items() if role == ADMIN])
    store.users.disable(tx, user.id, now)
    record_everywhere(tx, roles, "person.disabled", now, by=by, of=user.login)


def enable(tx: store.Transaction, login: str, now: datetime, *, by: str, seen: int | None = None) -> None:
    """Somebody who was shut out may sign in again, with the old password."""
    user, roles = for_everywhere(tx, login, by, seen)
    if user.disabled_at is not None:
        store.users.enable(tx, user.id)
        record_everywhere(tx, roles, "person.enabled", now, by=by, of=user.login)


def give_password(
    tx: store.Transaction, login: str, hashed: str, now: datetime, *, by: str, must_change: bool = False,
    seen: int | None = None,
) -> None:  # fmt: skip
    """Another password in place of a lost one; open sessions end at once."""
    user, roles = for_everywhere(tx, login, by, seen)
    store.users.set_password(tx, user.id, hashed, must_change=must_change)
    record_everywhere(tx, roles, "person.password_given", now, by=by, of=user.login)


# --- small parts -----------------------------------------------------------------------------------------------------


def _give(tx: store.Transaction, user: int, shop: str, role: str) -> None:
    if role not in ROLES:
        raise InvalidInput(f"there is no role {role!r}: choose one of {', '.join(ROLES)}")
    if store.shops.get(tx, shop) is None:
        raise NotFound(f"there is no shop {shop!r}: `assistant keys add --shop {shop}` makes it")
    store.users.join(tx, user, shop, role)


def _for_change(tx: store.Transaction, login: str) -> tuple[User, dict[str, str]]:
    store.locks.whole_shop(tx, _ONE_BY_ONE)
    user = find(tx, login)
    if user is None:
        raise NotFound(f"there is no user {login}: `assistant users list` shows them")
    return user, store.users.roles(tx, user.id)


def _of_shop(tx: store.Transaction, login: str, shop: str, by: str, seen: int | None) -> tuple[User, dict[str, str]]:
    user, roles = _for_change(tx, login)
    _may_here(tx, shop, by)
    if shop not in roles:
        raise NotFound(f"{login} has no role in {shop}: `assistant users list` shows who has")
    return _fresh(user, seen), roles


def for_everywhere(tx: store.Transaction, login: str, by: str, seen: int | None) -> tuple[User, dict[str, str]]:
    """Somebody and their roles, for a change that holds in all of these shops: an administrator of one shop must not
    get at another's through a person of both. Raises NotFound, NotAllowed, Conflict."""
    user, roles = _for_change(tx, login)
    if not is_operator(by):
        mine = _administered(tx, by)
        if not roles.keys() & mine:
            raise NotFound
        if not roles.keys() <= mine:
            raise NotAllowed("this person works in other shops too: ask the operator", reason="works_elsewhere")
    return _fresh(user, seen), roles


def _may_here(tx: store.Transaction, shop: str, by: str) -> None:
    """Whoever was administrator when the page was asked for need not be any more."""
    if not is_operator(by) and shop not in _administered(tx, by):
        raise NotAllowed


def _fresh(user: User, seen: int | None) -> User:
    if seen is not None and user.version != seen:
        raise Conflict
    return user


def _not_the_last(tx: store.Transaction, user: User, shops: list[str]) -> None:
    for shop in shops:
        if user.disabled_at is None and not store.users.administrators(tx, shop, but=user.id):
            message = f"{user.login} is the last administrator of {shop}: make somebody else administrator first"
            raise Conflict(message, reason="last_administrator", login=user.login)


def record_everywhere(
    tx: store.Transaction, shops: Iterable[str], name: str, now: datetime, *, by: str, of: str
) -> None:
    """What holds in all shops of a person is a fact of each."""
    for shop in shops:
        audit.record(tx, shop, name, now, by=by, of=of)


def _checked_login(login: str) -> str:
    login = tidied(login)
    if not login or len(login) > LONGEST_LOGIN:
        message = f"a login has 1 to {LONGEST_LOGIN} characters that can be seen"
        raise InvalidInput(message, reason="login_signs", most=LONGEST_LOGIN)
    if has_unseen(login):
        proposed = without_unseen(login)
        message = f"{login!r} has blanks, or signs that nobody sees: write {proposed}"
        raise InvalidInput(message, reason="login_blanks", proposed=proposed)
    if login.startswith(KEY) or is_operator(login):
        raise InvalidInput(f"{login} is kept for programs: choose another login", reason="login_kept", login=login)
    return login
