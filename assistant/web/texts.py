"""What pages say, in Chinese (the source) and English (the catalogue): names, strings for scripts.

Not for what trainers write: replies, situations' names and quick replies are shown as they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po

from assistant.domain.buyers import FREE, TAG_GROUPS
from assistant.services.scripted_orders import AMOUNT, NOTICES
from assistant.web.editor_texts import EDITOR, REFUSED, ROW_NAMES
from assistant.web.error_texts import ERROR_NAMES
from assistant.web.form_names import FORMS
from assistant.web.kpi_names import FIGURES, REFUSED_DAYS
from assistant.web.order_names import ORDER_NAMES
from assistant.web.people_texts import AUDIT_NAMES, REFUSED_PEOPLE, ROLE_NAMES
from assistant.web.platform_names import REFUSED_RULES, RULE_NAMES
from assistant.web.reply_texts import FIELD_NAMES, OWN, REFUSED_REPLIES, USED_NAMES
from assistant.web.value_names import source_names

SOURCE = "zh-CN"
LANGUAGES = (SOURCE, "en")

NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "tier": {"none": "", "regular": "普通会员", "senior": "高级会员", "vip": "VIP", "supreme": "至尊VIP"},
        "purchases": {"new": "新客", "second": "买过一次", "repeat": "老客"},
        "stage": {"presale": "售前", "insale": "售中", "aftersale": "售后"},
        **ORDER_NAMES,
        "field": {"item": "商品", "size": "尺码", "quantity": "数量", "alternative": "可接受的替代"},
        "platform": {
            "taobao": "淘宝",
            "jd": "京东",
            "pdd": "拼多多",
            "douyin": "抖音",
            "kuaishou": "快手",
            "wecom": "企业微信",
            **{name.lower(): name for name in ("Chatwoot", "LiveChat", "Zendesk", "Matrix")},
            "other": "其他平台",
        },
        **ERROR_NAMES,
        "role": ROLE_NAMES,
        **AUDIT_NAMES,
        **FIGURES,
        **RULE_NAMES,
        **FORMS,
        "withdrawn": {"handbook": "口径", "situations": "整个情景", "replies": "单条话术", "quick_replies": "快捷回复"},
        "severity": {"block": "刚发出的话违规", "warn": "刚发出的话要留意", "note": "刚发出的话有点小问题"},
        **ROW_NAMES,
        "reply_field": FIELD_NAMES,
        **USED_NAMES,
        "state": {"closed": "会话已结束", "transferred": "已转接"},
    }
)

# What handlers say to people; they look it up with `Catalogue.gettext`.
ANSWERS = (
    "用户名或密码不对",
    "尝试次数过多，请几分钟后再试",
    "现在登录的人太多，请过几秒再试",
    "照客服平时的答法，回答「{name}」",
)
# Why a card came up (`domain/suggestions.py`): how it begins, and the text around the words that follow.
REASONS = {"买家说「": "买家说「%(words)s」", "像是「": "像是「%(name)s」"}

# Why something a person did was not done, and what to do next: by `reason` or `code` of an error (`domain/errors.py`).
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "empty": "还没有写内容，写好再保存。",
        "too_long": "太长了：最多 {most} 字，现在 {n} 字。请删短，或分成几条。",
        "quantity": "数量请填数字，例如 2。",
        "no_fields": "至少填一项再记下来。",
        "unknown_tag": "没有这个标签。请选现成的，或在「自定义」里写 1–20 个字。",
        "no_later_time": "买家没有约别的时间，请改用「5 分钟后」。",
        "nothing_promised": "上一句没有可以跟进的承诺。",
        "not_only_thanks": "买家不只是道谢，还在等回答。请先回复。",
        "practice_over": "这轮练习已经结束，没有发出。请看讲评，或再练一轮。",
        "launch_over": "助手的打开地址一分钟内有效，并且只能用一次。请回到聊天页面，刷新后重新打开。",
        "withdrawn": "这句话已撤回：{words}",
        "blocked": "「{words}」不能发：{why}。",
        "doubted": "「{words}」要确认：{why}。",
        "no_time": "请选好结束的日期和时间。",
        "ends_too_early": "结束时间已经过了，请选一个以后的时间。",
        "ends_too_late": "公告最多放 {days} 天，更久的内容请写进口径表。",
        **REFUSED_DAYS,
        "unknown_name": "话术表里没有「{name}」，请从列表里选。",
        "too_many_notices": "已经有 {most} 条公告了，请先结束一条。",
        "not_allowed": "你没有这个权限，需要的话请找店铺管理员。",
        "not_found": "已经找不到了，可能刚被处理过。请看看最新的状态。",
        **REFUSED,
        **REFUSED_PEOPLE,
        **REFUSED_RULES,
        **REFUSED_REPLIES,
        "conflict": "同事刚刚改过，请看看最新的状态再试。",
        "not_signed_in": "登录已过期，请重新登录后再试一次。",
        "too_many": "操作太快了，请过几秒再试。",
        "unavailable": "现在存不进去，请过几秒再试。",
        "invalid_request": "内容不符合要求，请改一下再试。",
        "error": "我们这边出错了，请再试一次；还不行请告诉管理员。",
    }
)

# Keys are what static/js asks for; a test holds the two together.
SCRIPTS: Mapping[str, str] = MappingProxyType(
    {
        "offline": "连接已断开，正在重连…",
        "pending": "{n} 项操作待发送",
        "overdue": "超时",
        "days": "{n} 天多",
        "left": "还有 30 秒",
        "crossed_late": "买家等待已超时",
        "crossed_warn": "买家等待过久",
        "crossed_due": "跟进时间到",
        "due_above": "{n} 个跟进到点",
        "nudge_late": "{n} 位买家超时",
        "nudge_both": "{late} 位买家超时，{due} 个跟进到点",
        "notice_refused": "浏览器没有允许通知。请在地址栏的网站设置里允许，再打开一次。",
        "nobody_waits": "没有别的买家在等",
        "nothing_due": "没有别的跟进到点",
        "copied": "已复制",
        "copy_failed": "复制失败，请手动选择文字",
        "insert_failed": "没有插入成功，可以复制后粘贴",
        "recorded": "已记录",
        "note_saved": "备注已保存",
        "refused": "没有保存：",
        "refused_elsewhere": "刚才那个会话里有一项没有保存：",
        "not_opened": "这个会话打不开：",
        "not_sent": "没有发出：",
        "not_sent_to": "给「{name}」的话没有发出，文字已放回那个会话的输入框：",
        "too_long": "太长了：最多 {most} 字，现在 {n} 字。请删短，或分成几条。",
        "digits": "数量请填数字，例如 2。",
        "dismissed": "已忽略「{name}」",
        "put_off": "「{name}」稍后再提醒",
        "let_go": "「{name}」不用回了",
        "nothing_promised": "上一句没有可以跟进的承诺",
        "must_answer": "买家还在等回答，请先回复",
        "lacks": "缺少：{names}",
        "withdrawn": "已撤回：{words}",
        "no_match": "没有匹配的快捷回复",
        "matches": "{n} 条快捷回复",
        "showing": "共 {total} 条，先显示 {n} 条",
        "check_blocked": "这句话不能发",
        "check_doubted": "这句话要确认",
        "check_noted": "「{words}」：{reason}",
        "blank_left": "还有空没有填",
        "shift_load": "我名下有 {n} 条跟进没做完：承诺 {promises} 条，到点 {due} 条",
        "shift_calm": "我名下有 {n} 条跟进没做完，都还没到点",
        "shift_none": "我名下没有未完成的跟进",
        "shift_choose": "选择同事",
        "shift_here": "{name}（在线）",
        "shift_anyone": "不指定，谁先看到谁做",
        "shift_go": "交接 {n} 条",
        "shift_failed": "没有办成，请再试一次",
        "handed_over": "已把 {n} 条跟进交给：{name}",
        "taken_back": "已撤回 {n} 条跟进",
        "no_holding": "快捷回复里还没有「先回一句」的话术",
        "search_failed": "暂时查不到快捷回复",
        "looking_failed": "暂时查不到，请稍后再试",
        "nothing_found": "没有找到",
        "found": "找到 {n} 条",
        "not_withdrawn": "不撤回：{name}",
        "more_tags": "还有 {n} 个",
        "fewer_tags": "收起",
        "sum_item": "商品：{title}",
        "sum_order": "订单：{title}",
        "sum_own": "自己填",
        "sum_cut": "这一单还有 {n} 行没有列出，可以自己加",
        "sum_no_rules": "这一天没有这位买家能用的优惠规则，按原价算。",
        "sum_by": "按「{name}」的规则",
        "sum_original": "原价",
        "sum_freight": "运费",
        "sum_free": "包邮",
        "sum_total": "到手",
        "sum_paid": "整单实付",
        "sum_goods_back": "货款",
        "sum_back": "应退",
        "sum_before": "已退货款",
        "sum_wrong_price": "单价写成 129 或 129.90，最多两位小数。",
        "sum_wrong_quantity": "件数写 1 到 9999 的整数，如 2。",
        "sum_wrong_back": "退几件写 0 到 {n} 的整数。",
        "sum_wrong_refunded": "已退货款写成 129 或 129.90，最多两位小数；不知道就空着。",
        "sum_wrong_gone": "以前退过几件，写 0 到 {n} 的整数，和这次的加起来不能超过 {n} 件。",
        "sum_wrong_title": "商品名太长，最多 200 字。",
        "sum_wrong_paid": "实付写成 129 或 129.90，不能超过原价加运费。",
        "sum_none_back": "先写上退几件。",
        "sum_too_many": "最多 50 行，请合并几行再算。",
        "sum_failed": "暂时算不了，填的都还在，请稍后再试。",
        "note_copied": "已保存，已复制",
        "note_empty": "先写改成什么。",
        "note_no_order": "这位买家还没有订单。",
        "note_failed": "没有保存，写的都还在，请稍后再试。",
        "theme_dark": "切换到深色",
        "theme_light": "切换到浅色",
        "sending": "发送中…",
        **OWN,
    }
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's texts. The source language answers with what it was asked."""

    lang: str
    entries: Mapping[str, str | tuple[str, ...]]

    @property
    def is_source(self) -> bool:
        return self.lang == SOURCE

    def gettext(self, message: str) -> str:
        """The text for `message`; the Chinese source where no translation is known."""
        found = self.entries.get(message, message)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Chinese has one form; English takes the first of two for exactly one."""
        found = self.entries.get(singular)
        if isinstance(found, tuple):
            return found[0 if n == 1 else -1]
        return found if found is not None else singular

    def name(self, kind: str, value: str | None) -> str:
        """The display name of a closed value, e.g. `name("order", "unpaid")`; others stay as they are."""
        if value is None:
            return ""
        source = NAMES[kind].get(value, value)
        return self.gettext(source) if source else ""

    def refusal(self, reason: str, values: Mapping[str, object]) -> str:
        """Why it was not done and what to do next, in words for people."""
        return self.gettext(REFUSALS.get(reason, REFUSALS["error"])).format_map(values)

    def reason(self, why: str) -> str:
        """Why a card came up: kept in the words of the shop, around the buyer's own."""
        for begins, text in REASONS.items():
            if why.startswith(begins):
                said = why[len(begins) : -1]
                return self.gettext(text) % {"words": said, "name": said}
        return why

    def notice(self, text: str) -> str:
        """A line that a platform wrote into the chat: of scripted buyers as it is said here, of others as it came."""
        begins, sign, rest = text.partition(AMOUNT)
        return f"{self.gettext(begins)}{sign}{rest}" if sign and begins in NOTICES.values() else text

    def scripts(self) -> dict[str, str]:
        """Every string the page's scripts say, for the boot JSON (`texts`)."""
        return {key: self.gettext(source) for key, source in SCRIPTS.items()}


def load(locales: Path) -> dict[str, Catalogue]:
    """All catalogues by language. Read once at start: there is no build step for translations."""
    catalogues = {SOURCE: Catalogue(SOURCE, {})}
    for lang in LANGUAGES[1:]:
        catalogues[lang] = Catalogue(lang, dict(_entries(locales / f"{lang}.po")))
    return catalogues


def source_texts() -> Iterator[str]:
    """Every Chinese text kept in this file or named by a rule (`spoken` in templates); templates hold the others."""
    yield from ANSWERS
    yield from REASONS.values()
    yield from SCRIPTS.values()
    yield from EDITOR.values()
    yield from REFUSALS.values()
    yield from source_names()
    yield from NOTICES.values()
    for names in NAMES.values():
        yield from (name for name in names.values() if name)
    for group in (*TAG_GROUPS, FREE):
        yield group.name
        yield from (name for _, name in group.tags)


def _entries(file: Path) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    with file.open("rb") as po:
        for message in read_po(po, abort_invalid=True):
            if not message.id or message.fuzzy:
                continue
            if isinstance(message.id, str):
                yield message.id, str(message.string)
            else:
                yield message.id[0], tuple(message.string or ())
