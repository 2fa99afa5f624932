"""JSON for other front ends and for platforms: read, call a service, answer. Shapes: CONTRACT.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from aiohttp import web
from pydantic import AwareDatetime, Field

from assistant import store
from assistant.domain import events
from assistant.domain.errors import AssistantError, NotAllowed
from assistant.domain.notices import NOTHING, Withdraws
from assistant.domain.practice import real_shop
from assistant.domain.staff import Principal
from assistant.services import (
    buyers,
    conversations,
    follow_ups,
    handovers,
    intake,
    notices,
    suggestions,
)
from assistant.services import sidebar as sidebars
from assistant.services.desk import Desk
from assistant.services.passes import LAUNCH_SECONDS
from assistant.store.locks import Hold, whole_shop
from assistant.web import answers
from assistant.web.bodies import Body, Number, Words, number, whole
from assistant.web.bodies import body as body_of
from assistant.web.keys import ACCESS, CLOCK, COUNTERS, DESKS, TALLIES, principal
from assistant.web.keys import origin as own_origin
from assistant.web.limits import count_events

Work = Callable[[Desk], int | None]
TagList = Annotated[list[Words], Field(max_length=100)]


class SuggestionAction(Body):
    action: str


class FollowUpAction(Body):
    action: str
    minutes: int = 10
    reason: Words = ""


class HandOver(Body):
    """To whom open follow-ups go: a colleague, or whoever comes first (null). `from` is left out for one's own."""

    to: Words | None
    from_: Words | None = Field(default=None, validation_alias="from")


class TakeBack(Body):
    """The ids that passing them on answered with."""

    follow_ups: Annotated[list[Number], Field(max_length=500)]
    from_: Words | None = Field(default=None, validation_alias="from")


class Tags(Body):
    """The tags a buyer shall have: by group, or a bare list whose groups are found by name."""

    tags: TagList | dict[Words, TagList]


class Note(Body):
    text: Words


class NoticeRequest(Body):
    """Without `ends_at` a notice ends with the shop's day. `author` is for programs: people post in their own name."""

    text: Words
    ends_at: AwareDatetime | None = None
    withdraws: Withdraws = NOTHING
    author: Annotated[Words, Field(max_length=60)] = ""


class NoticeReading(Body):
    """`agent` is for programs that speak for an agent: people read for themselves."""

    agent: events.Id | None = None


class LaunchRequest(Body):
    agent: events.Id
    host_origin: Words


async def take_events(request: web.Request) -> web.StreamResponse:
    """Events in, acknowledged once they are on disk."""
    now, shop = request.app[CLOCK].now(), principal(request).shop
    desks, tallies = request.app[DESKS], request.app[TALLIES]
    try:
        found = intake.read_body(await whole(request), now, shop)
        count_events(request, principal(request), len(found) - 1)  # the request itself was one
        receipt = await desks.write(shop, now, lambda desk: intake.receive(desk, found), intake.whom(found))
    except AssistantError as error:
        tallies.refused["api", error.code] += 1
        raise
    tallies.took("api", receipt)
    if not receipt.duplicates:  # what is sent again tells nothing of how late news come
        desks.news.came(shop, found, now)
        await desks.news.share(desks.store, now)
    return web.json_response(text=f'{{"accepted":{receipt.accepted},"duplicates":{receipt.duplicates}}}')


async def show_sidebar(request: web.Request) -> web.StreamResponse:
    app, shop, id = request.app, principal(request).shop, request.match_info["id"]
    platform, now = request.query.get("platform"), app[CLOCK].now()
    at = await app[DESKS].shop(shop, now)

    def read(tx: store.Transaction) -> dict[str, Any]:
        conversation = conversations.find(tx, shop, id, platform)
        return answers.sidebar(sidebars.view(tx, at, conversation, now), at.timezone)

    return answers.json_response(await app[DESKS].store.read(read))


async def act_on_suggestion(request: web.Request) -> web.StreamResponse:
    body, id, who = await body_of(request, SuggestionAction), _number(request), principal(request)
    work = partial(suggestions.act, id=id, action=body.action, agent=who.agent)
    return await _do(request, work, store.locks.by_row("suggestions", id))


async def act_on_follow_up(request: web.Request) -> web.StreamResponse:
    body, id, who = await body_of(request, FollowUpAction), _number(request), principal(request)
    return await _do(
        request,
        lambda desk: follow_ups.act(desk, id, body.action, agent=who.agent, minutes=body.minutes, reason=body.reason),
        store.locks.by_row("follow_ups", id),
    )


async def colleagues(request: web.Request) -> web.StreamResponse:
    """What an agent would pass on at the end of a shift, and to whom; `here`: their screens are open."""
    who, now = principal(request), request.app[CLOCK].now()
    agent, here = _agent(who, request.query.get("agent")), await request.app[COUNTERS].present(real_shop(who.shop))

    def look(tx: store.Transaction) -> dict[str, Any]:
        found = (one for one in handovers.colleagues(tx, who.shop, now) if one.agent != agent)
        others = [{**asdict(one), "here": one.agent in here} for one in found]
        return {"agent": agent, **asdict(handovers.load(tx, who.shop, agent)), "colleagues": others}

    return answers.json_response(await request.app[DESKS].store.read(look))


