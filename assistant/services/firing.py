"""Fires a follow-up whose time has come: decides what becomes of it, and puts up its card. Not for claiming those that
are due (`desks.py`) nor for watching the clock (`timekeeper.py`)."""

from __future__ import annotations

from assistant import store
from assistant.domain.context import condition_values, template_values
from assistant.domain.follow_ups import Circumstances, reminds_of_payment, verdict
from assistant.domain.order_news import was_due
from assistant.domain.orders import can_be_paid
from assistant.domain.reminders import HOLDOUT, left_alone
from assistant.domain.replies import find_reply
from assistant.domain.scripts import Cap, Touchpoint
from assistant.domain.templates import render
from assistant.services import context, follow_ups, restating, series
from assistant.services.desk import Desk
from assistant.store.follow_ups import FollowUp, Sent

# Why a follow-up that made its own firing fail is not tried again.
DEFECT = "defect: it could not be carried out, the log says why"


def fire(desk: Desk, follow_up: FollowUp) -> None:
    """Decide about one claimed follow-up and carry it out."""
    touchpoint = desk.shop.scripts.touchpoint(follow_up.touchpoint)
    if touchpoint is None:
        return follow_ups.close(desk, follow_up, "withheld", "touchpoint: it is no longer in the table")
    time = series.meant(desk, touchpoint, follow_up, was_due(follow_up.reason, follow_up.due_at))
    found = verdict(touchpoint, time, _circumstances(desk, touchpoint, follow_up))
    restating.follow_up(desk, follow_up)
    if found.kind == "due" and _left_alone(desk, touchpoint, follow_up):
        follow_ups.close(desk, follow_up, "withheld", HOLDOUT)
    elif found.kind == "due":
        _show(desk, touchpoint, follow_up)
    elif found.kind == "later":
        assert found.until is not None
        told, follow_up.due_at, follow_up.reason = follow_up.reason, found.until, found.reason
        store.follow_ups.save(desk.tx, follow_up)
        if told != found.reason:
            follow_ups.note(desk, "follow_up.restarted", follow_up, reason=found.reason)
    else:
        follow_ups.close(desk, follow_up, found.kind, found.reason)


def _circumstances(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp) -> Circumstances:
    conversation = desk.latest_conversation(follow_up.buyer)
    orders = store.orders.all_seen(desk.tx, _orders(follow_up)) if reminds_of_payment(touchpoint) else []
    return Circumstances(
        now=desk.now,
        zone=desk.shop.timezone,
        buyer_spoke_at=conversation.buyer_at if conversation else None,
        sent_within_cap=_sent(desk, touchpoint, follow_up),
        audience_holds=context.audience_holds(desk, touchpoint, follow_up.buyer, _orders(follow_up)),
        chat_allowed=desk.shop.platforms.at(follow_up.platform, desk.now).chat_reminder,
        orders_late=desk.news.delay(desk.shop.id, follow_up.platform, desk.now) is not None,
        payable=not orders or any(can_be_paid(order, desk.now) for order in orders),
        consents=(desk.buyer_of(follow_up.buyer).consent or {}).get(touchpoint.channel) is True,
    )


def _sent(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp) -> int:
    """How often the buyer was really written to under this cap's key, about the same order or in the same conversation
    if the cap is per one of these."""
    cap = touchpoint.cap
    if cap is None:
        return 0
    sharing = {t.id for t in desk.shop.scripts.touchpoints if t.cap is not None and t.cap.key == cap.key}
    return sum(
        one.touchpoint in sharing and one.closed_at > desk.now - cap.within and _is_about_the_same(cap, one, follow_up)
        for one in store.follow_ups.sent(desk.tx, follow_up.buyer)
    )


def _is_about_the_same(cap: Cap, sent: Sent, follow_up: FollowUp) -> bool:
    if cap.per == "order":
        return not sent.anchors.keys().isdisjoint(follow_up.anchors)
    return cap.per == "buyer" or sent.conversation == follow_up.conversation


def _left_alone(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp) -> bool:
    """Whether the buyer is one of those who are not reminded, so that one can tell what reminding is worth."""
    if not touchpoint.holdout:
        return False
    sources = [order.source for order in store.orders.all_seen(desk.tx, _orders(follow_up))]
    return left_alone(touchpoint, desk.shop.id, desk.buyer_of(follow_up.buyer).external, sources)


def _orders(follow_up: FollowUp) -> list[int]:
    return [int(key) for key in follow_up.anchors if key]


def _show(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp) -> None:
    """Put the card up with its text as things stand now."""
    # Where it was begun may be months ago: it is shown where the buyer was last.
    if touchpoint.series and (latest := store.conversations.latest_of(desk.tx, follow_up.buyer)) is not None:
        follow_up.conversation = latest.id
    conversation = desk.conversation_of(follow_up.conversation) if follow_up.conversation else None
    orders = store.orders.all_seen(desk.tx, _orders(follow_up)) or None
    about = context.known(desk.tx, desk.shop, desk.now, desk.buyer_of(follow_up.buyer), conversation, orders)
    found = find_reply(desk.shop.scripts, touchpoint.reply, condition_values(about))
    if found is not None:
        rendered = render(found.reply.text, template_values(about))
        follow_up.script, follow_up.text, follow_up.missing = found.script, rendered.text, list(rendered.missing)
    if conversation is not None and conversation.agent != follow_up.handed_by:
        # Whoever holds the chat; but what was handed over does not go back because she wrote once more.
        follow_up.agent = conversation.agent or follow_up.agent
    follow_up.state, follow_up.shown_at, follow_up.reason = "due", desk.now, None
    store.follow_ups.save(desk.tx, follow_up)
    follow_ups.note(desk, "follow_up.due", follow_up)
