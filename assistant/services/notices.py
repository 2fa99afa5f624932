"""Today's notices of a shop: posted, ended, read by its agents; and what the page about them shows.

Which replies they take back is decided where replies are offered and shown (`domain/notices.Board`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant import store
from assistant.domain import notices as rules
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.handbook import PREFIX
from assistant.domain.notices import Board, Notice, Withdraws
from assistant.domain.templates import render
from assistant.services import handbook
from assistant.services.desk import Desk, Shop
from assistant.services.sidebar_view import LackView, NoticeView, SidebarView
from assistant.store.notices import Receipt

# Who held a chat so recently is asked to read what is posted, besides the shop's agents.
AT_WORK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ReaderView:
    """An agent, and when they read the notice; None: not yet."""

    agent: str
    name: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class WithdrawnView:
    """One thing a notice takes back: its kind (`domain/notices.KINDS`), its name in the tables, what people call it."""

    kind: str
    name: str
    title: str
    text: str = ""
    lacks: tuple[LackView, ...] = ()


@dataclass(frozen=True, slots=True)
class RowView:
    """A notice with its readers; `state` is standing, ended (by a person) or over."""

    id: int
    text: str
    author: str
    posted_at: float
    ends_at: float
    state: str
    withdrawn: tuple[WithdrawnView, ...]
    read: tuple[ReaderView, ...]
    unread: tuple[ReaderView, ...]


@dataclass(frozen=True, slots=True)
class NoticesView:
    """The newest notices of a shop; `cut` says that there were more."""

    rows: tuple[RowView, ...]
    cut: bool = False

    @property
    def standing(self) -> tuple[RowView, ...]:
        return tuple(row for row in self.rows if row.state == "standing")

    @property
    def past(self) -> tuple[RowView, ...]:
        return tuple(row for row in self.rows if row.state != "standing")


# --- what people do ------------------------------------------------------------------------------------------------


def post(desk: Desk, text: str, *, author: str, ends_at: datetime | None, withdraws: Withdraws) -> int:
    """Tell all agents of the shop; returns the notice's number. Raises InvalidInput; nothing is stored then."""
    line, end = rules.worded(text), rules.until(ends_at, desk.now, desk.shop.timezone)
    rules.check(withdraws, desk.shop.scripts)
    if len(store.notices.standing(desk.tx, desk.shop.id, desk.now)) >= rules.MOST_STANDING:
        message = f"{rules.MOST_STANDING} notices stand already: end one of them first, nobody reads more"
        raise InvalidInput(message, reason="too_many_notices", most=rules.MOST_STANDING)
    id = store.notices.add(desk.tx, desk.shop.id, line, author, desk.now, end, withdraws)
    desk.announce()
    return id


def end(desk: Desk, id: int, *, by: str) -> None:
    """Take a notice back: what it withdrew may be said again. Ending it twice changes nothing."""
    notice = _get(desk, id)
    if notice.ended_at is None and notice.ends_at > desk.now and store.notices.end(desk.tx, id, desk.now, by):
        desk.announce()


def read(desk: Desk, id: int, *, agent: str, name: str = "") -> None:
    """The agent has read it; the first time counts."""
    _get(desk, id)
    if store.notices.read(desk.tx, id, agent, name or agent, desk.now):
        desk.announce()


def _get(desk: Desk, id: int) -> Notice:
    found = store.notices.get(desk.tx, desk.shop.id, id)
    if found is None:
        raise NotFound(f"there is no notice {id} in this shop")
    return found


def refuse(notice: Notice | None) -> None:
    """Raises Conflict where a notice stands against what somebody wants to say."""
    if notice is not None:
        message = f"this is withdrawn by a notice: {notice.text}"
        raise Conflict(message, reason="withdrawn", words=notice.text)


# --- what is shown -------------------------------------------------------------------------------------------------


def board(tx: store.Transaction, shop: str, now: datetime) -> Board:
    """What stands in a shop, to be kept in memory beside its tables."""
    found = store.notices.standing(tx, shop, now)
    receipts = store.notices.receipts(tx, found)
    return Board(tuple(found), frozenset((receipt.notice, receipt.agent) for receipt in receipts))


def views(shop: Shop, agent: str, now: datetime) -> tuple[NoticeView, ...]:
    """What stands, as one agent sees it: unread ones first, each newest first."""
    standing = shop.notices.standing(now)
    if not standing:
        return ()
    found = [_view(notice, shop.notices.read(notice.id, agent)) for notice in standing]
    return tuple(sorted(found, key=lambda view: view.read))


def out_of_date(shop: Shop, shown: SidebarView, agent: str, now: datetime) -> bool:
    """Whether other notices stand than a sidebar shows, or the day of its handbook is over; asks no table."""
    return views(shop, agent, now) != shown.notices or handbook.another_day(shop, shown.now, now)


def _view(notice: Notice, read: bool) -> NoticeView:
    return NoticeView(
        notice.id, notice.text, notice.author, notice.posted_at.timestamp(), notice.ends_at.timestamp(), read
    )


