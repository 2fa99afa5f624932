"""What of a text is counted. Not for reading it (`wording.py`) nor for what the counts say (`recognition.py`)."""

from operator import add

from assistant.domain.wording import Words


def grams(words: Words) -> list[str]:
    """What is counted: characters and pairs as meant, those only as written, and each meaning as a whole.

    The meant form joins people who say one thing differently; the written form keeps what a synonym blurs.
    """
    pieces = _pieces(words.meant)
    if words.written != words.meant:
        known = set(pieces)
        pieces += [piece for piece in _pieces(words.written) if piece not in known]
    return pieces + ["#" + meaning for meaning in words.meanings]


def _pieces(text: str) -> list[str]:
    """Single characters and pairs of neighbours of each part; pairs never cross a space."""
    pieces: list[str] = []
    for part in text.split():
        pieces += part
        pieces += map(add, part, part[1:])
    return pieces
