"""Reads the files people name: UTF-8 text, `-` for stdin. Not for knowing what they mean."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from assistant.domain.errors import InvalidInput
from assistant.services.event_lines import cut, decoded

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
    return cut(_lines(file))


def _lines(file: Path) -> Iterator[str]:
    try:
        opened = sys.stdin.buffer if file == STDIN else file.open("rb")
        with opened:
            yield from decoded(opened)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError | UnicodeDecodeError) -> InvalidInput:
    if isinstance(error, UnicodeDecodeError):
        return InvalidInput(f"{file} is not UTF-8: save it as UTF-8 and try again")
    return InvalidInput(f"cannot read {file}: {error.strerror or error}")
