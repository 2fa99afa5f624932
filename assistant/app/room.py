"""Room for thousands of sidebars in one process, which the system's usual limits do not give."""

from __future__ import annotations

import contextlib
import sys

# Connections the system holds for us until they are let in. After a restart everybody comes at once; whom it turns away
# tries again only after seconds, then after twice as many.
COMING = 4_096

# A connection without a whole request for so long is closed: one whose head trickles in, too. Longer than proxies keep
# theirs (60 seconds with nginx), so that none of them sends a request into a closing one.
IDLE_SECONDS = 75.0


def for_sockets() -> None:
    """Let the process open as many sockets as it may ever: the limit it starts with is usually 1,024."""
    if sys.platform == "win32":
        return  # there is no such limit
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # a system may say "no limit" and not grant it
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
