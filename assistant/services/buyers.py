"""What is known about a buyer and what agents add to it: tags, notes, records, purchases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from assistant import store
from assistant.domain import buyers as rules
from assistant.domain import events
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.facts import Fact
from assistant.domain.segments import limits, stage
from assistant.services.desk import Desk
from assistant.store.buyers import Buyer
from assistant.store.tags import Tag

LONGEST_NOTE = 500
LONGEST_FIELD = 100
LONGEST_QUANTITY = 6
RECORD_FIELDS = {"item": "商品", "size": "尺码", "quantity": "数量", "alternative": "可接受的替代"}


def learn(desk: Desk, event: events.Buyer) -> None:
    """Take in what a platform tells about a buyer; of what is older than what we know only what was left out since."""
    buyer = desk.buyer(event.platform, event.buyer)
    older = buyer.modified_at is not None and event.at < buyer.modified_at
    if event.registered_at is not None and buyer.registered_at is None:
        desk.record("buyer.registered", at=event.at, buyer=buyer)
    told, was = event.model_dump(exclude_none=True, include=_PROFILE), _stage(desk, buyer)
    for name, value in told.items():
        if not older or getattr(buyer, name) is None:
            setattr(buyer, name, value.isoformat() if name in ("birthday", "baby_birthday") else value)
    known, news = buyer.attributes or {}, event.attributes or {}
    buyer.attributes = {**news, **known} if older else {**known, **news}
    buyer.modified_at = max(buyer.modified_at or event.at, event.at)
    _note_consent(desk, buyer, event, older=older)
    store.buyers.save_profile(desk.tx, buyer)
    _note_stage(desk, buyer, was, event.at)
    _tag(desk, buyer, event.tags or (), older=older)
    _show(desk, buyer)


_PROFILE = {"nickname", "phone", "tier", "province", "city", "registered_at", "birthday", "baby_birthday"}


def _note_consent(desk: Desk, buyer: Buyer, event: events.Buyer, *, older: bool) -> None:
    before = dict(buyer.consent or {})
    for channel in ("sms", "email"):
        said = getattr(event.consent, channel, None)
        if said is not None and before.get(channel) is not said and not (older and channel in before):
            before[channel] = said
            desk.record("buyer.consented" if said else "buyer.opted_out", at=event.at, buyer=buyer, channel=channel)
    buyer.consent = before


def _tag(desk: Desk, buyer: Buyer, tags: Iterable[str], *, older: bool) -> None:
    """The platform's own tags; old news replaces none that stands."""
    standing = {tag.group for tag in store.tags.of(desk.tx, buyer.id)} if older else set()
    for tag in tags:
        group = rules.tag_group(group_of(tag))
        if group is not None and (group.many or group.group not in standing):
            put_tag(desk, buyer, group.group, tag, author="platform")


def group_of(tag: str) -> str:
    """The group a bare tag belongs to."""
    return next((g.group for g in rules.TAG_GROUPS if tag in dict(g.tags)), "free")


def put_tag(desk: Desk, buyer: Buyer, group: str, tag: str, *, author: str) -> None:
    """Put a tag on a buyer; in a group where one tag holds at a time it replaces the old. Raises InvalidInput."""
    known, tag = _checked(group, tag)
    if not known.many:
        for other in store.tags.of(desk.tx, buyer.id):
            if other.group == group and other.tag != tag:
                take_tag(desk, buyer, group, other.tag, author=author)
    if store.tags.add(desk.tx, buyer.id, Tag(group, tag), author, desk.now):
        desk.record("buyer.tagged", buyer=buyer, agent=author, group=group, tag=tag)
    _show(desk, buyer)


def take_tag(desk: Desk, buyer: Buyer, group: str, tag: str, *, author: str) -> None:
    """Take a tag off a buyer, if it is there. Raises InvalidInput."""
    _, tag = _checked(group, tag)
    if store.tags.remove(desk.tx, buyer.id, Tag(group, tag)):
        desk.record("buyer.untagged", buyer=buyer, agent=author, group=group, tag=tag)
    _show(desk, buyer)


def _checked(group: str, tag: str) -> tuple[rules.TagGroup, str]:
    known, tag = rules.tag_group(group), tag.strip()
    if known is None or not tag or len(tag) > rules.LONGEST_TAG or (known.tags and tag not in dict(known.tags)):
        message = f"no tag {tag!r} in group {group!r}: choose one of its tags, or 1 to 20 characters in free"
        raise InvalidInput(message, reason="unknown_tag")
    return known, tag


def grouped(tags: Iterable[str]) -> dict[str, list[str]]:
    """Bare tags by the group they belong to, every group present."""
    found: dict[str, list[str]] = {group.group: [] for group in (*rules.TAG_GROUPS, rules.FREE)}
    for tag in tags:
        found[group_of(tag)].append(tag)
    return found


