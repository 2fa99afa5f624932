"""Words replaced in all tables at once: what is ticked and nothing else, and one undo for all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.domain.drafts import Draft, mark
from assistant.domain.errors import Conflict
from assistant.domain.script_rows import Name
from assistant.domain.scripts import HandbookEntry, QuickReply, Scripts
from assistant.services import drafts, script_replacing
from assistant.services.script_replacing import CONTEXT, find, replace, undo
from tests.services.shop import TABLES, Shop

WORDS = TABLES.model_copy(
    update={
        "shop": {"gift": HandbookEntry(value="满赠袜子一双", label="袜子赠品")},
        "quick_replies": (QuickReply(id="sock", title="袜子", text="亲，送袜子，{{ shop.gift }}，袜子是白色的"),),
        "small_talk": ("袜子收到了",),
        "synonyms": {"赠品": ("送的袜子",)},
    }
)


@pytest.fixture
def shop(new_shop: object) -> Shop:
    made: Shop = new_shop(WORDS)  # type: ignore[operator]  # the fixture of this folder
    return made


def take(shop: Shop) -> Draft:
    return shop.read(lambda tx: drafts.take(tx, shop.id))


def ticked(shop: Shop, words: str, by: str, *rows: str) -> list[script_replacing.Replaced]:
    """Replace the hits in these tables, in all of them without any."""
    draft = take(shop)
    chosen = [hit.key for hit in find(draft, words)[0] if not rows or hit.name.table in rows]
    return shop.works(lambda desk: replace(desk, words, by, chosen, draft.mark, author="t1"))


def test_every_table_that_says_something_is_looked_through(shop: Shop) -> None:
    found, total = find(take(shop), "袜子")
    assert total == len(found) == 7
    assert {hit.name.table for hit in found} == {"shop", "quick_replies", "small_talk", "synonyms"}
    touchpoint = TABLES.touchpoints[0]
    assert Name("touchpoints", touchpoint.id) in {hit.name for hit in find(take(shop), touchpoint.name[:4])[0]}


def test_what_is_not_ticked_stays_also_within_the_same_text(shop: Shop) -> None:
    draft = take(shop)
    second = [hit.key for hit in find(draft, "袜子")[0] if hit.name.table == "quick_replies" and hit.field == "text"][1]
    shop.works(lambda desk: replace(desk, "袜子", "手套", [second], draft.mark, author="t1"))
    assert "亲，送袜子，{{ shop.gift }}，手套是白色的" in take(shop).texts[Name("quick_replies", "sock")]
    assert len(take(shop).changes) == 1


@pytest.mark.parametrize("words", ["gift", "shop.", "{{ shop", "}}，"])
def test_names_of_variables_are_no_words(shop: Shop, words: str) -> None:
    assert find(take(shop), words)[0] == []


def test_what_stands_around_is_cut_outside_of_variables_and_says_where(new_shop: Callable[[Scripts], Shop]) -> None:
    far = "很" * CONTEXT
    text = f"{far}{{{{ shop.gift }}}}{far[2:]}袜子{far[2:]}{{{{ shop.gift }}}}{far}"
    shop = new_shop(WORDS.model_copy(update={"quick_replies": (QuickReply(id="sock", title="有", text=text),)}))
    hit = next(hit for hit in find(take(shop), "袜子")[0] if hit.field == "text")
    assert hit.before == f"…{{{{ shop.gift }}}}{far[2:]}"
    assert hit.after == f"{far[2:]}{{{{ shop.gift }}}}…"


def test_a_variable_is_replaced_as_a_whole(shop: Shop) -> None:
    ticked(shop, "送袜子，{{ shop.gift }}", "送手套")
    assert "亲，送手套，袜子是白色的" in take(shop).texts[Name("quick_replies", "sock")]


def test_one_undo_takes_all_of_it_back(shop: Shop) -> None:
    before = take(shop).texts
    ticked(shop, "满赠", "满送", "shop")
    halfway = take(shop)
    rows = ticked(shop, "袜子", "手套")
    assert len(take(shop).changes) == 4
    assert shop.works(lambda desk: undo(desk, rows, author="t1")) == 4
    assert take(shop).texts == halfway.texts
    assert [change.name.table for change in take(shop).changes] == ["shop"]
    assert before != halfway.texts


def test_where_somebody_changed_a_row_since_nothing_is_undone(shop: Shop) -> None:
    rows = ticked(shop, "袜子", "手套")
    name = Name("quick_replies", "sock")
    text = take(shop).texts[name]
    shop.works(lambda desk: drafts.write(desk, name, text + "stage: presale\n", seen=mark(text), author="t2"))
    with pytest.raises(Conflict):
        shop.works(lambda desk: undo(desk, rows, author="t1"))
    assert len(take(shop).changes) == 4


def test_tables_without_the_words_are_left_alone() -> None:
    assert find(Draft(1, Scripts(), {}, []), "袜子") == ([], 0)
