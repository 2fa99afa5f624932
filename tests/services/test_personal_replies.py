"""Quick replies of an agent's own: kept apart, checked, found beside the team's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from assistant import store
from assistant.domain.errors import InvalidInput, NotAllowed, NotFound
from assistant.domain.personal_replies import MOST, MOST_PINNED, Wanted
from assistant.domain.practice import place_of
from assistant.domain.reply_columns import Columns
from assistant.domain.scripts import Scripts
from assistant.services import personal_replies, personal_reply_files, quick_replies, staff
from assistant.services.personal_replies import Shelves
from assistant.services.reply_sheets import Line
from tests.services.own_replies import PNG, add, found, mine, opened
from tests.services.shop import Shop


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    return opened(new_shop)


def test_each_agent_has_their_own_and_nobody_else_sees_them(shop: Shop) -> None:
    add(shop, "亲，这款有S到XL哦", title="尺码都有")
    assert found(shop, "尺码") == ["尺码都有"]
    assert found(shop, "cmdy") == ["尺码都有"]
    assert found(shop, "尺码", agent="a2") == []
    assert mine(shop, where="another-shop") == []
    with pytest.raises(NotFound):
        shop.works(lambda desk: personal_replies.change(desk, "a2", 1, Wanted(text="我来改")))
    assert mine(shop, where=place_of(shop.id, 7)) == ["尺码都有"]  # practising, one is the same person


def test_they_stand_beside_the_teams_and_what_is_pinned_comes_first(shop: Shop) -> None:
    own = add(shop, "亲，偏远地区补10元", title="偏远运费")
    assert found(shop, "运费") == ["运费谁出", "偏远运费"]  # what begins with the word fits better
    assert found(shop) == ["偏远运费", "运费谁出", "我在的"]
    shop.works(lambda desk: personal_replies.pin(desk, "a1", "stays", on=True))
    assert found(shop) == ["我在的", "偏远运费", "运费谁出"]
    shop.works(lambda desk: personal_replies.pin(desk, "a1", f"~{own}", on=True))
    assert found(shop)[0] == "偏远运费"
    shop.works(lambda desk: personal_replies.remove(desk, "a1", own))
    assert shop.read(lambda tx: store.personal_replies.shelf(tx, shop.id, "a1")).pinned == ("stays",)
    with pytest.raises(NotFound):
        shop.works(lambda desk: personal_replies.pin(desk, "a1", "~99", on=True))


def test_whoever_searches_sees_each_change_at_once(shop: Shop) -> None:
    shelves = Shelves(most=1)
    assert found(shop, "尺码", shelves=shelves) == []
    id = add(shop, "亲，尺码偏大", title="尺码偏大")
    assert found(shop, "尺码", shelves=shelves) == ["尺码偏大"]
    shop.works(lambda desk: personal_replies.change(desk, "a1", id, Wanted(title="尺码正常", text="亲，尺码正常")))
    assert found(shop, "尺码", shelves=shelves) == ["尺码正常"]
    assert found(shop, "尺码", agent="a2", shelves=shelves) == []
    shop.works(lambda desk: personal_replies.remove(desk, "a1", id))
    assert found(shop, "尺码", shelves=shelves) == []


@pytest.mark.parametrize(
    ("wanted", "reason", "said"),
    [
        ({"text": "  "}, "reply_empty", {}),
        ({"text": "好" * 2001}, "text_too_long", {"most": 2000, "n": 2001}),
        ({"text": "好", "shortcut": "a b"}, "shortcut_signs", {}),
        ({"text": "好", "shortcut": "YF"}, "shortcut_team", {"title": "运费谁出"}),
        ({"text": "好", "shortcut": "cm"}, "shortcut_own", {"title": "尺码"}),
        ({"text": "好评返现5元"}, "reply_blocked", {"words": "好评返现"}),
        ({"text": "{{ buyer.nicknam }}您好"}, "reply_variable", {}),
    ],
)
def test_what_may_not_be_kept_is_refused_with_its_reason(
    shop: Shop, wanted: dict[str, str], reason: str, said: dict[str, Any]
) -> None:
    add(shop, "亲，尺码见表", title="尺码", shortcut="cm")
    with pytest.raises(InvalidInput) as refused:
        shop.works(lambda desk: personal_replies.add(desk, "a1", Wanted(**wanted)))
    assert refused.value.reason == reason
    assert said.items() <= refused.value.values.items()
    assert mine(shop) == ["尺码"]


def test_a_doubt_is_told_and_a_shortcut_stays_with_whom_it_belongs_to(shop: Shop) -> None:
    saved = shop.works(lambda desk: personal_replies.add(desk, "a1", Wanted(text="保证没问题", shortcut="bz")))
    assert [(hit.code, hit.severity) for hit in saved.hits] == [("C09", "warn")]
    again = Wanted(text="保证没问题的", shortcut="bz")
    assert shop.works(lambda desk: personal_replies.change(desk, "a1", saved.id, again)).id == saved.id
    add(shop, "别人的", agent="a2", shortcut="bz")
    assert mine(shop) == ["保证没问题的"]


def test_they_stand_in_the_order_the_agent_gives_them(shop: Shop) -> None:
    one, two, three = (add(shop, text) for text in ("一", "二", "三"))
    shop.works(lambda desk: personal_replies.arrange(desk, "a1", [three, one, 99]))
    assert mine(shop) == ["三", "一", "二"]
    add(shop, "四")
    assert mine(shop) == ["三", "一", "二", "四"]
    assert two


def test_who_is_shut_out_keeps_theirs_and_is_offered_none(shop: Shop) -> None:
    def hire(tx: store.Transaction) -> None:
        user = store.users.add(tx, "a1", "小王", "x", shop.now)
        store.users.join(tx, user, shop.id, "agent")

    shop.desks.store.write_now(hire)
    add(shop, "亲，尺码偏大", title="尺码偏大")
    assert found(shop, "尺码") == ["尺码偏大"]
    shop.desks.store.write_now(lambda tx: staff.disable(tx, "a1", shop.now, by="operator"))
    assert found(shop, "尺码") == []
    assert mine(shop) == ["尺码偏大"]
    with pytest.raises(NotAllowed):
        add(shop, "再来一条")


def test_a_picture_is_kept_once_for_whom_it_belongs_to_and_goes_with_its_last_reply(shop: Shop) -> None:
    one, two = add(shop, "尺码表在图里"), add(shop, "色卡在图里")
    give = partial(personal_replies.picture, agent="a1")
    hashes = {shop.works(partial(give, id=id, content=PNG)) for id in (one, two)}
    (hash,) = hashes
    assert hash is not None

    def seen(agent: str, where: str = shop.id) -> tuple[str, bytes] | None:
        return shop.read(lambda tx: store.images.of_agent(tx, where, agent, hash))

    assert seen("a1") == ("image/png", PNG)
    assert seen("a2") is None
    assert seen("a1", "another-shop") is None
    shop.works(lambda desk: personal_replies.remove(desk, "a1", one))
    assert seen("a1") is not None
    shop.works(lambda desk: personal_replies.picture(desk, "a1", two, None))
    assert seen("a1") is None
    for content, reason in ((b"<svg onload=alert(1)>", "image_kind"), (PNG + b"0" * 10**6, "image_too_large")):
        with pytest.raises(InvalidInput) as refused:
            shop.works(partial(give, id=two, content=content))
        assert refused.value.reason == reason


def test_a_picture_of_the_team_is_everybodys_and_stays_when_an_agents_own_goes(shop: Shop) -> None:
    one = add(shop, "尺码表")
    hash = shop.works(partial(personal_replies.picture, agent="a1", id=one, content=PNG))
    assert hash is not None

    def seen(agent: str, where: str = shop.id) -> tuple[str, bytes] | None:
        return shop.read(lambda tx: store.images.of_agent(tx, where, agent, hash))

    assert seen("a2") is None
    assert shop.works(lambda desk: quick_replies.keep_picture(desk, PNG)) == hash
    shop.works(lambda desk: personal_replies.remove(desk, "a1", one))
    assert seen("a2") == ("image/png", PNG)
    assert seen("a2", "another-shop") is None
    assert shop.read(lambda tx: store.images.shared(tx, shop.id)) == 1


def test_more_replies_or_pins_than_an_agent_may_have_are_refused_with_the_reason(shop: Shop) -> None:
    rows = [Line(n, (f"第{n}条", f"内容{n}")) for n in range(MOST)]
    columns = Columns(("title", "text"), head=False)
    assert shop.works(lambda desk: personal_reply_files.take_in(desk, "a1", rows, columns))[1] == MOST
    with pytest.raises(InvalidInput) as refused:
        add(shop, "多一条")
    assert refused.value.reason == "too_many_replies"
    ids = [one.name for one in shop.read(lambda tx: personal_replies.mine(tx, shop.id, "a1")).replies]

    def pin_all(desk: Any) -> None:
        for name in ids[: MOST_PINNED + 1]:
            personal_replies.pin(desk, "a1", name, on=True)

    with pytest.raises(InvalidInput) as refused:
        shop.works(pin_all)
    assert refused.value.reason == "too_many_pinned"
