"""The tables of the contract's examples as trainers write them, and what is said about a table."""

from __future__ import annotations

from assistant.domain.problems import Complaint
from assistant.domain.yaml_tables import read_tables

SITUATION = """\
stage: presale
situations:
  - id: price-too-high
    name: 觉得价格太贵未下单
    phrases: [能便宜点嘛, 有点小贵]
    when: {order.state: none}
    goal: 推送店铺优惠活动
    replies:
      - id: coupon
        for: {buyer.purchases: new}
        text: "亲，{{ promotion.title }}"
        tells: promotion
    record: []
"""
TOUCHPOINT = """\
touchpoints:
  - id: unpaid-15-minutes
    name: 下单后未付款
    on: order.unpaid
    after: 15m
    audience: {order.amount: {min: 5}}
    restart_on: [buyer.spoke]
    until: [order.paid, order.closed, buyer.objected]
    window: {from: "08:00", to: "22:00", outside: next_window}
    cap: {per: buyer, count: 2, within: 24h, key: payment-chat}
    merge: buyer
    channel: chat
    reply: coupon
    goal: {fact: order.paid, within: 3d}
    holdout: 0
"""


def complaints(text: str, file: str = "situations/a.yaml") -> list[Complaint]:
    return read_tables({file: text})[1]
