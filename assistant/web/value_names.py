"""What people call the variables of templates; a handbook's entries bring their own names (`label`).

Chinese, the source; English stands in the catalogue. Not for what trainers may write (`domain/template_checks.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "buyer.nickname": "买家昵称",
        "buyer.tier_name": "会员等级",
        "buyer.spent": "买家累计消费",
        "agent.name": "客服名字",
        "order.id": "订单号",
        "order.amount": "订单金额",
        "order.count": "订单数",
        "order.items": "订单商品",
        "order.deadline": "付款截止时间",
        "shipment.carrier": "快递公司",
        "shipment.tracking_no": "物流单号",
        "shipment.eta": "预计送达时间",
        "promotion.title": "当前活动的名称",
        "promotion.text": "当前活动的内容",
        "promotion.ends_at": "活动结束时间",
        "item.title": "商品名称",
        "item.price": "商品价格",
        "item.stock": "商品库存",
        "item.url": "商品链接",
        "refund.amount": "退款金额",
        "refund.kind": "退款类型",
        "now": "当前时间",
    }
)

# Why a value cannot be said, by the reason that stands after its name (`domain/templates.py`).
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "expired": "%(name)s（有效期到 %(day)s，已过期）",
        "coming": "%(name)s（%(day)s 起生效）",
        "unfilled": "%(name)s（含未替换的变量）",
    }
)
# What is wrong with a text as a whole.
DEFECTS: Mapping[str, str] = MappingProxyType(
    {
        "broken": "话术模板有误",
        "too_long": "文字超过 2000 字",
        "empty": "内容为空",
    }
)
# Beside an entry of the handbook: until when it holds, and when that is soon.
VALIDITY: Mapping[str, str] = MappingProxyType(
    {
        "always": "长期有效",
        "until": "有效期到 %(day)s",
        "last_day": "今天是最后一天",
        "soon": "还有 %(n)s 天到期",
        "expired": "%(day)s 已过期",
        "coming": "%(day)s 起生效",
        "withdrawn": "已撤回：%(words)s",
    }
)
ENTRY = "口径「%(key)s」"
# How a text shows the place of what it lacks.
MARK = "【%(name)s】"


def source_names() -> tuple[str, ...]:
    """Every Chinese text kept in this file."""
    return (*VARIABLES.values(), *REASONS.values(), *DEFECTS.values(), *VALIDITY.values(), ENTRY, MARK)
