"""What the page about platforms' rules says besides its template: settings, their values, where the shipped ones come
from. Looked up like the names in `texts.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

# Title and meaning of every setting.
SETTINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "window": ("考核时段", "买家在这段时间里提问才考核。写成 08:00-23:00；到半夜写 24:00。"),
        "window_by": ("时段看什么时间", "落在考核时段里的，是每一轮的提问，还是这次会话的第一句。"),
        "answered_inside_counts": ("时段外问、时段内答", "时段外的提问在时段内答复了，也考核。"),
        "unit": ("响应率按什么算", "3 分钟响应率这些比例，数的是轮次、会话还是买家。"),
        "session_rule": ("会话怎样算及时", "只在按会话算时用。"),
        "session_gap": (
            "隔多久算下一次会话",
            "这么久没人说话，再说话就是下一次会话。改了从那天起的轮次重新算。",
        ),
        "average_cap_seconds": ("平均响应的封顶", "平均响应里，每一轮最多算这么多秒。0 是不封顶。"),
        "robot_assist": (
            "机器人辅助算回复",
            "机器人辅助客服发的话，算不算答复。改了从那天起的轮次重新算。",
        ),
        "target_seconds": ("平台考核的秒数", "侧边栏底部显示的响应率看这个时间。"),
        "alarm": (
            "等待的三级提醒",
            "等了多少秒算该留意、过久、超时，写成 15/100/180。转接的会话按超时分清是谁让买家等的。",
        ),
        "slow_seconds": ("一轮多久算慢", "一轮等了超过这么多秒，算慢。"),
        "slow_rounds": ("几轮慢算慢接待", "同一位买家一天里有这么多轮慢，算一次慢接待。"),
        "chat_reminder": ("可以在会话里催付", "平台不允许就选「不可以」，催付卡片不再出现。"),
    }
)

RULE_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "setting": {name: title for name, (title, _) in SETTINGS.items()},
        "setting_how": {name: how for name, (_, how) in SETTINGS.items()},
        "setting_value": {
            "answered_inside_counts.yes": "算",
            "answered_inside_counts.no": "不算",
            "robot_assist.yes": "算",
            "robot_assist.no": "不算",
            "chat_reminder.yes": "可以",
            "chat_reminder.no": "不可以",
            "window_by.question": "每一轮的提问",
            "window_by.session": "会话的第一句",
            "unit.round": "按轮次",
            "unit.session": "按会话",
            "unit.buyer": "按买家",
            "session_rule.all": "每一轮都及时",
            "session_rule.first": "第一轮及时",
            "session_rule.average": "平均下来及时",
            "average_cap_seconds.0": "不封顶",
        },
        "setting_unit": {
            "window": "{value}",
            "session_gap": "{value} 分钟",
            "average_cap_seconds": "{value} 秒",
            "target_seconds": "{value} 秒",
            "alarm": "{value} 秒",
            "slow_seconds": "{value} 秒",
            "slow_rounds": "{value} 轮",
        },
        "setting_source": {"our default, a setting": "产品的默认值", "field knowledge": "行业经验"},
    }
)

REFUSED_RULES: Mapping[str, str] = MappingProxyType(
    {
        "no_platform": "没有「{given}」这个平台的口径，请从列表里选。",
        "no_setting": "「{given}」这样写看不懂，请照现在的值那样写。",
        "day_is_over": "{given} 已经过去了。要改那天的数据，请勾选「改的是已经过去的日子」。",
        "no_source": "请写上依据（最多 {most} 个字）和它是什么时候的。",
    }
)


def rule_value(name: str, value: str, called: Callable[[str, str], str]) -> str:
    """A setting's value in words; `called` names closed values in the reader's language (`Catalogue.name`)."""
    key = f"{name}.{value}"
    if key in RULE_NAMES["setting_value"]:
        return called("setting_value", key)
    return called("setting_unit", name).format(value=value) if name in RULE_NAMES["setting_unit"] else value
