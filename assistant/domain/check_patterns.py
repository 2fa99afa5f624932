"""The words of a check as trainers write them, made into what can be searched for.

`…` lets up to eight characters stand between, `|` is or, `【…】` holds ors together, `(…)` may be there or not, `<名>`
is one of a list of words or a shape such as `<手机号>`, `&` takes both orders. Reading them is `pattern_reading.py`;
not for deciding what a find is worth (`checks.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.domain.check_folding import BETWEEN, Folded
from assistant.domain.check_shapes import SHAPES

# How far apart the two sides of `…` may stand; a sentence that ends between them counts for five.
GAP, STOP_COSTS = 8, 5
# A letter beside a letter belongs to another word; figures and letters may have been drawn apart.
_EDGE = "(?<![a-z](?=[a-z]))"
_DRAWN = f"(?:(?<=[a-z0-9]){BETWEEN}+(?=[a-z0-9]))?"

SHAPE_MARKS = {name: chr(0xE000 + n) for n, name in enumerate(SHAPES)}
_MARKED = {mark: SHAPES[name] for name, mark in SHAPE_MARKS.items()}


@dataclass(frozen=True)
class Ways:
    """One of several ways to write a piece; each is what stands in a row. `optional`: or nothing."""

    branches: tuple[tuple[str | Ways, ...], ...]
    optional: bool = False

    @cached_property
    def regex(self) -> str:
        """An expression without groups."""
        longest_first = sorted(dict.fromkeys(map(_row_regex, self.branches)), key=len, reverse=True)
        return f"(?:{'|'.join(longest_first)}){'?' if self.optional else ''}"

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The first two characters of every way to write it, or all of a shorter one."""
        found = frozenset(one for branch in self.branches for one in _row_beginnings(branch))
        return found | {""} if self.optional else found

    @cached_property
    def endings(self) -> frozenset[str]:
        """The last two characters of every way to write it, or all of a shorter one."""
        found = frozenset(one for branch in self.branches for one in _row_endings(branch))
        return found | {""} if self.optional else found

    def may_be_empty(self) -> bool:
        return "" in self.beginnings


def _row_regex(row: Iterable[str | Ways]) -> str:
    written, before = "", ""
    for piece in row:
        regex = piece.regex if isinstance(piece, Ways) else _literal(piece)
        written += (_DRAWN if written and _latin_ends(before, piece) else "") + regex
        before = piece if isinstance(piece, str) else before + "z" if _begins_latin(piece) else ""
    return written


def _latin_ends(before: str, piece: str | Ways) -> bool:
    return before[-1:].isascii() and bool(before) and _begins_latin(piece)


def _begins_latin(piece: str | Ways) -> bool:
    begins = piece.beginnings if isinstance(piece, Ways) else {piece}
    return any(one[:1].isascii() for one in begins if one)


def _literal(words: str) -> str:
    signs = [_MARKED[one].regex if one in _MARKED else re.escape(one) for one in words]
    written = signs[0]
    for before, one, sign in zip(words, words[1:], signs[1:], strict=False):
        apart = before.isascii() and one.isascii() and before.isalnum() and one.isalnum()
        written += (f"{BETWEEN}*" if apart else "") + sign
    return written


def _row_beginnings(row: Iterable[str | Ways]) -> set[str]:
    found = {""}
    for piece in row:
        more = piece.beginnings if isinstance(piece, Ways) else {piece[:2]}
        found = {one if len(one) > 1 else (one + two)[:2] for one in found for two in more}
        if all(len(one) > 1 for one in found):
            break
    return found


def _row_endings(row: Sequence[str | Ways]) -> set[str]:
    found = {""}
    for piece in reversed(row):
        more = piece.endings if isinstance(piece, Ways) else {piece[-2:]}
        found = {one if len(one) > 1 else (two + one)[-2:] for one in found for two in more}
        if all(len(one) > 1 for one in found):
            break
    return found


@dataclass(frozen=True)
class Pattern:
    """One way to say it: the parts in their order."""

    written: str
    parts: tuple[Ways, ...]

    @property
    def expression(self) -> str:
        """Each part is a group."""
        return f".{{0,{GAP}}}?".join(f"({_EDGE}{part.regex}{_EDGE})" for part in self.parts)

    @cached_property
    def found_by(self) -> re.Pattern[str]:
        return re.compile(self.expression, re.DOTALL)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """One or two characters of which at least one must stand in a text for this to be found there."""
        return min((_anchors(part) for part in self.parts), key=_weight)

    def finds(self, folded: Folded, text: str) -> Iterator[re.Match[str]]:
        """Everywhere in the folded `text`, in which what is allowed may have been blotted out."""
        at = 0
        while (found := self.found_by.search(text, at)) is not None:
            near = all(_distance(folded, found.end(n), found.start(n + 1)) <= GAP for n in range(1, len(self.parts)))
            if near:
                yield found
            at = found.end() if near else found.start() + 1


def _distance(folded: Folded, begin: int, end: int) -> int:
    if begin == end or not folded.stops:
        return end - begin
    origins = folded.origins
    crossed = sum(origins[begin - 1] < stop < origins[end] for stop in folded.stops)
    return end - begin + STOP_COSTS * crossed


# In every other message of an agent: a text is not suspect for having them.
_COMMON = frozenset(
    "可以 这个 您的 我们 联系 评价 没有 问题 这边 我的 修改 您稍 支付 短信 马上 不要 直接 今天 明天 这么 售后 优惠 "
    "电话 手机 您好 一下 订单 快递 商品 客服 需要 帮您 提供 收到 退款 付款 发货 活动 什么 怎么 不能 不是 你的 自己 "
    "价格 下单 有货 便宜 给您 已经 时间 给我 解决 建议 告知".split()
)


def _anchors(part: Ways) -> frozenset[str]:
    """How each way begins, or how it ends where that is rarer."""
    return frozenset(anchor for branch in part.branches for anchor in _rarer(branch))


def _rarer(branch: Sequence[str | Ways]) -> frozenset[str]:
    begins = frozenset(anchor for one in _row_beginnings(branch) for anchor in _anchor(one))
    if any(one[:1] in _MARKED for one in _row_endings(branch)):
        return begins
    ends = frozenset(one if len(one) > 1 and one[0] not in _MARKED else one[-1:] for one in _row_endings(branch))
    return min(begins, ends, key=_weight)


def _anchor(begin: str) -> Iterable[str]:
    """Of a shape that comes first, the signs it may begin with."""
    if begin[0] in _MARKED:
        return _MARKED[begin[0]].starts
    return (begin[0],) if begin[1:] in _MARKED or not begin[1:] else (begin,)


def _weight(anchors: Iterable[str]) -> int:
    """How many texts these would make suspect, about: the fewer the better."""
    return sum(map(_cost, anchors))


def _cost(anchor: str) -> int:
    if len(anchor) > 1:
        return 200 if anchor in _COMMON else 1
    return 300 if anchor in "0123456789一二三" else 20
