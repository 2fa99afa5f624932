"""How an order stands, and its refund, in people's words. Looked up like the other names of `texts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assistant.domain.refunds import KIND_NAMES

ORDER_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "order": {
            "created": "已下单",
            "unpaid": "待付款",
            "paid": "待发货",
            "part_shipped": "部分发货",
            "shipped": "已发货",
            "signed": "已签收",
            "done": "交易成功",
            "closed_unpaid": "未付款关闭",
            "closed_refunded": "已退款关闭",
            "locked": "已锁定",
            "unknown": "状态未知",
        },
        "refund_kind": KIND_NAMES,
        "refund": {
            "requested": "待处理",
            "reviewing": "审核中",
            "await_return": "待买家寄回",
            "await_receipt": "待签收退件",
            "refunding": "退款中",
            "exchanging": "换货中",
            "done": "已完成",
            "refused": "已拒绝",
            "closed": "已撤销",
            "platform_in": "平台介入",
            "unknown": "状态未知",
        },
    }
)
