"""Chats on open pages: what is said in them, and that a page shows one."""

from typing import Any

from tests.web.open_page import OpenPage
from tests.web.service import Service, message


async def chat(service: Service, name: str, text: str = "在吗", **more: Any) -> None:
    """A buyer says something in a conversation of their own."""
    event = message(f"{name}-{len(text)}-{hash(text)}", text, conversation=name, buyer=name, **more)
    assert (await service.send(event))[0] == 200


async def shown(page: OpenPage, conversation: str) -> None:
    await page.open(conversation)
    await page.parts("buyer")
