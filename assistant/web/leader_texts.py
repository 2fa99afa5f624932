"""What the leaders' pages say besides their templates, in Chinese (the source): names by kind, refusals by reason.

Not for figures (`kpi_names.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "alert": {
            "within_180s_rate": "3分钟响应率低",
            "within_30s_rate": "30秒响应率低",
            "waiting_late": "等待超时的买家多",
            "satisfaction_rate": "满意率低",
            "complaints": "投诉和差评多",
            "follow_ups_missed": "错过的跟进多",
            "report.day": "日报",
            "report.week": "周报",
        },
        "alert_how": {
            "within_180s_rate": "和数据页同一个口径；样本按接待人数。",
            "within_30s_rate": "和数据页同一个口径，京东和拼多多看它；样本按接待人数。",
            "waiting_late": "此刻等得比平台时限还久的买家数。",
            "satisfaction_rate": "4 星和 5 星的占比；样本按收到的评价。",
            "complaints": "打了 1–2 分、写了 1–2 星评价、或者话里说要投诉曝光的买家数。",
            "follow_ups_missed": "过了 30 分钟以上才轮到、没有再提醒的跟进数。",
        },
        "sheet": {
            "cut": "表格只放得下这么多行，其余的请导出文本格式",
            "rest": "条数太多，只导出了前面的部分；其余的请缩短时段再导出",
        },
        "against": {"before": "上一时段", "week": "往周同几天", "year": "去年同期"},
        "letter": {
            "waiting": "等着发",
            "taken": "正在发",
            "sent": "已发出",
            "failed": "没有发出",
            "unclear": "可能没有发出",
        },
    }
)
# Over the tables of what earns and costs orders: how each column is worked out.
OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "on_time": "到点 5 分钟内做了的跟进。",
        "late": "到点 5 分钟以后才做的跟进。",
        "undone": "到了点没有做的跟进，包括买家自己先买了、卡片撤下的。",
        "bought": "到点以后、跟进定的期限内（没写就是 3 天）这位买家下了单或付了款的占比。",
        "difference": "「按时做了」减去「没做」的占比，括号里是 95% 的误差范围；两边都满 100 条才显示。",
        "settling": "期限还没过、也还没买的，说不准，先不算。",
        "asked": "当天来询单、又认出过这个情景的买家；一天认出几个情景，每个都算一次。",
        "ordered": "其中当天或次日下了单的。",
        "lost": "其中没有下单的。次日还没过完的不算。",
        "rate": "下了单的除以询单的。次日还没过完的不算。",
        "share": "占全部付款订单的比例。",
    }
)
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "holds": "这件事本来就在这位同事名下，请选另一位，或不指定。",
        "no_alert": "没有「{name}」这种提醒，请从表里选。",
        "no_share": "比例请填 0 到 100。",
        "too_thin": "样本至少 {fewest} 个，再少的比例说明不了什么。",
        "too_many_mails": "邮箱最多 {most} 个，更多的人请用群组邮箱。",
        "no_mail": "「{given}」不是邮箱，请这样写：name@example.com。",
        "no_url": "通知网址请写成 https://… 的完整地址，不要带用户名和密码。",
        "no_number": "界线和样本请填数字，例如 90 或 5。",
        "nothing_failed": "这一封已经发出，或正在发，不用再发。",
        "team_name": "组名要 1–{most} 个字，不能只是数字。",
        "team_known": "已经有「{name}」组了，请换个名字。",
        "no_team": "店里没有「{given}」组，请从列表里选。",
        "too_many_teams": "一家店最多 {most} 个组，请先把不用的改名再用。",
        "team_or_shops": "组是一家店里的，请选一个组，或者选几家店，不要一起选。",
        "two_zones": "这几家店不在同一个时区，请分开看。",
        "no_agent": "店里没有「{name}」这位客服，请从列表里选。",
    }
)
