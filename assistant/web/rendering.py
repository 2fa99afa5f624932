"""Turns views into HTML: one Jinja2 environment per language, compiled once, every value escaped.

Not for deciding what is in a view (services) nor for answering requests (pages, live).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.web import lacks, row_words, texts
from assistant.web.kpi_names import lasting
from assistant.web.translating import WholeTexts, lookup, plural

PARTS = (
    "notices",
    "buyer",
    "waiting",
    "follow_ups",
    "checked",
    "sendings",
    "suggestions",
    "records",
    "orders",
    "notes",
    "today",
    "queue",
)
DESK_PARTS = {"conversations": "conversations", "chat": "chat", "chat_head": "chat-head"}
PARTS_FILE = "sidebar/parts.html"
DESK_FILE = "desk/parts.html"
NOTICES_FILE = "notices/parts.html"
SCRIPTS_FILE = "scripts/parts.html"
GAPS_FILE = "scripts/gaps_parts.html"
BACK_TEST_FILE = "scripts/back_test_parts.html"
BACK_TEST_PARTS = {"run": "back-test-run", "report": "back-test-report", "kept": "back-test-kept"}
WALLBOARD_FILE = "wallboard/parts.html"
# What of the view each part of the wallboard shows.
WALLBOARD_PARTS: Mapping[str, Callable[[Any], object]] = {
    "alerts": attrgetter("told"),
    "totals": attrgetter("total", "more", "agents"),
    "loads": attrgetter("agents"),
    "waiters": attrgetter("waiting", "total", "more"),
    "cards": attrgetter("up", "total", "more"),
}
# What of the sidebar a row's preview shows.
PREVIEWED = ("buyer", "follow_ups", "suggestions", "orders")
NOTHING = "—"

Macro = Callable[..., str]

# What of the view each part shows: the same values give the same HTML, so it is kept.
SHOWN: Mapping[str, Callable[[Any], object]] = {
    "buyer": attrgetter("conversation", "buyer", "tag_groups", "orders"),
    "waiting": attrgetter("waiting"),
    "follow_ups": attrgetter("follow_ups", "withheld", "order_delay"),
    "checked": attrgetter("checked"),
    "sendings": attrgetter("sendings"),
    "suggestions": attrgetter("suggestions", "holding"),
    "records": attrgetter("records"),
    "orders": attrgetter("orders"),
    "notes": attrgetter("buyer.notes", "buyer.older_notes"),
    "today": attrgetter("today"),
    "queue": attrgetter("queue"),
    "notices": attrgetter("notices"),
}
KEPT = 4096


class Rendering:
    """All pages and parts, all languages. `folder` is web_sidebar; `zone` is where the shop's clock hangs."""

    def __init__(self, folder: Path, zone: ZoneInfo | None = None) -> None:
        self.catalogues = texts.load(folder / "locales")
        self._envs = {
            lang: environment(folder / "templates", catalogue, zone or ZoneInfo("Asia/Shanghai"))
            for lang, catalogue in self.catalogues.items()
        }
        self._kept: dict[tuple[str, str, object], str] = {}
        self._sidebar = {lang: macros(env, PARTS_FILE, PARTS) for lang, env in self._envs.items()}
        self._notices = {lang: macros(env, NOTICES_FILE, ("listed",)) for lang, env in self._envs.items()}
        self._scripts = {lang: macros(env, SCRIPTS_FILE, ("tree", "listed")) for lang, env in self._envs.items()}
        self._gaps = {lang: macros(env, GAPS_FILE, ("found", "effect")) for lang, env in self._envs.items()}
        self._back_test = {
            lang: macros(env, BACK_TEST_FILE, tuple(BACK_TEST_PARTS)) for lang, env in self._envs.items()
        }
        self._wallboard = {
            lang: macros(env, WALLBOARD_FILE, tuple(WALLBOARD_PARTS)) for lang, env in self._envs.items()
        }
        self._desk = {lang: macros(env, DESK_FILE, tuple(DESK_PARTS)) for lang, env in self._envs.items()}

    def part(self, name: str, view: object, lang: str = texts.SOURCE) -> str:
        """The inside of one of the sidebar's PARTS, empty when there is nothing to show. `view` is hashable."""
        key = lang, name, SHOWN[name](view)
        html = self._kept.get(key)
        if html is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            html = self._kept[key] = self._sidebar[lang][name](view).strip()
        return html

    def notices_list(self, view: object, lang: str = texts.SOURCE) -> str:
        """The inside of the list on the notices' page."""
        return self._notices[lang]["listed"](view).strip()

    def back_test(self, view: object, lang: str = texts.SOURCE) -> dict[str, str]:
        """The insides of BACK_TEST_PARTS on the page that plays chats again, by element."""
        return {BACK_TEST_PARTS[name]: macro(view).strip() for name, macro in self._back_test[lang].items()}

    def wallboard_part(self, name: str, view: object, place: str, lang: str = texts.SOURCE) -> str:
        """The inside of one of WALLBOARD_PARTS; `place` is what its links carry on, e.g. `&shop=s1`."""
        return self._wallboard[lang][name](view, place).strip()

    def gaps_part(self, name: str, found: Mapping[str, Any], lang: str = texts.SOURCE) -> str:
        """What was found on the page of what the tables lack, or the `effect` of a change."""
        return self._gaps[lang][name](found).strip()

    def tree(self, view: object, names: Mapping[str, str], lang: str = texts.SOURCE) -> str:
        """The inside of the tree of rows on the trainers' page; `names` are people's."""
        return self._scripts[lang]["tree"](view, names).strip()

    def previewed(self, table: str, row: object, view: Any, lang: str = texts.SOURCE) -> dict[str, str]:
        """The parts of a sidebar that shows a row as it would be; a quick reply as the list shows it."""
        parts = {name: self._sidebar[lang][name](view.sidebar).strip() for name in PREVIEWED}
        if table == "quick_replies":
            parts = {**parts, "suggestions": "", "quick-list": self._scripts[lang]["listed"](row, view).strip()}
        return parts

    def desk_part(self, name: str, desk: object, lang: str = texts.SOURCE) -> str:
        """The inside of one of the workbench's DESK_PARTS."""
        return self._desk[lang][name](desk).strip()

    def page(self, name: str, lang: str = texts.SOURCE, **context: Any) -> str:
        """A whole page, e.g. `page("sidebar/page.html", boot=…)`. `boot` gets its texts and language."""
        if "boot" in context:
            context["boot"] = self.boot(context["boot"], lang)
        return self._envs[lang].get_template(name).render(lang=lang, **context)

    def boot(self, given: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """What the page's scripts start from; what the caller gives wins."""
        return {"texts": self.catalogues[lang].scripts(), "lang": lang, **given}


@cache
def compiled(folder: Path) -> Rendering:
    """The rendering of a folder, compiled once a process: that takes most of a second."""
    return Rendering(folder)


def partial(element: str, html: str) -> str:
    """One fragment for htmx: morph `html` into the element with this id."""
    return f'<hx-partial hx-target="#{element}" hx-swap="innerMorph">{html}</hx-partial>'


def environment(templates: Path, catalogue: texts.Catalogue, zone: ZoneInfo) -> Environment:
    """Templates of one language. Unknown names are errors; what may be absent is asked for by `default`."""
    env = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", WholeTexts],
    )
    env.policies["ext.i18n.trimmed"] = True
    # The extension finds texts for the test of translations; its own lookup would double the time of a part.
    env.globals.update(lang=catalogue.lang, _=lookup(catalogue), ngettext=plural(catalogue))
    env.filters.update(
        translated=lookup(catalogue),
        clock=lambda at: clock(at, zone),
        day=lambda at: day(at, zone),
        year=lambda at: clock(at, zone, "%Y"),
        moment=lambda at: clock(at, zone, "%H:%M:%S"),
        till=lambda at: till(at, zone),
        after=lambda at, before: after(at, before, zone),
        in_words=catalogue.gettext,
        row_lines=lambda differing: row_words.lines(catalogue, differing),
        lasting=lambda seconds: lasting(seconds, catalogue.gettext),
        yuan=yuan,
        percent=percent,
        tint=tint,
        name_of=lambda value, kind: catalogue.name(kind, value),
        lacking=lambda lack: lacks.words(catalogue, lack),
        marked=lambda text, found: lacks.marked(catalogue, text, found),
        spoken=catalogue.gettext,
        notice=catalogue.notice,
        reason=catalogue.reason,
        refusal=lambda error: catalogue.refusal(error.reason, dict(error.values)),
        boot_json=boot_json,
    )
    return env


