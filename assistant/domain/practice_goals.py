"""Whether an agent's answer helps a scripted buyer, and by which of its words. Recognised as in real chats, so that
good words of one's own count as much as the card that was offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.domain import speech
from assistant.domain.practice import Help
from assistant.domain.wording import Wording, folded


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the agent. `script` is the reply it was recognised as, edited or not (`situation/reply`)."""

    id: str
    at: datetime
    text: str
    script: str | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """The message that helped and what in it did; no words where it was recognised as a whole."""

    message: str
    words: tuple[str, ...] = ()


def reached(wanted: Sequence[Help], answers: Sequence[Said], wording: Wording) -> Reached | None:
    """What helped among the answers to one question, oldest first; without a wish any answer helps.

    An answer split over several messages is read together: the message that completes it is the one named.
    """
    if not wanted:
        return Reached(answers[0].id) if answers else None
    for end in range(1, len(answers) + 1):
        for help_ in wanted:
            found = _helps(help_, answers[:end], wording)
            if found is not None:
                return Reached(answers[end - 1].id, found)
    return None


def _helps(wanted: Help, answers: Sequence[Said], wording: Wording) -> tuple[str, ...] | None:
    texts = [said.text for said in answers]
    if any(_holds(word, text, wording) for word in wanted.unless for text in texts):
        return None
    scripts = [(said.script or "").split("/")[0] for said in answers]
    stated = (
        wanted.situation is None or wanted.situation in scripts,
        not wanted.tells or any(map(speech.tells_promotion, texts)),
        not wanted.asks or any(map(speech.asks_need, texts)),
        not wanted.promises or any(map(speech.promises, texts)),
    )
    found = [_first(group, texts, wording) for group in wanted.words]
    if not all(stated) or None in found:
        return None
    return tuple(word for word in found if word is not None)


def _first(group: Sequence[str], texts: Sequence[str], wording: Wording) -> str | None:
    return next((word for word in group if any(_holds(word, text, wording) for text in texts)), None)


def _holds(word: str, text: str, wording: Wording) -> bool:
    """As it stands, or as it is meant: 打折 is found where 优惠 is asked for, if the shop's synonyms say so. Figures
    and short words that mean nothing by themselves are looked for as they stand."""
    plain = folded(word).replace(" ", "")
    if plain in folded(text).replace(" ", ""):
        return True
    meant = wording.clean(word)
    return len(meant) > 1 and not any(map(str.isdigit, plain)) and meant in wording.clean(text)
