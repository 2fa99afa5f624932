"""From a changed row to a version and back: nothing is overwritten unseen, nothing faulty is published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from assistant import store
from assistant.domain.checks import Checks
from assistant.domain.drafts import Draft, Judgement, judge, judge_row, mark
from assistant.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from assistant.domain.script_rows import ORDER, Name, field_at
from assistant.domain.scripts import QuickReply, Scripts
from assistant.services import drafts, script_files
from assistant.services.scripts import prepare
from tests.services.shop import TABLES, Shop

PRICE = Name("situations", "price")
NEW = Name("quick_replies", "new-1")
CHEAPER = "亲，价格实在改不了，两件一起拍会更划算哦"
HELLO = "id: hello\ntitle: 打招呼\ntext: 亲，在的\n"
TODAY = date(2026, 11, 11)


def take(shop: Shop) -> Draft:
    return shop.read(lambda tx: drafts.take(tx, shop.id))


def write(shop: Shop, name: Name, text: str | None, *, by: str = "t1", seen: str | None = None) -> str:
    had = mark(take(shop).text(name)) if seen is None else seen
    return shop.works(lambda desk: drafts.write(desk, name, text, seen=had, author=by))


def rewrite(shop: Shop, old: str = "单件价格我这边改不了", new: str = "价格实在改不了", *, by: str = "t1") -> None:
    text = take(shop).texts[PRICE]
    assert old in text
    write(shop, PRICE, text.replace(old, new), by=by)


def judged(shop: Shop) -> Judgement:
    return judge(take(shop), TABLES, TODAY)


def publish(shop: Shop, *, by: str = "t1", note: str = "改价", urgent: bool = False) -> int:
    draft = take(shop)
    prepared = prepare(judge(draft, TABLES, TODAY).scripts)
    return shop.works(lambda desk: drafts.publish(desk, draft, prepared, author=by, note=note, urgent=urgent))


def used(shop: Shop) -> Scripts:
    """The tables the shop works by, once this process has heard of the newest."""
    for fresh in shop.read(lambda tx: shop.desks.library.outdated(tx, shop.now)):
        shop.desks.library.keep(fresh)
    return shop.works(lambda desk: desk.shop.scripts)


def reply_to_price(scripts: Scripts) -> str:
    found = scripts.situation("price")
    assert found is not None
    return found.replies[0].text


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


QUICK = ("a", "b", "c")
ORDERED = Scripts(situations=TABLES.situations, quick_replies=tuple(
    QuickReply(id=id, title=id, text="亲，在的") for id in QUICK
))  # fmt: skip


def order(shop: Shop) -> list[str]:
    return [name.id for name in take(shop).texts if name.table == "quick_replies"]


def move(shop: Shop, id: str, beside: str, *, after: bool, by: str = "t1") -> None:
    shop.works(lambda desk: drafts.move(desk, Name("quick_replies", id), beside, after=after, author=by))


def test_rows_are_put_in_order_as_a_draft_and_stay_so_when_it_is_published(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(ORDERED)
    move(shop, "a", "b", after=True)
    assert order(shop) == ["b", "a", "c"]
    write(shop, NEW, HELLO)
    move(shop, "c", "b", after=False, by="t2")
    assert order(shop) == ["c", "b", "a", "new-1"]
    (change,) = [one for one in take(shop).differences() if one.name.table == ORDER]
    assert [(line.sign, line.text) for line in change.lines if line.sign in "+-"]
    assert publish(shop) == 2
    assert [row.id for row in used(shop).quick_replies] == ["c", "b", "a", "hello"]


def test_rows_moved_back_leave_no_change_and_what_is_gone_cannot_be_moved(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(ORDERED)
    move(shop, "a", "c", after=True)
    assert len(take(shop).changes) == 1
    move(shop, "a", "b", after=False)
    assert take(shop).changes == []
    for id, beside in (("a", "gone"), ("gone", "a")):
        with pytest.raises(NotFound):
            move(shop, id, beside, after=True)


def test_a_file_brings_its_order_along(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(ORDERED)
    more = QuickReply(id="d", title="d", text="亲，在的")
    last, *rest = ORDERED.quick_replies
    brought = ORDERED.model_copy(update={"quick_replies": (*rest, more, last)})
    draft = take(shop)
    upload = script_files.compared(draft, brought)
    assert [(one.name.table, one.state) for one in upload.differences] == [
        ("quick_replies", "added"),
        (ORDER, "changed"),
    ]
    shop.works(lambda desk: script_files.take(desk, draft, upload, author="t1"))
    assert order(shop) == ["b", "c", "d", "a"]
    same = script_files.compared(take(shop), brought)
    assert same.differences == ()


def test_a_row_can_be_added_and_removed(shop: Shop) -> None:
    write(shop, NEW, HELLO)
    write(shop, PRICE, None)
    draft = take(shop)
    assert (draft.state(NEW), draft.state(PRICE)) == ("added", "removed")
    publish(shop)
    found = used(shop)
    assert found.situation("price") is None
    assert "hello" in [row.id for row in found.quick_replies]


def test_writing_what_is_published_leaves_no_change(shop: Shop) -> None:
    text = take(shop).texts[PRICE]
    rewrite(shop)
    write(shop, PRICE, text)
    assert take(shop).changes == []


def test_the_second_of_two_trainers_is_told_and_nothing_is_overwritten(shop: Shop) -> None:
    seen = mark(take(shop).texts[PRICE])
    rewrite(shop, by="t1")
    mine = take(shop).texts[PRICE].replace("推活动", "推优惠")
    with pytest.raises(Conflict) as told:
        write(shop, PRICE, mine, by="t2", seen=seen)
    assert told.value.values["author"] == "t1"
    assert CHEAPER in take(shop).texts[PRICE]
    # Having seen the other's text, the second one chooses: now it is saved.
    write(shop, PRICE, mine, by="t2", seen=mark(take(shop).texts[PRICE]))
    assert take(shop).texts[PRICE] == mine


def test_a_row_published_meanwhile_is_not_overwritten_either(shop: Shop) -> None:
    seen = mark(take(shop).texts[PRICE])
    rewrite(shop)
    publish(shop)
    with pytest.raises(Conflict):
        write(shop, PRICE, HELLO, seen=seen)


def test_a_faulty_row_is_named_with_its_place_and_kept_as_it_was_typed(shop: Shop) -> None:
    text = take(shop).texts[PRICE].replace("text: 亲", "text: 亲{{ oder.amount }}")
    write(shop, PRICE, text)
    (complaint,) = judged(shop).complaints[PRICE]
    assert "oder.amount" in text.split("\n")[complaint.line - 1]
    assert take(shop).texts[PRICE] == text


def test_a_row_that_is_no_yaml_hides_nothing_of_the_others(shop: Shop) -> None:
    write(shop, NEW, "id: [hello\n")
    write(shop, PRICE, take(shop).texts[PRICE].replace("phrases", "phrase"))
    assert set(judged(shop).complaints) == {NEW, PRICE}


def test_a_row_cannot_smuggle_in_a_second_one(shop: Shop) -> None:
    write(shop, NEW, HELLO + "- id: other\n  title: x\n  text: y\n")
    assert not judged(shop).passes
    write(shop, NEW, HELLO + "---\nid: other\n")
    assert not judged(shop).passes


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


def test_another_shop_has_drafts_of_its_own(shop: Shop) -> None:
    rewrite(shop)
    shop.desks.write_now("other", shop.now, lambda desk: None)
    assert shop.read(lambda tx: store.drafts.of(tx, "other")) == []


@pytest.mark.parametrize("name", [Name("situation", "a"), Name("situations", " "), Name("situations", "a" * 201)])
def test_a_row_that_cannot_be_is_refused(shop: Shop, name: Name) -> None:
    with pytest.raises(InvalidInput):
        write(shop, name, HELLO, seen="")


def test_several_rows_are_kept_together_or_not_at_all(shop: Shop) -> None:
    draft = take(shop)
    seen = mark(draft.texts[PRICE])
    rows = {NEW: (HELLO, mark(None)), PRICE: (draft.texts[PRICE] + "record: [item]\n", "what somebody else saw")}
    with pytest.raises(Conflict):
        shop.works(lambda desk: drafts.write_all(desk, rows, author="t1"))
    assert take(shop).changes == []
    shop.works(lambda desk: drafts.write_all(desk, {**rows, PRICE: (None, seen)}, author="t1"))
    assert {change.name for change in take(shop).changes} == {NEW, PRICE}


def test_one_row_is_judged_beside_the_others(shop: Shop) -> None:
    draft = take(shop)
    faulty = draft.texts[PRICE].replace("text: 亲", "text: 亲{{ oder.amount }}")
    found = judge_row(PRICE, faulty, draft.published, Checks((), {}), TODAY)
    (complaint,) = found.complaints[PRICE]
    assert field_at(faulty, complaint.line, complaint.column) == ("replies", 0, "text")
    unknown = draft.texts[PRICE] + "stag: x\n"
    (complaint,) = judge_row(PRICE, unknown, draft.published, Checks((), {}), TODAY).complaints[PRICE]
    assert field_at(unknown, complaint.line, complaint.column) == ("stag",)
