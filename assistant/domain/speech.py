"""What one chat message does: asks a need, tells a promotion, promises, objects, postpones, closes.

Not for what a buyer's message is about (recognition), nor for who wrote it: callers ask only for messages of
people, each for its side. The wordings are tables in `speech_needs` and `speech_acts`; docs/speech.md says
what counts and how well it works.
"""

import re
import unicodedata
from functools import lru_cache

from assistant.domain import speech_acts as acts
from assistant.domain import speech_needs as needs

# Traditional characters of the words in these tables; a whole dictionary is not needed to read them.
_TRADITIONAL = (
    "麼嗎顏碼體預價幾個裡裏買給還類數樣歡誰處質膚寬鬆闊試衝樓寶訂購優減贈禮郵遞單貨後飯鐘內復覆聯繫實"
    "話錢貴發煩擾變適興趣謝會過轉換從對為鏈結點見卻鞋腳圍級褲裝舊"
)
_SIMPLIFIED = (
    "么吗颜码体预价几个里里买给还类数样欢谁处质肤宽松阔试冲楼宝订购优减赠礼邮递单货后饭钟内复复联系实"
    "话钱贵发烦扰变适兴趣谢会过转换从对为链结点见却鞋脚围级裤装旧"
)
_SIMPLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_COMPLEX = re.compile(f"[{_TRADITIONAL}]")
# Recorded chats hide figures; they are figures all the same.
_MASKED_NUMBER = re.compile(r"\[(?:数字|金额|时间|日期)x?\]")
_PLACEHOLDER = re.compile(r"\[[^\[\]]{0,16}\]|<[^<>]{1,80}>|https?://[\x21-\x7e]+")
_READ = 600  # characters: who writes more has pasted something, and the time to read it stays bounded
_MARKED = re.compile(r"[\[<]|https?:")
_SENTENCE_END = re.compile(r"[。!;~\n\r]+\s*|\.{2,}\s*|\s{2,}")
_CHINESE_SPACE = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
_PAUSE = re.compile(r"[^\w?、%+./'-]+|\.{2,}")  # emoji and hearts are pauses too


@lru_cache(maxsize=256)  # every act asks for the same text
def _plain(text: str) -> str:
    """Half-width, lower case, simplified script; links and cards become pauses, hidden figures a 9."""
    text = text[:_READ]
    folded = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    if _COMPLEX.search(folded):
        folded = folded.translate(_SIMPLE)
    if _MARKED.search(folded):
        folded = _PLACEHOLDER.sub("  ", _MASKED_NUMBER.sub("9", folded))
    return folded.lower()


def _sentences(plain: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(plain.replace("?", "?\n")) if part]


def _telling(text: str, sign: re.Pattern[str]) -> list[str]:
    """The sentences with this sign; most messages have none and are not even taken apart."""
    plain = _plain(text)
    return [sentence for sentence in _sentences(plain) if sign.search(sentence)] if sign.search(plain) else []


def _readings(sentence: str) -> list[str]:
    """Its clauses, then the whole without spaces: a thought may run over commas, a text come word by word."""
    clauses = [clause for clause in _PAUSE.split(sentence) if clause]
    return [*clauses, _CHINESE_SPACE.sub("", sentence)] if len(clauses) > 1 else clauses


def asks_need(text: str) -> bool:
    """Whether an agent's message asks what the buyer needs or prefers before buying (source row 0-2, 1).

    Greetings, offers of help, closing courtesies and questions about an order, account or fault are none,
    but a message may hold one of them beside a real question.
    """
    sentences = ((s, needs.hinted(s)) for s in _sentences(_plain(text)))
    return any(needs.asks(part, wordings) for s, wordings in sentences if wordings for part in _readings(s))


def _offers(clause: str) -> bool:
    left = acts.REFUSED.sub(" ", clause)
    if acts.NO_OFFER.search(left) and not acts.OFFER_QUESTION.search(left):
        return False
    return acts.PROMOTIONS.search(left) is not None


def tells_promotion(text: str) -> bool:
    """Whether an agent's message announces a promotion, coupon, discount, free shipping, multi-buy."""
    return any(any(map(_offers, _readings(s))) for s in _telling(text, acts.MAY_TELL))


def _promised(clause: str) -> bool:
    stated = acts.AGREED.sub("", clause)
    return acts.PROMISES.search(stated) is not None and acts.NO_PROMISE.search(stated) is None


def promises(text: str) -> bool:
    """Whether an agent's message promises to come back to the buyer, or to do something by a time."""
    return any(any(map(_promised, _readings(s))) for s in _telling(text, acts.MAY_PROMISE))


def _refuses(clause: str) -> bool:
    return acts.REFUSES.search(clause) is not None and acts.NO_REFUSAL.search(clause) is None


def objects(text: str) -> bool:
    """Whether a buyer's message declines or gives a reason against; putting off and haggling are neither.

    不要了怎么取消 declines; 不要了可以退吗 only asks what would be possible.
    """
    plain = _plain(text)
    if not acts.MAY_REFUSE.search(plain) or acts.CHANGED.search(plain):
        return False
    sentences = (s for s in _sentences(plain) if not acts.ASKS_RETURN.search(s))
    refused = any(any(map(_refuses, _readings(s))) for s in sentences)
    return refused and (acts.STERN.search(plain) is not None or not postpones(text))


def postpones(text: str) -> bool:
    """Whether a buyer's message puts paying or ordering off to a later time (晚上付, 等会再拍)."""
    parts = (part for s in _telling(text, acts.MAY_POSTPONE) for part in _readings(s))
    return any(acts.POSTPONES.search(part) and not acts.NOT_LATER.search(part) for part in parts)


def closes(text: str) -> bool:
    """Whether a buyer's message is closing words (好的, 谢谢, 知道了) and nothing else."""
    plain = _plain(text)
    if "?" in plain:
        return False
    spoken = acts.SPOKEN.sub("", plain)
    left = set(acts.SOFT.sub("", acts.CLOSES.sub("\0", spoken)))  # each closing word has become one mark
    return left == {"\0"} or (not left and acts.CLOSING_SIGN.search(text.lower()) is not None)
