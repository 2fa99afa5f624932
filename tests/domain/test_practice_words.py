"""The short list of words a practice's review speaks about, and what must not be blamed (DOMAIN §8.16)."""

import pytest

from assistant.domain.practice_words import words_against


def kinds(text: str, platform: str = "taobao") -> list[str]:
    return [hit.kind for hit in words_against(text, platform)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你自己看详情吧", "cold"),
        ("爱买不买", "cold"),
        ("不知道", "cold"),
        ("亲，不清楚哦", "cold"),
        ("说过多少遍了", "cold"),
        ("神经病", "cold"),
        ("滚", "cold"),
        ("我们是全网最低价", "absolute"),
        ("这款绝对不掉色", "absolute"),
        ("100%正品", "absolute"),
        ("顶级面料", "absolute"),
        ("加我微信聊", "contact"),
        ("加ＶＸ吧", "contact"),
        ("微 信 发您", "contact"),
        ("打我电话13812345678", "contact"),
        ("支付宝转账给我便宜十块", "contact"),
    ],
)
def test_what_should_not_be_said_so_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "我们不参与好评返现哦",
        "平台规定不能加微信",
        "支付宝限额可以换银行卡付",
        "微信支付也可以的",
        "验证码请勿告诉任何人",
        "第一时间为您处理",
        "100%棉",
        "请谨防站外转账",
        "不知道您平时穿什么码呢？",
        "我不清楚，帮您问一下仓库",
        "领口是滚边的，可以滚筒洗",
        "最近有活动",
        "不敢说绝对不掉色",
        "您第一次来我们家吧",
        "订单号13812345678901234",
        "在的亲，您看中哪款？",
        "您可以自己看中哪款就拍哪款",
    ],
)
def test_what_is_fair_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_where_the_chat_is_outside_a_marketplace_contact_is_allowed() -> None:
    assert kinds("加我微信聊", "wecom") == []
    assert kinds("绝对正品", "wecom") == ["absolute"]


def test_the_very_words_are_named() -> None:
    assert [hit.words for hit in words_against("绝对是全网最低", "taobao")] == ["绝对", "全网最低"]
