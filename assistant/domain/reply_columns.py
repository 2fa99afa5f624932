"""Tells what the columns of a spreadsheet of quick replies are, as other tools write them: by their heads, else by
what stands in them. Not for reading files (a service does) nor for judging rows (`personal_replies.py`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIELDS = ("title", "text", "group", "shortcut")
# A column that is left out.
NOTHING = ""
_HEADS: Mapping[str, str] = {
    "title": "标题 名称 题目 简称 主题 话术标题 话术名称 短语标题 title name subject",
    "text": "内容 话术 文本 正文 回复 短语 答案 消息 回复内容 话术内容 短语内容 消息内容"
    " 快捷短语 快捷语 快捷回复 快捷话术 text content message reply body answer",
    "group": "分组 分类 类别 类型 组 组别 目录 文件夹 分组名称 短语分组 话术分组 快捷短语分组"
    " 一级分类 group category folder",
    "shortcut": "快捷键 快捷码 快捷编码 快捷词 编码 代码 简码 触发词 短语编码 快捷短语编码"
    " shortcut code key abbreviation",
}
_FIELD_OF = {head: field for field, heads in _HEADS.items() for head in heads.split()}
_SIGNS = re.compile(r"[\s*＊:：()（）【】\[\]]+|必填|选填|可选|required|optional")
_CODE = re.compile(r"[\w.-]{1,8}")
_LONGEST_HEAD = 12
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Columns:
    """`means` says of each column which field it is (NOTHING: it is left out); `head`: the first row names columns."""

    means: tuple[str, ...]
    head: bool


def guess(rows: Sequence[Sequence[str]]) -> Columns:
    """What the columns of these rows probably are."""
    width = max(map(len, rows), default=0)
    first = [*rows[0], *[""] * width][:width] if rows else []
    named = _named(first)
    head = any(named) and all(len(cell) <= _LONGEST_HEAD for cell in first)
    means = named if head else [NOTHING] * width
    body = rows[1:] if head else rows
    columns = [[row[at].strip() for row in body[:_LOOKED_AT] if at < len(row)] for at in range(width)]
    if "text" not in means:
        _take(means, "text", max(_free(means), key=lambda at: _weight(columns[at]), default=None))
    if not head:
        _guess_others(means, columns)
    return Columns(tuple(means), head)


def _named(first: Sequence[str]) -> list[str]:
    """The field of each head that is known; of several for one field the first."""
    found: list[str] = []
    for cell in first:
        field = _FIELD_OF.get(_SIGNS.sub("", cell.strip().lower()), NOTHING)
        found.append(NOTHING if field in found else field)
    return found


def _guess_others(means: list[str], columns: Sequence[Sequence[str]]) -> None:
    free = [at for at in _free(means) if any(columns[at])]
    codes = [at for at in free if all(_CODE.fullmatch(cell) and cell.isascii() for cell in columns[at] if cell)]
    _take(means, "shortcut", codes[-1] if codes else None)
    left = [at for at in free if means[at] == NOTHING]
    groups = [at for at in left if len(set(columns[at])) * 2 <= len(columns[at])]
    _take(means, "group", groups[0] if groups else None)
    titles = [at for at in left if means[at] == NOTHING]
    _take(means, "title", titles[0] if titles else None)


def _free(means: Sequence[str]) -> list[int]:
    return [at for at, field in enumerate(means) if field == NOTHING]


def _take(means: list[str], field: str, at: int | None) -> None:
    if at is not None:
        means[at] = field


def _weight(cells: Sequence[str]) -> int:
    return sum(map(len, cells))
