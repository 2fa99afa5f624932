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
