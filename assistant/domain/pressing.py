"""Hears a buyer press for an answer (人呢, ？？, 怎么不回) or for a person (转人工): no topic, but first in the queue.

Not for what to say to it: that is a situation of the table. Only a message that says nothing else presses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from assistant.domain.recognition import Ranking, Recogniser
from assistant.domain.wording import folded

Press = Literal["answer", "person"]

# Whoever presses is brief; and longer texts need not be looked at.
LONGEST = 24
_NOISE = re.compile(r"[\W_]+")
# Possessive, here and below: such a text is looked at once, however it repeats itself.
_COURTESY = r"(?:你好|您好|亲|请问|麻烦|老板|掌柜|店家|小姐姐|哥|在线等|急)*+"
_END = r"[了呢啊呀吗么嘛吧哦哈啦的]*+"
_ME = r"(?:我的?(?:消息|信息|话|问题)?|消息|信息|话|人|一下|下)?"
_ANSWER = re.compile(
    rf"{_COURTESY}(?:(?:"
    r"(?:客服)?人(?:呢|去哪里?儿?|跑?哪儿?去|在哪里?|在吗)|(?:客服|小二)(?:呢|在吗)|"
    rf"(?:怎么|咋|为什么|为啥)(?:还|一直|都|又|总)*(?:没人|没有人|不|没|没有)(?:人)?(?:回复|回答|回应|回|理|说话|应|吱声|搭理){_ME}|"
    rf"(?:没人|没有人|不)(?:回复|回答|回|理|应|说话|搭理){_ME}|(?:都|半天|一直)?(?:没人|没有人)(?:在)?|"
    rf"(?:快点?|赶紧|赶快|能不能|可以)*(?:给我)?(?:回复|回个话|回句话|回个消息|回答|回话|回){_ME}(?:行不|可以不|好不|快点)?|"
    r"(?:还)?在(?:不在|不|没)|(?:还)?在(?:线)?[吗么嘛]|有人(?:在|没|不|吗)*|说(?:句)?话|理(?:理)?我(?:一下|下)?|"
    r"(?:我)?等(?:你们?)?(?:了)?(?:好久|半天|很久|这么久|好半天|老半天)|喂|hello|哈喽|吱(?:个|一)?声|速度|快点"
    rf"){_END})+{_COURTESY}"
)
_PERSON = re.compile(
    rf"{_COURTESY}(?:我|帮|给|请|要|想|能不能|可以|可不可以|麻烦|直接|快|赶紧|你)*(?:转接|转|接|找|要|换|叫|有没有|来|需要)?"
    rf"(?:个|一下|下|一个|到)*(?:人工|真人|活人)(?:客服|服务|坐席|接待|回复)*{_END}{_COURTESY}"
)


@lru_cache(maxsize=256)  # a run is heard anew with each of its messages
def press(text: str) -> Press | None:
    """What a message presses for if it does nothing else; whether anybody is waiting is for the caller to know."""
    if len(text) > LONGEST:
        return None
    words = _NOISE.sub("", folded(text))
    if not words:
        return "answer" if "?" in text or "？" in text else None
    if _PERSON.fullmatch(words):
        return "person"
    return "answer" if _ANSWER.fullmatch(words) else None


def heard(recogniser: Recogniser, run: Sequence[str]) -> tuple[Ranking, Sequence[str]]:
    """Ranks for a run as if nobody had pressed, and says for which messages: what to say to pressing comes where
    nothing else was asked."""
    asked = [text for text in run if press(text) is None]
    if asked and len(asked) < len(run):
        ranking = recogniser.rank_run(asked)
        if ranking.offer:
            return ranking, asked
    return recogniser.rank_run(run), run
