"""The live screens: the sidebar of one conversation, the workbench with its list, and pages that watch something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from assistant import store
from assistant.bus.signals import NOWHERE
from assistant.services import back_test_runs, notices, queue, sidebar, workbench
from assistant.services.back_test_runs import BackTestsView
from assistant.services.clocks import Clock
from assistant.services.notices import NoticesView
from assistant.services.order_news import NEVER_LATE, OrderNews
from assistant.services.scripts import Library
from assistant.services.sidebar_view import AgentView, LobbyView, SidebarView
from assistant.services.workbench import WorkbenchView
from assistant.web.beside import Foot, Present, Queues
from assistant.web.open_pages import Parts, Topic
from assistant.web.rendering import DESK_PARTS, PARTS, SHOWN, Rendering

# No chat has this name: it stands for no chat being open.
NOBODY_HERE = ""


def _differ(one: object, other: object) -> bool:
    # What was not read anew is the same object: comparing it value by value would cost more than reading it.
    return one is not other and one != other


@dataclass(frozen=True, slots=True)
class Stage:
    """What every screen needs to read and render."""

    library: Library
    clock: Clock
    rendering: Rendering
    foot: Foot
    queues: Queues
    news: OrderNews = NEVER_LATE
    present: Present = field(default_factory=Present)


@dataclass(frozen=True, slots=True)
class SidebarScreen:
    """The sidebar beside one conversation, as one agent sees it."""

    stage: Stage = field(compare=False)
    shop: str
    agent: str
    conversation: int
    lang: str

    @property
    def topic(self) -> Topic:
        return self.shop, self.conversation

    def conversations(self) -> Iterable[int]:
        return (self.conversation,)

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> SidebarView | None:
        conversation, shop = store.conversations.head(tx, self.conversation), self.stage.library.known(self.shop)
        if conversation is None or shop is None:
            return None
        now, speed = self.stage.clock.now(), self.stage.clock.speed
        foot = self.stage.foot.of(tx, shop, self.agent, conversation.platform, now)
        # Thousands may open at once: one of them reads for all.
        if before is None and self.stage.queues.outdated(self.shop):
            self.stage.queues.keep(self.shop, queue.read(tx, self.shop))
        waiting = self.stage.queues.of(self.shop).of(self.agent, conversation.external, now, conversation.platform)
        delay, standing = self._delay(conversation.platform, now), notices.views(shop, self.agent, now)
        agent = AgentView(self.agent, foot, waiting, delay, standing)
        if isinstance(before, SidebarView):
            return sidebar.brought_up_to_date(tx, shop, conversation, now, before, agent, changed)
        return sidebar.view(tx, shop, conversation, now, agent, speed)

    def moved(self, view: object) -> bool:
        """Whether other notices stand than shown: they take replies back."""
        assert isinstance(view, SidebarView)
        shop = self.stage.library.known(self.shop)
        return shop is not None and notices.out_of_date(shop, view, self.agent, self.stage.clock.now())

    def beside(self, view: object) -> SidebarView:
        """Who waits elsewhere, the agent's figures, and how late orders come in: time alone makes some of them late."""
        assert isinstance(view, SidebarView)
        now, platform = self.stage.clock.now(), view.conversation.platform
        waiting = self.stage.queues.of(self.shop).of(self.agent, view.conversation.id, now, platform)
        delay = self._delay(platform, now)
        figures = self.stage.foot.kept((self.shop, self.agent, platform), view.today)
        if waiting == view.queue and delay == view.order_delay and figures == view.today:
            return view
        return replace(view, queue=waiting, order_delay=delay, today=figures)

    def _delay(self, platform: str, now: datetime) -> int:
        """How late orders come in, in whole minutes; 0: as they should."""
        late = self.stage.news.delay(self.shop, platform, now)
        return 0 if late is None else max(1, int(late.total_seconds() // 60))

    def render(self, view: object, before: object | None) -> Parts:
        assert isinstance(view, SidebarView)
        changed: tuple[str, ...] = PARTS
        if isinstance(before, SidebarView):
            changed = tuple(name for name, shown in SHOWN.items() if _differ(shown(view), shown(before)))
        return {name: self.stage.rendering.part(name, view, self.lang) for name in changed}


@dataclass(frozen=True, slots=True)
class ShopScreen:
    """What is shown of a whole shop: of no single conversation, and with nothing beside it."""

    stage: Stage = field(compare=False)
    shop: str

    @property
    def topic(self) -> Topic:
        return self.shop, NOWHERE

    def conversations(self) -> Iterable[int]:
        return ()

    def beside(self, view: object) -> object:
        return view


@dataclass(frozen=True, slots=True)
class WorkbenchScreen(ShopScreen):
    """The list of a shop's conversations and the open chat."""

    opened: int | None
    lang: str

    @property
    def topic(self) -> Topic:
        return self.shop, None

    def conversations(self) -> Iterable[int]:
        return () if self.opened is None else (self.opened,)

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> WorkbenchView | None:
        shop = self.stage.library.known(self.shop)
        opened = None if self.opened is None else store.conversations.get(tx, self.opened)
        return None if shop is None else workbench.view(tx, shop, opened, self.stage.clock.now())

    def moved(self, view: object) -> bool:
        """Whether time has made another row the most urgent."""
        rows = view.conversations if isinstance(view, WorkbenchView) else ()
        return workbench.by_urgency(rows, self.stage.clock.now()) != rows

    def render(self, view: object, before: object | None) -> Parts:
        rendering = self.stage.rendering
        return {DESK_PARTS[name]: rendering.desk_part(name, view, self.lang) for name in DESK_PARTS}


@dataclass(frozen=True, slots=True)
class LobbyScreen(ShopScreen):
    """A sidebar before a chat is chosen: what all agents are to know, and who waits."""

    agent: str
    lang: str

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> LobbyView | None:
        shop, now = self.stage.library.known(self.shop), self.stage.clock.now()
        # Thousands may open at once: one of them reads for all.
        if before is None and self.stage.queues.outdated(self.shop):
            self.stage.queues.keep(self.shop, queue.read(tx, self.shop))
        waiting = self.stage.queues.of(self.shop).of(self.agent, NOBODY_HERE, now)
        return None if shop is None else LobbyView(notices.views(shop, self.agent, now), waiting)

    def beside(self, view: object) -> LobbyView:
        assert isinstance(view, LobbyView)
        waiting = self.stage.queues.of(self.shop).of(self.agent, NOBODY_HERE, self.stage.clock.now())
        return view if waiting == view.queue else replace(view, queue=waiting)

    def moved(self, view: object) -> bool:
        shop, now = self.stage.library.known(self.shop), self.stage.clock.now()
        return shop is not None and isinstance(view, LobbyView) and notices.views(shop, self.agent, now) != view.notices

    def render(self, view: object, before: object | None) -> Parts:
        return {name: self.stage.rendering.part(name, view, self.lang) for name in ("notices", "queue")}


@dataclass(frozen=True, slots=True)
class NoticesScreen(ShopScreen):
    """The page on which notices are posted: what stands, and who has read it."""

    lang: str

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> NoticesView | None:
        shop = self.stage.library.known(self.shop)
        return None if shop is None else notices.page(tx, shop, self.stage.clock.now())

    def moved(self, view: object) -> bool:
        """Whether others stand, or others have read them, than those shown."""
        shop, now = self.stage.library.known(self.shop), self.stage.clock.now()
        return shop is not None and isinstance(view, NoticesView) and notices.shown_otherwise(shop, view, now)

    def render(self, view: object, before: object | None) -> Parts:
        return {"notices-list": self.stage.rendering.notices_list(view, self.lang)}


@dataclass(frozen=True, slots=True)
class BackTestScreen(ShopScreen):
    """The page that plays chats again: how far it is, and what came of it; another node may play it."""

    chosen: int | None
    lang: str

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> BackTestsView:
        clock, known = self.stage.clock, before if isinstance(before, BackTestsView) else None
        return back_test_runs.view(tx, self.shop, self.chosen, clock.now(), clock.speed, known)

    def moved(self, view: object) -> bool:
        """How far it is stands in the database only; it is asked once a second while somebody looks."""
        return True

    def render(self, view: object, before: object | None) -> Parts:
        return {} if view == before else self.stage.rendering.back_test(view, self.lang)
