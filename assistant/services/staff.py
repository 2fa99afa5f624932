"""People who may sign in: made, given a role in a shop, shut out. Not for signing in (`access.py`)."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher

from assistant import store
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.staff import ROLES
from assistant.store.users import User

SHORTEST, LONGEST = 10, 200
LONGEST_LOGIN = 100

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Argon2id; takes tens of milliseconds, so never in a transaction. Raises InvalidInput if too short."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"a password has {SHORTEST} to {LONGEST} characters")
    return _hasher.hash(password)


def find(tx: store.Transaction, login: str) -> User | None:
    """The user of this login, disabled or not."""
    return store.users.find(tx, login.strip())


def add(tx: store.Transaction, login: str, hashed: str, now: datetime, *, shop: str, role: str, name: str = "") -> int:
    """A new user with a role in a shop; `hashed` comes from `hash_password`. Returns the user's id."""
    login = _checked_login(login)
    if store.users.find(tx, login) is not None:
        raise Conflict(f"there is a user {login} already: choose another login")
    id = store.users.add(tx, login, name.strip() or login, hashed, now)
    join(tx, id, shop, role)
    return id


def join(tx: store.Transaction, user: int, shop: str, role: str) -> None:
    """Give a user a role in a shop, in place of the one they had there."""
    if role not in ROLES:
        raise InvalidInput(f"there is no role {role!r}: choose one of {', '.join(ROLES)}")
    if store.shops.get(tx, shop) is None:
        raise NotFound(f"there is no shop {shop!r}: `assistant keys add --shop {shop}` makes it")
    store.users.join(tx, user, shop, role)


def every(tx: store.Transaction) -> list[tuple[User, dict[str, str]]]:
    """All users with their role by shop, disabled ones too."""
    return [(user, store.users.roles(tx, user.id)) for user in store.users.every(tx)]


def disable(tx: store.Transaction, login: str, now: datetime) -> None:
    """Nobody signs in as this user any more; open sessions end at once."""
    user = find(tx, login)
    if user is None:
        raise NotFound(f"there is no user {login}: `assistant users list` shows them")
    store.users.disable(tx, user.id, now)


def _checked_login(login: str) -> str:
    login = login.strip()
    if not login or len(login) > LONGEST_LOGIN or not login.isprintable():
        raise InvalidInput(f"a login has 1 to {LONGEST_LOGIN} printable characters")
    return login
