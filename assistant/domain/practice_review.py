"""The review of a practice: per chat and in sum, each judgement with the message it rests on.

There is no single grade: what went well and what did not stand side by side, and what too little was seen of says so.
Figures are those of real chats (DOMAIN.md §1.1–1.4, 1-11, C18). Not for how buyers behave (`practice_play.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from math import fsum

from assistant.domain import speech
from assistant.domain.platforms import profile_of
from assistant.domain.practice_findings import Chat, ChatReview, Finding, Line, Reminder, Review, Shown
from assistant.domain.practice_words import words_against
from assistant.domain.rounds import Message, Round, rounds_of

# Seconds to the first answer: 15 is within, 16 is not (DOMAIN.md 1-11).
FIRST_ANSWER = 15
# Characters a minute (DOMAIN.md 1-11).
WRITING = 50
# Below this much nothing is said about how fast somebody writes.
LEAST_MESSAGES, LEAST_CHARACTERS = 3, 30
# Reminders come ten times sooner here, so that the five minutes of real chats are not scaled quite as far.
ON_TIME = timedelta(minutes=1)
# Fewer answers than this show habits only by chance.
LEAST_ANSWERS = 3

_GREETS = re.compile(r"您好|你好|哈喽|嗨|亲|欢迎|在的|在呢|早上好|下午好|晚上好|很高兴|hello|hi\b", re.IGNORECASE)


def review(chats: Sequence[Chat], now: datetime, zone: tzinfo) -> Review:
    """Judge a practice that is over. Buyers who never came are left out."""
    came = [_Seen(chat, now, zone) for chat in chats if chat.lines]
    found = [seen.review() for seen in came]
    return Review(sums=list(_sums(found, came)), chats=found)


@dataclass(slots=True)
class _Seen:
    """One chat while it is judged."""

    chat: Chat
    now: datetime
    zone: tzinfo
    rounds: list[Round] = field(init=False)

    def __post_init__(self) -> None:
        entries = [Message(line.at, line.side, "agent", "human", line.id) for line in self.chat.lines]
        found = rounds_of(entries, profile_of(self.chat.script.platform), self.zone)
        self.rounds = [one for one in found if self._owed(one)]

    def _owed(self, one: Round) -> bool:
        """Whether an answer was owed at all: not to thanks and goodbyes (§8.21), and not when the practice was over
        before there was time for one."""
        until = one.answered_at or self.now
        said = [line.text for line in self.chat.lines if line.side == "buyer" and one.asked_at <= line.at <= until]
        parting = {self.chat.script.leaves, *(act.say for turn in self.chat.script.turns for act in turn.then)}
        asked = [text for text in said if text not in parting and not speech.closes(text)]
        return bool(asked) and (until - one.asked_at).total_seconds() > (0 if one.answered_at else FIRST_ANSWER)

    @property
    def answers(self) -> list[Line]:
        return [line for line in self.chat.lines if line.side == "agent"]

    def review(self) -> ChatReview:
        script = self.chat.script
        findings = [*self._first(), *self._average(), *self._goals(), *self._reminders(), *self._words()]
        return ChatReview(
            buyer=script.id,
            nickname=script.nickname,
            about=script.about,
            platform=script.platform,
            outcome=self.chat.visit.state,
            findings=[*findings, *_writing([self])],
            messages=[self._shown(line) for line in self.chat.lines],
        )

    def _shown(self, line: Line) -> Shown:
        seconds = self.chat.writing.get(line.id)
        rate = None if seconds is None else round(characters(line.text) * 60 / seconds)
        return Shown(id=line.id, side=line.side, text=line.text, at=line.at.timestamp(), rate=rate)

    def _at(self, at: datetime | None, side: str) -> Line | None:
        return next((line for line in self.chat.lines if line.side == side and line.at == at), None)

    def _first(self) -> Iterator[Finding]:
        """How long until the first answer, and whether it greets."""
        if not self.rounds:
            return
        first = self.rounds[0]
        answer = self._at(first.answered_at, "agent")
        if first.seconds is None or answer is None:
            question = self._at(first.asked_at, "buyer")
            yield Finding(kind="never_answered", good=False, message=question.id if question else None)
            return
        seconds = round(first.seconds, 1)
        good = first.seconds <= FIRST_ANSWER
        yield Finding(kind="first_answer", good=good, values={"seconds": seconds, "n": FIRST_ANSWER}, message=answer.id)
        greeting = _GREETS.search(answer.text)
        words = greeting.group() if greeting else ""
        yield Finding(kind="greeting", good=True if greeting else None, message=answer.id, words=words)

    def _average(self) -> Iterator[Finding]:
        """The average with the slowest answer, and how many questions were answered."""
        answered = [one for one in self.rounds if one.seconds is not None]
        if answered:
            slowest = max(answered, key=lambda one: one.seconds or 0)
            line = self._at(slowest.answered_at, "agent")
            mean = round(fsum(one.seconds or 0 for one in answered) / len(answered), 1)
            values = {"seconds": mean, "slowest": round(slowest.seconds or 0, 1), "n": len(answered)}
            yield Finding(kind="average_answer", values=values, message=line.id if line else None)
        if self.rounds:
            missed = next((one for one in self.rounds if one.seconds is None), None)
            question = self._at(missed.asked_at, "buyer") if missed else None
            values = {"n": len(answered), "of": len(self.rounds)}
            yield Finding(
                kind="answered", good=missed is None, values=values, message=question.id if question else None
            )

    def _goals(self) -> Iterator[Finding]:
        for met in self.chat.visit.goals:
            if met.turn >= len(self.chat.script.turns):
                continue
            good = True if met.why == "reached" else None if met.why == "cut_short" else False
            goal = self.chat.script.turns[met.turn].goal
            message = met.message or self._asked(met.turn)
            yield Finding(
                kind=f"goal_{met.why}", good=good, values={"goal": goal}, message=message, words="、".join(met.words)
            )

    def _asked(self, turn: int) -> str | None:
        """The question a goal was about, where no answer can be named."""
        asks = self.chat.script.turns[turn].ask
        said = [line.id for line in self.chat.lines if line.side == "buyer" and line.text in asks]
        return said[-1] if said else None

    def _reminders(self) -> Iterator[Finding]:
        """Follow-ups that came up: carried out within a minute, later, or not at all. One's own words count as much
        as the card's; what was cancelled before anything was said needs nothing."""
        for one in self.chat.reminders:
            if one.shown_at is None:
                continue
            answer = self._carried_out(one)
            done_at = answer.at if answer else one.closed_at if one.state == "done" else None
            if done_at is not None:
                late = done_at - one.shown_at
                values = {"name": one.name, "seconds": round(late.total_seconds(), 1)}
                kind = "follow_up_done" if late <= ON_TIME else "follow_up_late"
                yield Finding(kind=kind, good=late <= ON_TIME, values=values, message=answer.id if answer else None)
            elif one.state == "dismissed":
                yield Finding(kind="follow_up_dismissed", values={"name": one.name})
            elif one.state == "due" and self.now - one.shown_at > ON_TIME:
                yield Finding(kind="follow_up_missed", good=False, values={"name": one.name})

    def _carried_out(self, one: Reminder) -> Line | None:
        """The first thing said in the chat while the reminder was up."""
        assert one.shown_at is not None
        return next((line for line in self.answers if one.shown_at <= line.at <= (one.closed_at or self.now)), None)

    def _words(self) -> Iterator[Finding]:
        for line in self.answers:
            for hit in words_against(line.text, self.chat.script.platform):
                yield Finding(kind=f"words_{hit.kind}", good=False, message=line.id, words=hit.words)

    def written(self) -> list[tuple[Line, float]]:
        """What was typed by hand, with its seconds."""
        known = self.chat.writing
        return [(line, known[line.id]) for line in self.answers if line.id in known]


