"""Changed rows before they are published: nothing is overwritten unseen, faults are named, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant import store
from assistant.domain.checks import Checks
from assistant.domain.drafts import judge_row, mark
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.script_rows import ORDER, Name, field_at
from assistant.domain.scripts import QuickReply, Scripts
from assistant.services import drafts, script_files
from tests.services.drafting import CHEAPER, HELLO, NEW, PRICE, TODAY, judged, publish, rewrite, take, used, write
from tests.services.shop import TABLES, Shop

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


def test_another_shop_has_drafts_of_its_own(shop: Shop) -> None:
    rewrite(shop)
    shop.desks.write_now("other", shop.now, lambda desk: None)
    assert shop.read(lambda tx: store.drafts.of(tx, "other")) == []


@pytest.mark.parametrize("name", [Name("situation", "a"), Name("situations", " "), Name("situations", "a" * 201)])
def test_a_row_of_an_unknown_table_or_with_an_impossible_id_is_refused(shop: Shop, name: Name) -> None:
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


def test_a_complaint_about_a_row_leads_to_the_field_it_is_about(shop: Shop) -> None:
    draft = take(shop)
    faulty = draft.texts[PRICE].replace("text: 亲", "text: 亲{{ oder.amount }}")
    found = judge_row(PRICE, faulty, draft.published, Checks((), {}), TODAY)
    (complaint,) = found.complaints[PRICE]
    assert field_at(faulty, complaint.line, complaint.column) == ("replies", 0, "text")
    unknown = draft.texts[PRICE] + "stag: x\n"
    (complaint,) = judge_row(PRICE, unknown, draft.published, Checks((), {}), TODAY).complaints[PRICE]
    assert field_at(unknown, complaint.line, complaint.column) == ("stag",)
