"""Says in a trainer's words where YAML is broken, and how to mend it.

Not for reading what is whole (`yaml_marks.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from assistant.domain.problems import Complaint


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted text over several lines: where it begins and on which line it ends, from 0."""

    line: int
    column: int
    ends_on: int


def quote_over_lines(event: yaml.Event) -> Quote | None:
    """The event as a quote, if it is one and did not end on its line: perhaps its end was forgotten."""
    begin, end = event.start_mark, event.end_mark
    if not isinstance(event, yaml.ScalarEvent) or event.style not in ("'", '"'):
        return None
    if begin is None or end is None or end.line == begin.line:
        return None
    return Quote(begin.line, begin.column, end.line)


DEEPEST = 20
TOO_DEEP = (f"nested deeper than {DEEPEST} levels", "no table needs this: check the brackets and the indentation")


def syntax_complaint(file: str, text: str, error: yaml.MarkedYAMLError, quote: Quote | None) -> Complaint:
    """Where the mistake was made, which is often before the place where the reader gave up.

    `quote` is the last quoted text over several lines that was read before the error.
    """
    mark = _begun_at(text, error) or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if "nesting depth" in (error.problem or ""):
        # The reader gives up before any of it is handed out to be counted.
        return Complaint(file, line, column, *TOO_DEEP)
    if quote is not None and error.problem_mark is not None and quote.ends_on == error.problem_mark.line:
        advice = f"it ends on line {quote.ends_on + 1}: close it where it should end"
        return Complaint(file, quote.line + 1, quote.column + 1, "a quote is opened here and not closed", advice)
    wide = _wide_colon(text, line)
    if wide:
        return Complaint(
            file, *wide, "a Chinese colon (：) stands where a key ends", "write `: ` with a space after it"
        )
    said = " ".join(part for part in (error.context, error.problem) if part)
    lines = text.split("\n")
    advice = "check the indentation, the colons and the quotes here; text with `: ` or `#` in it needs quotes"
    if " tab " in said or "cannot start any token" in said:
        advice = "indent with spaces, not tabs; text that begins with @, `, % or a tab needs quotes"
    if "{{" in (lines[line - 1] if line <= len(lines) else ""):
        advice = 'put the whole text in quotes, e.g. text: "亲，{{ promotion.title }}"'
    return Complaint(file, line, column, f"this is not valid YAML: {said}", advice)


_ROW_BEGINS = re.compile(r"\s*(- |[\w.]+:(\s|$))")
_WIDE_COLON = re.compile(r"\s*(?:- )?[a-z_.]+(：)")


def _begun_at(text: str, error: yaml.MarkedYAMLError) -> yaml.error.Mark | None:
    """Where a quote, bracket or key was begun, when the reader noticed only later that it never ends."""
    problem, at = error.problem or "", error.problem_mark
    if error.context_mark is None or at is None:
        return None
    lines = text.split("\n")
    next_row = at.line > error.context_mark.line and at.line < len(lines) and _ROW_BEGINS.match(lines[at.line])
    unclosed = "flow" in (error.context or "") and (next_row or at.line >= len(lines) - 1)
    return error.context_mark if unclosed or "end of stream" in problem or "':'" in problem else None


def _wide_colon(text: str, line: int) -> tuple[int, int] | None:
    """Line and column of a ：after a key, on this line or the one before."""
    lines = text.split("\n")
    for number in (line - 1, line):
        found = _WIDE_COLON.match(lines[number - 1]) if 0 < number <= len(lines) else None
        if found:
            return number, found.start(1) + 1
    return None
