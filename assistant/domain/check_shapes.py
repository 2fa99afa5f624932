"""Shapes that the words of a check may name, `<手机号>` and the like: what no list of words can spell out.

They are searched in the folded text (`check_folding.py`), those marked `raw` in the text as it was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

_FIGURES, _WRITTEN = "0123456789", "一二三四五六七八九十两半几百"
# A figure, read out or not, with whatever was put before it.
_ONE = "(?:[ \n:]*[0-9一二三四五六七八九幺])"


@dataclass(frozen=True, slots=True)
class Shape:
    """`regex` without groups; `starts`: what it may begin with, for a quick look; `about` is for people."""

    regex: str
    starts: Sequence[str]
    about: str
    raw: bool = False


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "数字": Shape(f"(?:[0-9]+|[{_WRITTEN}]+)", _FIGURES + _WRITTEN, "一个数 / a number"),
        "号码": Shape(
            rf"(?<![0-9])(?:[0-9]|[一二三四五六七八九幺]){_ONE}{{4,10}}(?![0-9])",
            _FIGURES + _WRITTEN + "幺",
            "5到11位的号码 / a number of 5 to 11 figures",
        ),
        "手机号": Shape(
            rf"(?<![0-9])[1一幺][ \n:]*[3-9三四五六七八九]{_ONE}{{9}}(?![0-9])",
            ("1", "幺", "一三", "一四", "一五", "一六", "一七", "一八", "一九"),
            "手机号，也认中文数字 / a mobile number, also spelt out",
        ),
        "证件号": Shape(
            r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9x](?![0-9])",
            _FIGURES,
            "身份证号 / an identity number",
        ),
        "时刻": Shape(
            "(?:今天|今日|今晚)?(?:早上|上午|中午|下午|傍晚|晚上|晚)?"
            "(?:[0-9]{1,2}|[一二三四五六七八九十两]{1,3})(?::[0-9]{2}|[点时](?:半|一刻|[0-9]{1,2}分?|钟|整)?)",
            _FIGURES + _WRITTEN + "今早上中下傍晚",
            "钟点，如下午6点、18:00 / a time of day",
        ),
        "金额": Shape("[0-9]{1,6}(?: [0-9]{1,2})?(?:元|块钱|块|rmb)", _FIGURES, "几元、几块 / an amount of yuan"),
        "门牌": Shape(
            "(?:路|街|道|巷|胡同|村|镇|小区|花园|家园|大厦|苑)[\u4e00-\u9fff]{0,6}?[0-9]{1,5}"
            "(?:号楼|号院|号|弄|栋|幢|单元|室)(?!码|线)",
            "路街道巷胡村镇小花家大苑",
            "街道和门牌 / a street with a house number",
        ),
        "变量": Shape(
            r"#[\u4e00-\u9fff]{1,8}#"
            r"|\{\{[^{}]*\}\}|\$?\{[\w.\u4e00-\u9fff ]{1,40}\}|【[a-z]+\.[a-z_]+】|\{[a-z]+\.[a-z_]+"
            r"|_{3,}|__[^_\s]{1,20}__",
            "",
            "没有填上的变量或空 / a variable or blank nobody filled",
            raw=True,
        ),
        "乱码": Shape("\ufffd+|锟斤拷|烫烫烫|屯屯屯|(?:Ã.|â€.|å.|æ.){2,}", "", "乱码 / spoilt characters", raw=True),
        "叠字": Shape(
            "(?<!目)(?<!标)的的(?!确)|(?<![给系到让对跟和是等])您您(?!一)|你你|(?<![自给系到让对跟和是等])我我|吗吗|(?<!为)了了(?!解)",
            "",
            "多打的字，如您您 / a doubled character",
            raw=True,
        ),
        "邮箱": Shape(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "", "邮箱 / a mail address", raw=True),
    }
)
