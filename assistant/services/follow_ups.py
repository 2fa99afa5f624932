"""Arms, moves, stops and completes follow-ups as the touchpoint table says. Not for firing them (`firing.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.facts import Fact
from assistant.domain.follow_ups import OF_ORDERS, SNOOZES, Happening, about_orders, asks_for, concerns, due_at, effect
from assistant.domain.order_news import is_held
from assistant.domain.orders import deadline_of
from assistant.domain.scripts import Touchpoint
from assistant.services import context, restating, series
from assistant.services.desk import Desk
from assistant.store.columns import to_microseconds
from assistant.store.follow_ups import FollowUp

# The anchor of a follow-up that is about no order.
WHOLE = ""


def heed(desk: Desk, facts: Sequence[Fact]) -> None:
    """Let the facts of one event bear on their buyers' follow-ups: first what stops them, then what starts them."""
    for buyer in dict.fromkeys(fact.buyer for fact in facts if fact.buyer is not None):
        mine = [fact for fact in facts if fact.buyer == buyer]
        if any(fact.name in desk.shop.scripts.watched for fact in mine):
            _bear(desk, desk.follow_ups(buyer), mine)
        for fact in mine:
            for touchpoint in desk.shop.scripts.started_by(fact.name):
                if not asks_for(touchpoint, fact.data.get("script")):  # never its own clock
                    begin(desk, touchpoint, fact)


def _happening(fact: Fact) -> Happening:
    later = fact.data.get("postponed_to")
    return Happening(
        fact.name, fact.at, fact.order, fact.conversation, datetime.fromisoformat(str(later)) if later else None
    )


def _reminds(desk: Desk, fact: Fact) -> bool:
    """Whether the agent asked or told by the words of some follow-up: a buyer who stays silent is not reminded by one
    for not having answered another, by turns and without end."""
    if fact.name not in ("agent.asked", "agent.told"):
        return False
    script, rows = fact.data.get("script"), desk.shop.scripts.touchpoints
    return any(asks_for(row, script) for row in rows if not row.keeps_promises)


# --- stopping and restarting ---------------------------------------------------------------------------------------


def _bear(desk: Desk, standing: Sequence[FollowUp], facts: Sequence[Fact]) -> None:
    happenings = [_happening(fact) for fact in facts] if standing else []  # most buyers wait for nothing
    for follow_up in standing:
        touchpoint = desk.shop.scripts.touchpoint(follow_up.touchpoint)
        if touchpoint is not None:
            _apply(desk, touchpoint, follow_up, happenings)


def _apply(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp, happenings: Iterable[Happening]) -> None:
    """Cancelling goes before restarting, whichever is found first: a buyer who objects has also spoken."""
    restart: Happening | None = None
    for happening in happenings:
        if not concerns(touchpoint, follow_up.anchors, follow_up.conversation, happening):
            continue
        # Measured from the first start, not from a restart: news of an order often comes after the buyer's next words.
        does = effect(touchpoint, happening, follow_up.began)
        if does == "cancel" and not _drop(desk, touchpoint, follow_up, happening):
            return
        if does == "restart":
            restart = max(restart or happening, happening, key=lambda one: one.at)
    if restart is not None and follow_up.state == "armed" and restart.at > follow_up.armed_at:
        follow_up.offer_at = restart.later
        _restart(desk, touchpoint, follow_up, restart.at)


def _drop(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp, happening: Happening) -> bool:
    """Cancel, or go on with those orders of a merged follow-up that are not meant: then True."""
    left = {key: at for key, at in follow_up.anchors.items() if not _meant(touchpoint, key, at, happening)}
    if not left:
        close(desk, follow_up, "cancelled", happening.name, at=happening.at)
        return False
    follow_up.anchors, follow_up.order = left, int(next(iter(left)))
    follow_up.armed_at = max(follow_up.armed_at, follow_up.began)
    if follow_up.state == "armed":
        _move(desk, touchpoint, follow_up)
    store.follow_ups.save(desk.tx, follow_up)
    return True


def _meant(touchpoint: Touchpoint, key: str, anchor: int, happening: Happening) -> bool:
    """Whether what settles a follow-up settles this order of it: the order named, or all there were by then."""
    if not about_orders(touchpoint):
        return True
    if happening.name.startswith(OF_ORDERS):
        return key == str(happening.order)
    return anchor <= to_microseconds(happening.at)


def _restart(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp, at: datetime) -> None:
    follow_up.armed_at = at
    _move(desk, touchpoint, follow_up)
    store.follow_ups.save(desk.tx, follow_up)
    note(desk, "follow_up.restarted", follow_up, at=at)


