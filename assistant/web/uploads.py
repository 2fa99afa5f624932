"""Takes in files that are larger than a request may be: piece by piece, onto the disk. Not for what is in them."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from aiohttp import BodyPartReader, web

from assistant.domain.errors import InvalidInput, TooLarge
from assistant.web.bodies import in_time
from assistant.web.keys import PACE


async def kept(request: web.Request, most: int) -> tuple[str, Path]:
    """The name of the one file of a form, and where it is now: the caller deletes it. Raises InvalidInput, TooLarge,
    TooSlow."""
    async with in_time(request.app[PACE].file_seconds):
        return await _kept(request, most)


async def _kept(request: web.Request, most: int) -> tuple[str, Path]:
    try:
        form = await request.multipart()
        part = await form.next()
    except (ValueError, AssertionError) as error:
        raise InvalidInput("this is no form that can be read", reason="file_missing") from error
    if not isinstance(part, BodyPartReader) or not part.filename:
        raise InvalidInput("send a file", reason="file_missing")
    handle, name = await asyncio.to_thread(tempfile.mkstemp, ".jsonl", "events-")
    try:
        await _write(part, handle, most)
    except BaseException:
        Path(name).unlink(missing_ok=True)  # noqa: ASYNC240 - a moment
        raise
    finally:
        os.close(handle)
    return part.filename[:200], Path(name)


async def _write(part: BodyPartReader, handle: int, most: int) -> None:
    size = 0
    while piece := await part.read_chunk(256 * 1024):
        size += len(piece)
        if size > most:
            raise TooLarge(f"a file has at most {most // 1024 // 1024} MB", reason="file_too_large", most=most >> 20)
        await asyncio.to_thread(os.write, handle, piece)
