"""Who looked at what and who changed what: written down beside the change, in its transaction, and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from assistant import store
from assistant.domain.facts import AUDITED, Fact
from assistant.domain.masking import masked_name
from assistant.domain.staff import KEY, OPERATOR, is_operator
from assistant.store.audit import Sought

# What can be asked for together; whoever may not read everything reads the first.
LOOKS = "looks"
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        LOOKS: ("access.viewed", "access.revealed"),
        "data": ("access.exported", "access.downloaded", "buyer.erased", "retention.changed"),
        "people": tuple(name for name in AUDITED if name.startswith("person.")),
        "links": tuple(name for name in AUDITED if name.startswith(("key.", "connection.", "subscription."))),
        "rules": tuple(name for name in AUDITED if name.startswith(("team.", "platform."))),
        "tables": ("scripts.published", "scripts.rolled_back", "alerts.changed"),
    }
)
PERSON, BY_KEY, BY_OPERATOR, BY_ITSELF = "person", "key", "operator", "itself"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `at` in seconds since 1970; `kind` says what did it, `by` who, `name` how people call them; `of` are
    the logins, or the one name, it was done to; `buyer` is masked unless the reader may see buyers."""

    at: float
    what: str
    kind: str
    by: str
    name: str
    of: tuple[str, ...]
    platform: str | None
    conversation: str | None
    buyer: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditView:
    """The latest entries, newest first; `cut`: there are more. `people` are the names of everybody of the shop by
    login, `names` those of keys as well."""

    rows: tuple[Entry, ...]
    cut: bool
    names: Mapping[str, str]
    people: Mapping[str, str]


def record(tx: store.Transaction, shop: str, name: str, now: datetime, *, by: str, **data: object) -> None:
    """`by` is the login of whoever did it, or an operator at the command line, who is nobody's agent."""
    assert name in AUDITED, name
    operator = is_operator(by)
    fact = Fact(name, now, agent=None if operator else by, data={**data, "by": by} if operator else data)
    store.facts.add_all(tx, shop, [fact], now)


def view(
    tx: store.Transaction, shop: str, start: datetime, end: datetime, *, kinds: Sequence[str], most: int,
    person: str | None = None, unmasked: bool = False,
) -> AuditView:  # fmt: skip
    """What was done in a shop between two moments, at most so many lines."""
    wanted = [name for kind in kinds for name in KINDS[kind]]
    found = store.audit.latest(tx, shop, Sought(wanted, start, end, person), most + 1)
    people = store.users.names_of(tx, shop)
    names = people | store.keys.names_of(tx, shop)
    rows = tuple(_entry(one, names, unmasked=unmasked) for one in found[:most])
    return AuditView(rows, len(found) > most, names, people)


def _entry(one: store.facts.Stored, names: Mapping[str, str], *, unmasked: bool) -> Entry:
    by = one.agent or str(one.data.get("by", ""))
    kind = BY_KEY if by.startswith(KEY) else PERSON if one.agent else BY_OPERATOR
    if kind == BY_OPERATOR and not is_operator(by):
        kind = BY_ITSELF
    of = one.data.get("of", ())
    listed = tuple(map(str, of)) if isinstance(of, list) else (str(of),) if of else ()
    buyer = one.buyer if unmasked or one.buyer is None else masked_name(one.buyer)
    who = by if kind == PERSON else by.removeprefix(KEY).removeprefix(OPERATOR).removeprefix(":")
    return Entry(
        one.at.timestamp(), one.name, kind, who, names.get(by, who), listed, one.platform, one.conversation, buyer,
        one.data,
    )  # fmt: skip
