"""What is hidden of a buyer is shown to one person, with a reason that is recorded. Pages go on hiding it."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from assistant.services import buyers
from assistant.web.bodies import Body
from assistant.web.bodies import body as body_of
from assistant.web.keys import CLOCK, DESKS, principal


class RevealRequest(Body):
    """Why the number is wanted: the buyer asked to be called, the parcel cannot be delivered, money is concerned, or
    a leader has agreed."""

    reason: Literal["call_back", "delivery", "payment", "leader_agreed"]


async def reveal(request: web.Request) -> web.StreamResponse:
    """The telephone number of a buyer as the platform told it. Who asked, when, of whom and why is a fact."""
    asked, id, who = await body_of(request, RevealRequest), request.match_info["id"], principal(request)
    platform, desks = request.query.get("platform"), request.app[DESKS]
    phone = await desks.write(
        who.shop,
        request.app[CLOCK].now(),
        lambda desk: buyers.reveal(desk, buyers.find(desk, id, platform), asked.reason, by=who.agent),
    )
    return web.json_response({"phone": phone})
