"""What the pages about people, their passwords and the audit say; they are looked up like those in `texts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ROLE_NAMES: Mapping[str, str] = MappingProxyType(
    {"agent": "客服", "trainer": "培训师", "leader": "组长", "admin": "管理员"}
)

REFUSED_PEOPLE: Mapping[str, str] = MappingProxyType(
    {
        "no_role": "请选一个角色。",
        "login_signs": "登录名写 1 到 {most} 个看得见的字符。",
        "login_blanks": "登录名里不能有空格和看不见的字符，请写成「{proposed}」。",
        "login_kept": "「{login}」留给程序用，请换一个登录名。",
        "login_taken": "「{login}」已经有人用了，请换一个登录名。",
        "name_length": "名字最多 {most} 个字。",
        "password_length": "密码要 {least} 到 {most} 个字符。",
        "last_administrator": "{login} 是店里唯一的管理员。请先让另一个人当管理员。",
        "only_shop": "这个人只在本店，不能移出。不再来的话请停用。",
        "works_elsewhere": "这个人还在别的店工作，密码和停用要请运维处理；在这里可以改角色或移出本店。",
        "wrong_password": "现在的密码不对。",
        "same_password": "新密码和现在的一样，请换一个。",
        "identity_signs": "身份编号或邮箱最多 {most} 个看得见的字符。",
        "identity_taken": "「{given}」已经绑定了别人。请先在那个人那里清空，再绑定。",
        "identity_unknown": "身份没问题，但还没有绑定这里的账号。请把编号 {subject} 和邮箱 {email} 发给店铺管理员。",
        "identity_disabled": "你的账号已停用。有疑问请找店铺管理员。",
        "oidc_refused": "单点登录没有成功，请再试一次。",
        "oidc_away": "单点登录现在连不上，请过一会儿再试。",
        "typed_otherwise": "两次输入的新密码不一样，请再输一次。",
    }
)

AUDIT_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "audit_kind": {
            "looks": "看过谁的会话和资料",
            "data": "导出、下载和删除",
            "people": "人员和角色",
            "links": "密钥、接入和推送",
            "rules": "小组和口径",
            "tables": "话术和提醒",
        },
        "audit_head": {"at": "时间", "by": "谁", "did": "做了什么", "of": "对谁、对什么", "why": "说明"},
        "audit_file": {
            "audit": "操作记录",
            "log": "事实记录",
            "agent": "按客服的数据",
            "day": "按天的数据",
            "rows": "数据背后的明细",
            "outcomes": "订单从哪来、丢在哪的表",
            "shop": "按店铺的数据",
        },
        "audit_field": {"mails": "收件人", "webhook": "通知网址", "reports": "定时报告", "lang": "信的语言"},
        "reveal": {
            "call_back": "买家要求回电",
            "delivery": "送不到件",
            "payment": "涉及付款",
            "leader_agreed": "组长同意",
        },
        "audit": {
            "by_key": "密钥 {name}",
            "by_operator": "运维 {name}",
            "by_itself": "到期自动",
            "comma": "、",
            "chat": "会话 {chat}",
            "buyer": "买家 {buyer}",
            "erased": "已删除的买家",
            "version": "第 {n} 版",
            "rows": "改了 {n} 行",
            "back_to": "回到第 {n} 版",
            "for_ever": "一直",
            "days": "{n} 天",
            "team": "「{team}」组",
            "no_team": "不分组",
            "from": "{since} 起：{what}",
            "was": "之前 {was}",
            "periods": "聊天文字 {texts}，痕迹 {traces}，买家 {buyers}",
        },
    }
)
