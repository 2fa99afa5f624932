"""The door for events: reads them, drops those had before, hands each to the noun it is about, in one transaction."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json

from assistant import store
from assistant.domain import events
from assistant.domain.advice import advice
from assistant.domain.errors import Detail, InvalidEvent, TooLarge
from assistant.services import buyers, conversations, items, messages, orders
from assistant.services.desk import Desk

MOST_EVENTS = 1_000
# Clocks of platforms run a little ahead; more than this is a mistake in the event.
AHEAD = timedelta(minutes=5)
# Years that every database, every time zone and every sum of times can take.
YEARS = range(1900, 2201)

_EVENT: TypeAdapter[events.Event] = TypeAdapter(events.AnyEvent)
_TAKES: Mapping[str, Callable[[Desk, Any], None]] = {
    "message": messages.say,
    "conversation": conversations.move,
    "rating": conversations.rate,
    "buyer": buyers.learn,
    "order": orders.update,
    "shipment": orders.ship,
    "refund": orders.refund,
    "review": orders.review,
    "item": items.learn,
    "promotion": items.promote,
    "view": items.view,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a request's events."""

    accepted: int
    duplicates: int


# --- reading -------------------------------------------------------------------------------------------------------


def parse(body: bytes) -> list[object]:
    """One JSON object, an array, or JSON Lines, as plain values. Raises InvalidEvent on anything else."""
    try:
        read = _json(body)
        found = read if isinstance(read, list) else [read]
    except (ValueError, RecursionError) as error:
        found = _lines(body, error)
    if len(found) > MOST_EVENTS:
        raise TooLarge(f"a request carries at most {MOST_EVENTS} events: this one has {len(found)}, send it in parts")
    return found


def _json(text: bytes) -> Any:
    # Unlike the standard library's this refuses NaN and halves of characters, which no database can keep.
    return from_json(text.removeprefix(BOM_UTF8), allow_inf_nan=False)


def _lines(body: bytes, whole: Exception) -> list[object]:
    found = []
    for index, line in enumerate(filter(bytes.strip, body.split(b"\n"))):
        try:
            found.append(_json(line))
        except (ValueError, RecursionError) as error:
            reason = whole if index == 0 else error
            raise _unreadable(index, reason) from error
    if not found:
        raise _unreadable(0, ValueError("the body is empty"))
    return found


def _unreadable(index: int, error: Exception) -> InvalidEvent:
    message = f"this is no JSON ({error}): send one object, an array of objects, or one object a line"
    return InvalidEvent(details=[Detail(index, "", message)])


def read_body(body: bytes, now: datetime, shop: str) -> list[events.Event]:
    """The events of a request's body, for the shop its key belongs to. Raises InvalidEvent or TooLarge."""
    if body[:1] == b"{":
        # One object, the usual case: parsed and validated in one go. Whatever is wrong is said by the other way.
        with suppress(ValidationError):
            event = _EVENT.validate_json(body)
            if not _wrong_times(0, event, now):
                return [event if event.shop == shop else event.model_copy(update={"shop": shop})]
    return read(parse(body), now, shop)


def read(found: Sequence[object], now: datetime | None = None, shop: str | None = None) -> list[events.Event]:
    """Validate every event, all or nothing. `shop` is the one the key belongs to: it replaces what the events say.
    Without `now` (replays) no time lies ahead."""
    read_events: list[events.Event] = []
    details: list[Detail] = []
    for index, value in enumerate(found):
        try:
            event = _EVENT.validate_python({**value, "shop": shop} if shop and isinstance(value, dict) else value)
            details += _wrong_times(index, event, now)
            read_events.append(event)
        except ValidationError as error:
            problems = error.errors(include_url=False)
            details += [Detail(index, *advice(problem, _TAKES)) for problem in problems]
        except RecursionError:
            details.append(Detail(index, "", "nested too deeply"))
    if details:
        raise InvalidEvent(details=details[:100])
    return read_events


def _wrong_times(index: int, event: events.Event, now: datetime | None) -> list[Detail]:
    if now is not None and event.at - now > AHEAD:
        message = f"{event.at.isoformat()} lies more than 5 minutes ahead: check the sender's clock"
        return [Detail(index, "at", message)]
    return [
        Detail(index, name, f"{found.isoformat()} is outside the years {YEARS[0]} to {YEARS[-1]}: check it")
        for name, found in _times(event)
        if found.year not in YEARS
    ]


def _times(model: BaseModel, place: str = "") -> Iterator[tuple[str, datetime]]:
    """Every time in an event, with the dotted name of its field."""
    for name in _fields_with_times(type(model)):
        value = getattr(model, name)
        if isinstance(value, datetime):
            yield place + name, value
        elif isinstance(value, list):
            for index, part in enumerate(value):
                yield from _times(part, f"{place}{name}.{index}.")


@cache
def _fields_with_times(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that hold a time, or a list of models."""
    fields = model.model_fields.items()
    return tuple(name for name, field in fields if _holds_times(field.annotation))


def _holds_times(annotation: Any) -> bool:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return issubclass(annotation, (datetime, AwareDatetime, BaseModel))
    return any(map(_holds_times, get_args(annotation)))


# In the order of `store.locks.Named`.
_NAMING = ("buyer", "conversation", "order", "other", "id")


@cache
def _fields_that_name(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that say what an event is about; asking for one that is not there is dear."""
    return tuple(name for name in _NAMING if name in model.model_fields)


def whom(found: Sequence[events.Event]) -> store.locks.OfNamed:
    """The buyers whom events are about, and the items and promotions they tell of."""
    named: dict[str, list[tuple[str, str]]] = {field: [] for field in _NAMING}
    for event in found:
        for field in _fields_that_name(type(event)):
            id = getattr(event, field)
            if id is not None:
                named[field].append((event.platform, id))
        if event.type in ("item", "promotion"):
            named["other"].append((event.platform, getattr(event, event.type)))
    return store.locks.named(store.locks.Named(*named.values()))


# --- storing -------------------------------------------------------------------------------------------------------


def receive(desk: Desk, found: Iterable[events.Event]) -> Receipt:
    """Take in the events of one shop, in the order given; each settles before the next."""
    accepted = duplicates = 0
    for index, event in enumerate(found):
        if not store.events.first_time(desk.tx, desk.shop.id, event.platform, event.id, desk.now):
            duplicates += 1
            continue
        try:
            _TAKES[event.type](desk, event)
        except InvalidEvent as error:
            raise InvalidEvent(details=[Detail(index, d.field, d.message) for d in error.details]) from error
        desk.settle()
        accepted += 1
    return Receipt(accepted, duplicates)
