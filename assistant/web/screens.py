"""The two live screens: the sidebar of one conversation, and the workbench with its list."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from assistant import store
from assistant.bus.signals import Signal
from assistant.services import sidebar, workbench
from assistant.services.clocks import Clock
from assistant.services.scripts import Library
from assistant.services.sidebar import SidebarView, TodayView
from assistant.services.today import today
from assistant.services.workbench import WorkbenchView
from assistant.web.live import Parts
from assistant.web.rendering import DESK_PARTS, PARTS, Rendering

# An agent's figures of the day move slowly and cost the most to read.
TODAY_SECONDS = 10.0


class Foot:
    """Remembers agents' figures of today for some seconds."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], tuple[float, TodayView]] = {}

    def of(self, tx: store.Transaction, library: Library, clock: Clock, key: tuple[str, str, str]) -> TodayView:
        """`key`: shop, agent, platform."""
        until, kept = self._kept.get(key, (0.0, TodayView()))
        if time.monotonic() < until:
            return kept
        shop, agent, platform = key
        at = library.known(shop)
        found = today(tx, at, agent, platform, clock.now()) if at else TodayView()
        self._kept[key] = (time.monotonic() + TODAY_SECONDS, found)
        return found


@dataclass(frozen=True, slots=True)
class Stage:
    """What every screen needs to read and render."""

    library: Library
    clock: Clock
    rendering: Rendering
    foot: Foot


@dataclass(frozen=True, slots=True)
class SidebarScreen:
    """The sidebar beside one conversation, as one agent sees it."""

    stage: Stage
    shop: str
    agent: str
    conversation: int
    lang: str

    def concerns(self, signal: Signal) -> bool:
        return signal.conversation == self.conversation

    def conversations(self) -> Iterable[int]:
        return (self.conversation,)

    def read(self, tx: store.Transaction) -> SidebarView | None:
        conversation, shop = store.conversations.get(tx, self.conversation), self.stage.library.known(self.shop)
        if conversation is None or shop is None:
            return None
        foot = self.stage.foot.of(tx, self.stage.library, self.stage.clock, (self.shop, self.agent, conversation.platform))
        clock = self.stage.clock
        return sidebar.view(tx, shop, conversation, clock.now(), foot, clock.speed)

    def render(self, view: object) -> Parts:
        return {name: self.stage.rendering.part(name, view, self.lang) for name in PARTS}


@dataclass(frozen=True, slots=True)
class WorkbenchScreen:
    """The list of a shop's conversations and the open chat."""

    stage: Stage
    shop: str
    opened: int | None
    lang: str

    def concerns(self, signal: Signal) -> bool:
        return signal.shop == self.shop

    def conversations(self) -> Iterable[int]:
        return () if self.opened is None else (self.opened,)

    def read(self, tx: store.Transaction) -> WorkbenchView | None:
        shop = self.stage.library.known(self.shop)
        opened = None if self.opened is None else store.conversations.get(tx, self.opened)
        return None if shop is None else workbench.view(tx, shop, opened)

    def render(self, view: object) -> Parts:
        rendering = self.stage.rendering
        return {DESK_PARTS[name]: rendering.desk_part(name, view, self.lang) for name in DESK_PARTS}
