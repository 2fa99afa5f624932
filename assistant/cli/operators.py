"""Who sits at the command line: named in the record of what was changed."""

from __future__ import annotations

import getpass

from assistant.domain.staff import OPERATOR


def operator() -> str:
    """The machine's name for whoever runs the command, as far as it has one."""
    try:
        return f"{OPERATOR}:{getpass.getuser()}"
    except (KeyError, OSError):
        return OPERATOR
