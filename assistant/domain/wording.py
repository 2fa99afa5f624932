"""Brings what a buyer writes into one plain form, so that two ways of saying one thing look alike.

Not for judging what the buyer means (recognition) and not for people to read: only for counting.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Rewrite(NamedTuple):
    """Wherever `old` stands, read `new`; `meaning` marks a synonym, which is kept as a feature of its own."""

    old: str
    new: str
    meaning: bool


Rewrites = Mapping[str, tuple[Rewrite, ...]]

# What platforms put in place of pictures, links, numbers: [链接x], [图片], <img …>; and web addresses.
_PLACEHOLDER = re.compile(r"\[[^\[\]\s]{1,16}\]|<[^<>]{1,80}>|https?://[\x21-\x7e]+")
# What is shown instead of said. Where nothing else stands in a message it counts as a word of its own, so that a
# trainer may write [图片] or [链接] as a phrase; beside words it says nothing.
_SHOWN = {
    "[图片]": re.compile(
        r"\[(图片|照片|截图|视频|image|photo|picture|img|video)|<(img|image|video)|\.(jpe?g|png|gif|webp|mp4)\b"
    ),
    "[链接]": re.compile(r"\[(链接|商品|宝贝|网址|卡片|link|url|item|product)|https?://"),
}
_KEPT = re.compile(r"[^\u4e00-\u9fffa-z\s]+")

# Courtesy around a question says nothing about the question; longer ones first is arranged below.
FILLERS = (
    "你好", "您好", "亲爱的", "亲亲", "亲", "哈喽", "hello", "hi", "在吗", "在么", "在嘛",
    "在不在", "在不", "有人吗", "有人在吗", "有人么", "请问一下", "请问下", "请问", "想问一下",
    "想问下", "想问", "问一下", "问下", "我想咨询一下", "咨询一下", "咨询下", "想咨询",
    "想了解一下", "麻烦您", "麻烦你", "麻烦", "劳驾", "拜托", "不好意思", "打扰一下", "打扰了",
    "打扰", "谢谢您", "谢谢你", "谢谢", "谢了", "多谢", "感谢", "辛苦了", "辛苦", "客服", "小姐姐",
    "小哥哥", "美女", "老板", "掌柜", "店家", "好的", "好吧", "好滴", "好哒", "嗯嗯", "嗯", "恩恩",
    "恩", "哦哦", "哦", "噢", "喔", "额", "呃", "是的", "对的", "那个", "就是说", "就是",
)  # fmt: skip
# Particles carry tone. 吗 and 呢 go too: whether something is asked shows in the other words.
PARTICLES = "啊呀哦噢喔呢吗嘛么吧啦哈呵嘿诶哎唉欸哟呦咯喽嘞滴哒捏"
_WORDS_WITH_PARTICLES = ("什么", "怎么", "那么", "这么", "多么", "要么")


@cache
def _simplified() -> dict[int, str]:
    """One simplified character for each traditional one; a table is 50 times faster than the converter."""
    lines = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {ord(old): new.split(" ")[0] for old, new in pairs if len(old) == 1}


def folded(text: str) -> str:
    """NFKC, lower case, simplified: what looks alike to a reader becomes alike."""
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


def plain(text: str) -> str:
    """Folded; placeholders, digits, punctuation and emoji become single spaces."""
    return " ".join(_KEPT.sub(" ", _PLACEHOLDER.sub(" ", folded(text))).split())


def shown(text: str) -> str | None:
    """What a message shows, as a trainer writes it: [图片], [链接] or None."""
    seen = folded(text)
    return next((mark for mark, pattern in _SHOWN.items() if pattern.search(seen)), None)


def _rewrites(synonyms: Mapping[str, Sequence[str]]) -> Rewrites:
    """All replacements by their first character, longest first, so that one pass over a text suffices."""
    rules = {plain(filler): Rewrite(plain(filler), " ", False) for filler in FILLERS}
    rules |= {particle: Rewrite(particle, "", False) for particle in PARTICLES}
    rules |= {word: Rewrite(word, word, False) for word in _WORDS_WITH_PARTICLES}
    meant = [(plain(old), plain(new)) for new, variants in synonyms.items() for old in (*variants, new)]
    rules |= {old: Rewrite(old, new, True) for old, new in meant if old and new}
    table: dict[str, list[Rewrite]] = {}
    for old in sorted(rules, key=len, reverse=True):
        table.setdefault(old[0], []).append(rules[old])
    return {first: tuple(entries) for first, entries in table.items()}


class Words(NamedTuple):
    """What counts in one text: `meant` with synonyms replaced, `written` as it stood, `meanings` found.

    Of a text without any words only what it shows is left, as its one meaning.
    """

    meant: str
    written: str
    meanings: tuple[str, ...]

    @property
    def spoken(self) -> bool:
        """Whether anything is left: not of mere courtesy."""
        return bool(self.meant or self.meanings)


@dataclass(frozen=True, slots=True)
class Wording:
    """How one shop's trainers want words read: their synonyms, on top of what is common to all shops."""

    rewrites: Rewrites

    @classmethod
    def of(cls, synonyms: Mapping[str, Sequence[str]]) -> "Wording":
        """From `{canonical: [variants]}`; a canonical word also protects itself from being cut apart."""
        return cls(_rewrites(synonyms))

    def clean(self, text: str) -> str:
        """The words that count, spaces between what was separated; empty when only courtesy was said."""
        return self.read(text).meant

    def read(self, text: str) -> Words:
        """One pass from left to right, at each place the longest rewrite."""
        raw, at = plain(text), 0
        if not raw:
            mark = shown(text)
            return Words("", "", (mark,) if mark else ())
        meant, written, meanings = [], [], []
        while at < len(raw):
            old = new = kept = raw[at]
            for rewrite in self.rewrites.get(old, ()):
                if raw.startswith(rewrite.old, at):
                    old, new, meaning = rewrite
                    kept = old if meaning else new
                    if meaning:
                        meanings.append(new)
                    break
            meant.append(new)
            written.append(kept)
            at += len(old)
        return Words(_joined(meant), _joined(written), tuple(dict.fromkeys(meanings)))


def _joined(pieces: Sequence[str]) -> str:
    return " ".join("".join(pieces).split())
