"""Finds quick replies as agents type them: title, shortcut, pinyin initials, text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from assistant import store
from assistant.domain.context import template_values
from assistant.domain.scripts import QuickReply, Scripts
from assistant.domain.templates import Rendered, render
from assistant.services import known
from assistant.services.desk import Shop
from assistant.store.conversations import Conversation


def search(scripts: Scripts, typed: str) -> list[QuickReply]:
    """All that fit, best first; nothing typed = all, in their own order."""
    words = typed.strip().lstrip("/／、").lower().split()
    if not words:
        return list(scripts.quick_replies)
    ranked = [(rank, n, reply) for n, reply in enumerate(scripts.quick_replies) if (rank := _rank(reply, words)) < _NO]
    return [reply for _, _, reply in sorted(ranked, key=lambda entry: entry[:2])]


def filled(
    tx: store.Transaction, shop: Shop, now: datetime, conversation: Conversation, replies: Iterable[QuickReply]
) -> list[Rendered]:
    """The texts as they can be sent in this conversation; what is missing is named."""
    buyer = store.buyers.get(tx, conversation.buyer)
    assert buyer is not None
    values = template_values(known.about(tx, shop, now, buyer, conversation))
    return [render(reply.text, values) for reply in replies]


_NO = 9


def _rank(reply: QuickReply, words: list[str]) -> int:
    return max(_word_rank(reply, word) for word in words)


def _word_rank(reply: QuickReply, word: str) -> int:
    """0 best: shortcut, initials from the start, title, initials or pinyin within, text; `_NO` = does not fit."""
    initials, spelled = _pinyin(reply.title)
    if (reply.shortcut and reply.shortcut.lower().startswith(word)) or initials.startswith(word):
        return 0
    if word in reply.title.lower() or spelled.startswith(word):
        return 1
    if len(word) > 1 and (word in initials or word in spelled):
        return 2
    return 3 if word in reply.text.lower() or word in reply.group.lower() else _NO


@lru_cache(maxsize=20_000)
def _pinyin(title: str) -> tuple[str, str]:
    return "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)).lower(), "".join(lazy_pinyin(title)).lower()
