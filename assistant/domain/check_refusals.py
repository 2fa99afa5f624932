"""Whether words that a check found are refused or warned of where they stand: 「不能加微信哦」「谨防好评返现骗局」.

Nobody is stopped from keeping the rules aloud (DOMAIN.md §8.16). Works on the folded text.
"""

from __future__ import annotations

import re

from assistant.domain.check_folding import Folded

_NO = (
    "不|没有|没|无法|无需|无须|无|请勿|切勿|勿|莫|别|禁止|严禁|谨防|拒绝|杜绝|避免|抵制|防止|谢绝|反对|从不|绝不|决不|并非|非|"
    "不能|不可以|不可|不会|不要|不得|不准|不许|不允许|不支持|不参与|不提供|不接受|不建议|不鼓励|不推荐|不提倡|不方便|不太方便|不便|没法|加不了|不用|不需要|不必|不让|不是|不存在|不涉及|不收集|不索要"
)
# What may stand between a refusal and what it refuses; a word of its own turns the sentence to something else.
_LINKS = (
    "能够|能|可以|可|会|要求|要|得|准许|许|允许|支持|参与|参加|提供|进行|做|搞|用|使用|通过|接受|让|叫|是|有|任何|任意|"
    "这种|这样的|这类|此类|这个|拿|给|加|添加|留|告诉|透露|泄露|发送|发|收取|收集|收|索取|索要|询问|问|要您的|把|将|以|靠|"
    "您的|你的|自己的|我们的|买家的|顾客的|您|你|我们|咱们|客服|店铺|商家|买家|顾客|客户|平台|他人|别人|陌生人|对方|私自|私下|"
    "私|线下|站外|额外|直接|随便|轻易|主动|需要|需|用来|了|在|到|跟|和|与|向|对|的|去|来|再|等|或|说|承诺|保证|写|称|讲|敢|打|"
    "微信|qq|vx|电话|手机|号|好评|返现|返|送|转账|二维码|身份证|银行卡|密码|验证码"
)
_BEFORE = re.compile(rf"(?:{_NO})(?:{_LINKS}){{0,8}}$")
# 「能不能」 asks, 「不好意思」 is polite, 「要不」 proposes: nothing is refused by them.
_ASKS = re.compile(
    r"(.)[不没]\1|有没有|是不是|要不要|能不能|可不可以|要不(?!要)|不妨|不如|不管|不论|不但|不仅|不光|不只|忘不了|离不开"
)
_BEHIND = re.compile(
    r"(?:号|账号|转账|这种|这样|的话|的|活动|行为|方式|形式|之类|这些|这个|这|那|我们|咱们|咱|本店|店铺|店里|小店|平台|这边|这里|家|是|都|也|一律|确实|"
    r"真的|暂时|目前|现在|规定|客服|亲|了){0,6}?"
    r"(?:不能|不可以|不可|不行|不允许|不支持|不提供|不参与|不做|不搞|不加|不用|不发|不返|不接受|没有|没|禁止|违规|属于违规|请勿|不要|不会|"
    r"是骗|都是骗|骗局|诈骗|有风险)"
    r"(?:的|加|返|给|送|发|做|搞|用|提供|参与|使用|透露|告诉|相信|添加|任何人|别人|他人|您|了|哦|哈|呢|呀|啦|噢|喔|亲|这个|这种|活动|规定|操作|行为|服务)*$"
)
_WARNS = re.compile(
    r"骗子|诈骗|骗局|谨防|防骗|当心|小心|警惕|切勿|请勿|勿信|不要相信|别相信|不要轻信|别信|冒充|假冒|都是假|规定不|规则不|不允许"
)
_NEAR = 24


def refused(folded: Folded, text: str, parts: list[tuple[int, int]]) -> bool:
    """Whether what was found at these places (begin, end of each part) is refused, before or behind, or warned of."""
    return any(_refused_before(folded, text, begin) for begin, _ in parts) or _refused_behind(
        folded, text, parts[-1][1]
    )


def _refused_before(folded: Folded, text: str, begin: int) -> bool:
    clause = text[_clause_begin(folded, begin) : begin][-_NEAR:]
    found = _BEFORE.search(clause)
    return found is not None and not _ASKS.search(clause[max(0, found.start() - 1) :])


def _refused_behind(folded: Folded, text: str, end: int) -> bool:
    return _BEHIND.match(text[end : min(_clause_end(folded, end), end + _NEAR)]) is not None


def warned(folded: Folded, text: str, begin: int, end: int) -> bool:
    """Whether the sentence, or a clause beside it, warns of what was found; who says 「加我」 does not warn."""
    if "我" in text[begin:end]:
        return False
    return _WARNS.search(text[_sentence_begin(folded, begin) : _sentence_end(folded, end)]) is not None


def _clause_begin(folded: Folded, at: int) -> int:
    return _after(folded, folded.pauses, at)


def _clause_end(folded: Folded, at: int) -> int:
    return _until(folded, folded.pauses, at)


def _sentence_begin(folded: Folded, at: int) -> int:
    return _after(folded, folded.stops, at)


def _sentence_end(folded: Folded, at: int) -> int:
    return _until(folded, folded.stops, at)


def _after(folded: Folded, marks: list[int], at: int) -> int:
    """The place of the first character behind the last mark before `at`."""
    here = folded.origins[at] if at < len(folded.origins) else len(folded.original)
    mark = max((one for one in marks if one < here), default=-1)
    return next((n for n in range(at, -1, -1) if n == 0 or folded.origins[n - 1] < mark), 0)


def _until(folded: Folded, marks: list[int], at: int) -> int:
    """The place behind the last character before the first mark from `at` on."""
    last = folded.origins[at - 1]
    mark = min((one for one in marks if one > last), default=len(folded.original))
    return next((n for n in range(at, len(folded.origins)) if folded.origins[n] > mark), len(folded.origins))
