"""Reads which figures an address asks for, and writes the addresses that ask for the same or for something near it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from assistant.domain import moments
from assistant.domain.kpi import NAMES
from assistant.services.kpi_scope import Wish
from assistant.services.kpi_view import AGAINST, BEFORE
from assistant.web.keys import principal

READ_ALL = "kpi.read"


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of one address; `sort` is `name` or `-name`. `own`: only one's own figures may be seen. `shops`
    stand where the address names them: who works in several chooses one or, with the right to, more."""

    wish: Wish
    sort: str
    own: bool
    against: str = BEFORE
    shops: tuple[str, ...] = ()

    def query(self, **changed: Any) -> str:
        """`?from=…` with the same filters, some changed; None leaves one out."""
        wish = self.wish
        said: dict[str, str | tuple[str, ...] | None] = {"from": wish.first.isoformat(), "to": wish.last.isoformat()}
        said |= {"agent": None if self.own else wish.agent, "platform": wish.platform, "shop": self.shops}
        said |= {"team": None if wish.team is None else str(wish.team)}
        said |= {"against": None if self.against == BEFORE else self.against, "sort": self.sort, **changed}
        return "?" + urlencode({name: value for name, value in said.items() if value}, doseq=True)

    @property
    def place(self) -> str:
        """`?shop=…` for pages without these filters; nothing where the address names none."""
        return f"?{urlencode({'shop': self.shops[0]})}" if self.shops else ""

    def rows(self, name: str, **changed: str | None) -> str:
        """Where the list behind a figure is."""
        return f"/kpi/{name}{self.query(**{'sort': None, **changed})}"

    def file(self, name: str, form: str, **changed: str | None) -> str:
        """Where that list is as a file."""
        return f"/kpi/{name}/rows.{form}{self.query(**{'sort': None, **changed})}"

    def table(self, by: str, form: str) -> str:
        """Where a table is as a file."""
        return f"/kpi/tables/{by}.{form}{self.query()}"

    def outcome_rows(self, of: str, key: str, form: str = "") -> str:
        """Where the list behind a number of what earns and costs orders is; with `.csv` or the like as a file."""
        return f"/kpi/orders/rows{form}{self.query(sort=None)}&{urlencode({'of': of, 'key': key})}"

    def outcome_table(self, by: str, form: str) -> str:
        """Where one of its tables is as a file."""
        return f"/kpi/orders/tables/{by}.{form}{self.query(sort=None)}"

    def log(self, form: str) -> str:
        """Where the facts of the period are as a file."""
        return f"/kpi/log.{form}{self.query(sort=None, agent=None, platform=None)}"

    def chat(self, conversation: str, platform: str | None, name: str, shop: str | None = None) -> str:
        """Where a chat behind a figure is; it leads back to the list. Its own shop comes first: that is where it is."""
        more: dict[str, Any] = {"sort": None, "of": name, "on": platform}
        if self.wish.beside and shop:
            more["shop"] = (shop, *(one for one in self.shops if one != shop))
        return f"/kpi/conversations/{quote(conversation, safe='')}{self.query(**more)}"

    def sorted_by(self, name: str) -> str:
        """The page sorted by a column: the largest first, then the smallest."""
        return self.query(sort=name if self.sort == f"-{name}" else f"-{name}")

    def days(self, first: date, last: date) -> str:
        return self.query(**{"from": first.isoformat(), "to": last.isoformat()})


def asked(request: web.Request, today: date, team: int | None = None, beside: tuple[str, ...] = ()) -> Asked:
    """What the address asks for; without days, today. Raises InvalidInput."""
    who, given = principal(request), request.query
    own = not who.may(READ_ALL)
    last = day(given.get("to"), today)
    first = day(given.get("from"), min(today, last))
    platform = given.get("platform") or None
    agent = who.agent if own else given.get("agent") or None
    sort = given.get("sort", "")
    against, shops = given.get("against", BEFORE), (who.shop, *beside) if given.get("shop") else ()
    sort = sort if sort.removeprefix("-") in NAMES else ""
    wish = Wish(first, last, agent, platform, team, beside)
    return Asked(wish, sort, own, against if against in AGAINST else BEFORE, shops)


def presets(today: date) -> dict[str, tuple[date, date]]:
    """Periods that are asked for most."""
    yesterday = today - timedelta(days=1)
    week, month = (today - timedelta(days=days - 1) for days in (7, 30))
    return {"today": (today, today), "yesterday": (yesterday,) * 2, "week": (week, today), "month": (month, today)}


def day(given: str | None, otherwise: date) -> date:
    """The day an address names. Raises InvalidInput."""
    return moments.day(given) if given else otherwise
