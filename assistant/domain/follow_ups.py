"""When a follow-up's clock starts, starts anew, stops, and what stands in the way when its time comes.

The touchpoint table says what; these rules say when. Not for storing or telling (`services/follow_ups.py`).
Sources: DOMAIN.md 0-2, §8.2, §8.11–8.14; CONTRACT.md "Follow-up states".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal

from assistant.domain.order_news import AGAIN, held
from assistant.domain.scripts import Touchpoint, Window

# Fired later than this after its time, a follow-up is no longer shown.
LATEST = timedelta(minutes=30)
# What comes every few days or months is no worse for some hours.
LATEST_OF_SERIES = timedelta(days=1)
# A buyer who wrote so recently is being talked with: quiet hours do not bind a chat card (§8.14).
TALKING = timedelta(minutes=30)
_WINDOW = "window:"
# Facts of one order of the buyer's.
OF_ORDERS = ("order.", "refund.", "shipment.", "review.")
_UNPAID = ("order.created", "order.unpaid", "order.deposit_paid", "order.balance_open")
_SERVICE = ("order.part_shipped", "order.shipped", "order.signed", "shipment.", "refund.")
# Quiet hours bind what nobody prompted (§8.14), written into the table or not.
DAYTIME = Window(from_="08:00", to="22:00")
STATES = ("armed", "due", "done", "dismissed", "snoozed", "cancelled", "withheld", "missed")
SNOOZES = (1, 24 * 60)


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact as touchpoints see it. `order` is the order it is about; `later` is until when the buyer put it off."""

    name: str
    at: datetime
    order: int | None = None
    conversation: int | None = None
    later: datetime | None = None


def about_orders(touchpoint: Touchpoint) -> bool:
    """Whether the clock belongs to an order rather than to a conversation."""
    return touchpoint.on.startswith(OF_ORDERS) and not touchpoint.series


def reminds_of_payment(touchpoint: Touchpoint) -> bool:
    """Whether the buyer would be asked for money she may have paid already."""
    return about_orders(touchpoint) and "order.paid" in touchpoint.until


def asks_for_payment(touchpoint: Touchpoint) -> bool:
    """Whether it is a payment reminder, which some platforms do not allow in the chat; news of a parcel are none."""
    return reminds_of_payment(touchpoint) or (about_orders(touchpoint) and touchpoint.on in _UNPAID)


def needs_consent(touchpoint: Touchpoint) -> bool:
    """Whether the buyer must have agreed. News of a parcel or a refund are service, not advertising (§8.7, §8.13)."""
    return touchpoint.channel in ("sms", "email") and not touchpoint.on.startswith(_SERVICE)


def asks_for(touchpoint: Touchpoint, script: object) -> bool:
    """Whether a message with this script (`situation/reply` or a quick reply's id) is what the follow-up asks for."""
    return bool(script) and touchpoint.reply in (script, *str(script).split("/"))


def concerns(touchpoint: Touchpoint, orders: Collection[str], conversation: int | None, fact: Happening) -> bool:
    """Whether a fact of the same buyer bears on this follow-up.

    Facts of orders, their parcels and refunds bear on follow-ups about that same order; one about a conversation heeds
    any order of its buyer. Facts of a conversation bear only on follow-ups of that conversation. What the buyer says or
    does elsewhere always counts.
    """
    if fact.name.startswith(OF_ORDERS):
        return not about_orders(touchpoint) or str(fact.order) in orders
    if fact.name.startswith("buyer.") or fact.conversation is None:
        return True
    return conversation is None or bool(touchpoint.series) or fact.conversation == conversation


def effect(touchpoint: Touchpoint, fact: Happening, anchored_at: datetime) -> Literal["cancel", "restart"] | None:
    """What a fact that concerns the follow-up does to it. What happened before the clock began does nothing, except
    that an order that is paid or closed needs no reminder whenever the news arrives."""
    settles = fact.name in touchpoint.until
    if settles and about_orders(touchpoint) and fact.name.startswith("order."):
        return "cancel"
    if fact.at < anchored_at:
        return None
    if settles:
        return "cancel"
    if touchpoint.keeps_promises or touchpoint.series:
        return None  # its time is what was said, or the calendar's
    return "restart" if fact.name in touchpoint.restart_on and fact.at > anchored_at else None


