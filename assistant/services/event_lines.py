"""Cuts a file of recorded events into one JSON text an event. Not for what events mean (`intake.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain


def decoded(content: Iterable[bytes]) -> Iterator[str]:
    """Lines of UTF-8, with or without a mark before the first. Raises UnicodeDecodeError."""
    for number, line in enumerate(content):
        yield line.decode("utf-8-sig" if number == 0 else "utf-8")


def cut(lines: Iterator[str]) -> Iterator[str]:
    """One JSON text a line; a file that is one array (or one object over several lines) is cut up."""
    ahead: list[str] = []
    for line in lines:
        ahead.append(line)
        if line.strip():
            break
    first = ahead[-1].strip() if ahead else ""
    if first.startswith("[") or first == "{":
        yield from _whole("".join([*ahead, *lines]))
    else:
        yield from chain(ahead, lines)


def _whole(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text.splitlines()
    return [json.dumps(one, ensure_ascii=False) for one in (found if isinstance(found, list) else [found])]
