"""Logins as they are kept: what looks the same is the same, and nothing in one is unseen. Not for whose they are."""

from __future__ import annotations

import unicodedata

# Letters and signs that are drawn as nothing; controls and marks of direction are unprintable and need no list.
_BLANK = frozenset(" \u115f\u1160\u2800\u3164\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def tidied(login: str) -> str:
    """Signs that come in several widths in one of them, and nothing unseen at the ends: it comes along when a login is
    copied, or from a keyboard that writes Chinese, and nobody means it."""
    text = unicodedata.normalize("NFKC", login)
    seen = [at for at, sign in enumerate(text) if not _unseen(sign)]
    return text[seen[0] : seen[-1] + 1] if seen else ""


def has_unseen(login: str) -> bool:
    """Whether two people might read it as two logins."""
    return any(map(_unseen, login))


def without_unseen(login: str) -> str:
    """What to propose instead."""
    return "".join(sign for sign in login if not _unseen(sign))


def _unseen(sign: str) -> bool:
    return not sign.isprintable() or sign in _BLANK or any(ord(sign) in some for some in _SELECTORS)
