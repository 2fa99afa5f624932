"""JSON for other front ends and for platforms: read, call a service, answer. Shapes: CONTRACT.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assistant import store
from assistant.domain import events
from assistant.domain.advice import advice
from assistant.domain.errors import Detail, InvalidInput
from assistant.services import buyers, conversations, follow_ups, handbook, intake, quick_replies, suggestions
from assistant.services import sidebar as sidebars
from assistant.services.desk import Desk
from assistant.services.passes import LAUNCH_SECONDS
from assistant.web import answers
from assistant.web.keys import ACCESS, CLOCK, DESKS, HABITS, RENDERING, principal
from assistant.web.keys import origin as own_origin
from assistant.web.language import chosen

B = TypeVar("B", bound=BaseModel)
Work = Callable[[Desk], int | None]
# NUL cannot be stored by every database.
Words = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]
TagList = Annotated[list[Words], Field(max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SuggestionAction(_Body):
    action: str


class FollowUpAction(_Body):
    action: str
    minutes: int = 10
    reason: Words = ""


class Tags(_Body):
    """The tags a buyer shall have: by group, or a bare list whose groups are found by name."""

    tags: TagList | dict[Words, TagList]


class Note(_Body):
    text: Words


class LaunchRequest(_Body):
    agent: events.Id
    host_origin: Words


async def take_events(request: web.Request) -> web.StreamResponse:
    """Events in, acknowledged once they are on disk."""
    now, shop = request.app[CLOCK].now(), principal(request).shop
    found = intake.read_body(await request.read(), now, shop)
    desks = request.app[DESKS]
    receipt = await desks.write(shop, now, lambda desk: intake.receive(desk, found))
    if not receipt.duplicates:  # what is sent again tells nothing of how late news come
        desks.news.came(shop, found, now)
    return web.json_response(text=f'{{"accepted":{receipt.accepted},"duplicates":{receipt.duplicates}}}')


async def show_sidebar(request: web.Request) -> web.StreamResponse:
    app, shop, id = request.app, principal(request).shop, request.match_info["id"]
    platform, now = request.query.get("platform"), app[CLOCK].now()
    at = await app[DESKS].shop(shop, now)

    def read(tx: store.Transaction) -> dict[str, Any]:
        conversation = conversations.find(tx, shop, id, platform)
        return answers.sidebar(sidebars.view(tx, at, conversation, now), at.timezone)

    return web.json_response(await app[DESKS].store.read(read), dumps=answers.dumps)


async def act_on_suggestion(request: web.Request) -> web.StreamResponse:
    body, id, who = await _body(request, SuggestionAction), _number(request), principal(request)
    return await _do(request, lambda desk: suggestions.act(desk, id, body.action, agent=who.agent))


async def act_on_follow_up(request: web.Request) -> web.StreamResponse:
    body, id, who = await _body(request, FollowUpAction), _number(request), principal(request)
    return await _do(
        request,
        lambda desk: follow_ups.act(desk, id, body.action, agent=who.agent, minutes=body.minutes, reason=body.reason),
    )


async def put_tags(request: web.Request) -> web.StreamResponse:
    body, id, who = await _body(request, Tags), request.match_info["id"], principal(request)
    wanted = body.tags if isinstance(body.tags, dict) else buyers.grouped(body.tags)
    platform = request.query.get("platform")
    return await _do(
        request, lambda desk: buyers.set_tags(desk, buyers.find(desk, id, platform), wanted, author=who.agent)
    )


async def add_note(request: web.Request) -> web.StreamResponse:
    body, id, who = await _body(request, Note), request.match_info["id"], principal(request)
    platform = request.query.get("platform")
    return await _do(
        request, lambda desk: buyers.note(desk, buyers.find(desk, id, platform), body.text, author=who.agent)
    )


async def search_quick_replies(request: web.Request) -> web.StreamResponse:
    """Quick replies that fit what is typed; with `conversation` their texts are filled for it."""
    app, who, now = request.app, principal(request), request.app[CLOCK].now()
    at, limit = await app[DESKS].shop(who.shop, now), _limit(request.query.get("limit"), 8, 50)
    typed, id, platform = request.query.get("q", "")[:100], *map(request.query.get, ("conversation", "platform"))

    def look(tx: store.Transaction) -> quick_replies.Page:
        conversation = conversations.find(tx, who.shop, id, platform) if id else None
        uses = app[HABITS].of(tx, who.shop, who.agent, now)
        return quick_replies.search(tx, at, now, typed, conversation, limit, uses)

    page = await app[DESKS].store.read(look)
    catalogue = app[RENDERING].catalogues[chosen(request)]
    items = [
        answers.quick_reply(reply, filled, handbook.lacks(at, filled.missing), catalogue)
        for reply, filled in page.items
    ]
    return web.json_response({"items": items, "total": page.total}, dumps=answers.dumps)


async def launch(request: web.Request) -> web.StreamResponse:
    """A one-time address that lets an agent into the sidebar, embedded by `host_origin`.

    Platforms name their agents as they like, so one who is no person of the shop is let in too: `known` tells.
    """
    body, app = await _body(request, LaunchRequest), request.app
    origin = answers.origin(body.host_origin)
    token, known = await app[ACCESS].launch(principal(request).shop, body.agent, origin)
    address = f"{own_origin(request)}/sidebar?launch={token}"
    return web.json_response({"address": address, "expires_in": LAUNCH_SECONDS, "known": known})


# --- small parts ---------------------------------------------------------------------------------------------------


async def _do(request: web.Request, work: Work) -> web.StreamResponse:
    result = await request.app[DESKS].write(principal(request).shop, request.app[CLOCK].now(), work)
    return web.json_response({"ok": True} if result is None else {"ok": True, "id": result})


async def _body(request: web.Request, model: type[B]) -> B:
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        details = [Detail(0, *advice(problem)) for problem in error.errors(include_url=False)]
        raise InvalidInput(details=details) from error


def _number(request: web.Request) -> int:
    found = request.match_info["id"]
    if not found.isdecimal() or len(found) > 18:
        raise InvalidInput(f"{found!r} is no id: ids of suggestions and follow-ups are whole numbers")
    return int(found)


def _limit(given: str | None, usual: int, most: int) -> int:
    if given is None:
        return usual
    if not given.isdecimal() or len(given) > 18 or not 1 <= int(given) <= most:
        raise InvalidInput(f"limit is a whole number from 1 to {most}")
    return int(given)
