"""Hides personal data in what people wrote, before it is listed away from the chat. Not for deciding who may see it.

What has a shape is found: telephones, mail addresses, numbers of identity papers, cards and parcels, house numbers,
and a name after a word that announces one. A name or a street by itself has no shape and stays.
"""

from __future__ import annotations

import re

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# Long runs of digits, also with the spaces and dashes people put between them.
_NUMBER = re.compile(r"(?<![\w.])[+A-Za-z]{0,4}\d(?:[ -]?\d){5,22}[Xx]?(?!\w)", re.ASCII)
_HOUSE = re.compile(r"[0-9A-Za-z零一二三四五六七八九十百-]{1,8}(?=(?:号楼|号|栋|幢|单元|室|弄|门牌)(?!码|线|机))")
_NAME = re.compile(r"(收[货件]人|联系人|姓名|我叫|名字叫|名字是)(\s*[:：是]?\s*)[\u4e00-\u9fff]{2,4}")


def masked(text: str) -> str:
    """The text with `***` where personal data stood; of a number its first three characters and last two stay."""
    text = _MAIL.sub("***", text)
    text = _NUMBER.sub(lambda found: f"{found[0][:3]}***{found[0][-2:]}", text)
    text = _NAME.sub(r"\1\2***", text)
    return _HOUSE.sub("***", text)


def masked_name(name: str) -> str:
    """A buyer's nickname or platform id, of which only the first sign is left."""
    return f"{name[:1]}***"
