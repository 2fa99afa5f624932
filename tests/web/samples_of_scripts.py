"""The trainers' pages with something in every part, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args

from assistant.domain.drafts import Difference, Line
from assistant.domain.script_rows import TABLES, Name
from assistant.domain.trials import MEASURES, Arm, Interval, Result, Trial, Verdict
from assistant.domain.wording_changes import Change, Common, Place
from assistant.domain.words import Tally
from assistant.services import kpi_behind, previews, trials, trying, words
from assistant.services.back_test_runs import BackTestsView, RunView
from assistant.services.kpi_scope import Wish
from assistant.services.script_rows import EntryView, GroupView, TreeView
from assistant.store.drafts import Proposal
from assistant.store.scripts import Entry
from assistant.store.trials import Seen
from assistant.web import script_forms
from assistant.web.kpi_filter import presets
from assistant.web.rendering import Rendering
from assistant.web.words import Filter

NOW = datetime(2026, 11, 11, tzinfo=UTC)
STATES: tuple[Any, ...] = ("published", "changed", "added", "removed")
ROW = {"title": "7", "by": "7", "at": 0.0}


def difference(state: Any) -> dict[str, Any]:
    lines = tuple(Line(sign, "7") for sign in ("…", " ", "-", "+"))
    return {**ROW, "name": Name("shop", "7"), "of": Difference(Name("shop", "7"), state, lines)}


def tree() -> TreeView:
    entries = [EntryView(Name("shop", str(n)), "7", state, n % 2, n % 3, "7") for n, state in enumerate(STATES)]
    groups = [GroupView(table, "", tuple(entries)) for table in TABLES]
    groups += [GroupView("situations", "presale", ()), GroupView("shop", "", (entries[1],))]
    return TreeView(tuple(groups), 3, 2, 1, judged=True, cut=True)


def back_test_report(**more: Any) -> dict[str, Any]:
    """A report with something in every part."""
    turn = {"platform": "jd", "conversation": "7", "at": 0.0, "texts": ["7"], "said": "7", "offered": [None, "7"]}
    shift = {"id": "7", "name": "7", "times": (1, 2), "moved": True, "won": 30, "gone": 1}
    turns = {"gained": [turn, {**turn, "said": None, "offered": ["7", "7"]}], "lost": [turn]}
    side = {"runs": 9, "offered": 5, "silent": 4, "answered": 3, "agreeing": 2, "agreement": 0.5}
    follow_up = {"id": "7", "name": "7", **dict.fromkeys(("fired", "cancelled", "withheld", "missed"), (1, 2))}
    found = {"before": side, "after": {**side, "offered": 6}, "changed": 1, "refused": 2, "events": 7, "cut": True}
    hits = [{"code": "7", "name": "7", "times": (1, 1)}]
    tables = {"situations": [{**shift, **turns}], "follow_ups": [follow_up], "hits": hits}
    return {**found, **tables, "compared": True, **more}


def back_test_views() -> Iterator[BackTestsView]:
    """Nothing yet, one running, and one of each end."""
    wish = {"version": 7, "changes": 7, "first": "7", "last": "8", "file": ""}
    one = RunView(1, "7", "done", 0.0, 100, wish)
    other = replace(one, wish={**wish, "file": "7", "changes": 0})
    running = replace(one, state="running", share=7)
    yield BackTestsView(None, None, None, ())
    yield BackTestsView(running, one, back_test_report(), (one, other))
    yield BackTestsView(None, other, back_test_report(compared=False, situations=[], follow_ups=[], hits=[]), (other,))
    yield BackTestsView(None, one, back_test_report(changed=0, refused=0, cut=False), (one,))
    for state, reason in (("cancelled", ""), ("failed", ""), ("failed", "nothing_happened")):
        ended = replace(one, state=state, reason=reason)
        yield BackTestsView(None, ended, None, (ended,))


def back_tests(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    day, limits = date(2026, 11, 11), {"most": 7, "most_days": 7, "most_megabytes": 7}
    for view in back_test_views():
        about: dict[str, Any] = {"view": view, "may": True, "changes": len(view.kept), "version": 7, "id": 7, **limits}
        yield (
            "scripts/back_test.html",
            rendering.page("scripts/back_test.html", lang, boot={}, first=day, last=day, **about),
        )
    said = kpi_behind.SaidView(0.0, "buyer", "7", "human", "7")
    chat = kpi_behind.ChatView("7", "jd", None, "7", (said, replace(said, side="agent")), True)
    yield "scripts/chat.html", rendering.page("scripts/chat.html", lang, boot={}, view=chat, may=True)


def gaps(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    day, turn = date(2026, 11, 11), {"platform": "jd", "conversation": "7", "at": 0.0, "texts": ["7"], "said": "7"}
    about = {"first": day, "last": day, "today": day, "most_days": 7, "may": True}
    yield "scripts/gaps.html", rendering.page("scripts/gaps.html", lang, boot={}, **about)
    answered = [{"text": "7", "times": times} for times in (2, 1)]
    gap = {"runs": 1, "conversations": 2, "phrases": ["7"], "answers": answered, "examples": [turn], "in_draft": None}
    words = [{"text": "7", "kind": kind, "times": 2, "score": 0.1, "run": turn} for kind in ("accepted", "near")]
    row = {"id": "7", "name": "7", "words": words, "total": 9}
    found = {"gaps": [gap, {**gap, "in_draft": "7"}], "total": 9, "cut": True, "situations": [row]}
    nothing = {"gaps": [], "total": 0, "cut": False, "situations": []}
    for view in (found, nothing):
        yield "scripts/gaps_parts.html", rendering.gaps_part("found", view, lang)
    shifted = {**turn, "offered": ["7", None]}
    told = {"meant": 2, "before": 0, "after": 2, "right": 1, "others": 9, "gained": 1, "lost": 1, "turned": 1}
    yield "scripts/gaps_parts.html", rendering.gaps_part("effect", {**told, "examples": [shifted]}, lang)


def words_pages(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    day, tally = date(2026, 11, 11), Tally(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)
    line, gone = words.LineView("7/7", "7", "7", tally), words.LineView("7", "7", None, replace(tally, shown=None))
    own = words.LineView(words.OWN, "", None, tally)
    view = words.WordsView((words.SituationView("7", "7", tally, (line, gone)),), 9, (gone, own), 9)
    about: dict[str, Any] = {
        "asked": Filter(Wish(day, day), None), "may": True, "platforms": ("jd",), "purchases": words.PURCHASES,
        "own": words.OWN, "chat": lambda conversation, platform: "/7", "boot": {},
    }  # fmt: skip
    days = {"today": day, "presets": presets(day)}
    for one in (view, words.WordsView((), 0, (), 0)):
        yield "scripts/words.html", rendering.page("scripts/words.html", lang, view=one, **days, **about)
    known: dict[str, Any] = {"at": 0.0, "agent": "", "platform": "jd", "conversation": "7", "buyer": None}
    rows = [
        words.RowView(**known, state="sent", edited=sent is not None, offered="7", sent=sent) for sent in ("7", None)
    ]
    common = tuple(Common(Change("7", "7", place), 7) for place in get_args(Place))
    for behind in (
        words.BehindView(line, "7", tuple(rows), True, common, 7),
        words.BehindView(gone, "", (), False, (), 0),
    ):
        for what in words.WHATS:
            html = rendering.page("scripts/words_behind.html", lang, view=behind, what=what, whats=words.WHATS, **about)
            yield "scripts/words_behind.html", html


def trial_pages(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    limits: dict[str, Any] = {"measures": MEASURES, "others": 2, "fewest": 7, "confidence": 7, "may": True}
    between = Interval(0.7, 0.7)
    verdicts = [Result(Arm(7, 7), between, 0.7, between, verdict) for verdict in get_args(Verdict)]
    for measure in MEASURES:
        trial = Trial(7, "7", "7", "7", ("7",) * len(verdicts), measure, NOW, "7")
        ended = replace(trial, ended_at=NOW, ended_by="7", kept=1)
        views = [trials.TrialView(one, "7", fits, {}) for one in (trial, ended) for fits in (True, False)]
        for view in views:
            report = trials.ReportView(view, (Seen(),) * len(verdicts), tuple(verdicts))
            yield "scripts/trial.html", rendering.page("scripts/trial.html", lang, view=report, refused="7", **limits)
        about: dict[str, Any] = {"given": {"name": "7", "texts": ["7"]}, "rows": [("7", [("7", "7")])], "refused": "7"}
        html = rendering.page("scripts/trials.html", lang, trials=views, cut=True, published="7", **about, **limits)
        yield "scripts/trials.html", html
    html = rendering.page("scripts/trials.html", lang, trials=[], cut=False, published=None, **about, **limits)
    yield "scripts/trials.html", html


def pages(rendering: Rendering, lang: str) -> Iterator[tuple[str, str]]:
    """Each page by its template's name."""
    yield from words_pages(rendering, lang)
    yield from trial_pages(rendering, lang)
    for may in (True, False):
        yield from tables_pages(rendering, lang, {**COMMON, "may": may})
        yield from published_pages(rendering, lang, {**COMMON, "may": may})
    yield from back_tests(rendering, lang)
    yield from gaps(rendering, lang)
    rows = [difference(state) for state in STATES[1:]]
    shipped = [{**one, "own": own} for one, own in zip(rows, (True, False, True), strict=True)]
    for listed in (shipped, []):
        yield "scripts/shipped.html", rendering.page("scripts/shipped.html", lang, rows=listed, may=True, **COMMON)
    yield "scripts/replace.html", rendering.page("scripts/replace.html", lang, **COMMON, may=True)
    yield "scripts/preview.html", rendering.page("scripts/preview.html", lang)


