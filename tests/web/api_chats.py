"""Chats of which programs ask over the JSON interface: what is said in them, and what is read of them."""

from typing import Any

from tests.web.service import Service, message

_number = 0


async def chat(service: Service, name: str, text: str = "能便宜点嘛", **more: Any) -> None:
    global _number
    _number += 1
    event = message(f"api-{_number}", text, conversation=name, buyer=name, **more)
    assert (await service.send(event))[0] == 200


async def asked(service: Service, name: str) -> None:
    """An agent asks what the buyer needs: a follow-up is armed."""
    await chat(service, name, "在吗")
    await chat(service, name, "您平时穿多大码呀", side="agent", agent="a1")


async def sidebar(service: Service, name: str, query: str = "") -> dict[str, Any]:
    status, found = await service.call("GET", f"/api/v1/conversations/{name}/sidebar{query}")
    assert status == 200
    return dict(found)


async def facts_of(service: Service, name: str) -> list[dict[str, Any]]:
    _, found = await service.call("GET", "/api/v1/facts?limit=5000")
    return [fact for fact in found["facts"] if fact["conversation"] == name]
