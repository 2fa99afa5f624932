"""Who people are at the sign-in service: one identity each, by the service's own id or by mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from assistant.store.statements import Statement, Transaction, insertion
from assistant.store.tables import identities, memberships, users
from assistant.store.users import User

SUB, EMAIL = "sub", "email"
_FIND = Statement[User](
    select(users)
    .join(identities, identities.c.user == users.c.id)
    .where(
        identities.c.issuer == bindparam("issuer"),
        identities.c.kind == bindparam("kind"),
        identities.c.value == bindparam("value"),
    ),
    User,
)
_ADD = Statement[int](insertion(identities, "issuer", "kind", "value", "user", "at"))
_REMOVE = Statement[int](
    delete(identities).where(identities.c.issuer == bindparam("issuer"), identities.c.user == bindparam("whose"))
)
_OF_SHOP = Statement[tuple[str, str]](
    select(users.c.login, identities.c.value)
    .join(identities, identities.c.user == users.c.id)
    .join(memberships, memberships.c.user == users.c.id)
    .where(memberships.c.shop == bindparam("shop"), identities.c.issuer == bindparam("issuer"))
)


def find(tx: Transaction, issuer: str, kind: str, value: str) -> User | None:
    return _FIND.one(tx, issuer=issuer, kind=kind, value=value)


def replace(tx: Transaction, issuer: str, kind: str, value: str, user: int, now: datetime) -> None:
    """The one identity of this user from now on."""
    _REMOVE.run(tx, issuer=issuer, whose=user)
    _ADD.run(tx, issuer=issuer, kind=kind, value=value, user=user, at=now)


def remove(tx: Transaction, issuer: str, user: int) -> bool:
    """False if there was none."""
    return _REMOVE.run(tx, issuer=issuer, whose=user) > 0


def of_shop(tx: Transaction, shop: str, issuer: str) -> dict[str, str]:
    """The identities of a shop's people by login."""
    return dict(_OF_SHOP.all(tx, shop=shop, issuer=issuer))
