"""A shop to try things in: a real database, tiny tables, a clock that only moves when told to.

Not for the shipped tables: those are proven in `tests/domain` and in replays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import count
from typing import Any, TypeVar

from assistant import store
from assistant.domain.durations import parse_duration
from assistant.domain.scripts import Scripts
from assistant.services import follow_ups, suggestions
from assistant.services.clocks import Clock
from assistant.services.desk import Desk
from assistant.services.desks import Desks, next_timer
from assistant.services.intake import Receipt, read, receive, whom
from assistant.services.scripts import Library
from assistant.store.buyers import Buyer
from assistant.store.conversations import Conversation
from assistant.store.follow_ups import FollowUp
from assistant.store.kpi import ListedFollowUp, follow_up_list
from assistant.store.orders import Order
from assistant.store.suggestions import Suggestion

T = TypeVar("T")
ZONE = "+08:00"
ASKS = "亲，您平时喜欢宽松的还是修身的呀？"
TELLS = "亲，现在全场满两件打9折哦"
REFUSES = "太贵了，不要了"
POSTPONES = "我再看看吧"
REMINDS = "亲，看到您的订单还没付款，是付款时遇到什么问题了吗？跟我说一声，我陪您一起解决"
OFFERS = "亲，单件价格我这边改不了，两件一起拍会更划算哦"
HOLDS = "收到，我核实下，2分钟内回您"
MORE_TIME = "亲，让您久等了，这边还在核实，再给我5分钟，有结果马上回您"
DESCRIBES = "亲，这款是{{ item.title }}，面料是纯棉的哦"

TABLES = Scripts.model_validate(
    {
        "situations": [
            {
                "id": "asked-again",
                "name": "无应答",
                "goal": "换个问法",
                "replies": [{"id": "easier", "text": "亲，您先说说尺码？"}],
            },
            {
                "id": "explain",
                "name": "未下单",
                "goal": "说清活动",
                "replies": [{"id": "offer", "text": "亲，活动哪里不清楚呢？"}],
            },
            {
                "id": "price",
                "name": "觉得贵",
                "goal": "推活动",
                "phrases": ["能便宜点嘛", "可以再优惠些吗", "打个折吧", "有点小贵", "最低什么价"],
                "replies": [{"id": "bundle", "text": OFFERS, "tells": "promotion"}],
            },
            {
                "id": "fabric",
                "name": "问面料",
                "goal": "说面料",
                "phrases": ["是什么面料的", "什么材质", "是纯棉的吗", "面料成分是什么", "里面是什么料子"],
                "replies": [{"id": "describe", "text": DESCRIBES}],
            },
            {
                "id": "unpaid",
                "name": "未付款",
                "goal": "问困难",
                "phrases": ["付不了款怎么办", "支付页面打不开"],
                "when": {"order.state": "unpaid"},
                "replies": [{"id": "remind", "text": REMINDS}],
            },
            {
                "id": "promised",
                "name": "承诺的时间到了",
                "goal": "给答复",
                "replies": [{"id": "more-time", "text": MORE_TIME}],
            },
        ],
        "small_talk": ["你好", "在吗", "谢谢", "好的"],
        "touchpoints": [
            {
                "id": "no-answer", "name": "无应答", "on": "agent.asked", "after": "5m", "reply": "asked-again",
                "until": ["buyer.spoke", "order.created", "conversation.closed"],
                "window": {"from": "08:00", "to": "22:00", "outside": "drop"},
            },
            {
                "id": "told", "name": "未下单", "on": "agent.told", "after": "15m", "reply": "explain",
                "restart_on": ["buyer.spoke"], "until": ["order.created", "buyer.objected"],
                "window": {"from": "08:00", "to": "22:00", "outside": "drop"},
            },
            {
                "id": "unpaid", "name": "未付款", "on": "order.unpaid", "after": "15m", "reply": "unpaid",
                "audience": {"order.presale": False, "order.cod": False},
                "restart_on": ["buyer.spoke"], "until": ["order.paid", "order.closed", "buyer.objected"],
                "window": {"from": "08:00", "to": "22:00", "outside": "next_window"},
                "cap": {"per": "buyer", "count": 2, "within": "24h", "key": "payment"}, "merge": "buyer",
            },
            {"id": "promise", "name": "承诺回复", "on": "agent.promised", "reply": "promised"},
        ],
    }
)  # fmt: skip


def moment(clock: str, day: int = 11) -> datetime:
    """A moment of November 2026 in Shanghai."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}{ZONE}")


def clock(at: datetime | None) -> str:
    """The time of day in Shanghai."""
    assert at is not None
    return at.astimezone(timezone(timedelta(hours=8))).strftime("%H:%M:%S")