def due_at(touchpoint: Touchpoint, anchors: Mapping[str, datetime], deadline: datetime | None) -> datetime | None:
    """When the card is to come up: the earliest clock plus its time. None: there is no deadline to count back from."""
    if touchpoint.before_deadline is not None:
        return None if deadline is None else deadline - touchpoint.before_deadline
    return min(anchors.values()) + (touchpoint.after or timedelta())


# --- windows -------------------------------------------------------------------------------------------------------


def inside(window: Window, at: datetime, zone: tzinfo) -> bool:
    """Whether a moment lies in the window; `from` is in, `to` is out."""
    start, end, now = _minute(window.from_), _minute(window.to), at.astimezone(zone)
    minute = now.hour * 60 + now.minute
    return start <= minute < end if start < end else (minute >= start or minute < end)


def next_opening(window: Window, at: datetime, zone: tzinfo) -> datetime:
    """The first moment at or after `at` when the window opens."""
    local, opening = at.astimezone(zone), time.fromisoformat(window.from_)
    today = datetime.combine(local.date(), opening, zone)
    return today if today >= local else datetime.combine(local.date() + timedelta(days=1), opening, zone)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


# --- when the time has come ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known when a follow-up's time has come."""

    now: datetime
    zone: tzinfo
    buyer_spoke_at: datetime | None
    sent_within_cap: int
    audience_holds: bool
    chat_allowed: bool
    orders_late: bool = False  # whether news of orders come so late that the buyer may have paid
    payable: bool = True  # whether any of the orders can still be paid
    consents: bool = True  # whether the buyer agreed to be written to on this channel


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of it: shown now, put off to `until`, withheld or missed, with the reason in words."""

    kind: Literal["due", "later", "withheld", "missed"]
    reason: str = ""
    until: datetime | None = None


def verdict(touchpoint: Touchpoint, was_due_at: datetime, found: Circumstances) -> Verdict:
    """The decision at firing time."""
    if found.now - was_due_at > latest(touchpoint):
        return Verdict("missed", "more than a day late" if touchpoint.series else "more than 30 minutes late")
    if found.orders_late and reminds_of_payment(touchpoint):
        return Verdict("later", held(was_due_at), found.now + AGAIN)
    if not found.audience_holds:
        return Verdict("withheld", "audience: the buyer or the order no longer fits")
    if not found.chat_allowed and touchpoint.channel == "chat" and asks_for_payment(touchpoint):
        return Verdict("withheld", "platform: chat reminders are not possible here")
    if reminds_of_payment(touchpoint) and not found.payable:
        return Verdict("withheld", "deadline: the time to pay is over")
    if needs_consent(touchpoint) and not found.consents:
        return Verdict("withheld", f"consent: the buyer has not agreed to {touchpoint.channel}")
    if touchpoint.cap is not None and found.sent_within_cap >= touchpoint.cap.count:
        return Verdict("withheld", f"cap: {touchpoint.cap.key} was sent {found.sent_within_cap} times already")
    window = touchpoint.window or (None if touchpoint.keeps_promises else DAYTIME)
    if window is not None and not _may_come_up(touchpoint, window, found):
        return _outside(window, found)
    return Verdict("due")


def latest(touchpoint: Touchpoint) -> timedelta:
    """How late it may be shown."""
    return LATEST_OF_SERIES if touchpoint.series else LATEST


def _may_come_up(touchpoint: Touchpoint, window: Window, found: Circumstances) -> bool:
    talking = found.buyer_spoke_at is not None and found.now - found.buyer_spoke_at <= TALKING
    return inside(window, found.now, found.zone) or (touchpoint.channel == "chat" and talking)


def withheld_by_night(reason: str | None) -> bool:
    """Whether this reason of a verdict speaks of the window."""
    return (reason or "").startswith(_WINDOW)


def may_come_up_again(touchpoint: Touchpoint, withheld_at: datetime, zone: tzinfo) -> datetime | None:
    """When the window that kept a follow-up back opens; None where the table no longer has one."""
    return None if touchpoint.window is None else next_opening(touchpoint.window, withheld_at, zone)


def _outside(window: Window, found: Circumstances) -> Verdict:
    if window.outside == "drop":
        return Verdict("withheld", f"{_WINDOW} outside {window.from_}–{window.to}")
    return Verdict("later", "window", next_opening(window, found.now, found.zone))
