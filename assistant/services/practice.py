"""Practices with scripted buyers: started, moved on, ended, reviewed, read.

The buyers come through the ordinary door for events, into a shop of the practice's own, so that what the agent sees and
does is what she will see and do. Not for how buyers decide (`domain/practice_play.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant import store
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.practice import Cast, ScriptedBuyer, place_of, practice_in
from assistant.domain.practice_findings import Chat, Line, Reminder
from assistant.domain.practice_goals import Said
from assistant.domain.practice_play import LAST_LEFT, PACES, Doing, Play, Visit, advance, cut_short
from assistant.domain.practice_review import review
from assistant.services import follow_ups
from assistant.services.desk import Desk
from assistant.services.intake import read, receive
from assistant.services.practice_events import chat_of, coming, events_of
from assistant.store.practice import Practice

MOST_BUYERS = 6
# Who has sent nothing for so long has gone away; and nobody practises for longer in one go.
ABANDONED = timedelta(minutes=10)
LONGEST = timedelta(hours=1)
# Longer than this nobody writes at one message: the composer was left open.
LONGEST_WRITING = 600.0
# So long after its end a practice can be read; then it is deleted with its chats, review and writing times.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agent wants to practise: which buyers, how many of them at once, how fast they are."""

    buyers: Sequence[str]
    at_once: int = 1
    pace: str = "usual"


# --- starting and ending -------------------------------------------------------------------------------------------


def start(desk: Desk, cast: Cast, wish: Wish, *, agent: str, name: str) -> int:
    """Begin; the desk is the real shop's. Returns the practice's id. Raises Conflict while another one runs."""
    _check(cast, wish)
    if (other := store.practice.running(desk.tx, desk.shop.id, agent)) is not None:
        raise Conflict(f"practice {other.id} is still running: end it first")
    play = Play(visits=[Visit(buyer=id) for id in wish.buyers], at_once=wish.at_once, pace=wish.pace)
    made = Practice(0, desk.shop.id, agent, name, "running", desk.now, next_at=desk.now, play=_packed(play))
    store.practice.add(desk.tx, made)
    return made.id


def _check(cast: Cast, wish: Wish) -> None:
    if not 1 <= len(wish.buyers) <= MOST_BUYERS or len(set(wish.buyers)) < len(wish.buyers):
        raise InvalidInput(f"choose 1 to {MOST_BUYERS} different buyers")
    unknown = [id for id in wish.buyers if cast.buyer(id) is None]
    if unknown:
        raise InvalidInput(f"there is no scripted buyer {unknown[0]!r}: look at scenarios/practice")
    if not 1 <= wish.at_once <= MOST_BUYERS:
        raise InvalidInput(f"at_once is a whole number from 1 to {MOST_BUYERS}")
    if wish.pace not in PACES:
        raise InvalidInput(f"pace is one of {', '.join(PACES)}")


def end(desk: Desk, cast: Cast, state: str = "stopped") -> None:
    """End the practice whose shop this desk is in, if it is not over already: judge it, and let no clock run on."""
    practice = _here(desk)
    if practice.state != "running":
        return
    play = Play.model_validate(practice.play)
    cut_short(play, desk.now)
    chats = [_chat(desk, script, visit, practice) for visit in play.visits if (script := cast.buyer(visit.buyer))]
    found = review([chat for chat in chats if chat is not None], desk.now, desk.shop.timezone)
    for visit in play.visits:
        _quiet(desk, cast.buyer(visit.buyer))
    practice.state, practice.ended_at, practice.next_at = state, desk.now, None
    practice.play, practice.review = _packed(play), found.model_dump(mode="json")
    store.practice.save(desk.tx, practice)


def _quiet(desk: Desk, script: ScriptedBuyer | None) -> None:
    conversation = desk.conversation(script.platform, chat_of(script)) if script else None
    if conversation is not None:
        for follow_up in desk.follow_ups(conversation.buyer):
            follow_ups.close(desk, follow_up, "cancelled", "practice: it is over")


def _packed(play: Play) -> dict[str, object]:
    return play.model_dump(mode="json")


def _here(desk: Desk) -> Practice:
    whose = practice_in(desk.shop.id)
    found = store.practice.get(desk.tx, *whose) if whose else None
    if found is None:
        raise NotFound("there is no such practice")
    return found


# --- moving on -----------------------------------------------------------------------------------------------------


