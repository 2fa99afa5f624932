"""How the service writes its log: one line of JSON an entry, on standard error. Not for what is logged where.

Tracebacks show where, never with what: neither local variables nor what a defect's message quotes, for those hold
passwords, keys and what buyers wrote. Libraries' own lines are taken in under the same rule.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import structlog
from structlog.typing import EventDict

from assistant.domain.errors import InvalidInput, Unavailable

LEVELS = ("debug", "info", "warning", "error")
# What a disk, a network or a database says of itself quotes nobody.
_SPEAK_OF_THEMSELVES = {"OperationalError", "InterfaceError", "OSError"}
# JSON leaves these as they are, and many a reader of logs takes them for the end of a line.
_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}


class _Stderr:
    """Writes lines to whatever standard error is now. A full disk or a closed pipe behind it must not fail those whose
    work was to be noted."""

    def __init__(self, *_names: str) -> None:
        pass

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line.translate(_LINE_ENDS)}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def configure(level: str) -> None:
    """Log from this level on. Raises InvalidInput for a level there is not."""
    if level not in LEVELS:
        raise InvalidInput(f"there is no log level {level!r}: choose one of {', '.join(LEVELS)}")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _say_where,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=_Stderr,
        cache_logger_on_first_use=False,
    )
    _take_in_libraries()


def _say_where(_logger: Any, _name: str, entry: EventDict) -> EventDict:
    found = entry.pop("exc_info", None)
    error = found if isinstance(found, BaseException) else found[1] if isinstance(found, tuple) else sys.exception()
    if found and error is not None:
        entry["exception"] = "\n".join(_told(error))
    return entry


def _told(error: BaseException) -> Iterator[str]:
    """An exception and those it came from, the first one first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _told(one)
    yield "".join(traceback.format_tb(error.__traceback__)) + _named(error)


def _named(error: BaseException) -> str:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{name}: {error}" if kinds & _SPEAK_OF_THEMSELVES or isinstance(error, Unavailable) else name


class _Libraries(logging.Handler):
    """Writes what libraries log as entries of ours: the pattern of their message, not what was put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        said = str(record.msg).partition("\n")[0]
        structlog.get_logger().log(record.levelno, record.name, said=said, exc_info=record.exc_info)


def _take_in_libraries() -> None:
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Libraries)]:
        root.removeHandler(handler)
    root.addHandler(_Libraries(logging.WARNING))
