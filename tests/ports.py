"""Ports for programs that have to be told theirs before they take it. Ours are started with `--port 0` instead."""

from __future__ import annotations

import random
import socket

# Below the ports that connections are given: one of those may be somebody's by the time the program has started.
FIRST, LAST = 10_000, 11_999


def free_port() -> int:
    """One on loopback that nobody has."""
    for port in random.sample(range(FIRST, LAST + 1), 100):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError(f"of a hundred ports between {FIRST} and {LAST} none is free")
