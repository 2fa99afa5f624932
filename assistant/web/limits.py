"""How often one key and one address may come, and how many pages one person and one address may have open.

A look at a dictionary is all that an event may cost: nodes tell each other once a second what they let through. Not for
tries to sign in, each of which all nodes count together (`pages.py`).
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter

import structlog
from aiohttp import hdrs, web

from assistant.domain import limits as defaults
from assistant.domain.errors import TooMany
from assistant.domain.limits import Rate
from assistant.domain.staff import Principal
from assistant.web import arrivals
from assistant.web.keys import ACCESS, TALLIES, Counters
from assistant.web.stopping import TO_THE_END
from assistant.web.visitors import Network, Visitors, networks

log = structlog.get_logger(__name__)

# A bucket holds so many seconds' worth: an office that opens at nine, a platform that catches up.
SECONDS = 10.0
# One request may carry 1000 events: a bucket that did not hold more might never be enough.
LARGEST = 2000.0
# So many buckets are kept before those that are full again are thrown away.
MOST_BUCKETS = 10_000
# A page that is turned away tries again after so long at the earliest.
PAGE_SECONDS = 5
# Nodes tell each other so often what they let through, of so many names that took most.
TELL_SECONDS, MOST_TOLD = 1.0, 100
_HOOKS = "/hooks/"


@dataclass(frozen=True, slots=True)
class Most:
    """What is allowed, 0: no limit. Events (and other requests) a second by one key; requests a second without a key
    from one address; open pages of one person, and from one address; whom to believe where a request comes from."""

    key_events: float = defaults.KEY_EVENTS
    address_requests: float = defaults.ADDRESS_REQUESTS
    person_pages: int = defaults.PERSON_PAGES
    address_pages: int = defaults.ADDRESS_PAGES
    proxies: tuple[Network, ...] = networks(defaults.PROXIES)


class Buckets:
    """A bucket for each of many names."""

    def __init__(self, per_second: float, at_once: float = 0.0) -> None:
        self._rate = Rate(per_second, max(per_second * SECONDS, at_once)) if per_second else None
        self._full_at: dict[str, float] = {}
        self._taken: defaultdict[str, float] = defaultdict(float)
        self._room = MOST_BUCKETS

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, name: str, now: float, cost: float = 1.0) -> float:
        """Take `cost` out of a bucket; 0.0, or for how many seconds to wait, and then nothing was taken."""
        if self._rate is None:
            return 0.0
        full_at = self._rate.taken(self._full_at.get(name, 0.0), now, cost)
        wait = self._rate.wait(full_at, now)
        if not wait and cost:
            self._full_at[name] = full_at
            self._taken[name] += cost
            if len(self._full_at) > self._room:
                self._throw_away(now)
        return wait

    def told(self) -> dict[str, float]:
        """What was taken since this was asked last, by those who took most."""
        taken, self._taken = self._taken, defaultdict(float)
        return dict(heapq.nlargest(MOST_TOLD, taken.items(), key=itemgetter(1)))

    def taken_elsewhere(self, name: str, now: float, cost: float) -> None:
        """Another node let this through."""
        if self._rate is not None:
            self._full_at[name] = self._rate.emptied(self._full_at.get(name, 0.0), now, cost)

    def _throw_away(self, now: float) -> None:
        self._full_at = {name: full_at for name, full_at in self._full_at.items() if full_at > now}
        self._room = max(MOST_BUCKETS, 2 * len(self._full_at))


@dataclass(slots=True)
class Limits:
    """What this node has seen of everybody."""

    most: Most
    visitors: Visitors
    keys: Buckets
    addresses: Buckets
    pages: Counter[tuple[str, ...]] = field(default_factory=Counter)


LIMITS = web.AppKey("limits", Limits)


def limits(most: Most) -> Limits:
    """Nobody has come yet."""
    return Limits(most, Visitors(most.proxies), Buckets(most.key_events, LARGEST), Buckets(most.address_requests))


def admit(request: web.Request) -> None:
    """Count a request of its address. Raises TooMany. Keys are counted by themselves, and hosts' calls only when they
    were refused (`refused`): a platform sends from one address, however much it has to tell."""
    if request.path in TO_THE_END or request.path.startswith("/static/"):
        return
    visitor = request.app[LIMITS].visitors.of(request)
    if visitor is not None and not _by_known_key(request):
        _count_visitor(request, visitor, 0.0 if request.path.startswith(_HOOKS) else 1.0)


def refused(request: web.Request) -> None:
    """Count a host's call that was none after all."""
    visitor = request.app[LIMITS].visitors.of(request)
    if visitor is not None:
        _count_visitor(request, visitor, 1.0)


