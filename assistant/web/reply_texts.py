"""What pages and panels say about quick replies of one's own; their fixed words stand in the templates."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FIELD_NAMES: Mapping[str, str] = MappingProxyType(
    {"title": "标题", "text": "内容", "group": "分组", "shortcut": "快捷码", "": "不导入"}
)

# What became of a reply, and where in it agents change something.
USED_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "used": {
            "shown": "摆出",
            "inserted": "已插入",
            "unchanged": "原样发出",
            "edited": "改后发出",
            "dismissed": "已忽略",
            "sent": "发出",
        },
        "measure": {
            "unchanged": "原样发出",
            "answered": "买家 30 分钟内回话",
            "ordered": "买家 24 小时内下单",
            "paid": "买家 3 天内付款",
        },
        "measure_how": {
            "unchanged": "做到：客服至少有一次一字不改发出去。等客服答过、或卡片撤下了才算到。",
            "answered": "做到：发出去以后买家又说了话，在第一次摆出来的 30 分钟内。满 30 分钟才算到。",
            "ordered": "做到：第一次摆出来以后 24 小时内下了单。满 24 小时才算到。",
            "paid": "做到：第一次摆出来以后 3 天内付了款。满 3 天才算到。",
        },
        "verdict": {"too_few": "买家还太少", "open": "看不出差别", "more": "比 A 多", "less": "比 A 少"},
        "place": {"start": "开头", "middle": "中间", "end": "结尾"},
    }
)

# Keys are what static/js asks for; a test holds the two together.
OWN: Mapping[str, str] = MappingProxyType(
    {
        "own_count": "{n} / {most} 条",
        "own_none": "还没有自己的快捷回复，从「新增」开始",
        "own_nothing": "没有找到",
        "own_new": "新增快捷回复",
        "own_edit": "修改快捷回复",
        "own_saved": "已保存",
        "own_doubt": "已保存，但「{words}」要留意：{reason}",
        "own_removed": "已删除「{title}」",
        "own_remove": "删除",
        "own_remove_sure": "再点一次就删除",
        "own_moved": "已移到第 {n} 条",
        "own_pinned": "已置顶「{title}」",
        "own_unpinned": "已取消置顶「{title}」",
        "own_pin": "置顶",
        "own_used": "{day} 用过",
        "own_used_never": "最近没用过",
        "own_failed": "没有办成，写的都还在，请再试一次",
        "own_load_failed": "暂时读不到，请再打开一次",
        "own_image": "图片：{title}",
        "own_mine": "我的",
        "own_file_reading": "正在读 {name}…",
        "own_file_ready": "{name}：{n} 条可以导入",
        "own_file_same": "，{n} 条已经有了，不再导入",
        "own_file_faulty": "{name}：有 {n} 行不对，什么都没有导入。改好再选一次，或在下面换一换各列的意思：",
        "own_file_row": "第 {n} 行",
        "own_file_more": "还有 {n} 行",
        "own_file_kept": "导入了 {n} 条",
        "own_column": "第 {n} 列",
        "own_column_means": "「{name}」是什么",
        "image_copied": "图片已复制，到输入框里粘贴就能发",
        "image_not_copied": "图片没有复制成功，请再选一次这条",
    }
)

# Why something was not done, by `reason`, as `texts.REFUSALS`.
REFUSED_REPLIES: Mapping[str, str] = MappingProxyType(
    {
        "reply_empty": "还没有写内容。",
        "title_too_long": "标题最多 {most} 字，现在 {n} 字。",
        "text_too_long": "内容最多 {most} 字，现在 {n} 字。",
        "group_too_long": "分组名最多 {most} 字，现在 {n} 字。",
        "shortcut_too_long": "快捷码最多 {most} 字，现在 {n} 字。",
        "shortcut_signs": "快捷码里不能有空格和斜杠。",
        "shortcut_own": "快捷码「{shortcut}」和你自己的「{title}」重了，请换一个。",
        "shortcut_team": "快捷码「{shortcut}」和团队的「{title}」重了，请换一个。",
        "reply_variable": "「{words}」填不进去：变量要从列表里选，要自己填的写成 ___ 或带名字的空。",
        "reply_blocked": "「{words}」不能写：{why}。可以写：{instead}",
        "too_many_replies": "自己的快捷回复最多 {most} 条，请先删掉一些。",
        "too_many_pinned": "最多置顶 {most} 条，请先取消一条。",
        "image_kind": "这不是图片：请用 PNG、JPEG、GIF 或 WebP。",
        "image_too_large": "图片最多 {most} KB，这张有 {n} KB，请先压缩。",
        "on_trial": "这条话术已经在试，请先结束那个试验。",
        "no_measure": "请选看什么。",
        "trial_arms": "请写 1–{most} 种别的说法。",
        "trial_same": "有两种说法是一样的。",
        "trial_variable": "说法 A 里没有变量 {words}，别的说法也不能用：缺它的买家就没有卡片，几组比不起来。",
        "trial_arm": "请选留下哪一种。",
        "trial_ended": "这个试验已经结束了。",
        "trial_moved": "这条话术的草稿已经有人改过，没有结束。请选「原来的」结束，再到草稿里改。",
        "file_sheet_format": "不认识这种文件，请用 .csv 或 .xlsx。",
        "file_empty": "文件里没有内容。",
        "file_too_long": "最多读 {most} 行，这个文件不止这些，请拆开。",
        "file_no_text": "请选出哪一列是内容。",
        "file_twice": "同一个意思只能选一列。",
    }
)
