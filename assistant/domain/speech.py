"""What one chat message does: asks a need, tells a promotion, promises, holds the line, objects, postpones, closes.

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
# 16:00 is one word, and so is 3~5: these signs part sentences elsewhere.
_BETWEEN_FIGURES = re.compile(r"(?<=\d):(?=\d\d)|(?<=\d)~(?=\d)")
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
    if _BETWEEN_FIGURES.search(folded):
        folded = _BETWEEN_FIGURES.sub(lambda sign: "点" if sign[0] == ":" else "-", folded)
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


def promised_clauses(text: str) -> list[str]:
    """Where the time of an agent's promise to come back may stand, in simplified script and half-width signs: the
    clauses that promise, then those beside them that only ask to wait (大概5分钟，查到了告诉您)."""
    telling = [s for s in _telling(text, acts.MAY_PROMISE) if any(map(_comes_back, _readings(s)))]
    clauses = [clause for sentence in telling for clause in _clauses(sentence)]
    promising = [clause for clause in clauses if _comes_back(clause)]
    return promising + [c for c in clauses if c not in promising and (_waits(c) or _how_long(c))]


def _clauses(sentence: str) -> list[str]:
    """English parts its words where Chinese parts thoughts."""
    return _readings(sentence)[:-1] if acts.CHINESE.search(sentence) and len(_readings(sentence)) > 1 else [sentence]


def _comes_back(clause: str) -> bool:
    return acts.DEED.search(clause) is None and _promised(clause)


def says_more_than_wait(text: str) -> bool:
    """Whether an agent's message says anything beyond holding the line (请稍等, 我核实下), promising to come back and
    courtesies. A picture, a link or a question does."""
    plain = acts.CLOSES_UP.sub("", _plain(text))
    if acts.SHOWS.search(text.lower()) or "?" in acts.AGREED.sub("", plain):
        return True
    return not all(map(_only_waits, _sentences(plain)))


def _only_waits(sentence: str) -> bool:
    if not acts.CHINESE.search(sentence) and acts.LETTERS.search(sentence):
        return _promised(sentence) or acts.ENGLISH_HOLDS.search(sentence) is not None
    clauses = [_CHINESE_SPACE.sub("", clause) for clause in _PAUSE.split(sentence) if clause]
    others = [clause for clause in clauses if not _how_long(clause)]
    alone = len(others) < len(clauses) and not any(acts.COURTESY.sub("", clause) for clause in others)
    return not alone and all(map(_waits, others))


def _how_long(clause: str) -> bool:
    return acts.HOW_LONG.search(acts.COURTESY.sub("", clause)) is not None


def _waits(clause: str) -> bool:
    if acts.ADVISES.search(clause):
        return False
    left = acts.COURTESY.sub("", clause)
    return not left or any(map(acts.HOLDS.search, (left, clause))) or _comes_back(clause)


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
