"""Who waits for whom on PostgreSQL: requests about the same buyer go one after another, others side by side.

Advisory locks until the end of the transaction, the first thing it does, always in the same order: so nobody waits in a
circle. SQLite has one writer, nobody to wait for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.store.statements import Transaction

# Takes what a request needs in a shop, before anything is read.
Hold = Callable[[Transaction, str], None]


@dataclass(frozen=True, slots=True)
class Named:
    """What a request is about, by platform and the platform's own id. Conversations and orders stand for their buyers;
    `others` are further things of which there must be one row (items, promotions). `events` are those it brings."""

    buyers: Sequence[tuple[str, str]] = ()
    conversations: Sequence[tuple[str, str]] = ()
    orders: Sequence[tuple[str, str]] = ()
    others: Sequence[tuple[str, str]] = ()
    events: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class About:
    """A shop's request of which it is known beforehand what it is about: such requests can share a transaction."""

    shop: str
    now: datetime
    what: Named


# The separator stands in no id that a platform would give, and where it does, two merely wait for each other.
_KEY = "hashtextextended(concat_ws(E'\\x1f', {}), 0)"
_OF_SHOP = _KEY.format("'shop', %(shop)s::text")
_OF_BUYER = _KEY.format("'buyer', b.shop, b.platform, b.external")
_EACH = (
    "SELECT 1, " + _KEY.format("'{0}', %(shop)s::text, t.platform, t.id") + " FROM unnest(%({0}_on)s::text[],"
    " %({0})s::text[]) AS t (platform, id)"
)
_BUYERS_OF = (
    f"SELECT 1, {_OF_BUYER} FROM unnest(%({{0}}_on)s::text[], %({{0}})s::text[]) AS t (platform, id) JOIN {{0}}s AS o"
    " ON o.shop = %(shop)s AND o.platform = t.platform AND o.external = t.id JOIN buyers AS b ON b.id = o.buyer"
)
_KINDS = ("buyer", "conversation", "order", "other")
# Sorted inside: the locks are taken in the order of the rows that come out.
_TAKE = """
SELECT CASE WHEN rank = 0 THEN pg_advisory_xact_lock_shared(key)::text ELSE pg_advisory_xact_lock(key)::text END
FROM ({} ORDER BY 1, 2) AS wanted
""".format
_NAMED = _TAKE(
    " UNION ".join(
        [f"SELECT 0 AS rank, {_OF_SHOP} AS key"]
        + [_EACH.format(kind) for kind in _KINDS]
        + [_BUYERS_OF.format(kind) for kind in ("conversation", "order")]
    )
)
_BY = (
    f"SELECT 0 AS rank, {_OF_SHOP} AS key UNION SELECT 1, {_OF_BUYER} FROM {{}} AS o"
    " JOIN buyers AS b ON b.id = o.buyer WHERE o.shop = %(shop)s AND o.{} = %(id)s"
)
_BY_ROW = {table: _TAKE(_BY.format(table, "id")) for table in ("conversations", "suggestions", "follow_ups")}
_BY_CHAT = _TAKE(_BY.format("conversations", "external"))
_WHOLE = f"SELECT pg_advisory_xact_lock({_OF_SHOP})"

# For statements that take rows only of buyers (`b`) with whom nobody else is busy.
_OF_THEIR_SHOP = _KEY.format("'shop', b.shop")
BUYER_IS_FREE = f"pg_try_advisory_xact_lock_shared({_OF_THEIR_SHOP}) AND pg_try_advisory_xact_lock({_OF_BUYER})"


def nobody(tx: Transaction, shop: str) -> None:
    """Nobody's buyers are touched: the rows that change are all that is held."""


def whole_shop(tx: Transaction, shop: str) -> None:
    """Alone in the shop: for what is rare, or may touch any buyer."""
    if tx.database != "sqlite":
        tx.cursor.execute(_WHOLE, {"shop": shop})


@dataclass(frozen=True, slots=True)
class OfNamed:
    """Holds the buyers whom a request names, also by a conversation or an order of theirs."""

    what: Named

    def __call__(self, tx: Transaction, shop: str) -> None:
        if tx.database != "sqlite" and not tx.held:
            _hold_named(tx, shop, [self.what])


def named(what: Named) -> OfNamed:
    return OfNamed(what)


def by_shop(requests: Iterable[About]) -> dict[str, list[Named]]:
    """What requests are about, shops in the order of their names."""
    found: defaultdict[str, list[Named]] = defaultdict(list)
    for about in sorted(requests, key=lambda about: about.shop):
        found[about.shop].append(about.what)
    return found


def together(tx: Transaction, requests: Mapping[str, Sequence[Named]]) -> None:
    """Everybody's locks, before anything is read: all of a shop at once, shops in the order of `by_shop`, so that
    nobody waits in a circle here either."""
    for shop, found in requests.items():
        _hold_named(tx, shop, found)
    tx.held = True


def _hold_named(tx: Transaction, shop: str, found: Iterable[Named]) -> None:
    values: dict[str, object] = {"shop": shop}
    for kind in _KINDS:
        pairs = list(dict.fromkeys(pair for what in found for pair in getattr(what, f"{kind}s")))
        values[kind], values[f"{kind}_on"] = [id for _, id in pairs], [platform for platform, _ in pairs]
    tx.cursor.execute(_NAMED, values)


def by_row(table: str, id: int) -> Hold:
    """The buyer whom a row of `conversations`, `suggestions` or `follow_ups` is about."""
    return _by(_BY_ROW[table], id)


def by_chat(external: str) -> Hold:
    """The buyers of conversations with this id, whatever the platform."""
    return _by(_BY_CHAT, external)


def _by(statement: str, id: int | str) -> Hold:
    def hold(tx: Transaction, shop: str) -> None:
        if tx.database != "sqlite":
            tx.cursor.execute(statement, {"shop": shop, "id": id})

    return hold


def alone(tx: Transaction, what: str) -> None:
    """Until the end of the transaction nobody else works on this."""
    if tx.database != "sqlite":
        tx.cursor.execute(f"SELECT pg_advisory_xact_lock({_KEY.format('%(what)s::text')})", {"what": what})