def set_tags(desk: Desk, buyer: Buyer, wanted: Mapping[str, Iterable[str]], *, author: str) -> None:
    """Make these the buyer's tags in the groups named; other groups stay."""
    for group, tags in wanted.items():
        keep = list(dict.fromkeys(tag.strip() for tag in tags))
        for old in store.tags.of(desk.tx, buyer.id):
            if old.group == group and old.tag not in keep:
                take_tag(desk, buyer, group, old.tag, author=author)
        for tag in keep:
            put_tag(desk, buyer, group, tag, author=author)


def find(desk: Desk, id: str, platform: str | None = None) -> Buyer:
    """The buyer with this platform id; the platform is needed only where two share the id."""
    return desk.buyer_of(named(desk.tx, desk.shop.id, id, platform).id)


def named(tx: store.Transaction, shop: str, id: str, platform: str | None = None) -> Buyer:
    """As `find`, for reading only. Raises NotFound, InvalidInput."""
    found = store.buyers.named(tx, shop, id)
    fitting = [buyer for buyer in found if platform in (None, buyer.platform)]
    if not fitting:
        raise NotFound(f"there is no buyer {id!r} in this shop")
    if len(fitting) > 1:
        raise InvalidInput(f"{id!r} is a buyer of several platforms: add ?platform=")
    return fitting[0]


def reveal(desk: Desk, buyer: Buyer, reason: str, *, by: str) -> str | None:
    """The telephone number nobody else sees; `by` and the reason are recorded, the number is not."""
    desk.record("access.revealed", buyer=buyer, agent=by, what="phone", reason=reason)
    return buyer.phone


def note(desk: Desk, buyer: Buyer, text: str, *, author: str, name: str = "") -> int:
    """Write a note about a buyer; at most 500 characters. People read the author's `name`, figures count the id."""
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        message = f"a note has 1 to {LONGEST_NOTE} characters: this one has {len(text)}"
        raise InvalidInput(message, reason="too_long" if text else "empty", most=LONGEST_NOTE, n=len(text))
    id = store.notes.add(desk.tx, buyer.id, name or author, text, desk.now)
    desk.record("buyer.noted", buyer=buyer, agent=author)
    _show(desk, buyer)
    return id


def keep_record(
    desk: Desk, buyer: Buyer, situation: str, fields: Mapping[str, str], *, author: str, name: str = ""
) -> int:
    """Keep what a buyer wanted and could not have (DOMAIN.md 0-2, out of stock), with the buyer."""
    found = {name: str(fields.get(name) or "").strip() for name in RECORD_FIELDS}
    filled = {name: value for name, value in found.items() if value}
    if not filled:
        raise InvalidInput("fill in at least one of item, size, quantity, alternative", reason="no_fields")
    longest = max(map(len, filled.values()))
    if longest > LONGEST_FIELD:
        message = f"a field of a record has at most {LONGEST_FIELD} characters: this one has {longest}"
        raise InvalidInput(message, reason="too_long", most=LONGEST_FIELD, n=longest)
    if "quantity" in filled:
        filled["quantity"] = _whole(filled["quantity"])
    text = "缺货登记：" + "，".join(f"{RECORD_FIELDS[name]} {value}" for name, value in filled.items())
    id = store.notes.add(desk.tx, buyer.id, name or author, text, desk.now, {"situation": situation, **filled})
    desk.record("buyer.noted", buyer=buyer, agent=author, situation=situation)
    _show(desk, buyer)
    return id


def _whole(quantity: str) -> str:
    """Digits as they are counted with, also where an input method wrote wide ones."""
    if not quantity.isdecimal() or len(quantity) > LONGEST_QUANTITY:
        raise InvalidInput(f"quantity is a whole number, not {quantity!r}", reason="quantity")
    return str(int(quantity))


def count_purchases(desk: Desk, fact: Fact) -> None:
    """An order was paid, or given back: the buyer's purchases are counted anew."""
    assert fact.buyer is not None
    buyer, found = desk.buyer_of(fact.buyer), store.orders.purchases(desk.tx, fact.buyer)
    was = _stage(desk, buyer)
    buyer.paid_orders, buyer.spent, buyer.last_paid_at = found.count, found.spent, found.last_paid_at
    store.buyers.save_purchases(desk.tx, buyer)
    _note_stage(desk, buyer, was, fact.at)


def _stage(desk: Desk, buyer: Buyer) -> str:
    return stage(buyer, limits(desk.shop.handbook.values(desk.shop.day(desk.now))))


def _note_stage(desk: Desk, buyer: Buyer, was: str, at: datetime) -> None:
    if (now := _stage(desk, buyer)) != was:
        desk.record("buyer.segment_changed", at=at, buyer=buyer, stage=now, was=was)


def _show(desk: Desk, buyer: Buyer) -> None:
    conversation = desk.latest_conversation(buyer.id)
    if conversation is not None:
        desk.touch(conversation, "buyer")
