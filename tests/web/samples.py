"""Full views in both languages, of the very shapes services hand out: to look at pages and to test them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from assistant.services import notices, sidebar_view, workbench
from assistant.web.rendering import DESK_PARTS, PARTS, Rendering, partial

FIELDS = ("item", "size", "quantity", "alternative")
NOW = 1_763_800_000.0
LACKING = "shipment.eta"
WORDS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "samples.yaml").read_text(encoding="utf-8"))


def pushed(pages: Rendering, view: sidebar_view.SidebarView, lang: str = "zh-CN", names: Iterable[str] = PARTS) -> str:
    """What `/ws` says when these parts have changed."""
    return "".join(partial(name, pages.part(name, view, lang)) for name in names)


def desk_pushed(pages: Rendering, lang: str = "zh-CN") -> str:
    """What `/desk/ws` says of the sample workbench."""
    return "".join(partial(place, pages.desk_part(name, desk(lang), lang)) for name, place in DESK_PARTS.items())


def view(lang: str = "zh-CN", **changes: Any) -> sidebar_view.SidebarView:
    """A sidebar with something in every part; `changes` replace whole parts."""
    words = WORDS[lang]
    whole = sidebar_view.SidebarView(
        version=7,
        now=NOW,
        speed=1.0,
        conversation=sidebar_view.ConversationView("c1", "taobao", "assigned", "a-007", "a-007"),
        buyer=buyer(words),
        tag_groups=tuple(tag_group(*group) for group in words["groups"]),
        waiting=sidebar_view.WaitingView(since=NOW - 42, notice=30, warn=100, late=180),
        follow_ups=follow_ups(words),
        withheld=(sidebar_view.WithheldView("f9", words["withheld"], NOW - 600, NOW + 36_000),),
        holding=words["holding"],
        suggestions=tuple(suggestion(index, each, words) for index, each in enumerate(words["suggestions"])),
        records=(sidebar_view.RecordView("out-of-stock", words["record"], FIELDS),),
        orders=tuple(order(*each) for each in words["orders"]),
        today=sidebar_view.TodayView(11.6, 30, 0.92, 5, 0.8),
        queue=sidebar_view.QueueView(
            12, 3, 5, "c2", "taobao", 2, True, "c3", "taobao", 4, (words["agent"],), "c4", "taobao"
        ),
        notices=tuple(notice(n, *each) for n, each in enumerate(words["notices"])),
        checked=tuple(sidebar_view.CheckedView(*each) for each in words["checked"]),
    )
    return replace(whole, **changes)


def nothing(lang: str = "zh-CN") -> sidebar_view.SidebarView:
    """A buyer of whom nothing is known, to whom nothing is to be said."""
    stranger = buyer(WORDS[lang], tags=(), notes=(), paid_orders=0, spent="0.00", phone=None, place="")
    blank = replace(stranger, tier="none", purchases="new")
    empty = ("notices", "checked", "follow_ups", "withheld", "suggestions", "records", "orders")
    parts: dict[str, Any] = dict.fromkeys(empty, ())
    return view(
        lang, buyer=blank, waiting=None, today=sidebar_view.TodayView(), queue=sidebar_view.QueueView(), **parts
    )


def notice(n: int, text: str, author: str, read: bool) -> sidebar_view.NoticeView:
    return sidebar_view.NoticeView(n + 1, text, author, NOW - 600 * (n + 1), NOW + 3600, read)


def notices_page(lang: str = "zh-CN") -> notices.NoticesView:
    """The notices' page: one that stands with some readers, one taken back, one that ended by itself."""
    words = WORDS[lang]
    texts, people = [each[0] for each in words["notices"]], [each[0] for each in words["people"]]
    read = tuple(notices.ReaderView(name, name, NOW - 60 * n) for n, name in enumerate(people[:2]))
    unread = tuple(notices.ReaderView(name, name) for name in people[2:])
    gone = tuple(notices.WithdrawnView(kind, "x", title, title) for kind, title in words["withdrawn"])
    rows = (
        notices.RowView(n + 1, text, words["agent"], NOW - 600, NOW + 3600, state, () if n else gone, read, unread)
        for n, (text, state) in enumerate(zip(texts, ("standing", "ended", "over"), strict=True))
    )
    return notices.NoticesView(tuple(rows), cut=True)


