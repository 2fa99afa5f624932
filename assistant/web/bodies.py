"""Reads what requests carry: JSON bodies into models, forms, numbers in addresses. Not for events, which have a door of
their own (`intake.py`)."""

from __future__ import annotations

from typing import TypeVar

from aiohttp import web
from multidict import MultiMapping
from pydantic import BaseModel, ValidationError

from assistant.domain.advice import advice
from assistant.domain.errors import Detail, InvalidInput

B = TypeVar("B", bound=BaseModel)


async def body(request: web.Request, model: type[B]) -> B:
    """The body as this model. Raises InvalidInput that names every field that is wrong."""
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        details = [Detail(0, *advice(problem)) for problem in error.errors(include_url=False)]
        raise InvalidInput(details=details) from error


async def form(request: web.Request) -> MultiMapping[str | bytes | bytearray | web.FileField]:
    """What a form was filled in with. Raises InvalidInput."""
    try:
        return await request.post()
    except (ValueError, LookupError) as error:
        raise InvalidInput("this is no form that can be read") from error


def number(request: web.Request, what: str) -> int:
    """The `id` in the address. Raises InvalidInput that says `what` it is not."""
    found = request.match_info["id"]
    if not found.isdecimal() or len(found) > 18:
        raise InvalidInput(f"{found!r} is no {what}")
    return int(found)
