"""The bodies of successful answers about quick replies, for `/openapi.json`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class _QuickReply(BaseModel):
    id: str = Field(description="`~12` for one of the agent's own")
    title: str
    group: str | None
    shortcut: str | None
    text: str
    missing: list[str]
    own: bool
    pinned: bool
    image: str | None = Field(description="hash of the picture that goes with it")


class QuickReplies(BaseModel):
    items: list[_QuickReply]
    total: int = Field(description="how many fit, also beyond `limit`")


class _OwnReply(BaseModel):
    id: int
    name: str = Field(description="what the search calls it")
    title: str
    text: str
    group: str
    shortcut: str
    image: str | None
    pinned: bool
    used_on: str | None = Field(description="month and day when it was last sent, of the last thirty days")


class OwnReplies(BaseModel):
    items: list[_OwnReply]
    most: int


class _Doubt(BaseModel):
    code: str
    severity: Literal["warn", "note"]
    words: str
    reason: str
    instead: str


class OwnReplySaved(BaseModel):
    ok: bool
    id: int
    hits: list[_Doubt]


class PictureGiven(BaseModel):
    ok: bool
    image: str


class _Column(BaseModel):
    head: str
    means: str = Field(description="title, text, group, shortcut, or empty: left out")
    samples: list[str]


class _Fault(BaseModel):
    line: int
    message: str


class FileLooked(BaseModel):
    columns: list[_Column]
    head: bool = Field(description="whether the first row names the columns")
    rows: int
    new: int
    same: int = Field(description="rows that are there already")
    faults: list[_Fault]
    faulty: int
    kept: int = Field(default=0, description="how many were kept; none while there are faults")