def buyer(words: dict[str, Any], **changes: Any) -> sidebar_view.BuyerView:
    """The sample buyer with the words of a language."""
    whole = sidebar_view.BuyerView(
        id="b-1",
        nickname=words["nickname"],
        tier="vip",
        purchases="repeat",
        paid_orders=12,
        spent="3482.00",
        phone="138****2046",
        place=words["place"],
        tags=tuple(tag("personality" if n < 2 else "free", n, name) for n, name in enumerate(words["tags"])),
        notes=tuple(note(n, *each) for n, each in enumerate(words["notes"])),
    )
    return replace(whole, **changes)


def tag(group: str, n: int, name: str) -> sidebar_view.TagView:
    return sidebar_view.TagView(group, f"{group}-{n}", name)


def note(n: int, text: str, author: str) -> sidebar_view.NoteView:
    return sidebar_view.NoteView(n, text, author, NOW - 86_400 * (n + 1))


def tag_group(group: str, name: str, many: bool, names: list[str]) -> sidebar_view.TagGroupView:
    return sidebar_view.TagGroupView(group, name, many, tuple(tag(group, n, each) for n, each in enumerate(names)))


def follow_ups(words: dict[str, Any]) -> tuple[sidebar_view.FollowUpView, ...]:
    """One that is due, a promise and two others that run."""
    name, text = words["due"]
    due = sidebar_view.FollowUpView("f1", "told", name, "due", NOW - 12, text, "told/clear", ())
    by, said = words["promise"]
    promise = sidebar_view.FollowUpView(
        "f8", "promise", name, "armed", NOW + 95, None, "", (), promised=said, promised_by=by, handed_by=by
    )
    armed = (
        sidebar_view.FollowUpView(f"f{n + 2}", "other", each, "armed", NOW + left, None, "", ())
        for n, (each, left) in enumerate(words["armed"])
    )
    return (due, *armed, promise)


def suggestion(index: int, given: list[str], words: dict[str, Any]) -> sidebar_view.SuggestionView:
    name, stage, why, text = given
    situation = f"situation-{index}"
    return sidebar_view.SuggestionView(
        id=f"s{index + 1}",
        situation=situation,
        name=name,
        stage=stage,
        goal="",
        script=f"{situation}/reply",
        text=text,
        missing=(LACKING,) if LACKING in text else (),
        score=0.9 - index / 10,
        why=why,
        state="shown",
        lacks=(sidebar_view.LackView(LACKING),) if LACKING in text else (),
    )


def order(
    id: str, status: str, amount: str, title: str, more: int, quantity: int, left: int | None, reminded: bool
) -> sidebar_view.OrderView:
    """`left`: seconds until it must be paid."""
    deadline = NOW + left if left else None
    return sidebar_view.OrderView(id, status, amount, title, more, quantity, NOW - 600, deadline, reminded)


def desk(lang: str = "zh-CN", **changes: Any) -> workbench.WorkbenchView:
    """The workbench with one conversation open and some waiting."""
    words = WORDS[lang]
    mine = replace(person("c1", words["nickname"], words["chat"][-1][1], 42), open=True, tier="vip", due=1)
    others = (person(f"c{n + 2}", *each) for n, each in enumerate(words["people"]))
    messages = tuple(message(n, *each) for n, each in enumerate(words["chat"]))
    on_their_way = tuple(sending(n, state, words["chat"][-1][1]) for n, state in enumerate(STATES))
    chat = workbench.ChatView("c1", "taobao", words["nickname"], messages, on_their_way)
    whole = workbench.WorkbenchView((mine, *others), chat)
    return replace(whole, **changes)


STATES = ("waiting", "failed", "unclear")


def sending(n: int, state: str, text: str) -> sidebar_view.SendingView:
    return sidebar_view.SendingView(n, text, state, "", f"key-{n:05}")


def message(n: int, side: str, text: str) -> workbench.MessageView:
    return workbench.MessageView(f"m{n}", side, text, NOW - 900 + n * 60, None, "human", day_break=n == 0)


def person(id: str, nickname: str, last: str, waited: int | None) -> workbench.RowView:
    """`waited`: seconds, or None when the buyer has been answered."""
    waiting = None if waited is None else sidebar_view.WaitingView(NOW - waited, 30, 100, 180)
    return workbench.RowView(id, nickname, "none", last, NOW - 300, waiting, 0, False, "taobao")