async def hand_over(request: web.Request) -> web.StreamResponse:
    """Pass all open follow-ups of an agent on; answers with their ids, which take them back."""
    body, who = await body_of(request, HandOver), principal(request)
    agent = _agent(who, body.from_)
    return await _pass(request, lambda desk: handovers.pass_on(desk, agent, body.to, by=who.agent))


async def take_back(request: web.Request) -> web.StreamResponse:
    """Undo: what was passed on and is still open comes back."""
    body, who = await body_of(request, TakeBack), principal(request)
    agent = _agent(who, body.from_)
    return await _pass(request, lambda desk: handovers.take_back(desk, agent, body.follow_ups, by=who.agent))


async def put_tags(request: web.Request) -> web.StreamResponse:
    body, id, who = await body_of(request, Tags), request.match_info["id"], principal(request)
    wanted = body.tags if isinstance(body.tags, dict) else buyers.grouped(body.tags)
    platform = request.query.get("platform")
    return await _do(
        request, lambda desk: buyers.set_tags(desk, buyers.find(desk, id, platform), wanted, author=who.agent)
    )


async def add_note(request: web.Request) -> web.StreamResponse:
    body, id, who = await body_of(request, Note), request.match_info["id"], principal(request)
    platform = request.query.get("platform")
    return await _do(
        request,
        lambda desk: buyers.note(desk, buyers.find(desk, id, platform), body.text, author=who.agent, name=who.name),
    )


async def list_notices(request: web.Request) -> web.StreamResponse:
    """What stands in the shop today, unread ones first."""
    app, who, now = request.app, principal(request), request.app[CLOCK].now()
    at = await app[DESKS].shop(who.shop, now)
    found = [answers.notice(notice, at.timezone) for notice in notices.views(at, who.agent, now)]
    return answers.json_response({"notices": found})


async def post_notice(request: web.Request) -> web.StreamResponse:
    """Tell all agents of the shop something, and withdraw replies as long as it stands."""
    body, who = await body_of(request, NoticeRequest), principal(request)
    author = (who.by_key and body.author.strip()) or who.name or who.agent
    return await _do(
        request,
        lambda desk: notices.post(desk, body.text, author=author, ends_at=body.ends_at, withdraws=body.withdraws),
    )


async def end_notice(request: web.Request) -> web.StreamResponse:
    """Take a notice back: what it withdrew may be said again."""
    id, who = _number(request), principal(request)
    return await _do(request, lambda desk: notices.end(desk, id, by=who.name or who.agent))


async def read_notice(request: web.Request) -> web.StreamResponse:
    """An agent has read a notice; a repeat changes nothing."""
    id, who, body = _number(request), principal(request), NoticeReading()
    if await whole(request):
        body = await body_of(request, NoticeReading)
    agent = (body.agent if who.by_key else None) or who.agent
    return await _do(request, lambda desk: notices.read(desk, id, agent=agent, name=who.name))


async def list_receipts(request: web.Request) -> web.StreamResponse:
    """The newest notices with who has read them, and who has not yet."""
    app, shop, now = request.app, principal(request).shop, request.app[CLOCK].now()
    at = await app[DESKS].shop(shop, now)
    view = await app[DESKS].store.read(lambda tx: notices.page(tx, at, now))
    found = [answers.row(row, at.timezone) for row in view.rows]
    return answers.json_response({"notices": found, "cut": view.cut})


async def launch(request: web.Request) -> web.StreamResponse:
    """A one-time address that lets an agent into the sidebar, embedded by `host_origin`.

    Platforms name their agents as they like, so one who is no person of the shop is let in too: `known` tells.
    """
    body, app = await body_of(request, LaunchRequest), request.app
    origin = answers.origin(body.host_origin)
    token, known = await app[ACCESS].launch(principal(request), body.agent, origin)
    address = f"{own_origin(request)}/sidebar?launch={token}"
    return web.json_response({"address": address, "expires_in": LAUNCH_SECONDS, "known": known})


def _agent(who: Principal, named: str | None) -> str:
    """Whose follow-ups are meant; another one's only for who may assign chats."""
    if named is None or named == who.agent:
        return who.agent
    if not who.may("chats.assign"):
        raise NotAllowed("you can pass on what you hold yourself: leave `from` out, or ask your team leader")
    return named


async def _pass(request: web.Request, work: Callable[[Desk], handovers.Passed]) -> web.StreamResponse:
    passed = await request.app[DESKS].write(principal(request).shop, request.app[CLOCK].now(), work)
    return answers.json_response(asdict(passed))


# --- small parts ---------------------------------------------------------------------------------------------------


async def _do(request: web.Request, work: Work, hold: Hold = whole_shop) -> web.StreamResponse:
    result = await request.app[DESKS].write(principal(request).shop, request.app[CLOCK].now(), work, hold)
    return web.json_response({"ok": True} if result is None else {"ok": True, "id": result})


def _number(request: web.Request) -> int:
    return number(request, "id: ids of suggestions and follow-ups are whole numbers")
