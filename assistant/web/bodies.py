"""Reads what requests carry: JSON bodies into models, forms, numbers in addresses. Not for events, which have a door of
their own (`intake.py`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar

from aiohttp import web
from multidict import MultiMapping
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assistant.domain.advice import advice
from assistant.domain.errors import Detail, InvalidInput, TooSlow
from assistant.web.keys import PACE

B = TypeVar("B", bound=BaseModel)
# NUL cannot be stored by every database.
Words = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=0, lt=10**18)]


class Body(BaseModel):
    """What a request says; a field that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


async def whole(request: web.Request) -> bytes:
    """The body, whatever it is. Raises TooSlow."""
    if request.content.is_eof():
        return await request.read()  # it came with its head, as events do: no clock need run
    async with in_time(request.app[PACE].body_seconds):
        return await request.read()


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """For so long it may take. Raises TooSlow."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise TooSlow from error


async def body(request: web.Request, model: type[B]) -> B:
    """The body as this model. Raises InvalidInput that names every field that is wrong."""
    try:
        return model.model_validate_json(await whole(request))
    except ValidationError as error:
        details = [Detail(0, *advice(problem)) for problem in error.errors(include_url=False)]
        raise InvalidInput(details=details) from error


async def form(request: web.Request) -> MultiMapping[str | bytes | bytearray | web.FileField]:
    """What a form was filled in with. Raises InvalidInput."""
    try:
        async with in_time(request.app[PACE].body_seconds):
            return await request.post()
    except (ValueError, LookupError) as error:
        raise InvalidInput("this is no form that can be read") from error


async def texts(request: web.Request, longest: int) -> dict[str, str]:
    """The fields of a form as texts, none longer than that. Raises InvalidInput."""
    return {name: str(value)[:longest] for name, value in (await form(request)).items()}


def number(request: web.Request, what: str) -> int:
    """The `id` in the address. Raises InvalidInput that says `what` it is not."""
    found = request.match_info["id"]
    if not found.isdecimal() or len(found) > 18:
        raise InvalidInput(f"{found!r} is no {what}")
    return int(found)


def between(request: web.Request, name: str, usual: int, least: int, most: int) -> int:
    """The number behind the `?` of an address, `usual` where there is none. Raises InvalidInput."""
    given = request.query.get(name)
    if given is None:
        return usual
    if not given.isdecimal() or len(given) > 20 or not least <= int(given) <= most:
        raise InvalidInput(f"{name} is a whole number from {least} to {most}")
    return int(given)
