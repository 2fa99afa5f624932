"""Whose account an identity of the sign-in service opens. What the service says is verified before (`connectors`).

An administrator gives somebody an identity: the service's own id, or a mail address. Addresses change hands, so an
address serves once, and from the first time on only the id that came with it does.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from assistant import store
from assistant.domain.errors import Conflict, InvalidInput, NotSignedIn
from assistant.domain.staff import OPERATOR
from assistant.services import staff
from assistant.store.identities import EMAIL, SUB
from assistant.store.users import User

LONGEST = 255
BY = f"{OPERATOR}:oidc"
UNKNOWN, SHUT_OUT = "identity_unknown", "identity_disabled"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the service says somebody is: `subject` is its own id for them, `email` only where it has been verified."""

    issuer: str
    subject: str
    email: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Newcomers:
    """What becomes of those whom nobody has given an identity: this role in this shop."""

    role: str
    shop: str


def enter(tx: store.Transaction, who: Identity, now: datetime, newcomers: Newcomers | None = None) -> User:
    """The person whose identity this is. Raises NotSignedIn for one that is nobody's, and for people shut out."""
    user = store.identities.find(tx, who.issuer, SUB, who.subject) or _by_mail(tx, who, now)
    if user is None and newcomers is not None:
        user = _made(tx, who, newcomers, now)
    if user is None:
        raise NotSignedIn("nobody here has this identity", reason=UNKNOWN, subject=who.subject, email=who.email or "—")
    if user.disabled_at is not None:
        raise NotSignedIn("this person was disabled", reason=SHUT_OUT)
    if user.must_change:
        # Whoever comes this way needs no password: the one an administrator knows ceases to be one.
        store.users.set_password(tx, user.id, _no_password(), must_change=False)
    return user


def link(
    tx: store.Transaction, login: str, issuer: str, given: str, now: datetime, *, by: str, seen: int | None = None
) -> None:
    """Give somebody an identity in place of the one they have; an empty one takes it away. It opens the account like a
    password does, so it takes as much to give one. Raises Conflict where somebody else has it."""
    user, roles = staff.for_everywhere(tx, login, by, seen)
    given = given.strip()
    if len(given) > LONGEST or not given.isprintable():
        raise InvalidInput(f"an identity has at most {LONGEST} characters", reason="identity_signs", most=LONGEST)
    if not given:
        if store.identities.remove(tx, issuer, user.id):
            _changed(tx, user, roles, "person.unlinked", now, by)
        return
    kind, value = (EMAIL, given.lower()) if "@" in given else (SUB, given)
    holder = store.identities.find(tx, issuer, kind, value)
    if holder is not None and holder.id == user.id:
        return
    if holder is not None:
        raise Conflict("somebody else has this identity", reason="identity_taken", given=given)
    store.identities.replace(tx, issuer, kind, value, user.id, now)
    _changed(tx, user, roles, "person.linked", now, by)


def _changed(tx: store.Transaction, user: User, roles: dict[str, str], name: str, now: datetime, by: str) -> None:
    store.users.close_all(tx, user.id)
    staff.record_everywhere(tx, roles, name, now, by=by, of=user.login)


def _by_mail(tx: store.Transaction, who: Identity, now: datetime) -> User | None:
    user = store.identities.find(tx, who.issuer, EMAIL, who.email.lower()) if who.email else None
    if user is not None:
        store.identities.replace(tx, who.issuer, SUB, who.subject, user.id, now)
    return user


def _made(tx: store.Transaction, who: Identity, newcomers: Newcomers, now: datetime) -> User | None:
    """Somebody new, under a login that nobody has: whoever has one already must be given the identity by hand."""
    login = who.email or who.subject
    if staff.find(tx, login) is not None:
        return None
    staff.add(
        tx, login, _no_password(), now, shop=newcomers.shop, role=newcomers.role, name=who.name[:100], by=BY
    )  # fmt: skip
    user = staff.find(tx, login)
    assert user is not None
    store.identities.replace(tx, who.issuer, SUB, who.subject, user.id, now)
    return user


def _no_password() -> str:
    """Stands where a hash does, and fits nothing."""
    return f"!{secrets.token_urlsafe(24)}"