COMMON: dict[str, Any] = {"boot": {"changes": 0}, "names": {}, "version": 7, "current": 7}


def tables_pages(rendering: Rendering, lang: str, about: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The tree of rows, and where texts are tried."""
    offered = script_forms.choices(rendering.catalogues[lang])
    more = {"tree": tree(), "samples": previews.SAMPLES, "orders": previews.ORDERS, "news": 2}
    yield "scripts/page.html", rendering.page("scripts/page.html", lang, **more, **offered, **about)
    states = {"states": trying.STATES, "situations": [("7", "7")]}
    yield "scripts/try.html", rendering.page("scripts/try.html", lang, **about, **states)


def published_pages(rendering: Rendering, lang: str, about: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Versions, one of them beside others, and what is about to become one."""
    asked, may = Proposal("s", "7", "7", "7", NOW), about["may"]
    entries = [Entry(n, NOW, author, "7", "7", n == 2, n - 1 or None) for n, author in ((2, "7"), (1, "system"))]
    yield (
        "scripts/versions.html",
        rendering.page("scripts/versions.html", lang, versions=entries, cut=True, **{**about, "current": 2}),
    )
    more: dict[str, Any]
    rows = [difference(state) for state in STATES[1:]]
    for against in (0, 6, 8):
        more = {"against": against, "rows": rows, "total": 9, "entry": entries[0]}
        yield "scripts/version.html", rendering.page("scripts/version.html", lang, **about, **more)
    for second, own, some in ((True, may, asked), (False, False, None), (True, False, None)):
        more = {"rows": rows if second else [], "asked": some, "by": "7", "own": own, "second": second}
        more |= {"hurry": True, "next": 8, "longest": 9, "mark": "7"}
        yield "scripts/publish.html", rendering.page("scripts/publish.html", lang, **about, **more)
