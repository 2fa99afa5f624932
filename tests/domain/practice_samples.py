"""A small cast and a stage in virtual time for the tests of practising: nobody waits for real."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from assistant.domain.practice import Cast
from assistant.domain.practice_goals import Said
from assistant.domain.practice_play import Doing, Pace, Play, Visit, advance
from assistant.domain.wording import Wording

START = datetime.fromisoformat("2026-11-11T10:00:00+08:00")
WORDING = Wording.of({"优惠": ["打折", "便宜", "实惠"]})
PRICE: dict[str, Any] = {
    "id": "price",
    "nickname": "柚子",
    "about": "嫌贵",
    "item": "coat",
    "patience": "40s",
    "impatient": ["在吗", "人呢"],
    "leaves": "算了",
    "turns": [
        {
            "goal": "知道优惠",
            "ask": ["在吗", "这件大衣", "能便宜点嘛"],
            "reached": [{"tells": "promotion"}],
            "otherwise": ["到底有没有活动"],
            "then": [{"say": "那我拍了"}, {"order": {"item": "coat", "amount": "559.00"}}],
        },
        {
            "goal": "回头问付款",
            "quiet": "3m",
            "reached": [{"words": [["付款"], ["吗", "呢"]]}],
            "then": [{"say": "付好了"}, {"pay": True}],
        },
    ],
}
CHAT: dict[str, Any] = {
    "id": "chat",
    "nickname": "阿杉",
    "about": "随便聊",
    "platform": "douyin",
    "turns": [{"goal": "有人应答", "ask": ["你好呀"], "then": [{"say": "好的"}]}],
}
ITEMS = [{"id": "coat", "title": "大衣", "price": "599.00"}]
CAST = Cast.model_validate({"items": ITEMS, "buyers": [PRICE, CHAT]})


def _patient(buyer: dict[str, Any]) -> dict[str, Any]:
    turns = [{**turn, "quiet": "1d"} if "quiet" in turn else turn for turn in buyer["turns"]]
    return {**buyer, "patience": "1d", "turns": turns}


# The same for clocks that really run: nobody goes away because the machine is slow.
PATIENT = Cast.model_validate({"items": ITEMS, "buyers": [_patient(PRICE), _patient(CHAT)]})


def others(count: int) -> Cast:
    """So many buyers who only want to be answered."""
    return Cast.model_validate({"buyers": [{**CHAT, "id": f"b{n}"} for n in range(count)]})


@dataclass
class Stage:
    """A play in steps of one second; `done` is everything the buyers did, `said` what the agent said to whom."""

    cast: Cast = CAST
    buyers: tuple[str, ...] = ("price",)
    at_once: int = 1
    pace: Pace = "usual"
    now: datetime = START
    said: defaultdict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    done: list[tuple[float, Doing]] = field(default_factory=list)
    most_here: int = 0

    def __post_init__(self) -> None:
        self.play = Play(visits=[Visit(buyer=id) for id in self.buyers], at_once=self.at_once, pace=self.pace)

    def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += timedelta(seconds=1)
            doings, _ = advance(self.play, self.cast, self.said, self.now, WORDING)
            self.done += [((self.now - START).total_seconds(), doing) for doing in doings]
            self.most_here = max(self.most_here, sum(visit.state == "here" for visit in self.play.visits))

    def says(self, text: str, to: str = "price", script: str | None = None) -> str:
        id = f"m{sum(map(len, self.said.values()))}"
        self.said[to].append(Said(id, self.now, text, script))
        return id

    def words(self, of: str = "price") -> list[str]:
        """What a buyer said, and did in brackets."""
        acts = [doing.act for _, doing in self.done if doing.buyer == of and doing.act is not None]
        return [act.say or ("[order]" if act.order else "[pay]") for act in acts]

    def visit(self, buyer: str = "price") -> Visit:
        return next(visit for visit in self.play.visits if visit.buyer == buyer)