class Shop:
    """One shop; what is said is said by buyer b1 and agent a1 in conversation c1 unless told otherwise."""

    def __init__(
        self, url: str, tables: Scripts = TABLES, *, id: str = "default", closed: Callable[[], None] | None = None
    ) -> None:
        self.id = id
        self.url = url
        self._closed = closed
        self.desks = Desks(store.open_store(url), Library(tables))
        self.now = moment("10:00:00")
        self._number = count(1)

    def close(self) -> None:
        """Close its database and say so, once."""
        self.desks.store.close()
        if self._closed is not None:
            self._closed()
            self._closed = None

    # --- what happens

    def buyer_says(self, text: str = "嗯", at: str | None = None, **more: Any) -> None:
        self.hears(at, type="message", side="buyer", text=text, **more)

    def agent_says(self, text: str = "在的，亲", at: str | None = None, *, by: str = "a1", **more: Any) -> None:
        self.hears(at, type="message", side="agent", text=text, agent=by, **more)

    def order(self, id: str = "o1", status: str = "unpaid", at: str | None = None, **more: Any) -> None:
        self.hears(at, type="order", order=id, status=status, **{"amount": "59.00", **more})

    def closes(self, chat: str = "c1", at: str | None = None) -> None:
        self.hears(at, type="conversation", conversation=chat, state="closed")

    def event(self, at: str | None, **fields: Any) -> dict[str, Any]:
        """An event as a platform sends it."""
        when = moment(at) if at is not None else self.now
        chat = {"conversation": "c1"} if fields["type"] == "message" else {}
        whose = {} if fields["type"] in ("item", "promotion", "rating") else {"buyer": "b1"}
        return {"id": f"e{next(self._number)}", "at": when.isoformat(), "platform": "taobao", **chat, **whose, **fields}

    def hears(self, at: str | None = None, **fields: Any) -> Receipt:
        """One event; the clock moves on to it first, unless it comes late."""
        event = self.event(at, **fields)
        self._run_up_to(datetime.fromisoformat(event["at"]), inclusive=False)
        return self.receives(event)

    def receives(self, *found: dict[str, Any]) -> Receipt:
        """Several events in one request."""
        told = read(found, None, self.id)
        return self.desks.write_now(self.id, self.now, lambda desk: receive(desk, told), whom(told))

    def works(self, work: Callable[[Desk], T]) -> T:
        return self.desks.write_now(self.id, self.now, work)

    # --- time

    def passes(self, duration: str) -> None:
        """Time goes by; timers fire at their own time, those of the last moment too."""
        self._run_up_to(self.now + parse_duration(duration), inclusive=True)

    def passes_until(self, clock: str, day: int = 11) -> None:
        self._run_up_to(moment(clock, day), inclusive=True)

    def is_down_for(self, duration: str) -> None:
        """Time goes by and nobody fires timers; they fire once at the end."""
        self.now += parse_duration(duration)
        self.fire()

    def fire(self) -> int:
        return self.desks.store.write_now(lambda tx: self.desks.fire_in(tx, self.now))

    def _run_up_to(self, end: datetime, *, inclusive: bool) -> None:
        while (due := self.read(next_timer)) is not None and (due < end or (inclusive and due == end)):
            self.now = max(self.now, due)
            self.fire()
        self.now = max(self.now, end)

    # --- what people do

    def act(self, follow_up: ListedFollowUp, action: str, **more: Any) -> None:
        self.works(partial(follow_ups.act, id=follow_up.id, action=action, agent="a1", **more))

    def act_on_card(self, card: Suggestion, action: str) -> None:
        self.works(partial(suggestions.act, id=card.id, action=action, agent="a1"))

    # --- what stands

    def read(self, work: Callable[[store.Transaction], T]) -> T:
        return self.desks.store.read_now(work)

    def follow_ups(self, touchpoint: str | None = None) -> list[ListedFollowUp]:
        """Every follow-up in the order of making, of one touchpoint if named."""
        listed = sorted(self.read(lambda tx: follow_up_list(tx, self.id)), key=lambda row: row.id)
        return [row for row in listed if touchpoint in (None, row.touchpoint)]

    def only(self, touchpoint: str | None = None) -> ListedFollowUp:
        (found,) = self.follow_ups(touchpoint)
        return found

    def active(self, buyer: str = "b1") -> list[FollowUp]:
        return self.read(lambda tx: store.follow_ups.active_of(tx, self.buyer(buyer).id))

    def facts(self, prefix: str = "") -> list[store.facts.Stored]:
        start, end = moment("00:00:00", 1), moment("00:00:00", 30)
        found = self.read(lambda tx: store.facts.between(tx, self.id, start, end))
        return [fact for fact in found if fact.name.startswith(prefix)]

    def names(self, prefix: str = "") -> list[str]:
        return [fact.name for fact in self.facts(prefix)]

    def cards(self, chat: str = "c1") -> list[Suggestion]:
        """The open cards, dismissed ones too, best first."""
        return self.read(lambda tx: store.suggestions.open_in(tx, self.conversation(chat).id))

    def conversation(self, external: str = "c1", platform: str = "taobao") -> Conversation:
        found = self.read(lambda tx: store.conversations.find(tx, self.id, platform, external))
        assert found is not None
        return found

    def buyer(self, external: str = "b1", platform: str = "taobao") -> Buyer:
        found = self.read(lambda tx: store.buyers.find(tx, self.id, platform, external))
        assert found is not None
        return found

    def stored_order(self, external: str = "o1", platform: str = "taobao") -> Order:
        found = self.read(lambda tx: store.orders.find(tx, self.id, platform, external))
        assert found is not None
        return found


class Stopped(Clock):
    """The shop's own time."""

    speed = 1.0

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def now(self) -> datetime:
        return self._shop.now
