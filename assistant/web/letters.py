"""The words of mails to leaders: alerts, and reports with the tables of the page. Not for sending them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from assistant.domain.alerts import ALERTS
from assistant.domain.kpi_behind import LISTS
from assistant.services.alerts import Found, Words
from assistant.services.reports import Report
from assistant.web import kpi_names
from assistant.web.kpi_files import NOBODYS
from assistant.web.rendering import Rendering, compiled

REPORTED = (
    "buyers_received", "first_response_seconds", "average_response_seconds", "within_180s_rate", "unanswered_buyers",
    "inquiry_to_paid_rate", "sales_amount", "satisfaction_rate", "follow_ups_on_time_rate",
)  # fmt: skip


class Letters:
    """Writes them in the language leaders chose; `site` is where people reach the service, if that is known.

    `pages` is web_sidebar; its templates are compiled when the first letter is written.
    """

    def __init__(self, pages: Path, site: str | None) -> None:
        self._pages, self._site = pages, site

    @property
    def _rendering(self) -> Rendering:
        return compiled(self._pages)

    def alert(self, found: Found) -> Words:
        """A threshold was crossed."""
        words, kind = self._rendering.catalogues[found.lang], ALERTS[found.name]
        title = words.name("alert", found.name)
        value, threshold = (alert_number(one, rate=kind.rate) for one in (found.value, found.rule.threshold))
        about = {"found": found, "title": title, "value": value, "threshold": threshold, "kind": kind}
        place = found.shop_name or found.shop
        return self._words(f"{place}: {title} {value}", "letters/alert", found.lang, place=place, **about)

    def report(self, report: Report) -> Words:
        """The figures of a period with the same tables as the page."""
        words = self._rendering.catalogues[report.lang]
        place, view = report.shop_name or report.shop, report.view
        days = view.wish.first.isoformat()
        if view.wish.last != view.wish.first:
            days += f" – {view.wish.last.isoformat()}"
        written = partial(kpi_names.written, say=words.gettext)
        tables = {"agent": [(line.name or words.gettext(NOBODYS), line.figures) for line in view.agents]}
        if report.span != "day":
            tables["day"] = [(line.name, line.figures) for line in view.days]
        return self._words(
            f"{place}: {words.gettext('客服数据')} {days}", "letters/report", report.lang, place=place, days=days,
            view=view, tables=tables, names=REPORTED, lists=LISTS, written=written, unit=kpi_names.unit,
            change=kpi_names.change,
        )  # fmt: skip

    def _words(self, subject: str, template: str, lang: str, **about: Any) -> Words:
        text, html = (
            self._rendering.page(f"{template}.{kind}", lang, site=self._site, subject=subject, **about)
            for kind in ("txt", "html")
        )
        return Words(subject, text.strip() + "\n", html)


def alert_number(value: float, *, rate: bool) -> str:
    """A threshold or what was found, as people write it: 90%, 5."""
    return kpi_names.rate(value) if rate else f"{value:,.0f}"
