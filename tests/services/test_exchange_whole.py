"""Any version of a shop's tables, written to a file and read again, is the identical version: in every format."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import store
from assistant.domain.drafts import judge
from assistant.domain.scripts import (
    Cap,
    Goal,
    HandbookEntry,
    QuickReply,
    Reply,
    Scripts,
    Situation,
    Touchpoint,
    Window,
)
from assistant.services import drafts
from assistant.services.exchange import published, read, write
from assistant.services.scripts import prepare
from tests.services.drafting import rewrite
from tests.services.shop import TABLES, Shop
from tests.services.test_exchange import CHECK, NAMES, PRINTABLE, TRAPS, promotions

WORDS = st.one_of(st.text(PRINTABLE, min_size=1, max_size=12), st.sampled_from([one for one in TRAPS if one.strip()]))
LINES = st.lists(WORDS, max_size=3, unique=True).map(tuple)
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
SLUGS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
STAGES = st.sampled_from([None, "presale", "insale", "aftersale"])
WHEN = st.sampled_from(
    [{}, {"order.state": "none"}, {"order.amount": {"min": 5, "max": 99.5}}, {"buyer.tags": {"not": ["甲", "-1"]}},
     {"order.cod": False, "buyer.tier": ["vip", "senior"]}]
)  # fmt: skip
FACTS = st.lists(st.sampled_from(["order.paid", "buyer.spoke", "order.closed"]), max_size=2, unique=True).map(tuple)
TIMES = st.integers(1, 10**6).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def situations(draw: st.DrawFn, id: str) -> Situation:
    said = draw(st.lists(TEXTS, min_size=1, max_size=3))
    # One for everybody, the others each for a tier of their own: none of them tie.
    whom = [{}, {"buyer.tier": "vip"}, {"buyer.tier": "senior"}]
    replies = [
        Reply.model_validate(
            {"id": f"r{n}", "text": text, "for": whom[n], "tells": draw(st.sampled_from([None, "gift"]))}
        )
        for n, text in enumerate(said)
    ]
    record = draw(st.lists(st.sampled_from(["item", "size", "quantity"]), max_size=2, unique=True))
    return Situation(
        id=id, name=draw(WORDS), goal=draw(TEXTS), replies=tuple(replies), stage=draw(STAGES), phrases=draw(LINES),
        when=draw(WHEN), record=tuple(record),
    )  # fmt: skip


@st.composite
def touchpoints(draw: st.DrawFn, id: str, reply: str) -> Touchpoint:
    limits = {
        "window": draw(st.sampled_from([None, Window(from_="22:00", to="08:00", outside="drop")])),
        "cap": draw(st.sampled_from([None, Cap(per="order", count=3, within=timedelta(hours=36), key="k")])),
        "goal": draw(st.sampled_from([None, Goal(fact="order.paid", within=timedelta(days=3))])),
        "merge": draw(st.sampled_from([None, "buyer"])),
        "holdout": draw(st.sampled_from([0, 0.1, 0.25, 1])),
        "channel": draw(st.sampled_from(["chat", "phone", "sms", "email"])),
    }
    delay = {draw(st.sampled_from(["after", "before_deadline"])): draw(TIMES)}
    of = {"id": id, "name": draw(WORDS), "on": "order.unpaid", "reply": reply, "audience": draw(WHEN)}
    return Touchpoint.model_validate({**of, **delay, "restart_on": draw(FACTS), "until": draw(FACTS), **limits})


@st.composite
def entries(draw: st.DrawFn) -> HandbookEntry:
    days = sorted(draw(st.lists(st.dates(date(2026, 1, 1)), min_size=2, max_size=2)))
    begins, ends = (day if draw(st.booleans()) else None for day in days)
    return HandbookEntry(value=draw(TEXTS), label=draw(st.none() | WORDS), valid_from=begins, valid_to=ends)


@st.composite
def whole(draw: st.DrawFn) -> Scripts:
    ids = draw(st.lists(SLUGS, min_size=1, max_size=2, unique=True))
    quick = [
        QuickReply(
            id=f"q{n}", title=draw(WORDS), text=draw(TEXTS), group=draw(st.just("") | WORDS), stage=draw(STAGES),
            shortcut=draw(st.none() | st.just(f"s{n}")), when=draw(WHEN), image=draw(st.none() | st.just("0" * 64)),
        )
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
    found = {
        "situations": tuple(draw(situations(id)) for id in ids),
        "touchpoints": tuple(draw(touchpoints(f"t{n}", ids[0])) for n in range(draw(st.integers(0, 2)))),
        "quick_replies": tuple(quick),
        "shop": draw(st.dictionaries(keys, entries(), max_size=2)),
        "small_talk": draw(LINES),
        "synonyms": draw(st.dictionaries(WORDS, LINES.filter(bool), max_size=2)),
        "promotions": tuple(draw(st.lists(promotions(), max_size=1))),
        "checks": draw(st.sampled_from([(), (CHECK,)])),
        "check_words": {"微信": ("薇信", "-1", "=甲", "v信")},
    }
    return Scripts.model_validate(found)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(tables=whole())
def test_any_version_comes_back_identical(name: str, tables: Scripts) -> None:
    content = tables.model_dump_json(by_alias=True)
    found, complaints = read(write(Scripts.model_validate_json(content), name), name, Scripts())
    assert complaints == []
    assert found.model_dump_json(by_alias=True) == content


@pytest.mark.parametrize("name", NAMES)
def test_each_of_a_shops_versions_is_exported_as_it_was_published(shop: Shop, name: str) -> None:
    rewrite(shop)
    draft = shop.read(lambda tx: drafts.take(tx, shop.id))
    prepared = prepare(judge(draft, TABLES, date(2026, 11, 11)).scripts)
    shop.works(lambda desk: drafts.publish(desk, draft, prepared, author="t1", note=""))
    contents = []
    for number in (1, 2):
        tables = shop.read(lambda tx, number=number: published(tx, shop.id, number))  # type: ignore[misc]
        kept = shop.read(lambda tx, number=number: store.scripts.content(tx, shop.id, number))  # type: ignore[misc]
        found, complaints = read(write(tables, name), name, Scripts())
        assert complaints == []
        assert found.model_dump_json(by_alias=True) == kept
        contents.append(kept)
    assert contents[0] != contents[1]


def test_a_csv_begins_with_the_mark_by_which_excel_knows_utf8() -> None:
    assert write(TABLES, "a.csv").startswith(b"\xef\xbb\xbftable,")