def macros(env: Environment, file: str, names: Iterable[str]) -> dict[str, Macro]:
    """The named macros of a template as plain functions."""
    module = env.get_template(file).module
    return {name: getattr(module, name) for name in names}


def clock(at: float | None, zone: ZoneInfo, form: str = "%H:%M") -> str:
    """Hours and minutes on the shop's clock, or as the form says."""
    return NOTHING if at is None else datetime.fromtimestamp(at, zone).strftime(form)


def day(at: float | None, zone: ZoneInfo) -> str:
    """Month-day on the shop's clock, the same in both languages."""
    return NOTHING if at is None else datetime.fromtimestamp(at, zone).strftime("%m-%d")


def till(at: float, zone: ZoneInfo) -> str:
    """Month-day and time; midnight ends the day before it: 11-24 24:00."""
    moment = datetime.fromtimestamp(at, zone)
    if (moment.hour, moment.minute) == (0, 0):
        return f"{day(at - 60, zone)} 24:00"
    return f"{day(at, zone)} {clock(at, zone)}"


def after(at: float, before: float, zone: ZoneInfo) -> str:
    """The time beside a moment that is told as well: with its day where that is another one."""
    time, own = clock(at, zone), day(at, zone)
    return time if own == day(before, zone) else f"{own} {time}"


def yuan(amount: str | None) -> str:
    """`"3482.00"` as ¥3,482 and `"239.50"` as ¥239.50; what is no amount is shown as it is."""
    if not amount:
        return NOTHING
    whole, _, cents = amount.partition(".")
    if not whole.lstrip("-").isdigit():
        return amount
    return f"¥{int(whole):,}" + (f".{cents}" if cents.strip("0") else "")


def percent(rate: float | None) -> str:
    """`0.984` as 98 %; nothing known as a dash. Never rounds up to a full hundred."""
    if rate is None:
        return NOTHING
    return f"{min(round(rate * 100), 100 if rate >= 1 else 99)}%"


def tint(name: str) -> int:
    """One of the avatar colours, always the same for the same name."""
    return crc32(name.encode()) % 5


def boot_json(value: object) -> Markup:
    """JSON that is safe inside a script element, Chinese kept readable."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
