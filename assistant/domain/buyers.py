"""Who a buyer is to the shop: purchase group, tier name, tags, and what of the personal data may be seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class TagGroup:
    """One of the four groups of the profile (DOMAIN.md 0-3). `many`: several of its tags can hold at once."""

    group: str
    name: str
    many: bool
    tags: tuple[tuple[str, str], ...]

    def name_of(self, tag: str) -> str:
        return dict(self.tags).get(tag, tag)


# (what the source text calls it, what is shown): a colleague looking over the shoulder must not read an insult.
TAG_GROUPS: tuple[TagGroup, ...] = (
    TagGroup(
        "personality",
        "性格",
        True,
        (
            ("小气", "价格敏感"),
            ("大方", "爽朗大方"),
            ("啰嗦", "喜欢问细"),
            ("贪小便宜", "看重优惠"),
            ("爽快", "干脆利落"),
        ),
    ),
    TagGroup("spending", "消费力", False, (("土豪", "高消费"), ("白领", "中等消费"), ("一般", "日常消费"))),
    TagGroup(
        "tendency",
        "购买倾向",
        True,
        (("款式", "看重款式"), ("尺寸", "看重尺寸"), ("材质", "看重材质"), ("胖瘦", "看重版型")),
    ),
    TagGroup("knowledge", "商品了解", False, (("专业", "很懂行"), ("业余", "略有了解"), ("了解", "初次了解"))),
)
FREE = TagGroup("free", "自定义", True, ())
LONGEST_TAG = 20
_GROUPS = {group.group: group for group in (*TAG_GROUPS, FREE)}

TIER_NAMES = {"none": "", "regular": "普通会员", "senior": "高级会员", "vip": "VIP会员", "supreme": "至尊VIP"}


def tag_group(group: str) -> TagGroup | None:
    """The group of this id, None if there is none."""
    return _GROUPS.get(group)


def purchases(paid_orders: int) -> Literal["new", "second", "repeat"]:
    """new: nothing bought yet · second: bought once, this would be the second · repeat: more (DOMAIN.md §4 axis A)."""
    if paid_orders == 0:
        return "new"
    return "second" if paid_orders == 1 else "repeat"


_VIRTUAL = re.compile(r"^(1[3-9]\d)\d{4}(\d{4})(-\d{1,6})?$")


def masked_phone(phone: str | None) -> str | None:
    """138****1234; virtual numbers keep their form with the extension hidden; anything else shows only its end."""
    if not phone:
        return None
    found = _VIRTUAL.match(phone.strip())
    if found:
        return f"{found[1]}****{found[2]}{'-****' if found[3] else ''}"
    return "****" + phone.strip()[-2:]
