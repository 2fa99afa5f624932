"""How the service writes its log: one line an entry, on standard error. Not for what is logged where.

Tracebacks never show local variables: those hold passwords, keys and what buyers wrote.
"""

from __future__ import annotations

import logging
import sys

import structlog

from assistant.domain.errors import InvalidInput

LEVELS = ("debug", "info", "warning", "error")


def configure(level: str) -> None:
    """Log from this level on. Raises InvalidInput for a level there is not."""
    if level not in LEVELS:
        raise InvalidInput(f"there is no log level {level!r}: choose one of {', '.join(LEVELS)}")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
