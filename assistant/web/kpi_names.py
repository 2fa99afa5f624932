"""What people call each figure, how it is worked out in their words, and how it is written.

Chinese, the source; English stands in the catalogue. `docs/kpi.md` says where each formula comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from assistant.domain.kpi_sales import EARNED, YUAN
from assistant.web import leader_texts

NOTHING = "—"

# Title and definition of every KPI name.
KPIS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "buyers_consulted": ("咨询人数", "当天有过消息往来的买家，不管谁先开口。多天时按天去重后相加。"),
        "buyers_received": ("接待人数", "咨询人数减去自己的账号、广告和垃圾消息。多天时按天去重后相加。"),
        "effective_receptions": ("有效接待", "买家说过话、也有真人回复过的买家数。多天时按天去重后相加。"),
        "first_response_seconds": (
            "首次响应",
            "每次会话里买家第一句话到客服第一次人工回复的秒数，取平均。自动回复不算；没回的不在平均里，另列人数。",
        ),
        "average_response_seconds": (
            "平均响应",
            "每一轮买家提问到人工回复的秒数，取平均。一轮从第一句没回的话算起；平台封顶的按封顶算，1 秒内的不算。",
        ),
        "response_p90_seconds": ("九成响应", "九成的回复都在这么多秒以内，最慢的一成不算。"),
        "within_15s_rate": ("15秒响应率", "15 秒内人工回复的占比，正好 15 秒也算。没回的算没做到。"),
        "within_30s_rate": ("30秒响应率", "30 秒内人工回复的占比，正好 30 秒也算。没回的算没做到。"),
        "within_60s_rate": ("1分钟响应率", "60 秒内人工回复的占比，正好 60 秒也算。没回的算没做到。"),
        "within_180s_rate": (
            "3分钟响应率",
            "180 秒内人工回复的占比，正好 180 秒也算，没回的算没做到。"
            "只看平台考核时段；淘宝按轮次，抖音按会话，快手按人，店里改过的按改过的。",
        ),
        "reply_rate": ("回复率", "1 减去未回复人数除以接待人数。"),
        "unanswered_buyers": ("未回复人数", "当天至少有一轮提问始终没有人工回复的买家数。"),
        "slow_receptions": ("慢接待", "同一买家一天里有几轮（默认 3 轮）等得太久（默认超过 120 秒），就算一次慢接待。"),
        "longest_wait_seconds": ("最长等待", "等得最久的一轮，没回的算到会话结束。"),
        "answer_question_ratio": ("答问比", "客服人工消息数除以买家消息数。"),
        "inquiry_buyers": (
            "询单人数",
            "来咨询的买家里，21 天内没付过款、或者问完又下了单的。付过款又没再下单的算售后咨询。多天时按天去重后相加。",
        ),
        "inquiry_to_order_rate": (
            "询单到下单",
            "咨询当天或次日下单的询单买家，除以询单人数。次日还没过完的说不准，先不算（延迟统计）。",
        ),
        "inquiry_to_paid_rate": (
            "询单到付款",
            "到现在已经付款的询单买家，除以询单人数。次日还没过完的说不准，先不算（延迟统计）。",
        ),
        "order_to_paid_rate": (
            "下单到付款",
            "这段时间下单、归属客服的订单里，现在已经付款的占比。会话中下的单归这个会话的客服，不然归两天内最后聊完的客服。",
        ),
        "sales_amount": (
            "销售额",
            "这段时间付款、归属客服的订单金额之和。会话中付的款归这个会话的客服，不然归两天内最后聊完的客服；没有就是静默订单，不算。",
        ),
        "buyers_paid": ("付款人数", "有归属客服的付款订单的买家数。多天时按天去重后相加。"),
        "amount_per_buyer": ("客单价", "销售额除以付款人数。"),
        "items_per_buyer": ("客件数", "付款商品件数除以付款人数。"),
        "repeat_buyer_rate": ("回头客占比", "以前哪天也付过款的买家，除以付款人数。"),
        "refund_rate": (
            "退款率",
            "这段时间付款的商品里，后来退了款的件数占比。缺货、物流、退定金重拍不算；退款没说件数，按金额折算。",
        ),
        "satisfaction_rate": ("满意率", "4 星和 5 星的评价，除以收到的评价。"),
        "rating_participation": ("参评率", "收到的评价，除以发出的邀评；没邀也评、改评的，最多算 100%。"),
        "suggestions_shown": ("推荐次数", "摆到客服面前的推荐话术数。"),
        "suggestion_adoption_rate": ("推荐采纳率", "真的发出推荐话术的轮次，除以有推荐的轮次；一轮有几条只算一次。"),
        "script_usage_rate": ("话术使用率", "来自话术或快捷回复的人工消息（改过也算），除以全部人工消息。"),
        "follow_ups_due": ("到点跟进", "到了时间的跟进数，算给当时接待的客服。"),
        "follow_ups_done": ("完成跟进", "已经完成的跟进数。"),
        "follow_ups_on_time_rate": ("跟进及时率", "到点 5 分钟内完成的跟进，除以到点且没有取消的跟进。"),
        "follow_ups_missed": ("错过跟进", "过了 30 分钟以上才轮到、没有再提醒的跟进数。"),
        "reminders_sent": ("催付次数", "真正发出的催付消息和电话。"),
        "reminder_paid_rate": (
            "催付成功率",
            "这段时间下的单里，催过并在期限内付款的，除以催过的。期限没到又没付款的先不算。",
        ),
        "reminder_holdout_paid_rate": ("对照付款率", "这段时间下的单里，特意没有催的，期限内付款的占比。"),
        "reminder_uplift": ("催付增量", "催付成功率减去对照付款率；两边都满 100 单才显示。"),
        "check_hits": ("违规提醒", "客服发出的话被检查规则拦截或提醒的次数。"),
        "paid_own": ("本人单", "下单和付款都归同一位客服的付款订单数，算给这位客服。"),
        "paid_others": ("他人下单、本人付款", "下单归另一位客服、付款归这位客服的订单数。"),
        "paid_silent_order": ("静默下单、本人付款", "下单时没有客服、付款归这位客服的订单数。"),
        "paid_silent": ("全静默", "付款时没有客服的订单数：付款前两天内没有聊过，不归任何人。"),
    }
)
# Over the columns of tables and files.
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "agent": "客服",
        "shop": "店铺",
        "day": "日期",
        "at": "时间",
        "platform": "平台",
        "buyer": "买家",
        "conversation": "会话",
        "what": "内容",
        "rounds": "等待（秒）",
        "buyers": "消息数",
        "cards": "数值",
        "follow_ups": "用时（秒）",
        "checks": "数值",
        "ratings": "星数",
        "orders": "金额（元）",
        "pieces": "件数",
        "counts": "达标",
        "id": "编号",
        "fact": "事实",
        "recorded_at": "记录时间",
        "order": "订单",
        "beside": "同时在等",
        "touchpoint": "跟进",
        "situation": "情景名称",
        "earned": "订单归属",
        "count": "单数",
        "share": "占比",
        "yuan": "金额",
        "settling": "还没到期",
        "on_time": "按时做了",
        "late": "做晚了",
        "undone": "没做",
        "bought_on_time": "按时做了、之后买了",
        "bought_late": "做晚了、之后买了",
        "bought_undone": "没做、之后买了",
        "asked": "询单",
        "ordered": "下单",
        "lost": "流失",
        "rate": "询单到下单",
        "data": "数据",
    }
)

# By kind, for `Catalogue.name`.
FIGURES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "kpi": {name: title for name, (title, _) in KPIS.items()},
        "kpi_how": {name: how for name, (_, how) in KPIS.items()},
        "kpi_column": COLUMNS,
        "outcome": leader_texts.OUTCOMES,
        "weekday": dict(zip("0123456", ("周一", "周二", "周三", "周四", "周五", "周六", "周日"), strict=True)),
        "origin": {"auto": "自动回复", "robot": "机器人", "robot_assist": "机器人辅助"},
        "found": {"warn": "提醒", "block": "拦截"},
        **leader_texts.NAMES,
    }
)
REFUSED_DAYS: Mapping[str, str] = MappingProxyType(
    {
        "no_day": "「{given}」不是日期，请这样写：2026-11-11。",
        "days_turned": "结束日期早于开始日期，请改一下。",
        "too_many_days": "一次最多看 {days} 天，请缩短日期。",
        **leader_texts.REFUSED,
    }
)

_RATIOS = frozenset({"answer_question_ratio", "items_per_buyer"})
# How long something took, in a larger unit and a smaller one, each with its seconds.
_MINUTES = (60, "%(n)s 分"), (1, "%(n)s 秒")
_HOURS = (3600, "%(n)s 小时"), (60, "%(n)s 分")
_DAYS = (86_400, "%(n)s 天"), (3600, "%(n)s 小时")
# Where less is better; of the rest, more is.
LESS = frozenset(
    {"unanswered_buyers", "slow_receptions", "follow_ups_missed", "check_hits", "refund_rate", "follow_ups_due"}
)
# What is neither good nor bad by itself.
NEITHER = frozenset(
    {"buyers_consulted", "buyers_received", "effective_receptions", "inquiry_buyers"}
    | {f"paid_{kind}" for kind in EARNED}
)


def unit(name: str) -> str:
    """`seconds`, `rate`, `yuan`, `ratio` or `count`."""
    if name.endswith("_seconds"):
        return "seconds"
    if name in YUAN:
        return "yuan"
    if name in _RATIOS:
        return "ratio"
    return "rate" if name.endswith(("_rate", "_participation", "_uplift")) else "count"


def written(value: float | str | None, name: str, say: Callable[[str], str]) -> str:
    """A figure as it stands on the page: 12.3 秒, 98.4%, ¥1,234.50, 1.25, 1,204; `say` translates units of time."""
    if value is None:
        return NOTHING
    kind = unit(name)
    if kind == "rate":
        return rate(float(value))
    if kind == "yuan":
        return f"¥{float(value):,.2f}".removesuffix(".00")
    if kind == "seconds":
        return lasting(float(value), say)
    return f"{float(value):,.2f}" if kind == "ratio" else f"{int(value):,}"


def lasting(seconds: float, say: Callable[[str], str]) -> str:
    """How long something took: 12.3 秒. From two minutes on nobody counts in seconds: 3 分 25 秒, 2 小时 5 分, 1 天."""
    if seconds < 120:
        return say("%(n)s 秒") % {"n": f"{seconds:.1f}".removesuffix(".0")}
    units = _MINUTES if round(seconds) < 3600 else _HOURS if round(seconds / 60) < 24 * 60 else _DAYS
    (large, of_large), (small, of_small) = units
    whole = round(seconds / small) * small
    told = (whole // large, of_large), (whole % large // small, of_small)
    return " ".join(say(of) % {"n": n} for n, of in told if n)


def rate(value: float) -> str:
    """`0.9842` as 98.4%; only all of them are 100%, and only none are 0%."""
    shown = round(value * 100, 1)
    if value < 1:
        shown = min(shown, 99.9)
    if value > 0:
        shown = max(shown, 0.1)
    return f"{shown:.1f}".removesuffix(".0") + "%"


def change(now: float | None, before: float | None, name: str) -> tuple[str, str] | None:
    """How a figure moved: signed text and `better`, `worse` or `same`; rates in points, others in percent."""
    if now is None or before is None:
        return None
    points = unit(name) == "rate"
    if not points and before == 0:
        return None
    moved = (now - before) * 100 if points else (now - before) / before * 100
    if abs(moved) < 0.05:
        return "0", "same"
    less_is_better = name in LESS or unit(name) == "seconds"
    tone = "same" if name in NEITHER else "better" if (moved < 0) == less_is_better else "worse"
    return f"{moved:+.1f}".removesuffix(".0").replace("-", "−"), tone


def bar(value: float | None, name: str, most: float) -> float | None:
    """How long the bar in a cell is, 0..100; rates fill the cell at 100 %."""
    full = 1.0 if unit(name) == "rate" else most
    return None if value is None or full <= 0 else round(min(100.0, 100 * value / full), 1)
