"""What a proving process is asked to do, as it is handed over. Not for doing it (`proving_work.py`)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Job(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Job):
    """A shop's chats of `first <= at < last`, and where they are kept."""

    database: str = Field(repr=False)
    shop: str
    first: datetime
    last: datetime


class BackTest(_Job):
    """Play the chats of a place, or the events in a file, with the tables `before` and `after` (None: there is nothing
    to compare with). Tables are JSON text; `shipped` is what they lack."""

    kind: Literal["back_test"] = "back_test"
    place: Place | None = None
    events: str | None = None
    before: str = Field(repr=False)
    after: str | None = Field(None, repr=False)
    shipped: str = Field(repr=False)


class Gaps(_Job):
    """Find what the published tables of a place lack: questions answered by hand, and words that could be examples.
    `version` is which tables these are, so that what was found with older ones is not taken for it."""

    kind: Literal["gaps"] = "gaps"
    place: Place
    version: int


class Effect(_Job):
    """Say what other tables would do with the runs of a place: `after` against `before` (None: what is published). The
    words in `meant` are to be taken for the situation named."""

    kind: Literal["effect"] = "effect"
    place: Place
    before: str | None = Field(None, repr=False)
    after: str = Field(repr=False)
    meant: dict[str, str] = Field(repr=False)


Job = Annotated[BackTest | Gaps | Effect, Field(discriminator="kind")]
