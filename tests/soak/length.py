"""How long the long versions run and from what seed all chance comes: MINUTES (default 60, for all of them together)
and SEED, printed with every failure since it stands in the names of events. The gate must answer the same twice."""

from __future__ import annotations

import os
import random

MINUTES = float(os.environ.get("MINUTES", "60"))
_GATE = bool(os.environ.get("CI")) and os.environ.get("SOAK") != "1"
SEED = int(os.environ.get("SEED") or (11 if _GATE else random.randrange(1_000_000)))


def seconds(share: float) -> float:
    """A share of the whole length."""
    return MINUTES * 60 * share