def words_against(shop: Shop, script: str, now: datetime) -> str | None:
    """The words of the notice that takes back the reply `situation/reply`; None if none does."""
    if not shop.notices.notices:
        return None
    notice = shop.notices.against(script, shop.scripts.texts.get(script, ""), now)
    return notice.text if notice else None


def shown_otherwise(shop: Shop, shown: NoticesView, now: datetime) -> bool:
    """Whether other notices stand than those shown, or other agents have read them; asks no table."""
    standing = {notice.id for notice in shop.notices.standing(now)}
    read = frozenset((row.id, reader.agent) for row in shown.standing for reader in row.read)
    known = frozenset(receipt for receipt in shop.notices.receipts if receipt[0] in standing)
    return standing != {row.id for row in shown.standing} or known != read


def page(tx: store.Transaction, shop: Shop, now: datetime) -> NoticesView:
    """The newest notices with who has read them, and who of those asked has not."""
    found = store.notices.newest(tx, shop.id, store.notices.SHOWN + 1)
    shown = found[: store.notices.SHOWN]
    receipts: dict[int, list[Receipt]] = {}
    for receipt in store.notices.receipts(tx, shown):
        receipts.setdefault(receipt.notice, []).append(receipt)
    names, asked = store.users.called(tx, shop.id), _asked(tx, shop, now)
    rows = (_row(shop, notice, receipts.get(notice.id, []), names, asked, now) for notice in shown)
    return NoticesView(tuple(rows), len(found) > len(shown))


def _asked(tx: store.Transaction, shop: Shop, now: datetime) -> list[str]:
    return sorted({*store.users.agents_of(tx, shop.id), *store.conversations.agents_since(tx, shop.id, now - AT_WORK)})


def _row(
    shop: Shop,
    notice: Notice,
    receipts: Iterable[Receipt],
    names: Mapping[str, str],
    asked: Iterable[str],
    now: datetime,
) -> RowView:
    read = tuple(ReaderView(r.agent, names.get(r.agent, r.name), r.at.timestamp()) for r in receipts)
    have = {reader.agent for reader in read}
    return RowView(
        id=notice.id,
        text=notice.text,
        author=notice.author,
        posted_at=notice.posted_at.timestamp(),
        ends_at=(notice.ended_at or notice.ends_at).timestamp(),
        state="ended" if notice.ended_at else "standing" if notice.stands(now) else "over",
        withdrawn=called(shop, notice.withdraws),
        read=read,
        unread=tuple(ReaderView(agent, names.get(agent, agent)) for agent in asked if agent not in have),
    )


# --- what can be withdrawn -----------------------------------------------------------------------------------------


def called(shop: Shop, withdraws: Withdraws) -> tuple[WithdrawnView, ...]:
    """What would be withdrawn, by what people call it."""
    return tuple(_withdrawn(shop, kind, name) for kind, name in withdraws.named())


def _withdrawn(shop: Shop, kind: str, name: str) -> WithdrawnView:
    """By what people call it, with the words it would say."""
    scripts = shop.scripts
    if kind == "handbook":
        entry = scripts.shop.get(name)
        return WithdrawnView(kind, name, shop.handbook.names.get(name, name), str(entry.value) if entry else "")
    if kind == "quick_replies":
        quick = next((reply for reply in scripts.quick_replies if reply.id == name), None)
        return WithdrawnView(kind, name, quick.title if quick else name, *_said(shop, quick.text if quick else ""))
    situation = scripts.situation(name.partition("/")[0])
    title = situation.name if situation else name
    if kind == "situations":
        return WithdrawnView(kind, name, title, situation.goal if situation else "")
    return WithdrawnView(kind, name, title, *_said(shop, scripts.texts.get(name, "")))


def _said(shop: Shop, text: str) -> tuple[str, tuple[LackView, ...]]:
    """How a template reads, with what the handbook says; the rest is named."""
    filled = render(text, {f"{PREFIX}{key}": entry.value for key, entry in shop.scripts.shop.items()})
    return filled.text, handbook.lacks(shop, filled.missing)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a notice may withdraw and fits what was typed: the first of each kind, and how many fit altogether."""

    items: list[WithdrawnView]
    total: int


def choices(shop: Shop, typed: str, each: int) -> Choices:
    """Handbook entries, situations, quick replies and single replies that fit; at most so many of each."""
    wanted, scripts = typed.strip().lower(), shop.scripts
    entries, quick = shop.handbook.search(typed, each), shop.quick_replies.search(typed, limit=each)
    situations = [row.id for row in scripts.situations if wanted in f"{row.id} {row.name}".lower()]
    replies = [
        f"{row.id}/{reply.id}"
        for row in scripts.situations
        for reply in row.replies
        if wanted in f"{row.id}/{reply.id} {row.name} {reply.text}".lower()
    ]
    found = [("handbook", key) for key in entries.keys]
    found += [("situations", id) for id in situations[:each]]
    found += [("quick_replies", reply.id) for reply in quick.items]
    found += [("replies", name) for name in replies[:each]]
    total = entries.total + len(situations) + quick.total + len(replies)
    return Choices([_withdrawn(shop, kind, name) for kind, name in found], total)
