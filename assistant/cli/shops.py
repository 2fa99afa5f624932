"""Which database and which shops a command is about, and the time zone they share. Shops are made by `keys add`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.domain.errors import InvalidInput
from assistant.domain.moments import SHANGHAI

if TYPE_CHECKING:
    from assistant import store
    from assistant.services.desks import Desks


@dataclass(frozen=True, slots=True)
class Scope:
    """`shop` None = all of them; `zones` by shop; `zone` is the one that dates are meant in."""

    shop: str | None
    zones: dict[str, ZoneInfo]

    @property
    def zone(self) -> ZoneInfo:
        """The zone they share. Raises InvalidInput if there are several."""
        meant = {zone.key: zone for shop, zone in self.zones.items() if self.shop in (None, shop)}
        if len(meant) > 1:
            raise InvalidInput("these shops live in different time zones: choose one with --shop")
        return next(iter(meant.values()), SHANGHAI)

    def zone_of(self, shop: str) -> ZoneInfo:
        return self.zones.get(shop, SHANGHAI)


def scope(tx: store.Transaction, shop: str | None) -> Scope:
    """The shops of a database, or the one asked for. Raises InvalidInput if there is no such shop."""
    from assistant import store

    zones = {row.id: ZoneInfo(row.timezone) for row in store.shops.every(tx)}
    if shop is not None and shop not in zones:
        known = ", ".join(zones) or "none yet"
        raise InvalidInput(f"there is no shop {shop!r} in this database; it has: {known}")
    return Scope(shop, zones)


@contextmanager
def existing_store(database: str | None) -> Iterator[store.Store]:
    """The store a command reads. Raises InvalidInput rather than making an empty one for a mistyped name."""
    from pathlib import Path

    from sqlalchemy import make_url

    from assistant.app import database_url, opened_store
    from assistant.settings import read_settings

    url = database_url(read_settings(database=database))
    if url.startswith("sqlite:///"):
        file = Path(make_url(url).database or "")
        if not file.is_file():
            raise InvalidInput(f"there is no database {file}: name one with --database, or start `assistant demo`")
    with opened_store(url) as opened:
        yield opened


@contextmanager
def made_store(database: str | None) -> Iterator[store.Store]:
    """The store to write into, made if need be."""
    from assistant.app import database_url, opened_store
    from assistant.settings import read_settings

    with opened_store(database_url(read_settings(database=database))) as opened:
        yield opened


@contextmanager
def existing_desks(database: str | None, shop: str) -> Iterator[Desks]:
    """The desks of a shop that exists. Raises InvalidInput if there is no such shop."""
    from assistant.app import tables
    from assistant.services.desks import Desks
    from assistant.services.scripts import Library
    from assistant.settings import read_settings

    with existing_store(database) as opened:
        opened.read_now(lambda tx: scope(tx, shop))
        yield Desks(opened, Library(tables(read_settings())))
