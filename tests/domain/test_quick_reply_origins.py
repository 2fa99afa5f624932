"""Which quick reply a message came from, told by its words alone."""

from __future__ import annotations

import pytest

from assistant.domain.quick_replies import QuickReplies
from assistant.domain.quick_reply_index import read_out
from assistant.domain.scripts import HandbookEntry, QuickReply
from tests.domain.test_quick_replies import SCRIPTS, SHIPPED

SHOP = {"cutoff": HandbookEntry(value="16:00")}
ROWS = {
    "plain": "亲，我在的，您接着说",
    "value": "亲，您的包裹由{{ shipment.carrier }}承运，单号{{ shipment.tracking_no }}，可以在订单页看进度",
    "blank": "亲，按您身高___厘米、体重____斤，建议选___码",
    "value-first": "亲，{{ item.title }}现在还有货，以下单页面显示为准",
    "handbook": "亲，{{ shop.cutoff }}前付款的现货订单当天安排",
    "only-values": "{{ buyer.nickname }}",
}
REPLIES = QuickReplies([QuickReply(id=id, title=id, text=text) for id, text in ROWS.items()], SHOP)


@pytest.mark.parametrize(
    ("sent", "id"),
    [
        ("亲，我在的，您接着说", "plain"),
        ("  亲，我在的，您接着说\n", "plain"),
        ("亲，您的包裹由顺丰承运，单号SF100，可以在订单页看进度", "value"),
        ("亲，按您身高165厘米、体重104斤，建议选M码", "blank"),
        ("亲，碎花裙现在还有货，以下单页面显示为准", "value-first"),
        ("亲，16:00前付款的现货订单当天安排", "handbook"),
    ],
)
def test_a_text_is_recognised_with_its_values_and_blanks_filled(sent: str, id: str) -> None:
    assert REPLIES.origin(sent) == (id, False)


def test_small_edits_are_noticed_and_larger_ones_make_a_text_the_agents_own() -> None:
    assert REPLIES.origin("亲，16:00前付款的现货订单当天安排哦") == ("handbook", True)
    assert REPLIES.origin("亲，我在的，您接着说说看，尺码还是颜色不合适？要不要换一件") is None


@pytest.mark.parametrize("sent", ["", "亲", "好的", "亲，在的", "小鹿", "亲，您要什么码？", "亲" * 5000])
def test_what_agents_say_by_themselves_comes_from_no_quick_reply(sent: str) -> None:
    assert REPLIES.origin(sent) is None
    assert SHIPPED.origin(sent) is None


def test_nearly_every_shipped_reply_is_recognised_as_it_is_said() -> None:
    said = {row.id: read_out(row.text, SCRIPTS.shop, "甲乙").replace("___", "丙") for row in SHIPPED.replies}
    unknown = [id for id, text in said.items() if SHIPPED.origin(text) != (id, False)]
    # Two replies that are the same entry of the handbook are told apart by nobody.
    assert len(unknown) <= 2, unknown
