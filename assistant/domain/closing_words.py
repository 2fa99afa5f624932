"""Whether a buyer who waits waits for anything: after 好的 and 谢谢 nothing is owed (DOMAIN.md §8.21).

Not for hearing one message's closing words (`speech`) nor for the platform's figures, which count them (`rounds`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.domain import speech

# So many messages in a row are more than a goodbye.
MOST = 5
# After a question 好的 is an answer to act on, and not a goodbye.
_ASKS = re.compile(r"[?？]|[吗嘛呢]\s*[~～。!！]*\s*$")


def need_no_answer(run: Sequence[str], said_before: str | None) -> bool:
    """Whether the buyer's unanswered messages are nothing but closing words; `said_before` is what a person of the
    shop said last before them."""
    if not 0 < len(run) <= MOST or (said_before is not None and _leaves_open(said_before)):
        return False
    return all(map(speech.closes, run))


def _leaves_open(said: str) -> bool:
    # A promise with a time has a clock of its own; after a bare 稍等 nobody else remembers what is owed.
    only_waits = not speech.says_more_than_wait(said) and not speech.promised_clauses(said)
    return only_waits or _ASKS.search(said) is not None
