"""From a draft to a version and back: what is published takes effect at once, nothing faulty or unseen is."""

from __future__ import annotations

import pytest

from assistant.domain.drafts import judge
from assistant.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from assistant.services import drafts
from assistant.services.scripts import prepare
from tests.services.drafting import (
    CHEAPER,
    HELLO,
    NEW,
    TODAY,
    judged,
    publish,
    reply_to_price,
    rewrite,
    take,
    used,
    write,
)
from tests.services.shop import TABLES, Shop


def test_a_changed_row_affects_nobody_until_it_is_published(shop: Shop) -> None:
    rewrite(shop)
    assert reply_to_price(used(shop)) == reply_to_price(TABLES)
    assert publish(shop) == 2
    assert reply_to_price(used(shop)) == CHEAPER
    assert take(shop).changes == []


def test_cards_shown_before_a_version_keep_their_words_and_new_ones_have_the_new(shop: Shop) -> None:
    shop.buyer_says("能便宜点嘛")
    before = shop.cards()[0]
    rewrite(shop)
    publish(shop)
    used(shop)
    assert shop.cards()[0].text == before.text
    shop.agent_says()
    shop.passes("1m")
    shop.buyer_says("打个折吧")
    assert shop.cards()[0].text == CHEAPER


def test_what_was_changed_since_it_was_looked_at_is_not_published(shop: Shop) -> None:
    rewrite(shop)
    draft = take(shop)
    prepared = prepare(judge(draft, TABLES, TODAY).scripts)
    write(shop, NEW, HELLO, by="t2")
    with pytest.raises(Conflict):
        shop.works(lambda desk: drafts.publish(desk, draft, prepared, author="t1", note=""))
    assert take(shop).version == 1
    assert len(take(shop).changes) == 2


def test_what_only_says_something_else_is_not_learnt_anew_and_what_buyers_say_is(shop: Shop) -> None:
    standing = shop.works(lambda desk: (desk.shop.scripts, desk.shop.recogniser))
    rewrite(shop)
    assert prepare(judged(shop).scripts, standing).recogniser is standing[1]
    rewrite(shop, old="phrases:\n", new="phrases:\n- 这价位我得掂量\n")
    anew = prepare(judged(shop).scripts, standing).recogniser
    assert anew is not standing[1]
    assert anew.to_bytes() != standing[1].to_bytes()


def test_nothing_changed_is_nothing_to_publish(shop: Shop) -> None:
    with pytest.raises(InvalidInput):
        publish(shop)


def test_a_version_is_put_back_whole_and_unpublished_changes_stay(shop: Shop) -> None:
    rewrite(shop)
    publish(shop)
    write(shop, NEW, HELLO)
    assert shop.works(lambda desk: drafts.roll_back(desk, 1, author="t2")) == 3
    assert reply_to_price(used(shop)) == reply_to_price(TABLES)
    assert [change.name for change in take(shop).changes] == [NEW]
    listed, cut = shop.read(lambda tx: drafts.versions(tx, shop.id))
    assert [(one.version, one.author, one.back_to) for one in listed] == [
        (3, "t2", 1),
        (2, "t1", None),
        (1, "system", None),
    ]
    assert not cut


def test_a_version_that_never_was_or_is_in_use_is_not_put_back(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.works(lambda desk: drafts.roll_back(desk, 7, author="t1"))
    with pytest.raises(InvalidInput):
        shop.works(lambda desk: drafts.roll_back(desk, 1, author="t1"))


def test_published_and_put_back_are_facts(shop: Shop) -> None:
    rewrite(shop)
    publish(shop, urgent=True)
    shop.works(lambda desk: drafts.roll_back(desk, 1, author="t2"))
    told = [(fact.name, fact.agent, fact.data["version"]) for fact in shop.facts("scripts.")]
    assert told == [("scripts.published", "t1", 2), ("scripts.rolled_back", "t2", 3)]


def test_a_second_person_publishes_what_the_first_proposed(shop: Shop) -> None:
    rewrite(shop)
    draft = take(shop)
    prepared = prepare(judge(draft, TABLES, TODAY).scripts)
    shop.works(lambda desk: drafts.propose(desk, draft, author="t1", note="改价"))
    with pytest.raises(NotAllowed):
        shop.works(lambda desk: drafts.approve(desk, draft, prepared, by="t1"))
    assert shop.works(lambda desk: drafts.approve(desk, draft, prepared, by="t2")) == 2
    (newest, *_), _ = shop.read(lambda tx: drafts.versions(tx, shop.id))
    assert (newest.author, newest.note, newest.approved_by) == ("t1", "改价", "t2")


def test_a_draft_changed_since_it_was_proposed_needs_to_be_proposed_anew(shop: Shop) -> None:
    rewrite(shop)
    draft = take(shop)
    shop.works(lambda desk: drafts.propose(desk, draft, author="t1", note=""))
    write(shop, NEW, HELLO, by="t1")
    after = take(shop)
    assert shop.read(lambda tx: drafts.proposed(tx, after, shop.id)) is None
    prepared = prepare(judge(after, TABLES, TODAY).scripts)
    with pytest.raises(Conflict):
        shop.works(lambda desk: drafts.approve(desk, after, prepared, by="t2"))