def _move(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp) -> None:
    """To where the clock now says. What an agent or the night has put off is not brought back before its time."""
    moment = due_at(touchpoint, {WHOLE: follow_up.armed_at}, None)
    if moment is None:
        return
    put_off = follow_up.reason == "snoozed" or (follow_up.reason == "window" and moment <= desk.now)
    follow_up.due_at = max(moment, follow_up.due_at) if put_off else moment
    if is_held(follow_up.reason):
        follow_up.reason = None


# --- starting ------------------------------------------------------------------------------------------------------


def begin(desk: Desk, touchpoint: Touchpoint, fact: Fact) -> None:
    """A fact starts a touchpoint's clock or bears on one that runs, given what has happened since."""
    assert fact.buyer is not None
    if not context.audience_holds(desk, touchpoint, fact.buyer, [fact.order] if fact.order is not None else []):
        return
    own = str(fact.order) if about_orders(touchpoint) and fact.order is not None else WHOLE
    standing = _standing(desk, touchpoint, fact, own)
    if standing is None:
        if not _reminds(desk, fact):
            _start(desk, touchpoint, fact, own)
    elif touchpoint.series:
        return  # it goes on as it began
    elif own not in standing.anchors:
        _merge(desk, touchpoint, standing, fact, own)
    elif to_microseconds(fact.at) > standing.anchors[own]:
        _again(desk, touchpoint, standing, fact, own)


def _again(desk: Desk, touchpoint: Touchpoint, standing: FollowUp, fact: Fact, own: str) -> None:
    """Asked, told or ordered once more: the clock starts anew; a card that is up was carried out in other words."""
    if standing.state == "due":
        return close(desk, standing, "done", fact.name, at=fact.at)
    standing.anchors = {**standing.anchors, own: to_microseconds(fact.at)}
    _restart(desk, touchpoint, standing, max(fact.at, standing.armed_at))


def _standing(desk: Desk, touchpoint: Touchpoint, fact: Fact, own: str) -> FollowUp | None:
    """The active follow-up this fact belongs to: of the same conversation, order, or (merged) buyer."""
    assert fact.buyer is not None
    for follow_up in desk.follow_ups(fact.buyer):
        if follow_up.touchpoint != touchpoint.id:
            continue
        merged = bool(touchpoint.series) or (touchpoint.merge == "buyer" and follow_up.state == "armed")
        if (own in follow_up.anchors and (own != WHOLE or follow_up.conversation == fact.conversation)) or merged:
            return follow_up
    return None


def _merge(desk: Desk, touchpoint: Touchpoint, standing: FollowUp, fact: Fact, own: str) -> None:
    """A further order of the same buyer joins the follow-up; the earliest clock governs."""
    clock = _clock(desk, touchpoint, fact)
    if clock is None:
        return
    standing.anchors = {**standing.anchors, own: to_microseconds(fact.at)}
    if clock < standing.armed_at:
        standing.armed_at = clock
        _move(desk, touchpoint, standing)
    store.follow_ups.save(desk.tx, standing)


def _start(desk: Desk, touchpoint: Touchpoint, fact: Fact, own: str) -> None:
    assert fact.buyer is not None
    clock = _clock(desk, touchpoint, fact)
    if clock is None:
        return
    conversation = (
        desk.conversation_of(fact.conversation) if fact.conversation else desk.latest_conversation(fact.buyer)
    )
    order = store.orders.get(desk.tx, fact.order) if fact.order is not None else None
    if touchpoint.series:
        moment, order = series.first(desk, touchpoint, clock), None
    else:
        moment = due_at(touchpoint, {own: clock}, deadline_of(order) if order else None)
    if moment is None:
        return
    follow_up = FollowUp(
        0, desk.shop.id, fact.platform or "other", touchpoint.id, conversation.id if conversation else None, fact.buyer,
        order.id if order else None, fact.agent or (conversation.agent if conversation else None),
        {own: to_microseconds(fact.at)}, clock, moment,
    )  # fmt: skip
    desk.add_follow_up(follow_up)
    # A series may be begun by what happened long ago: no day that is over gets another figure by it.
    note(desk, "follow_up.armed", follow_up, at=desk.now if touchpoint.series else fact.at)
    if clock > fact.at:
        note(desk, "follow_up.restarted", follow_up, at=clock)


def _clock(desk: Desk, touchpoint: Touchpoint, fact: Fact) -> datetime | None:
    """When the clock begins, given what has happened since: news arrives late. None: it was settled already."""
    clock, orders = fact.at, {str(fact.order)}
    for happening in _since(desk, fact):
        if not concerns(touchpoint, orders, fact.conversation, happening):
            continue
        does = effect(touchpoint, happening, clock)
        if does == "cancel":
            return None
        clock = happening.at if does == "restart" else clock
    return clock


