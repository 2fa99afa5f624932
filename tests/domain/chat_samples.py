"""Short ways to write a conversation of one Shanghai day: asks("10:00:00"), answers("10:00:30")."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.domain.rounds import Handover, LetGo, Message, Origin


def at(clock: str, day: int = 20) -> datetime:
    """A moment of November 2026 in Shanghai, given as UTC like everywhere inside."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}+08:00").astimezone(UTC)


def asks(clock: str, day: int = 20) -> Message:
    return Message(at(clock, day), "buyer", None, "human", f"b{day}{clock}")


def answers(clock: str, agent: str = "lin", origin: Origin = "human", day: int = 20) -> Message:
    return Message(at(clock, day), "agent", agent, origin, f"c{day}{clock}")


def handed(clock: str, agent: str | None, day: int = 20) -> Handover:
    return Handover(at(clock, day), agent, f"a{day}{clock}")


def let_go(clock: str, day: int = 20, *, undone: bool = False) -> LetGo:
    return LetGo(at(clock, day), undone, f"d{day}{clock}")
