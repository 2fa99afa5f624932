"""The leader's page with made-up figures, for looking at its words. Not the service: nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from assistant.domain.alerts import ALERTS, Period, Rule, Wishes
from assistant.domain.kpi import NAMES
from assistant.domain.kpi_behind import LISTS
from assistant.domain.kpi_outcomes import HOWS, FollowUpLine, How, SituationLine
from assistant.domain.kpi_sales import EARNED
from assistant.domain.platform_changes import SETTINGS, Change, written
from assistant.domain.platforms import PROFILES, Source
from assistant.services.alerts import Found, Words
from assistant.services.handovers import Colleague
from assistant.services.kpi_behind import BehindView, ChatView, Row, SaidView
from assistant.services.kpi_outcomes import EarnedLine, OutcomeRows, OutcomesView
from assistant.services.kpi_scope import Wish
from assistant.services.kpi_view import AGAINST, FUNNEL, STEPS, KpiView, Line, Spread
from assistant.services.looks import Look, LooksView
from assistant.services.payment_delays import MINUTES, DelaysView, Step
from assistant.services.platforms import Begun, PlatformView, SettingView
from assistant.services.reports import Report
from assistant.services.sidebar_view import WaitingView
from assistant.services.teams import PersonView, TeamsView
from assistant.services.wallboard import LoadView, UpView, WaiterView, WallboardView
from assistant.store.alerts import Told
from assistant.store.kpi_done import InUse
from assistant.store.outgoing import Letter
from assistant.store.platforms import Changed
from assistant.store.teams import Moved, Team
from assistant.web import kpi_names, platforms, teams
from assistant.web.alerts import plain, spoken
from assistant.web.kpi import COLUMNS, TILES
from assistant.web.kpi_filter import Asked, presets
from assistant.web.letters import Letters, alert_number
from assistant.web.rendering import WALLBOARD_PARTS, Rendering

SIDEBAR = Path(__file__).resolve().parents[2] / "web_sidebar"
DAY = date(2026, 11, 11)
AT = 1_794_362_400.0


def writing(rendering: Rendering, lang: str) -> dict[str, Any]:
    """How figures are written in one language."""
    written = partial(kpi_names.written, say=rendering.catalogues[lang].gettext)
    return {"written": written, **{name: getattr(kpi_names, name) for name in ("unit", "change", "bar")}}


def view(*, empty: bool = False) -> KpiView:
    figures: dict[str, Any] = {name: 0.5 if kpi_names.unit(name) == "rate" else 12 for name in NAMES}
    before: dict[str, Any] = {**figures, "first_response_seconds": 10, "within_180s_rate": 0.4, "sales_amount": None}
    return KpiView(
        wish=Wish(DAY, DAY), as_of=AT, before_from=AT - 86400, before_to=AT, total=figures, before=before,
        whole_day={"within_180s_rate": 0.4}, owed={"within_180s_rate": 0.6, "reply_rate": 0.6, "unanswered_buyers": 2},
        askers={"inquiry_buyers": 20, "inquiry_to_order_rate": 0.4, "inquiry_to_paid_rate": None},
        agents=(Line("7", "7", figures), Line("", "", figures)), shops=(Line("1", "1", figures),),
        days=(Line("2026-11-11", "2026-11-11", figures),),
        spread=Spread(12.0, 90.0, tuple((seconds, 0.5) for seconds in STEPS), 10, 2),
        funnel=tuple((name, 12) for name in FUNNEL), load=((0,) * 23 + (3,),) * 7, settling=3,
            empty=empty,
    )  # fmt: skip


def row(**changed: Any) -> Row:
    known: dict[str, Any] = {
        "shop": "1",
        "at": AT,
        "agent": "7",
        "name": "7",
        "platform": "taobao",
        "buyer": "*",
        "what": "block",
    }
    return Row(**{**known, "conversation": "1", "value": 20.0, "counts": True, **changed})


def chat() -> ChatView:
    said = [
        SaidView(AT, "buyer", "", "human", "1", asks=1),
        SaidView(AT, "agent", "7", "auto", "2"),
        SaidView(AT, "agent", "7", "human", "2", answers=1, seconds=20.0),
        SaidView(AT, "buyer", "", "human", "3", asks=2, unanswered=True),
    ]
    return ChatView("1", "taobao", None, "7", tuple(said), cut=True)


DELAYS = DelaysView(90, 45, tuple(Step(minutes, 45, 1.0, 0.5) for minutes in MINUTES))
MOMENT = datetime.fromtimestamp(AT, UTC)
TOLD = [Told(name, "2026", MOMENT, 0.5, 0.9, 30) for name in (*ALERTS, "report.day", "report.week")]


def letter(state: str) -> Letter:
    return Letter(1, "1", "mail", "*", "complaints", "1", "1", "1", "1", state, 1, MOMENT, MOMENT, "1")


BEGUN = [("1", Begun("taobao", "unit", DAY, "round", "buyer")), ("", Begun("other", "unit", DAY, "round", "buyer"))]
USED = {"used": [InUse("1", 10, 5)], "words_too": True, "whats": {"1": "1"}}
RULES: dict[str, Any] = {"begun": BEGUN, "said": lambda name, value: "1"}
TEAM = Wish(DAY, DAY, "7", "jd", 1)


def grouped(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    """The page of teams, with some and with none."""
    moves = (Moved("7", DAY, 1, "7", MOMENT), Moved("7", DAY, None, "7", MOMENT))
    some = TeamsView((Team(1, "1"),), (PersonView("7", "8", 1, moves), PersonView("9", "9", None, ())), DAY)
    for found, flag in ((some, True), (TeamsView((), (), DAY), False)):
        shown: dict[str, Any] = {
            "error": "1" if flag else None,
            "saved": flag,
            "given": teams.NOTHING_GIVEN,
            "place": "",
            "most": 40,
        }
        yield "teams/page.html", rendering.page("teams/page.html", lang, view=found, **shown)


def ruled(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    """The page of platforms' rules, for who may change them and for who may not."""
    source = Source("our default, a setting", "2026", verified=False)
    told = tuple(
        Changed(Change("other", "alarm", at, value, Source("1", "2026")), "7", MOMENT)
        for at, value in ((DAY, "1/2/3"), (DAY - timedelta(days=1), None))
    )
    settings = tuple(
        SettingView(name, written(PROFILES["jd"], name), written(PROFILES["taobao"], name), source, one.choices, told)
        for name, one in SETTINGS.items()
    )
    for flag in (True, False):
        shown: dict[str, Any] = {
            "error": "1" if flag else None, "saved": flag, "given": platforms.NOTHING_GIVEN, "may": flag,
            "said": lambda name, value: "1", "platforms": tuple(PROFILES), "longest": (9, 9), "shop": "", "place": "",
        }  # fmt: skip
        view = PlatformView("other", settings, DAY, pending=flag)
        yield "platforms/page.html", rendering.page("platforms/page.html", lang, view=view, **shown)


