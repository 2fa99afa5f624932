"""What the sidebar shows, as values: times are epoch seconds, amounts yuan as text. Filled by `sidebar.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConversationView:
    id: str
    platform: str
    state: str
    agent: str | None
    # Who else holds it, so that two do not answer the same buyer.
    colleague: str | None = None
    # Whether a click can send through the host's own interface.
    sends: bool = False


@dataclass(frozen=True, slots=True)
class SendingView:
    """What an agent sent through the host and is not delivered yet: `state` waiting, failed or unclear."""

    id: int
    text: str
    state: str
    failure: str
    key: str


@dataclass(frozen=True, slots=True)
class TagView:
    group: str
    tag: str
    name: str


@dataclass(frozen=True, slots=True)
class NoteView:
    id: int
    text: str
    author: str
    at: float


@dataclass(frozen=True, slots=True)
class BuyerView:
    id: str
    nickname: str
    tier: str
    purchases: str
    paid_orders: int
    spent: str
    phone: str | None
    place: str
    tags: tuple[TagView, ...]
    notes: tuple[NoteView, ...]
    older_notes: bool = False


@dataclass(frozen=True, slots=True)
class WaitingView:
    """Since when the buyer waits, and the platform's levels in seconds; how they pressed since then."""

    since: float
    notice: float
    warn: float
    late: float
    # The buyer has only said thanks: nobody need answer.
    thanks: bool = False
    urged: int = 0
    wants_person: bool = False

    @property
    def presses(self) -> bool:
        """Whether this buyer goes before others."""
        return self.urged > 0 or self.wants_person


@dataclass(frozen=True, slots=True)
class LackView:
    """What a text lacks: a variable's `name` (or `text`), the shop's own `label` of a handbook entry, why (`expired`,
    `coming`, …; empty: nobody knows its value) and the day that is about."""

    name: str
    label: str = ""
    reason: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpView:
    id: str
    touchpoint: str
    name: str
    state: str
    due_at: float
    text: str | None
    script: str
    missing: tuple[str, ...]
    offer_at: float | None = None
    lacks: tuple[LackView, ...] = ()
    # Of a promise: the words, and who said them; `mine` if it was who looks.
    promised: str | None = None
    promised_by: str | None = None
    mine: bool = False
    # The colleague it was taken over from; nothing for who gave it away.
    handed_by: str | None = None
    # Put off until its window opens.
    resting: bool = False
    # It waits for fresh news of orders.
    held: bool = False
    # The words of the notice that takes it back.
    withdrawn: str | None = None


@dataclass(frozen=True, slots=True)
class WithheldView:
    """A follow-up that the night kept back; from `again_at` on one may write."""

    id: str
    name: str
    at: float
    again_at: float


@dataclass(frozen=True, slots=True)
class SuggestionView:
    id: str
    situation: str
    name: str
    stage: str | None
    goal: str
    script: str
    text: str
    missing: tuple[str, ...]
    score: float
    why: str
    state: str
    lacks: tuple[LackView, ...] = ()
    # The words of the notice that takes it back.
    withdrawn: str | None = None


@dataclass(frozen=True, slots=True)
class RecordView:
    situation: str
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParcelView:
    """Where an order's parcel is, as told last; `text` and `at` are of the newest step."""

    carrier: str
    tracking_no: str
    text: str | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class RefundView:
    """How the refund of an order stands; `amount` is yuan, None where the platform named none."""

    state: str
    kind: str | None
    amount: str | None


@dataclass(frozen=True, slots=True)
class OrderView:
    id: str
    status: str
    amount: str
    title: str
    more: int
    quantity: int
    created_at: float
    deadline: float | None
    reminded: bool
    parcel: ParcelView | None = None
    refund: RefundView | None = None


@dataclass(frozen=True, slots=True)
class TagGroupView:
    group: str
    name: str
    many: bool
    tags: tuple[TagView, ...]


@dataclass(frozen=True, slots=True)
class TodayView:
    """The agent's own figures of today; None where there is nothing to divide by."""

    first_response_seconds: float | None = None
    within: int = 180
    within_rate: float | None = None
    follow_ups_due: int = 0
    follow_ups_on_time_rate: float | None = None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice that stands, as one agent sees it."""

    id: int
    text: str
    author: str
    posted_at: float
    ends_at: float
    read: bool


@dataclass(frozen=True, slots=True)
class CheckedView:
    """A check that found something in the agent's last message."""

    code: str
    name: str
    severity: str
    reason: str
    instead: str


@dataclass(frozen=True, slots=True)
class QueueView:
    """How many wait for the agent, how many of them too long, how many follow-ups are up; and where to go next:
    to whoever presses, else to who has waited longest."""

    waiting: int = 0
    late: int = 0
    due: int = 0
    first: str | None = None
    first_platform: str | None = None
    first_urged: int = 0
    first_wants_person: bool = False
    next_due: str | None = None
    next_due_platform: str | None = None
    # Open follow-ups taken over, from whom, and where the next of them is.
    handed: int = 0
    handed_by: tuple[str, ...] = ()
    next_handed: str | None = None
    next_handed_platform: str | None = None


NOBODY_WAITS = QueueView()


@dataclass(frozen=True, slots=True)
class AgentView:
    """What belongs to who looks rather than to the conversation; without `id` nobody in particular looks."""

    id: str = ""
    today: TodayView = TodayView()
    queue: QueueView = NOBODY_WAITS
    # How many minutes late news of orders come; 0: as they should.
    order_delay: int = 0
    notices: tuple[NoticeView, ...] = ()


NOBODY = AgentView()


@dataclass(frozen=True, slots=True)
class SidebarView:
    """All of it; times are epoch seconds, amounts yuan as text."""

    version: int
    now: float
    speed: float
    conversation: ConversationView
    buyer: BuyerView
    tag_groups: tuple[TagGroupView, ...]
    waiting: WaitingView | None
    follow_ups: tuple[FollowUpView, ...]
    suggestions: tuple[SuggestionView, ...]
    records: tuple[RecordView, ...]
    orders: tuple[OrderView, ...]
    today: TodayView
    queue: QueueView = NOBODY_WAITS
    withheld: tuple[WithheldView, ...] = ()
    # What Alt+0 inserts; empty if the shop has no such text.
    holding: str = ""
    order_delay: int = 0
    notices: tuple[NoticeView, ...] = ()
    checked: tuple[CheckedView, ...] = ()
    sendings: tuple[SendingView, ...] = ()
    older_orders: bool = False


@dataclass(frozen=True, slots=True)
class LobbyView:
    """What a sidebar shows before a chat is chosen."""

    notices: tuple[NoticeView, ...] = ()
    queue: QueueView = NOBODY_WAITS
