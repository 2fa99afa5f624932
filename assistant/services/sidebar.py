"""What the sidebar shows of one conversation, read in one go. Not for rendering it (`web/rendering.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from assistant import store
from assistant.domain import buyers as buyer_rules
from assistant.domain.follow_ups import may_come_up_again, withheld_by_night
from assistant.domain.order_news import is_held
from assistant.domain.orders import yuan_text
from assistant.domain.platform_changes import Profiles
from assistant.services import checks, handbook, host_sendings, notices, order_views
from assistant.services.desk import Shop
from assistant.services.sidebar_view import (
    NOBODY,
    AgentView,
    BuyerView,
    ConversationView,
    FollowUpView,
    NoteView,
    RecordView,
    SidebarView,
    SuggestionView,
    TagGroupView,
    TagView,
    WaitingView,
    WithheldView,
)
from assistant.store.buyers import Buyer
from assistant.store.conversations import Conversation
from assistant.store.follow_ups import FollowUp

# How long the agent is asked to record what the buyer could not have.
ASKED_FOR = timedelta(hours=2)
# How long the agent is told that the night kept something back.
TOLD_FOR = timedelta(hours=24)
AHEAD = timedelta(hours=24)
TAG_GROUPS = tuple(
    TagGroupView(g.group, g.name, g.many, tuple(TagView(g.group, tag, name) for tag, name in g.tags))
    for g in (*buyer_rules.TAG_GROUPS, buyer_rules.FREE)
)


def view(
    tx: store.Transaction,
    shop: Shop,
    conversation: Conversation,
    now: datetime,
    agent: AgentView = NOBODY,
    speed: float = 1.0,
) -> SidebarView:
    """Everything the sidebar shows of a conversation at this moment."""
    buyer = store.buyers.get(tx, conversation.buyer)
    assert buyer is not None
    return SidebarView(
        version=conversation.version,
        now=now.timestamp(),
        speed=speed,
        conversation=_conversation(tx, conversation, agent),
        buyer=_buyer(tx, buyer),
        tag_groups=TAG_GROUPS,
        waiting=waiting(conversation, shop.platforms),
        follow_ups=_follow_ups(tx, shop, conversation, now, agent),
        withheld=_withheld(tx, shop, conversation, now),
        holding=_holding(shop, now),
        suggestions=_suggestions(tx, shop, conversation, now),
        records=_records(tx, shop, conversation, now),
        **_orders(tx, shop, buyer, now),
        today=agent.today,
        queue=agent.queue,
        order_delay=agent.order_delay,
        notices=agent.notices,
        checked=checks.said(shop, conversation),
        sendings=host_sendings.views(tx, conversation),
    )


def brought_up_to_date(
    tx: store.Transaction,
    shop: Shop,
    conversation: Conversation,
    now: datetime,
    before: SidebarView,
    agent: AgentView,
    changed: AbstractSet[str],
) -> SidebarView:
    """The view of before with what may have changed since read anew: `changed` names nouns (`bus/signals.py`)."""
    fresh: dict[str, Any] = {}
    # Notices and the handbook's days take replies back and bring them again, whatever the signal spoke of.
    if agent.notices != before.notices or handbook.another_day(shop, before.now, now):
        changed = changed | {"follow_ups", "suggestions"}
    if changed & {"buyer", "orders", "follow_ups"}:
        fresh |= _buyer_and_orders(tx, shop, conversation, now)
    if "follow_ups" in changed:
        fresh["follow_ups"] = _follow_ups(tx, shop, conversation, now, agent)
        fresh["withheld"] = _withheld(tx, shop, conversation, now)
    elif before.withheld:
        fresh["withheld"] = tuple(row for row in before.withheld if not _spoken_since(conversation, row.at))
    if changed & {"buyer", "suggestions"}:
        fresh["suggestions"] = shown = _suggestions(tx, shop, conversation, now)
        if before.records or _ask_for_records(shop, (*before.suggestions, *shown)):
            fresh["records"] = _records(tx, shop, conversation, now)
    return replace(
        before,
        version=conversation.version,
        now=now.timestamp(),
        conversation=_conversation(tx, conversation, agent),
        waiting=waiting(conversation, shop.platforms),
        holding=_holding(shop, now),
        today=agent.today,
        queue=agent.queue,
        order_delay=agent.order_delay,
        notices=agent.notices,
        checked=checks.said(shop, conversation),
        sendings=host_sendings.views(tx, conversation),
        **fresh,
    )


def _buyer_and_orders(tx: store.Transaction, shop: Shop, conversation: Conversation, now: datetime) -> dict[str, Any]:
    buyer = store.buyers.get(tx, conversation.buyer)
    assert buyer is not None
    return {"buyer": _buyer(tx, buyer), **_orders(tx, shop, buyer, now)}


def _orders(tx: store.Transaction, shop: Shop, buyer: Buyer, now: datetime) -> dict[str, Any]:
    shown, older = order_views.of_buyer(tx, shop, buyer, now)
    return {"orders": shown, "older_orders": older}


def _conversation(tx: store.Transaction, conversation: Conversation, viewer: AgentView) -> ConversationView:
    holder = conversation.agent
    colleague = None
    if holder and viewer.id and holder != viewer.id and conversation.state != "closed":
        colleague = _name(tx, conversation.shop, holder)
    at, sends = conversation, host_sendings.possible(tx, conversation)
    return ConversationView(at.external, at.platform, at.state, holder, colleague, sends)


def _name(tx: store.Transaction, shop: str, agent: str) -> str:
    # Agents that a platform names need not be people we know, and another shop's people are nobody here.
    person = store.users.of_shop(tx, shop, agent)
    return (person.name if person else "") or agent


def waiting(conversation: Conversation, profiles: Profiles) -> WaitingView | None:
    """The waiting clock, while an answer is owed."""
    if conversation.waiting_since is None:
        return None
    alarm = profiles.at(conversation.platform, conversation.waiting_since).alarm
    return WaitingView(
        conversation.waiting_since.timestamp(),
        alarm.notice,
        alarm.warn,
        alarm.late,
        urged=conversation.urged,
        wants_person=conversation.wants_person,
        thanks=conversation.thanks,
    )


def _buyer(tx: store.Transaction, buyer: Buyer) -> BuyerView:
    notes, most = store.notes.of(tx, buyer.id), store.notes.SHOWN
    return BuyerView(
        id=buyer.external,
        nickname=buyer.nickname or buyer.external,
        tier=buyer.tier,
        purchases=buyer_rules.purchases(buyer.paid_orders),
        paid_orders=buyer.paid_orders,
        spent=yuan_text(buyer.spent),
        phone=buyer_rules.masked_phone(buyer.phone),
        place=" ".join(dict.fromkeys(filter(None, (buyer.province, buyer.city)))),
        tags=tuple(_tag(tag) for tag in store.tags.of(tx, buyer.id)),
        notes=tuple(NoteView(n.id, n.text, n.author, n.at.timestamp()) for n in notes[:most]),
        older_notes=len(notes) > most,
    )


def _tag(tag: store.tags.Tag) -> TagView:
    group = buyer_rules.tag_group(tag.group)
    return TagView(tag.group, tag.tag, group.name_of(tag.tag) if group else tag.tag)


def _follow_ups(
    tx: store.Transaction, shop: Shop, conversation: Conversation, now: datetime, viewer: AgentView
) -> tuple[FollowUpView, ...]:
    """The buyer's running and due follow-ups: those of other conversations are shown where the buyer is now, and those
    that recur on their day only."""
    active = store.follow_ups.active_of(tx, conversation.buyer)
    return tuple(_follow_up(shop, row, now, viewer) for row in active if not _far(shop, row, now))


def _far(shop: Shop, row: FollowUp, now: datetime) -> bool:
    touchpoint = shop.scripts.touchpoint(row.touchpoint)
    return touchpoint is not None and touchpoint.series is not None and row.due_at - now > AHEAD


def _follow_up(shop: Shop, row: FollowUp, now: datetime, viewer: AgentView) -> FollowUpView:
    touchpoint = shop.scripts.touchpoint(row.touchpoint)
    offered = row.offer_at if row.offer_at is not None and row.offer_at > now else None
    missing = handbook.missing_now(shop, row.script or "", row.missing, now)
    return FollowUpView(
        id=str(row.id),
        touchpoint=row.touchpoint,
        name=touchpoint.name if touchpoint else row.touchpoint,
        state=row.state,
        due_at=row.due_at.timestamp(),
        text=row.text,
        script=row.script or "",
        missing=missing,
        offer_at=offered.timestamp() if offered else None,
        lacks=handbook.lacks(shop, missing),
        promised=row.promised,
        promised_by=row.promised_by,
        mine=bool(viewer.id) and row.promised_by == viewer.id,
        handed_by=row.handed_by if row.handed_by != viewer.id else None,
        resting=row.state == "armed" and row.reason == "window",
        held=row.state == "armed" and is_held(row.reason),
        withdrawn=notices.words_against(shop, row.script or "", now),
    )


def _withheld(tx: store.Transaction, shop: Shop, conversation: Conversation, now: datetime) -> tuple[WithheldView, ...]:
    """What the night kept back since yesterday, until somebody speaks again."""
    found = []
    for row in store.follow_ups.withheld_since(tx, conversation.buyer, now - TOLD_FOR):
        touchpoint = shop.scripts.touchpoint(row.touchpoint)
        if touchpoint is None or row.closed_at is None or not withheld_by_night(row.reason):
            continue
        again = may_come_up_again(touchpoint, row.closed_at, shop.timezone)
        if again is not None and not _spoken_since(conversation, row.closed_at.timestamp()):
            found.append(WithheldView(str(row.id), touchpoint.name, row.closed_at.timestamp(), again.timestamp()))
    return tuple(found)


def _spoken_since(conversation: Conversation, at: float) -> bool:
    return conversation.last_at is not None and conversation.last_at.timestamp() > at


def _holding(shop: Shop, now: datetime) -> str:
    reply = shop.scripts.holding
    return reply.text if reply and not shop.notices.against_quick_reply(reply, now) else ""


def _suggestions(
    tx: store.Transaction, shop: Shop, conversation: Conversation, now: datetime
) -> tuple[SuggestionView, ...]:
    found = []
    for card in store.suggestions.open_in(tx, conversation.id):
        situation = shop.scripts.situation(card.situation)
        if situation is not None and card.state != "dismissed":
            missing = handbook.missing_now(shop, card.script, card.missing, now)
            found.append(
                SuggestionView(
                    str(card.id),
                    card.situation,
                    situation.name,
                    situation.stage,
                    situation.goal,
                    card.script,
                    card.text,
                    missing,
                    round(card.score, 4),
                    card.why,
                    card.state,
                    handbook.lacks(shop, missing),
                    notices.words_against(shop, card.script, now),
                )
            )
    return tuple(found[:3])


def _records(tx: store.Transaction, shop: Shop, conversation: Conversation, now: datetime) -> tuple[RecordView, ...]:
    """What the agent is asked to write down: from the card's coming until it is written, put away or out of date."""
    asked = []
    for row in shop.scripts.recording.values():
        card = store.suggestions.latest(tx, conversation.id, row.id)
        if card is None or card.state not in ("shown", "inserted", "sent", "passed") or card.shown_at is None:
            continue
        written = any(
            note.at >= card.shown_at and (note.record or {}).get("situation") == row.id
            for note in store.notes.of(tx, conversation.buyer)
        )
        if not written and now - card.shown_at <= ASKED_FOR:
            asked.append(RecordView(row.id, row.name, row.record))
    return tuple(asked)


def _ask_for_records(shop: Shop, cards: Iterable[SuggestionView]) -> bool:
    return any(card.situation in shop.scripts.recording for card in cards)
