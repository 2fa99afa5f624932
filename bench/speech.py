"""How often each act of speech is heard in recorded chats, how long it takes, and examples to judge by eye.

python -m bench.speech                          # how often, and microseconds a message
python -m bench.speech --show 30 asks_need      # random hits, and random messages that look near and are none
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.domain.speech import asks_need, closes, objects, postpones, promises, tells_promotion

DIALOGUES = Path(__file__).resolve().parents[1] / "../shared/data/dialogues"
Judge = Callable[[str], bool]
AGENT, BUYER = "agent", "buyer"
# Each act: who does it, and what a message that might have been one contains.
ACTS: dict[str, tuple[Judge, str, str]] = {
    "asks_need": (asks_need, AGENT, "[?？吗么]|什么|哪|多少|几|还是"),
    "tells_promotion": (tells_promotion, AGENT, "优惠|活动|券|赠|减|折|包邮|特价|送"),
    "promises": (promises, AGENT, "回复|联系|稍后|明天|今天|小时|分钟|尽快"),
    "objects": (objects, BUYER, "不|算了|贵|别|取消"),
    "closes": (closes, BUYER, "好|谢|嗯|知道|哦"),
    "postpones": (postpones, BUYER, "晚|明天|等|再|付|下单"),
}


def appliance_chats() -> Iterator[tuple[str, str]]:
    """(side, text) of the tab-separated chats: mostly after the sale."""
    for line in (DIALOGUES / "jddc_chat_sample.tsv").read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) >= 7 and fields[2] in {"0", "1"}:
            yield (AGENT if fields[2] == "1" else BUYER), fields[6]


def food_chats() -> Iterator[tuple[str, str]]:
    """(side, text) of the word-by-word chats: label, then turns that end with an agent's; each turn once."""
    turns: dict[tuple[str, str], None] = {}
    for line in (DIALOGUES / "taobao_ecd_sample.txt").read_text(encoding="utf-8").splitlines():
        for back, turn in enumerate(reversed(line.split("\t")[1:])):
            turns[BUYER if back % 2 else AGENT, turn.replace(" ", "")] = None
    return iter(turns)


def microseconds(judge: Judge, texts: list[str]) -> float:
    """Processor time of one call, the best of three rounds over all texts."""
    rounds = []
    for _ in range(3):
        start = time.thread_time()
        for text in texts:
            judge(text)
        rounds.append(time.thread_time() - start)
    return min(rounds) / len(texts) * 1e6


def table(chats: dict[str, list[tuple[str, str]]]) -> None:
    print(f"{'act':16} {'chats':10} {'messages':>8} {'heard':>6} {'share':>7} {'µs':>6}")
    for name, (judge, side, _) in ACTS.items():
        for source, messages in chats.items():
            texts = [text for who, text in messages if who == side]
            heard = sum(map(judge, texts))
            share, took = heard / len(texts), microseconds(judge, texts)
            print(f"{name:16} {source:10} {len(texts):8} {heard:6} {share:7.2%} {took:6.1f}")


def show(chats: dict[str, list[tuple[str, str]]], name: str, count: int, seed: int) -> None:
    """Print random hits and random near misses, each text once."""
    judge, side, near = ACTS[name]
    texts = sorted({text for messages in chats.values() for who, text in messages if who == side})
    hits = [text for text in texts if judge(text)]
    misses = [text for text in texts if re.search(near, text) and not judge(text)]
    chance = random.Random(seed)
    for title, found in (("heard", hits), ("near, not heard", misses)):
        print(f"--- {name}: {title} ({len(found)})")
        for text in chance.sample(found, min(count, len(found))):
            print("   ", text[:160])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", nargs=2, metavar=("N", "NAME"), help=f"one of {', '.join(ACTS)}")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not DIALOGUES.exists():
        raise SystemExit(f"The recorded chats are not here: {DIALOGUES}. Nothing to measure.")
    chats = {"appliances": list(appliance_chats()), "food": list(food_chats())}
    if options.show:
        show(chats, options.show[1], int(options.show[0]), options.seed)
    else:
        table(chats)


if __name__ == "__main__":
    main()
