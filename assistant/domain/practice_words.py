"""Words that a practice's review speaks about: insults and cold words, absolute claims, contact outside the platform.

A short list on purpose: what a plain list can judge fairly (DOMAIN.md §3 C08, C05, C04; §8.16). Not the checks of real
chats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.domain.wording import folded

Kind = Literal["cold", "absolute", "contact"]

_COLD = re.compile(
    r"傻[逼子叉缺吗吧]|神经病|有病吧|脑残|白痴|你瞎|(?<![翻打])滚(?![边筒动烫轮落梯])|爱[买要]不[买要]|买不起(?:就)?别|"
    r"嫌贵(?:就)?别买|(?:你|您)?自己(?:去)?看(?:详情|页面|吧|啊|呗|不就)|关我什么事|不关我(?:的)?事|随便你|烦不烦|"
    r"看不懂(?:吗|么|中文)|不会看(?:吗|么)|说(?:了|过)(?:多少|几|好几)遍|无理取闹|没空理你|(?:^|[,.!?~\s])(?:我)?(?:也)?"
    r"不(?:知道|清楚)(?:啊|呀|哦|诶|呢)?(?=$|[.!~])"
)
_ABSOLUTE = re.compile(
    r"国家级|最高级|世界级|最佳|最便宜|(?:质量|品质|效果)最好|(?:全网|全国|全球|史上|行业)(?:最[低好强]|第一|独一)|"
    r"(?:销量|品牌|品质|质量)第一|最低价|顶级|极品|绝对(?!值)|永久|永远不会|万能|100%(?:不|保证|正品|有效|满意|没)|独一无二|"
    r"零风险|完美无瑕"
)
_CONTACT = re.compile(
    r"加我(?:的)?(?:微信|vx|v信|qq)?|微信(?!支付|付款|付|登[录陆])|薇信|威信|vx|v信|(?<![a-z])wx(?![a-z])|扣扣|(?<![a-z])qq(?![a-z]|支付|钱包)|二维码|"
    r"支付宝转账?|(?:直接|私下)转账|转(?:到|给)我|(?<!\d)1[3-9]\d{9}(?!\d)"
)
_REFUSED = re.compile(r"(?:不(?!过)|没有?|勿|别|谨防|禁止|无法|拒绝)[^,.!?;]{0,10}$")
# Platforms where the buyer is spoken with outside a marketplace anyway.
_OPEN_PLATFORMS = ("wecom", "chatwoot", "livechat", "zendesk", "matrix")


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: the kind and the very words."""

    kind: Kind
    words: str


def words_against(text: str, platform: str) -> list[Hit]:
    """Everything in one message that should not be said so; refusals (不能加微信) are no hits."""
    plain = folded(text)
    hits = [Hit("cold", found.group().strip(" ,.!?~")) for found in _COLD.finditer(plain)]
    hits += [Hit("absolute", words) for words in _claimed(_ABSOLUTE, plain)]
    if platform not in _OPEN_PLATFORMS:
        hits += [Hit("contact", words) for words in _claimed(_CONTACT, re.sub(r"\s+", "", plain))]
    return hits


def _claimed(pattern: re.Pattern[str], plain: str) -> Iterator[str]:
    """What is said, unless it is being refused in the same clause."""
    for found in pattern.finditer(plain):
        if not _REFUSED.search(plain[: found.start()]):
            yield found.group()
