"""A check as trainers write it: the words, how bad they are, why, and what to say instead.

Not for finding words in a text (`checks.py`), nor for judging what trainers wrote (`check_tables.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.domain.events import Platform

# DOMAIN.md §3, as far as a text can be read for it; C19 is row 1-10 (nothing dearer to a price-minded buyer).
Code = Literal["C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "C10", "C11", "C17", "C19"]
Severity = Literal["block", "warn", "note"]
Switch = Literal["block", "warn", "note", "off"]
# What makes the words true: then nothing is wrong with them (`check_truths.py`).
Truth = Literal["stock", "ending", "ahead", "own", "affordable"]

CODES: tuple[Code, ...] = get_args(Code)
# From the worst to the mildest.
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

Written = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Check(BaseModel):
    """One row: `words` are found, `unless` are never meant, a refusal is understood where it is `refusable`.

    `severity` is what it is by itself; `platforms` and `categories` (of goods) change it, `in_tables` for replies that
    trainers write. `catches` and `passes` are the trainer's own proof: `assistant check` tries them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*$", max_length=60)]
    code: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    severity: Severity
    words: Annotated[tuple[Written, ...], Field(min_length=1, max_length=200)]
    unless: tuple[Written, ...] = ()
    reason: Sentence
    instead: Sentence
    refusable: bool = True
    fine_while: Truth | None = None
    platforms: Mapping[Platform, Switch] = Field(default_factory=dict)
    categories: Mapping[Written, Switch] = Field(default_factory=dict)
    in_tables: Switch | None = None
    catches: tuple[Sentence, ...] = ()
    passes: tuple[Sentence, ...] = ()