def characters(text: str) -> int:
    """How much was written: spaces are not counted."""
    return len("".join(text.split()))


def _writing(seen: Iterable[_Seen]) -> Iterator[Finding]:
    """Characters a minute between the composer's focus and sending; of a few messages nothing is concluded."""
    written = [pair for one in seen for pair in one.written()]
    if not written:
        return
    count = sum(characters(line.text) for line, _ in written)
    rate = round(count * 60 / fsum(seconds for _, seconds in written))
    slowest = min(written, key=lambda pair: characters(pair[0].text) / pair[1])[0]
    thin = len(written) < LEAST_MESSAGES or count < LEAST_CHARACTERS
    values = {"rate": rate, "n": len(written), "of": WRITING}
    good = None if thin else rate >= WRITING
    yield Finding(kind="writing_thin" if thin else "writing", good=good, values=values, message=slowest.id)


# --- in sum --------------------------------------------------------------------------------------------------------


def _sums(found: Sequence[ChatReview], seen: Sequence[_Seen]) -> Iterator[Finding]:
    findings = [finding for chat in found for finding in chat.findings]
    answers = sum(len(one.answers) for one in seen)
    if answers < LEAST_ANSWERS:
        yield Finding(kind="thin", values={"n": answers})
    asked = sum(bool(one.rounds) for one in seen)
    if asked:
        in_time = sum(one.kind == "first_answer" and one.good is True for one in findings)
        yield _share("sum_first_answer", in_time, asked, seconds=FIRST_ANSWER)
    waits = [one.seconds for chat in seen for one in chat.rounds if one.seconds is not None]
    if waits:
        values = {"seconds": round(fsum(waits) / len(waits), 1), "n": len(waits)}
        yield Finding(kind="sum_average", values=values)
    rounds = sum(len(chat.rounds) for chat in seen)
    if rounds:
        yield _share("sum_answered", len(waits), rounds)
    goals = [one for one in findings if one.kind.startswith("goal_") and one.good is not None]
    if goals:
        yield _share("sum_goals", sum(one.good is True for one in goals), len(goals))
    yield from _sum_of_reminders(findings)
    words = [one.words for one in findings if one.kind.startswith("words_")]
    if answers:
        yield Finding(kind="sum_words", good=not words, values={"n": len(words)}, words="、".join(dict.fromkeys(words)))
    yield from _writing(seen)


def _sum_of_reminders(findings: Sequence[Finding]) -> Iterator[Finding]:
    judged = [one for one in findings if one.kind.startswith("follow_up_") and one.good is not None]
    if judged:
        yield _share("sum_follow_ups", sum(one.good is True for one in judged), len(judged))
    else:
        yield Finding(kind="sum_no_follow_ups")


def _share(kind: str, part: int, whole: int, **more: int) -> Finding:
    return Finding(kind=kind, good=part == whole, values={"n": part, "of": whole, **more})
