"""Keeps what agents promised: a follow-up whose time is what was said, ended by the answer. Not for firing it
(`firing.py`), nor for what counts as a promise (`domain/promises.py`) or as an answer (`domain/speech.py`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.domain.facts import Fact
from assistant.domain.promises import promised_by, quote
from assistant.domain.scripts import Touchpoint
from assistant.domain.speech import says_more_than_wait
from assistant.services import context, restating
from assistant.services.desk import Desk
from assistant.services.follow_ups import WHOLE, close, note
from assistant.store.columns import to_microseconds
from assistant.store.conversations import Conversation
from assistant.store.follow_ups import FollowUp

# The checks that find what is promised without a ground (docs/checks.md), and when somebody is to see to it.
PROMISES_CODE, VOWED = "C09", timedelta(minutes=30)
_BACK = 20


def make(desk: Desk, fact: Fact) -> None:
    """An agent named a time: a clock starts for it, or the one that runs for this buyer moves there."""
    touchpoint, until = desk.shop.scripts.promise, fact.data.get("until")
    if touchpoint is None or until is None or fact.buyer is None:
        return
    standing = _standing(desk, fact.buyer)
    if standing is not None and fact.at < standing.armed_at:
        return  # it arrived late: a newer word holds
    if _settled_since(desk, fact) or not context.audience_holds(desk, touchpoint, fact.buyer, []):
        return
    due_at = datetime.fromisoformat(str(until))
    if standing is None:
        _start(desk, touchpoint, fact, due_at)
    else:
        _move(desk, standing, fact, due_at)


def vow(desk: Desk, chat: Conversation, *, agent: str) -> None:
    """What the agent's last message promises without saying when becomes a follow-up, half an hour from now, so that
    somebody sees to it. Raises InvalidInput where the checks found no such promise in it."""
    touchpoint = desk.shop.scripts.promise
    said = next((one for one in reversed(store.messages.last(desk.tx, chat.id, _BACK)) if one.side == "agent"), None)
    empty = [each for each in chat.checked if _is_promise(desk, each)]
    if touchpoint is None or said is None or not empty:
        raise InvalidInput("the last message promises nothing that could be followed up", reason="nothing_promised")
    if _standing(desk, chat.buyer) is None:
        due_at = desk.now + VOWED
        made = FollowUp(
            0, desk.shop.id, chat.platform, touchpoint.id, chat.id, chat.buyer, None, agent,
            {WHOLE: to_microseconds(desk.now)}, desk.now, due_at,
            promised=quote(said.text, said.at, desk.shop.timezone), promised_by=agent,
        )  # fmt: skip
        desk.add_follow_up(made)
        note(desk, "follow_up.armed", made, until=due_at.isoformat())
    chat.checked = [each for each in chat.checked if each not in empty]


def _is_promise(desk: Desk, checked: str) -> bool:
    row = desk.shop.checks.rows.get(checked.partition(" ")[2])
    return row is not None and row.code == PROMISES_CODE


def keep(desk: Desk, fact: Fact) -> None:
    """A person of the shop answered the buyer: the promise is kept. Asking once more to wait keeps nothing."""
    if fact.data.get("origin") != "human" or fact.buyer is None:
        return
    standing = _standing(desk, fact.buyer)
    if standing is not None and fact.at > standing.armed_at and says_more_than_wait(_words(desk, fact)):
        close(desk, standing, "done", "kept", at=fact.at)


def _standing(desk: Desk, buyer: int) -> FollowUp | None:
    """The promise that is open: a buyer has one, whatever conversation it was made in."""
    return next((row for row in desk.follow_ups(buyer) if row.promised is not None), None)


def _settled_since(desk: Desk, fact: Fact) -> bool:
    """Whether the promise, arriving late, was kept or replaced already. What replaced it has a clock of its own."""
    assert fact.buyer is not None
    zone = desk.shop.timezone
    return any(
        says_more_than_wait(said.text) or promised_by(said.text, said.at, zone) is not None
        for said in store.messages.answers_after(desk.tx, fact.buyer, fact.at)
    )


def _start(desk: Desk, touchpoint: Touchpoint, fact: Fact, due_at: datetime) -> None:
    assert fact.buyer is not None
    made = FollowUp(
        0, desk.shop.id, fact.platform or "other", touchpoint.id, fact.conversation, fact.buyer, None, fact.agent,
        {WHOLE: to_microseconds(fact.at)}, fact.at, due_at, promised=_quoted(desk, fact), promised_by=fact.agent,
    )  # fmt: skip
    desk.add_follow_up(made)
    note(desk, "follow_up.armed", made, at=fact.at, until=due_at.isoformat())


def _move(desk: Desk, standing: FollowUp, fact: Fact, due_at: datetime) -> None:
    """A new time was named: it holds from now on, also where a card was up or the agent had put it off."""
    restating.follow_up(desk, standing)
    standing.anchors, standing.armed_at, standing.due_at = {WHOLE: to_microseconds(fact.at)}, fact.at, due_at
    standing.state, standing.shown_at, standing.reason, standing.text, standing.script = "armed", None, None, None, None
    standing.conversation, standing.agent, standing.handed_by = fact.conversation, fact.agent, None
    standing.promised, standing.promised_by = _quoted(desk, fact), fact.agent
    store.follow_ups.save(desk.tx, standing)
    note(desk, "follow_up.restarted", standing, at=fact.at, until=due_at.isoformat())


def _words(desk: Desk, fact: Fact) -> str:
    """What was said: facts hold no texts."""
    assert fact.conversation is not None
    return store.messages.text(desk.tx, fact.conversation, fact.at, str(fact.data["message"]))


def _quoted(desk: Desk, fact: Fact) -> str:
    return quote(_words(desk, fact), fact.at, desk.shop.timezone)
