"""Reads the files people name: UTF-8 text, `-` for stdin. Not for knowing what they mean."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from assistant.domain.errors import InvalidInput

STDIN = Path("-")


def read_text(file: Path) -> str:
    """The whole file. Raises InvalidInput if it is not there or not UTF-8."""
    try:
        content = sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error


def event_lines(file: Path) -> Iterator[str]:
    """Events, one JSON text a line; a file that is one array (or one object over several lines) is cut up."""
    lines = _lines(file)
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


def _lines(file: Path) -> Iterator[str]:
    try:
        opened = sys.stdin.buffer if file == STDIN else file.open("rb")
        with opened:
            for number, line in enumerate(opened):
                yield line.decode("utf-8-sig" if number == 0 else "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError | UnicodeDecodeError) -> InvalidInput:
    if isinstance(error, UnicodeDecodeError):
        return InvalidInput(f"{file} is not UTF-8: save it as UTF-8 and try again")
    return InvalidInput(f"cannot read {file}: {error.strerror or error}")
