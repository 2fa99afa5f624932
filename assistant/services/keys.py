"""Ingest keys of shops: made, told once, kept as a hash only. Not for people (`staff.py`)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.practice import MARK
from assistant.domain.staff import OPERATOR
from assistant.services import audit
from assistant.store.keys import Key

# So many random bytes need no slow hash: nobody can try them all.
BYTES = 32
LONGEST_SHOP = 128
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is told, once."""

    id: str
    key: str


def hashed(token: str) -> str:
    """What is kept of a key, or of a session's token."""
    # Headers may carry any bytes; those that are no text become surrogates.
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def add(tx: store.Transaction, shop: str, now: datetime, *, by: str = OPERATOR, name: str = "") -> NewKey:
    """A new key of a shop; a shop that is new is made. `name` is what people read of whatever is done with it."""
    if not shop.strip() or len(shop) > LONGEST_SHOP or "\x00" in shop:
        raise InvalidInput(f"name the shop in 1 to {LONGEST_SHOP} characters")
    if MARK in shop:
        raise InvalidInput(f"{MARK!r} marks the shops agents practise in: name this one otherwise")
    name = name.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(f"name the key in at most {LONGEST_NAME} characters that can be seen")
    store.shops.add(tx, shop, now)
    made = NewKey(f"key-{secrets.token_hex(6)}", secrets.token_urlsafe(BYTES))
    store.keys.add(tx, made.id, shop, hashed(made.key), now, name)
    audit.record(tx, shop, "key.made", now, by=by, of=made.id)
    return made


def every(tx: store.Transaction) -> list[Key]:
    """All keys, revoked ones too, oldest first; the keys themselves are known to nobody here."""
    return store.keys.every(tx)


def revoke(tx: store.Transaction, id: str, now: datetime, *, by: str = OPERATOR) -> None:
    """From now on nobody comes in with this key."""
    shop = store.keys.revoke(tx, id, now)
    if shop is None:
        raise NotFound(f"there is no valid key {id}: `assistant keys list` shows them")
    audit.record(tx, shop, "key.revoked", now, by=by, of=id)
