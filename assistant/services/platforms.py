"""By which rules a shop's platforms are counted: as shipped until leaders change them, each change from a day on.

A change of today or later leaves yesterday's figures where they are; an earlier day has to be meant. What comes out
differently is worked out anew: sums of days by their follower, rounds here, some conversations at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.moments import midnight
from assistant.domain.platform_changes import SETTINGS, Change, Profiles, checked, written
from assistant.domain.platforms import PROFILES, Source
from assistant.services import audit, kpi, rounds
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.store.platforms import Changed, Rebuild

# As for teams: nobody plans further ahead, and no year of a typing error is kept.
AHEAD: Final = timedelta(days=366)
EARLIEST: Final = date(2000, 1, 1)
LONGEST_SOURCE: Final = 120
LONGEST_AS_OF: Final = 20
# Rounds are matched anew once every node knows the new rules, so many conversations in one transaction.
HEARD: Final = timedelta(seconds=5)
AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class SettingView:
    """A setting as it holds today; `shipped` is what it is without changes. `changes` are all of it, the latest day
    first."""

    name: str
    value: str
    shipped: str
    source: Source
    choices: tuple[str, ...]
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class PlatformView:
    """One platform's rules. `pending`: rounds of it are still being matched anew."""

    platform: str
    settings: tuple[SettingView, ...]
    today: date
    pending: bool


class Begun(NamedTuple):
    """From this day on something is counted otherwise: text before and after."""

    platform: str
    name: str
    since: date
    was: str
    value: str


def view(tx: store.Transaction, shop: str, platform: str, now: datetime) -> PlatformView:
    """The rules of a platform today, changes by the names of people. Raises NotFound."""
    if platform not in PROFILES:
        raise NotFound(f"there are no rules of {platform!r}: ask for {', '.join(PROFILES)}")
    profiles, today = store.platforms.profiles(tx, shop), kpi.today(tx, shop, now)
    profile, names = profiles.on(platform, today), store.users.names_of(tx, shop)
    told = [replace(one, by=names.get(one.by, one.by)) for one in store.platforms.told(tx, shop)]
    settings = tuple(
        SettingView(
            name, written(profile, name), written(PROFILES[platform], name), profile.sources[name],
            setting.choices,
            tuple(one for one in told if (one.change.platform, one.change.name) == (platform, name)),
        )
        for name, setting in SETTINGS.items()
    )  # fmt: skip
    return PlatformView(platform, settings, today, platform in store.platforms.pending(tx, shop))


def begun(tx: store.Transaction, shop: str, first: date, last: date, platform: str | None = None) -> tuple[Begun, ...]:
    """What is counted otherwise from one of these days on, the earliest first; the first day itself begins nothing."""
    profiles, found = store.platforms.profiles(tx, shop), []
    for change in (one.change for one in store.platforms.told(tx, shop)):
        if first < change.since <= last and platform in (None, change.platform):
            was, value = (written(profiles.on(change.platform, day), change.name) for day in _around(change.since))
            if was != value:
                found.append(Begun(change.platform, change.name, change.since, was, value))
    return tuple(sorted(found, key=lambda one: (one.since, one.platform)))


def _around(day: date) -> tuple[date, date]:
    return day - timedelta(days=1), day


# --- changed ---------------------------------------------------------------------------------------------------------


def change(
    desk: Desk, platform: str, name: str, value: str | None, since: date, source: Source, *, by: str, past: bool = False
) -> None:
    """A setting holds from a day on; `value` None: the shipped one again. Raises InvalidInput, also for a day that is
    over unless `past` says that it is meant."""
    value = None if value is None else checked(platform, name, value)
    if value is None and (platform not in PROFILES or name not in SETTINGS):
        checked(platform, name, "")
    _refuse_day(desk, since, past=past)
    made = Change(platform, name, since, value, _named(source))
    was = written(_profiles(desk).on(platform, since), name)
    store.platforms.set_(desk.tx, desk.shop.id, made, by, desk.now)
    _follows(desk, platform, name, since, was, by)