def outcomes(
    rendering: Rendering, lang: str, chosen: dict[str, Any], about: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """The page of what earns and costs orders, and a list behind it."""
    many: dict[How, int] = dict.fromkeys(HOWS, 200)
    thin: dict[How, int] = dict.fromkeys(HOWS, 0)
    lines = FollowUpLine("block", many, dict.fromkeys(HOWS, 80), 3), FollowUpLine("block", thin, thin, 0)
    earned = tuple(EarnedLine(kind, 5, 0.5, 12.0) for kind in EARNED)
    some = OutcomesView(earned, lines, (SituationLine("block", 9, 2, 3), SituationLine("", 0, 0, 0)))
    shown = {
        "whats": {"block": "1"},
        "stages": {},
        "hows": HOWS,
        "today": DAY,
        "presets": presets(DAY),
        "rate": kpi_names.rate,
    }
    for found in (some, OutcomesView(earned, (), ())):
        page = rendering.page(
            "kpi/outcomes.html", lang, view=found, rows=lambda *_: "", table=lambda *_: "", **shown, **about
        )
        yield "kpi/outcomes.html", page
    for of, rows in (("situation", (row(), row(counts=False, conversation=None))), ("late", ())):
        listed = OutcomeRows(rows, 300, 1)
        yield (
            "kpi/outcome_rows.html",
            rendering.page(
                "kpi/outcome_rows.html", lang, view=listed, of=of, called="", most=2, file=str, **chosen, **about
            ),
        )


def leaders(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    """The page of alerts in all its states, and the letters."""
    rule = Rule(threshold=0.9, span="day", minimum=20)
    some = Wishes(rules={"satisfaction_rate": rule, "complaints": rule}, mails=("*",), webhook="*", lang=lang)
    letters = [letter(state) for state in ("waiting", "taken", "sent", "failed", "unclear")]
    known: dict[str, Any] = {"kinds": ALERTS, "fewest": 5, "most": 20, "number": alert_number, "plain": plain}
    known |= {"given": None, "place": "", "spoken": spoken}
    for flag, told, sent in ((True, TOLD, letters), (False, [], [])):
        shown = {"error": "1" if flag else None, "secret": "1" if flag else None, "can_mail": not flag, "signed": flag}
        page = rendering.page(
            "alerts/page.html", lang, wanted=some, told=told, letters=sent, saved=flag, sent=flag, **shown, **known
        )
        yield "alerts/page.html", page
    writer = Letters(SIDEBAR, "http" if lang == "en" else None)  # addresses are in neither language
    over = Period("1", MOMENT, MOMENT)
    for name in ALERTS:
        yield from enumerated(writer.alert(Found("1", "1", name, over, 0.5, rule, 30, MOMENT, lang)))
    for span, empty in (("day", True), ("week", False)):
        yield from enumerated(writer.report(Report("1", "1", span, over, view(empty=empty), lang)))  # type: ignore[arg-type]  # two of Span


def enumerated(words: Words) -> Iterator[tuple[str, str]]:
    for part in words:
        yield "letter", part or ""


def wallboard() -> WallboardView:
    late = WaitingView(AT, 15, 100, 180, urged=2)
    person = WaitingView(AT, 15, 100, 180, wants_person=True)
    waiting = (
        WaiterView("1", "taobao", "7", "7", "*", "late", late),
        WaiterView("2", "jd", "", "", None, "ok", person),
    )
    up = (
        UpView(1, "1", "1", "taobao", "7", "7", "*", AT, late=True, promised=True),
        UpView(2, "2", None, "taobao", "", "", None, AT, late=False, promised=False),
    )
    total = LoadView("", "", False, 90, (50, 7, 8, 9), late, 70, 1)
    agents = (total, replace(total, agent="7", name="7", here=True), replace(total, agent="8", name="8", longest=None))
    return WallboardView(agents, waiting, up, total, tuple(TOLD), more=True, here=frozenset("7"), until=AT)


def nothing_happens() -> WallboardView:
    total = LoadView("", "", False, 0, (0, 0, 0, 0), None, 0, 0)
    return WallboardView((), (), (), total, (), more=False, here=frozenset(), until=AT)


def behind(rendering: Rendering, lang: str, **about: Any) -> Iterator[tuple[str, str]]:
    """The list behind each figure that has one."""
    rows = (row(), row(value=None, counts=False, name="", conversation=None, buyer=None))
    for name in LISTS:
        listed = BehindView(name, LISTS[name][0], 12, rows, 300, 1)
        page = rendering.page("kpi/rows.html", lang, view=listed, most=2, only="block", whats={"block": "1"}, **about)
        yield "kpi/rows.html", page


def watching(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    """The page of this moment, on a busy day and on a quiet one."""
    more: dict[str, Any] = {"agent": "7", "colleagues": [Colleague("8", "8")], "place": "", "within": 2, "names": {}}
    more |= {"teams": [Team(1, "1")], "team": 1, "shop": "1"}
    for stands in (wallboard(), nothing_happens()):
        parts = {name: rendering.wallboard_part(name, stands, "&shop=1", lang) for name in WALLBOARD_PARTS}
        yield "wallboard/page.html", rendering.page("wallboard/page.html", lang, boot={}, parts=parts, **more)


def pages(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    """Each of its pages in one language, for a leader and for an agent."""
    several = Asked(Wish(DAY, DAY, beside=("2",)), "", own=False, shops=("1", "2"))
    for asked in (Asked(TEAM, "-sales_amount", own=False), Asked(TEAM, "sales_amount", own=True), several):
        about: dict[str, Any] = {"asked": asked, "lists": LISTS, **writing(rendering, lang), **RULES}
        told = {"agents": [("7", "7")], "today": DAY, "presets": presets(DAY), "platforms": ("taobao", "jd")}
        lines = {"shop": view().shops, "agent": view().agents, "day": view().days}
        tops = {by: dict.fromkeys(COLUMNS, 12.0) for by in lines}
        shown = {
            "tables": lines,
            "tops": tops,
            "tiles": TILES,
            "alerts_too": True,
            "groups_too": True,
            "teams": [Team(1, "1")],
            "readable": [("1", "1"), ("2", "2")] if asked is several else [],
            "told": rendering.wallboard_part("alerts", wallboard(), "", lang),
            "boot": {},
            "delays": DELAYS,
            "shops": [("1", "1"), ("2", "2")],
            "here": "1",
            "againsts": AGAINST,
            **USED,
            "columns": COLUMNS,
            **told,
            **about,
        }
        for empty in (False, True):
            yield "kpi/page.html", rendering.page("kpi/page.html", lang, view=view(empty=empty), **shown)
        chosen: dict[str, Any] = {"names": {}, "team": "1", "shop_names": {"1": "1"} if asked is several else {}}
        yield from behind(rendering, lang, **chosen, **about)
        yield from watching(rendering, lang)
        yield from leaders(rendering, lang)
        yield from grouped(rendering, lang)
        yield from ruled(rendering, lang)
        yield from outcomes(rendering, lang, chosen, about)
        seen = LooksView((Look(AT, "7", "7", "taobao", "1"), Look(AT, "7", "7", None, None)), cut=True)
        for listed_looks in (seen, LooksView((), cut=False)):
            yield "kpi/looks.html", rendering.page("kpi/looks.html", lang, view=listed_looks, days=90, **about)
        yield "kpi/chat.html", rendering.page("kpi/chat.html", lang, view=chat(), of="reply_rate", back=True, **about)
