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

# When a variable is missing, by itself or by what it is about.
GAPS: Mapping[str, str] = MappingProxyType(
    {
        "buyer": "平台没有告诉我们时没有",
        "order": "买家没有订单时没有",
        "order.deadline": "没有待付款的订单时没有",
        "shipment": "还没有发货时没有",
        "promotion": "没有正在进行的活动时没有",
        "item": "不知道在聊哪件商品时没有",
        "refund": "没有退款时没有",
        "until": "%(day)s 以后没有",
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
# What conditions ask about (`domain/conditions.py`).
CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        "order.state": "订单状态",
        "order.amount": "订单金额（元）",
        "order.source": "订单来源",
        "order.cod": "货到付款",
        "order.presale": "预售订单",
        "order.age_minutes": "下单多少分钟了",
        "order.minutes_to_deadline": "离付款截止的分钟数",
        "order.item.kind": "订单里的款型",
        "order.item.category": "订单里的类目",
        "buyer.purchases": "买过几次",
        "buyer.tier": "会员等级",
        "buyer.rfm": "RFM 分组",
        "buyer.stage": "客户阶段",
        "buyer.tags": "买家标签",
        "buyer.province": "所在省份",
        "buyer.spent": "累计消费（元）",
        "buyer.last_paid_days": "上次付款过去多少天",
        "conversation.platform": "平台",
        "conversation.told": "本次会话已经说过",
        "conversation.waiting_seconds": "买家已等秒数",
        "shop.campaign": "正在进行的活动",
        "now.hour": "现在几点（0–23）",
        "now.weekday": "星期几（1–7）",
    }
)
# What the values of conditions are called, where `NAMES` has no word for them.
CONDITION_VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "order.state": {"none": "没有订单"},
        "shop.campaign": {"none": "没有活动"},
        "buyer.tier": {"none": "不是会员"},
        "buyer.rfm": {"A": "A 常客", "B": "B 活跃", "C": "C 沉睡", "D": "D 流失"},
        "buyer.stage": {"potential": "潜在", "new": "新客户", "old": "老客户", "loyal": "忠实客户"},
        "order.item.kind": {"traffic": "引流款", "profit": "利润款", "campaign": "活动款", "exclusive": "专供款"},
    }
)
ENTRY = "口径「%(key)s」"
# How a text shows the place of what it lacks.
MARK = "【%(name)s】"


def source_names() -> tuple[str, ...]:
    """Every Chinese text kept in this file."""
    values = (name for named in CONDITION_VALUES.values() for name in named.values())
    told = (*REASONS.values(), *DEFECTS.values(), *VALIDITY.values(), ENTRY, MARK)
    return (*CONDITIONS.values(), *values, *VARIABLES.values(), *GAPS.values(), *told)
