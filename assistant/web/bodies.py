"""Reads the JSON bodies of requests into models. Not for events, which have a door of their own (`intake.py`)."""

from __future__ import annotations

from typing import TypeVar

from aiohttp import web
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
