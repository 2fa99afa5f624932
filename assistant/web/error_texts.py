"""What a page says that stands where another was asked for: by status, its heading and what to do next.

Why something a person did was refused is said by the reason of the error (`texts.REFUSALS`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ERROR_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "error": {
            "400": "这个请求读不懂",
            "401": "需要先登录",
            "403": "没有权限",
            "404": "没有这个页面",
            "405": "这里不能这样用",
            "408": "等得太久",
            "409": "同事刚刚改过",
            "413": "内容太大",
            "422": "内容有误",
            "429": "操作太频繁",
            "500": "我们这边出错了",
            "503": "暂时无法使用",
        },
        # Where the error has no reason of its own.
        "error_next": {
            "400": "请回到上一页，刷新以后再试一次。",
            "404": "地址可能写错了，要看的也可能已经不在了。",
            "405": "请回到工作台，用页面上的按钮再操作一次。",
            "408": "没有等到全部内容，可能是网络太慢，请再试一次。",
            "413": "一次发来的超过了上限，请分成几份，或换小一点的文件。",
            "429": "请过几秒再试。",
            "500": "已经记下来了，请再试一次；还不行，请把下面的编号告诉管理员。",
            "503": "可能正在重启或很忙，请过几秒再试。",
        },
        # Inside a chat client there is no other page to go to.
        "error_beside": {
            "401": "请关掉侧边栏，从聊天工具里再打开一次。",
            "404": "和这个聊天工具的连接已经不在了，请找店铺管理员。",
        },
    }
)
