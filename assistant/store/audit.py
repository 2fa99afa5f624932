"""The facts of who looked at what and who changed what, newest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, and_, or_, text, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from assistant.store.facts import Stored, listing
from assistant.store.statements import Transaction
from assistant.store.tables import AUDITED_ONLY, facts


@dataclass(frozen=True, slots=True)
class Sought:
    """Facts of these names with `start <= at < end`; `person`: only what this login did, or what was done to it."""

    names: Sequence[str]
    start: datetime
    end: datetime
    person: str | None = None


def latest(tx: Transaction, shop: str, sought: Sought, limit: int) -> list[Stored]:
    query = listing().where(
        facts.c.shop == shop,
        facts.c.at >= sought.start,
        facts.c.at < sought.end,
        # Written out, not bound: only so do planners see that the partial index serves this query.
        text("facts." + AUDITED_ONLY),
        facts.c.name.in_(sought.names),
    )
    if sought.person is not None:
        query = query.where(or_(facts.c.agent == sought.person, _concerns(sought.person)))
    query = query.order_by(facts.c.at.desc(), facts.c.id.desc()).limit(limit)
    return [Stored(*row) for row in tx.connection.execute(query)]


def _concerns(login: str) -> ColumnElement[bool]:
    """Whether the login stands where a fact says on whom: alone, or in the list of agents of a chat."""
    data, quoted = type_coerce(facts.c.data, Text), json.dumps(login, ensure_ascii=False)
    listed = and_(facts.c.name == "access.viewed", data.contains(quoted, autoescape=True))
    alone = and_(facts.c.name.like("person.%"), data.contains(f'"of":{quoted}', autoescape=True))
    return or_(alone, listed)