def count_events(request: web.Request, who: Principal, number: float) -> None:
    """Count what a key sends. Raises TooMany, and then nothing was counted."""
    found = request.app[LIMITS]
    wait = found.keys.take(f"{who.shop} {who.agent}", arrivals.of_this_request(), number) if number > 0 else 0.0
    if wait:
        rate = f"{found.most.key_events:g} events a second"
        raise _turned_away(request, "key", wait, f"this key sends more than {rate} (ASSISTANT_LIMIT_KEY_EVENTS)")


@contextmanager
def open_page(request: web.Request, who: Principal) -> Iterator[None]:
    """A page is open as long as this lasts. Raises TooMany if there are enough of this person or address."""
    found, visitor = request.app[LIMITS], request.app[LIMITS].visitors.of(request)
    allowed: dict[tuple[str, ...], int] = {("person", who.shop, who.agent): found.most.person_pages}
    if visitor is not None:
        allowed["address", visitor] = found.most.address_pages
    for place, most in allowed.items():
        if most and found.pages[place] >= most:
            kind = place[0]
            said = f"this {kind} has {most} pages open (ASSISTANT_LIMIT_{kind.upper()}_PAGES): close some"
            raise _turned_away(request, f"{kind}_pages", PAGE_SECONDS, said)
    places = list(allowed)
    found.pages.update(places)
    try:
        yield
    finally:
        found.pages.subtract(places)
        for place in places:
            if not found.pages[place]:
                del found.pages[place]


async def keep_in_step(found: Limits, bus: Counters) -> None:
    """Tell other nodes what this one let through, as long as the service lives: asking several of them in turn gains
    nobody more than a second's worth."""
    while True:
        await asyncio.sleep(TELL_SECONDS)
        try:
            await step(found, bus)
        except Exception:
            log.exception("limits.telling_failed")


async def step(found: Limits, bus: Counters) -> None:
    """Tell once, and take in what others told."""
    for kind, buckets in (("key", found.keys), ("address", found.addresses)):
        others = await bus.others({f"{kind}:{name}": taken for name, taken in buckets.told().items()})
        now = asyncio.get_running_loop().time()
        for name, taken in others.items():
            buckets.taken_elsewhere(name.partition(":")[2], now, taken)


def _by_known_key(request: web.Request) -> bool:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return scheme.lower() == "bearer" and request.app[ACCESS].remembers(token.strip())


def _count_visitor(request: web.Request, visitor: str, cost: float) -> None:
    found = request.app[LIMITS]
    wait = found.addresses.take(visitor, arrivals.of_this_request(), cost)
    if wait:
        rate = f"{found.most.address_requests:g} requests a second"
        said = f"this address sends more than {rate} (ASSISTANT_LIMIT_ADDRESS_REQUESTS)"
        raise _turned_away(request, "address", wait, said)


def _turned_away(request: web.Request, door: str, wait: float, said: str) -> TooMany:
    request.app[TALLIES].too_often[door] += 1
    seconds = max(1, math.ceil(wait))
    return TooMany(f"{said}: try again in {seconds} s, or have the operator raise it", retry_after=seconds)
