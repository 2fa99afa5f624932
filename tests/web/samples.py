"""Full views in both languages; for looking at pages and for testing them. Not what services build."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace as View
from typing import Any

import yaml

FIELDS = ("item", "size", "quantity", "alternative")
NOW = 1_763_800_000.0

WORDS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "samples.yaml").read_text(encoding="utf-8"))


def view(lang: str = "zh-CN", **changes: Any) -> View:
    """A sidebar with something in every part; `changes` replace whole parts."""
    words = WORDS[lang]
    whole = {
        "version": 7,
        "now": NOW,
        "speed": 1.0,
        "conversation": View(id="c1", platform="taobao", state="assigned", agent="a-007"),
        "buyer": buyer(words),
        "tag_groups": tuple(tag_group(*group) for group in words["groups"]),
        "waiting": View(since=NOW - 42, notice=30, warn=100, late=180),
        "follow_ups": follow_ups(words),
        "suggestions": tuple(
            suggestion(index, each, words) for index, each in enumerate(words["suggestions"])
        ),
        "records": (View(situation="out-of-stock", name=words["record"], fields=FIELDS),),
        "orders": tuple(order(*each) for each in words["orders"]),
        "today": View(
            first_response_seconds=11.6,
            within=30,
            within_rate=0.92,
            follow_ups_due=5,
            follow_ups_on_time_rate=0.8,
        ),
    }
    return View(**{**whole, **changes})


def nothing(lang: str = "zh-CN") -> View:
    """A buyer of whom nothing is known, to whom nothing is to be said."""
    blank = buyer(
        WORDS[lang],
        tags=(),
        notes=(),
        paid_orders=0,
        spent="0.00",
        phone=None,
        place="",
        tier="none",
        purchases="new",
    )
    unknown = View(
        first_response_seconds=None,
        within=180,
        within_rate=None,
        follow_ups_due=0,
        follow_ups_on_time_rate=None,
    )
    return view(
        lang, buyer=blank, waiting=None, follow_ups=(), suggestions=(), records=(), orders=(), today=unknown
    )


def buyer(words: dict[str, Any], **changes: Any) -> View:
    tags = tuple(
        View(group="personality" if n < 2 else "free", tag=f"t{n}", name=name)
        for n, name in enumerate(words["tags"])
    )
    notes = tuple(
        View(id=f"n{n}", text=text, author=author, at=NOW - 86_400 * (n + 1))
        for n, (text, author) in enumerate(words["notes"])
    )
    whole = {
        "id": "b-1",
        "nickname": words["nickname"],
        "tier": "vip",
        "purchases": "repeat",
        "paid_orders": 12,
        "spent": "3482.00",
        "phone": "138****2046",
        "place": words["place"],
        "tags": tags,
        "notes": notes,
    }
    return View(**{**whole, **changes})


def tag_group(group: str, name: str, many: bool, names: list[str]) -> View:
    tags = tuple(
        View(tag=f"t{n}" if group == "personality" else f"{group}-{n}", name=each)
        for n, each in enumerate(names)
    )
    return View(group=group, name=name, many=many, tags=tags)


def follow_ups(words: dict[str, Any]) -> tuple[View, ...]:
    name, text = words["due"]
    due = View(
        id="f1",
        touchpoint="told-15-minutes",
        name=name,
        state="due",
        due_at=NOW - 12,
        text=text,
        script="told/clear",
        missing=(),
    )
    armed = (
        View(
            id=f"f{n + 2}",
            touchpoint="t",
            name=each,
            state="armed",
            due_at=NOW + left,
            text=None,
            script="",
            missing=(),
        )
        for n, (each, left) in enumerate(words["armed"])
    )
    return (due, *armed)


def suggestion(index: int, given: list[str], words: dict[str, Any]) -> View:
    name, stage, why, text = given
    return View(
        id=f"s{index + 1}",
        situation=f"situation-{index}",
        name=name,
        stage=stage,
        goal="",
        script=f"situation-{index}/reply",
        text=text,
        missing=words["missing"] if "{{" in text else (),
        score=0.9 - index / 10,
        why=why,
        state="shown",
    )


def order(
    number: str,
    status: str,
    amount: str,
    title: str,
    more: int,
    quantity: int,
    left: int | None,
    reminded: bool,
) -> View:
    deadline = NOW + left if left else None
    return View(
        id=number,
        status=status,
        amount=amount,
        title=title,
        more=more,
        quantity=quantity,
        created_at=NOW - 600,
        deadline=deadline,
        reminded=reminded,
    )


def desk(lang: str = "zh-CN", **changes: Any) -> View:
    """The workbench with one conversation open and some waiting."""
    words = WORDS[lang]
    mine = person("c1", words["nickname"], words["chat"][-1][1], 42, open=True, tier="vip", due=1)
    others = [person(f"c{n + 2}", *each) for n, each in enumerate(words["people"])]
    messages = tuple(
        View(
            id=f"m{n}",
            side=side,
            text=text,
            at=NOW - 900 + n * 60,
            agent=None,
            origin="human",
            day_break=n == 0,
        )
        for n, (side, text) in enumerate(words["chat"])
    )
    chat = View(id="c1", nickname=words["nickname"], messages=messages)
    return View(**{"conversations": (mine, *others), "chat": chat, **changes})


def person(
    number: str,
    nickname: str,
    last: str,
    waited: int | None,
    *,
    open: bool = False,
    tier: str = "none",
    due: int = 0,
) -> View:
    waiting = None if waited is None else View(since=NOW - waited, notice=30, warn=100, late=180)
    return View(
        id=number,
        nickname=nickname,
        tier=tier,
        last_text=last,
        last_at=NOW - 300,
        waiting=waiting,
        due=due,
        open=open,
        platform="taobao",
    )