def _since(desk: Desk, fact: Fact) -> list[Happening]:
    """What happened to the buyer after a fact, oldest first: facts of this request are not stored yet."""
    assert fact.buyer is not None
    found = [Happening(*row) for row in store.facts.of_buyer_since(desk.tx, fact.buyer, fact.at)]
    found += [_happening(one) for one in desk.facts if one.buyer == fact.buyer and one.at > fact.at]
    return sorted(found, key=lambda happening: happening.at)


# --- what becomes of them ------------------------------------------------------------------------------------------


def complete(desk: Desk, fact: Fact) -> None:
    """A message of a human agent carried out the follow-ups whose reply it is."""
    if fact.data.get("origin") != "human" or fact.buyer is None or not fact.data.get("script"):
        return
    for follow_up in desk.follow_ups(fact.buyer):
        touchpoint = desk.shop.scripts.touchpoint(follow_up.touchpoint)
        if touchpoint is None or touchpoint.keeps_promises:
            continue  # whether the words keep a promise is for `promises.py` to say
        # Of a series each occurrence is carried out by words of its own.
        since = follow_up.armed_at if touchpoint.series else follow_up.began
        if asks_for(touchpoint, fact.data.get("script")) and fact.at >= since:
            close(desk, follow_up, "done", "sent", at=fact.at)


def act(desk: Desk, id: int, action: str, *, agent: str, minutes: int = 10, reason: str = "") -> None:
    """What a person did with a follow-up: done | dismiss | snooze (up to a day) | postpone (as the buyer named)."""
    found = store.follow_ups.get(desk.tx, desk.shop.id, id)
    follow_up = desk.adopt(found) if found is not None else None
    if follow_up is None:
        raise NotFound(f"there is no follow-up {id} in this shop")
    if action not in ("done", "dismiss", "snooze", "postpone"):
        raise InvalidInput(f"{action!r} is nothing one does with a follow-up: send done, dismiss, snooze or postpone")
    if follow_up.state not in ("armed", "due"):
        return
    follow_up.agent = agent
    if action == "snooze":
        return _snooze(desk, follow_up, minutes)
    if action == "postpone":
        return _postpone(desk, follow_up)
    close(desk, follow_up, "done" if action == "done" else "dismissed", reason or "agent")


def _snooze(desk: Desk, follow_up: FollowUp, minutes: int) -> None:
    if not SNOOZES[0] <= minutes <= SNOOZES[1]:
        raise InvalidInput(f"a follow-up can be put off by {SNOOZES[0]} to {SNOOZES[1]} minutes, not {minutes}")
    _put_off(desk, follow_up, desk.now + timedelta(minutes=minutes))


def _postpone(desk: Desk, follow_up: FollowUp) -> None:
    if follow_up.offer_at is None or follow_up.offer_at <= desk.now:
        message = "the buyer has named no later time for this follow-up: snooze it instead"
        raise InvalidInput(message, reason="no_later_time")
    _put_off(desk, follow_up, follow_up.offer_at)


def _put_off(desk: Desk, follow_up: FollowUp, until: datetime) -> None:
    restating.follow_up(desk, follow_up)
    follow_up.state, follow_up.reason, follow_up.offer_at, follow_up.due_at = "armed", "snoozed", None, until
    store.follow_ups.save(desk.tx, follow_up)
    note(desk, "follow_up.snoozed", follow_up, until=until.isoformat())


def close(desk: Desk, follow_up: FollowUp, state: str, reason: str, *, at: datetime | None = None) -> None:
    """End a follow-up: done, dismissed, cancelled, withheld or missed, with the reason."""
    follow_up.state, follow_up.reason, follow_up.closed_at = state, reason, max(at or desk.now, follow_up.armed_at)
    store.follow_ups.save(desk.tx, follow_up)
    if state in ("done", "withheld"):
        restating.reminded(desk, follow_up)
    note(desk, f"follow_up.{state}", follow_up, at=at, reason=reason)
    if (following := series.following(desk, follow_up)) is not None:
        desk.add_follow_up(following)
        note(desk, "follow_up.armed", following, at=following.armed_at)


def note(desk: Desk, name: str, follow_up: FollowUp, at: datetime | None = None, **data: object) -> None:
    """Record a fact about a follow-up and show it."""
    conversation = desk.conversation_of(follow_up.conversation) if follow_up.conversation is not None else None
    buyer = desk.buyer_of(follow_up.buyer)
    restating.follow_up(desk, follow_up)
    desk.record(
        name, at=at, conversation=conversation, buyer=buyer, order=follow_up.order, agent=follow_up.agent,
        follow_up=follow_up.id, touchpoint=follow_up.touchpoint, **data,
    )  # fmt: skip
    if conversation is not None:
        desk.touch(conversation, "follow_ups")
