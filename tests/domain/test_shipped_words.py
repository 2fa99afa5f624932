"""What we ship to be said to buyers keeps the rules of DOMAIN.md §3, and can be said."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from assistant.domain.conditions import best_reply
from assistant.domain.handbook import shop_values
from assistant.domain.replies import sendable_reply
from assistant.domain.scripts import Scripts, Situation
from assistant.domain.templates import TEMPLATE_VARIABLES, render
from assistant.domain.yaml_tables import read_tables

ROOT = Path(__file__).resolve().parents[2]


def _scripts() -> Scripts:
    folders = (ROOT / "scenarios", ROOT / "quick_replies")
    files = {f"{path.parent.name}/{path.name}": path for folder in folders for path in folder.rglob("*.yaml")}
    return read_tables({name: path.read_text(encoding="utf-8") for name, path in files.items()})[0]


SCRIPTS = _scripts()
TEXTS = {f"{row.id}/{reply.id}": reply.text for row in SCRIPTS.situations for reply in row.replies}
TEXTS |= {quick.id: quick.text for quick in SCRIPTS.quick_replies}
TEXTS |= {f"shop.{key}": str(entry.value) for key, entry in SCRIPTS.shop.items()}

FORBIDDEN = {
    "asking for or paying for praise": r"好评|五星|满分|5分|晒图",
    "absolute words": r"最[好佳低高优强便]|第一(?!次)|唯一|顶级|极品|绝对|100%|永久|万能|国家级|全网|史上",
    "false urgency": r"随时涨价|马上结束|马上涨|仅剩|即将结束|手慢|抓紧|赶紧|售罄为止",
    "contact outside the platform": r"微信|加我|QQ|二维码|手机号|银行卡|支付宝转",
    "promises": r"保证|肯定|一定(会|能)|百分之百|不掉色|明天到",
    "cold words": r"不知道|自己看|爱买不买|没办法",
    "needless personal data": r"身份证|验证码|密码",
    "unfilled marks": r"#|XX|xx|【|】|\?\?",
}


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_shipped_text_breaks_a_rule(kind: str) -> None:
    assert {name: text for name, text in TEXTS.items() if re.search(FORBIDDEN[kind], text)} == {}


@pytest.mark.parametrize("name", TEXTS)
def test_every_shipped_text_is_short_and_can_be_sent_when_everything_is_known(name: str) -> None:
    values = dict.fromkeys(TEMPLATE_VARIABLES, "某值") | shop_values(SCRIPTS.shop, date(2026, 11, 23))
    filled = render(TEXTS[name], values)
    assert filled.missing == ()
    assert len(filled.text) <= 100


@pytest.mark.parametrize("row", SCRIPTS.situations, ids=lambda row: row.id)
@pytest.mark.parametrize("bought", ["new", "second", "repeat"])
def test_every_situation_has_something_to_send_without_a_running_promotion(row: Situation, bought: str) -> None:
    context = {"buyer.purchases": bought, "shop.campaign": "none", "order.state": "shipped"}
    found = sendable_reply(row, context, shop_values(SCRIPTS.shop, date(2026, 11, 23)))
    assert found is not None
    assert found[1].sendable


@pytest.mark.parametrize("bought", ["new", "second", "repeat"])
def test_a_running_promotion_is_what_the_price_reply_tells(bought: str) -> None:
    row = SCRIPTS.situation("price-too-high")
    assert row is not None
    found = best_reply(row, {"buyer.purchases": bought, "shop.campaign": "秋冬满减"})
    assert found is not None
    assert (found.id, found.tells) == ("coupon", "promotion")


# What is only true of somebody who has bought here before the order that is spoken of.
LATER = [row for row in SCRIPTS.situations if row.stage in ("insale", "aftersale")]
OLD_FRIEND = re.compile(r"老朋友|一直(支持|照顾)|又来|以前的订单|哪一次")


@pytest.mark.parametrize("state", ["paid", "part_shipped", "shipped", "signed", "done"])
@pytest.mark.parametrize("row", LATER, ids=lambda row: row.id)
def test_nobody_is_called_an_old_friend_about_the_only_order_there_was(row: Situation, state: str) -> None:
    reply = best_reply(row, {"buyer.purchases": "second", "order.state": state})
    assert reply is None or not OLD_FRIEND.search(reply.text)


@pytest.mark.parametrize("state", ["unpaid", "paid", "shipped"])
def test_nobody_is_asked_how_something_fits_that_is_not_there_yet(state: str) -> None:
    row = next(row for row in SCRIPTS.situations if row.id == "size-advice")
    reply = best_reply(row, {"buyer.purchases": "second", "order.state": state})
    assert reply is not None
    assert "合身吗" not in reply.text


def test_whoever_has_told_height_and_weight_is_not_asked_as_if_nothing_had_been_said() -> None:
    row = next(row for row in SCRIPTS.situations if row.id == "size-advice")
    found = sendable_reply(row, {"buyer.purchases": "new"}, shop_values(SCRIPTS.shop, date(2026, 11, 11)))
    assert found is not None
    assert "还没说的" in found[1].text


@pytest.mark.parametrize(
    ("situation", "state", "reply"),
    [
        ("where-is-parcel", "shipped", "tell-tracking"),
        ("seven-day-return", "signed", "how-to-return-new"),
        ("after-signing", "signed", "thanks-new"),
    ],
)
def test_what_is_meant_for_the_first_order_comes_up_when_it_was_paid(situation: str, state: str, reply: str) -> None:
    row = next(row for row in SCRIPTS.situations if row.id == situation)
    found = best_reply(row, {"buyer.purchases": "second", "order.state": state})
    assert found is not None
    assert found.id == reply


@pytest.mark.parametrize("purchases", ["new", "second", "repeat"])
def test_the_reminder_to_pay_fits_who_is_silent_and_who_said_that_she_pays_later(purchases: str) -> None:
    row = next(row for row in SCRIPTS.situations if row.id == "unpaid-after-order")
    reply = best_reply(row, {"buyer.purchases": purchases, "order.state": "unpaid"})
    assert reply is not None
    assert "付款" in reply.text
    assert "留着" in reply.text
    assert "遇到什么问题了吗" not in reply.text  # whoever said 「晚点付」 has no trouble