def take_back(desk: Desk, platform: str, name: str, since: date, *, by: str, past: bool = False) -> None:
    """A change was a mistake: what held before holds on. Raises InvalidInput and NotFound."""
    _refuse_day(desk, since, past=past)
    was = written(_profiles(desk).on(platform, since), name) if platform in PROFILES and name in SETTINGS else ""
    if not store.platforms.forget(desk.tx, desk.shop.id, platform, name, since):
        raise NotFound(f"{name!r} of {platform!r} did not change on {since.isoformat()}")
    _follows(desk, platform, name, since, was, by)


def _profiles(desk: Desk) -> Profiles:
    return store.platforms.profiles(desk.tx, desk.shop.id)


def _refuse_day(desk: Desk, since: date, *, past: bool) -> None:
    today = desk.shop.day(desk.now)
    if not EARLIEST <= since <= today + AHEAD:
        message = f"{since.isoformat()} cannot be meant: choose a day up to a year ahead"
        raise InvalidInput(message, reason="no_day", given=since.isoformat())
    if since < today and not past:
        message = f"{since.isoformat()} is over: say that its figures are to change"
        raise InvalidInput(message, reason="day_is_over", given=since.isoformat())


def _named(source: Source) -> Source:
    name, as_of = " ".join(source.name.split()), " ".join(source.as_of.split())
    if not name or len(name) > LONGEST_SOURCE or not as_of or len(as_of) > LONGEST_AS_OF:
        message = f"say by what text ({LONGEST_SOURCE} characters) and of when ({LONGEST_AS_OF})"
        raise InvalidInput(message, reason="no_source", most=LONGEST_SOURCE)
    return Source(name, as_of)


def _follows(desk: Desk, platform: str, name: str, since: date, was: str, by: str) -> None:
    """Write it down, tell every screen, and have worked out anew what comes out differently."""
    setting, shop = SETTINGS[name], desk.shop.id
    value = written(_profiles(desk).on(platform, since), name)
    told = {"of": platform, "setting": name, "value": value, "was": was, "since": since.isoformat()}
    audit.record(desk.tx, shop, "platform.changed", desk.now, by=by, **told)
    desk.announce()
    began = midnight(since, desk.shop.timezone)
    for section in setting.sections:
        desk.restate(section, began, desk.now)
    if setting.rounds and began <= desk.now:
        store.platforms.ask_rounds(desk.tx, shop, platform, since, desk.now)


# --- rounds matched anew ---------------------------------------------------------------------------------------------


async def catch_up(desks: Desks, now: datetime) -> int:
    """Match the rounds of some conversations anew where rules have changed; returns how many."""
    asked = await desks.store.read(lambda tx: store.platforms.asked_rounds(tx, now - HEARD))
    return 0 if asked is None else await desks.write(asked.shop, now, lambda desk: _some(desk, asked))


def catch_up_now(desks: Desks, now: datetime) -> int:
    """The same without an event loop and at once, until nothing is left; returns how many in all."""
    done = 0
    while (asked := desks.store.read_now(lambda tx: store.platforms.asked_rounds(tx, now))) is not None:
        done += desks.write_now(asked.shop, now, lambda desk: _some(desk, asked))  # called at once
    return done


def _some(desk: Desk, asked: Rebuild) -> int:
    began = midnight(asked.since, desk.shop.timezone)
    found = store.platforms.next_chats(desk.tx, asked, began, AT_ONCE)
    for id in found:
        conversation = desk.conversation_of(id)
        assert conversation is not None
        before = conversation.matching, conversation.waiting_since
        rounds.recompute(desk, conversation)
        if before != (conversation.matching, conversation.waiting_since):
            desk.touch(conversation)
    store.platforms.advance(desk.tx, asked, found[-1] if len(found) == AT_ONCE else None)
    return len(found)