def move_on(desk: Desk, cast: Cast) -> bool:
    """Let the buyers of this desk's practice do what it is time for; False once it is over.

    Ends it by itself when all have left, when the agent has sent nothing for ten minutes, and after an hour.
    """
    practice = _here(desk)
    if practice.state != "running":
        return False
    play = Play.model_validate(practice.play)
    spoke_at = _spoke_at(desk, cast, play)
    away_at, full_at = (spoke_at or practice.started_at) + ABANDONED, practice.started_at + LONGEST
    latest = min(away_at, full_at)
    if (play.over and _said_goodbye(play, desk.now)) or desk.now >= latest:
        end(desk, cast, "done" if play.over else "abandoned" if away_at <= full_at else "too_long")
        return False
    heard = {visit.buyer: _heard(desk, cast.buyer(visit.buyer)) for visit in play.visits if visit.state == "here"}
    doings, practice.next_at = advance(play, cast, heard, desk.now, desk.shop.recogniser.wording)
    for doing in doings:
        _carry_out(desk, cast, doing)
    practice.next_at, practice.heard_at = min(practice.next_at or latest, latest), spoke_at
    practice.play = _packed(play)
    store.practice.save(desk.tx, practice)
    return True


def _said_goodbye(play: Play, now: datetime) -> bool:
    """The last buyer's last word can still be read."""
    return play.quiet_at is not None and now >= play.quiet_at + LAST_LEFT


def _spoke_at(desk: Desk, cast: Cast, play: Play) -> datetime | None:
    """When the agent last said something to anybody."""
    scripts = [script for visit in play.visits if (script := cast.buyer(visit.buyer)) is not None]
    chats = [desk.conversation(script.platform, chat_of(script)) for script in scripts]
    return max((chat.answered_at for chat in chats if chat and chat.answered_at), default=None)


def _heard(desk: Desk, script: ScriptedBuyer | None) -> list[Said]:
    """The agent's messages in a buyer's chat."""
    conversation = desk.conversation(script.platform, chat_of(script)) if script else None
    if conversation is None:
        return []
    said = store.messages.all_of(desk.tx, conversation.id)
    return [Said(one.external, one.at, one.text, one.script) for one in said if one.side == "agent"]


def _carry_out(desk: Desk, cast: Cast, doing: Doing) -> None:
    script = cast.buyer(doing.buyer)
    assert script is not None
    told = coming(script, cast, desk.now) if doing.come else events_of(script, doing, cast)
    receive(desk, read([{"at": desk.now.isoformat(), **event} for event in told], None, desk.shop.id))


# --- what is noted while practising --------------------------------------------------------------------------------


def refuse_if_over(desk: Desk) -> None:
    """Nothing is said to a scripted buyer any more once the practice is over. In real shops this does nothing."""
    if practice_in(desk.shop.id) is not None and _here(desk).state != "running":
        raise Conflict("this practice is over: start another one", reason="practice_over")


def note_writing(desk: Desk, message: str, seconds: object) -> None:
    """How long the agent wrote at a message: from the composer's focus to sending, told by the page. Outside a
    practice nothing is kept, whatever a page says."""
    if practice_in(desk.shop.id) is None or not isinstance(seconds, (int, float)) or isinstance(seconds, bool):
        return
    practice = _here(desk)
    if practice.state == "running" and 0.5 <= seconds <= LONGEST_WRITING:
        practice.writing = {**practice.writing, message: round(float(seconds), 1)}
        store.practice.save(desk.tx, practice)


def _chat(desk: Desk, script: ScriptedBuyer, visit: Visit, practice: Practice) -> Chat | None:
    conversation = desk.conversation(script.platform, chat_of(script))
    if conversation is None:
        return None
    said = store.messages.all_of(desk.tx, conversation.id)
    lines = [Line(one.external, one.at, one.side, one.text, one.script) for one in said]  # type: ignore[arg-type]
    names = {touchpoint.id: touchpoint.name for touchpoint in desk.shop.scripts.touchpoints}
    reminders = [
        Reminder(names.get(row.touchpoint, row.touchpoint), row.state, row.shown_at, row.closed_at, row.reason)
        for row in store.follow_ups.of_shop(desk.tx, desk.shop.id)
        if row.buyer == conversation.buyer
    ]
    return Chat(script, visit, lines, reminders, practice.writing)


# --- forgetting ----------------------------------------------------------------------------------------------------


def out_of_date(tx: store.Transaction, now: datetime) -> list[tuple[str, int]]:
    """(shop, id) of practices that have been kept long enough, some at a time."""
    return store.practice.over_before(tx, now - KEPT)


def forget(tx: store.Transaction, shop: str, id: int) -> None:
    """Delete a practice and everything of it; a running one stays."""
    store.practice.forget(tx, shop, id, place_of(shop, id))


# --- reading -------------------------------------------------------------------------------------------------------


def find(tx: store.Transaction, shop: str, id: int, *, agent: str, everybody: bool = False) -> Practice:
    """A practice of the agent's, or (`everybody`) of anybody in the shop. Raises NotFound."""
    found = store.practice.get(tx, shop, id)
    if found is None or not (everybody or found.agent == agent):
        raise NotFound(f"there is no practice {id}")
    return found
