"""Buyers and agents in the rooms of a real homeserver, read and written to by the real connector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.cli.typed import typed
from tests.connectors.at_work import AtWork, keys
from tests.connectors.synapse import Person, Synapse, started
from tests.databases import Databases
from tests.services.shop import OFFERS, TELLS
from tests.until import until

NAMES = count(1)


@pytest.fixture(scope="module")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with started(tmp_path_factory.mktemp("synapse")) as made:
        yield made


class Chat:
    """A buyer, an agent and the bot in a room of their own."""

    def __init__(self, synapse: Synapse) -> None:
        number = next(NAMES)
        self.bot = synapse.person(f"bot{number}")
        self.agent = synapse.person(f"lin{number}", "林晓")
        self.buyer = synapse.person(f"deer{number}", "小鹿爱吃糖")
        self.room = self.buyer.room(self.bot.id, self.agent.id)
        self.agent.join(self.room)
        self.keys = keys()

    async def connect(self, node: AtWork) -> str:
        return await node.connect(
            "matrix", homeserver=self.bot.address, access_token=self.bot.token, agents=f"{self.agent.id}=lin"
        )

    def texts(self, whose: Person) -> list[str]:
        return [event["content"]["body"] for event in whose.hears(self.room)]


@pytest.fixture
def chat(synapse: Synapse) -> Chat:
    return Chat(synapse)


async def test_from_a_buyers_words_to_the_agents_click_to_the_payment(node: AtWork, chat: Chat) -> None:
    """Message in, suggestion, the agent's click, message out, the reminder it arms, payment, the reminder gone."""
    assert chat.bot.id in await chat.connect(node)
    async with node.reading():
        await until(lambda: chat.bot.id in _members(chat))  # the bot comes when it is invited
        chat.buyer.say(chat.room, "这个能便宜点嘛")
        await until(lambda: _holds(node.cards(chat.room, "matrix")))
        (card, *_) = await node.cards(chat.room, "matrix")
        assert card.text == OFFERS
        where = {"conversation": chat.room, "platform": "matrix"}
        await node.click("lin", op="suggestion", id=card.id, action="inserted", key="insert-0001")
        await node.click("lin", op="post", text=card.text, key="click-00000001", **where)
        await until(lambda: chat.texts(chat.buyer) == ["这个能便宜点嘛", OFFERS])
        await until(lambda: _holds(node.facts("suggestion.sent")))
        assert await node.messages(chat.room, "matrix") == [
            ("buyer", None, "这个能便宜点嘛"),
            ("agent", "lin", OFFERS),
        ]
        assert [(row.touchpoint, row.state) for row in await node.follow_ups()] == [("told", "armed")]
        order = {"type": "order", "platform": "matrix", "buyer": chat.buyer.id, "order": "o1", "amount": "59.00"}
        await node.events({**order, "id": "o1-made", "status": "unpaid"})
        await node.events({**order, "id": "o1-paid", "status": "paid"})
        states = {row.touchpoint: (row.state, row.reason) for row in await node.follow_ups()}
        assert states == {"told": ("cancelled", "order.created"), "unpaid": ("cancelled", "order.paid")}
        # The echo of what was sent has come back by now, or comes with this; it is told once.
        chat.buyer.say(chat.room, "好的")
        await until(lambda: _is(node.messages(chat.room, "matrix"), 3))
        assert (await node.facts()).count("agent.spoke") == 1


async def test_a_click_that_is_repeated_sends_once_and_texts_with_holes_are_not_sent(node: AtWork, chat: Chat) -> None:
    await chat.connect(node)
    async with node.reading():
        chat.buyer.say(chat.room, "在吗")
        await until(lambda: _is(node.messages(chat.room, "matrix"), 1))
        where = {"conversation": chat.room, "platform": "matrix"}
        for text in ("亲，建议___码", "亲，{{ buyer.nickname }}", "  "):
            with pytest.raises(Exception, match=r"blanks|\{\{|write something"):
                await node.click("lin", op="post", text=text, key=next(chat.keys), **where)
        for _ in range(2):
            await node.click("lin", op="post", text=TELLS, key="click-twice", **where)
        await node.click("lin", op="post", text="亲，还有货", key=next(chat.keys), **where)
        await until(lambda: chat.texts(chat.buyer) == ["在吗", TELLS, "亲，还有货"])


async def test_what_was_said_while_nobody_read_comes_in_without_a_gap_and_once(
    new_node: Callable[[], AtWork], chat: Chat
) -> None:
    first = new_node()
    await chat.connect(first)
    async with first.reading():
        chat.buyer.say(chat.room, "第 0 句")
        await until(lambda: _is(first.messages(chat.room, "matrix"), 1))
    said = [f"第 {n} 句" for n in range(1, 61)]  # more than the server tells by itself
    for text in said[:30]:
        chat.buyer.say(chat.room, text)
    chat.agent.say(chat.room, "我是林晓")
    for text in said[30:]:
        chat.buyer.say(chat.room, text)
    second = new_node()
    async with second.reading():
        await until(lambda: _is(second.messages(chat.room, "matrix"), 62))
    texts = [text for _, _, text in await second.messages(chat.room, "matrix")]
    assert texts == ["第 0 句", *said[:30], "我是林晓", *said[30:]]
    assert ("agent", "lin", "我是林晓") in await second.messages(chat.room, "matrix")


async def test_one_node_reads_and_another_takes_over_when_it_is_gone(
    new_node: Callable[[], AtWork], chat: Chat
) -> None:
    first, second = new_node(), new_node()
    await chat.connect(first)
    async with second.reading():
        async with first.reading():
            chat.buyer.say(chat.room, "一")
            await until(lambda: _is(first.messages(chat.room, "matrix"), 1))
            held = (await first.connection("matrix")).held_by
            assert held is not None
        chat.buyer.say(chat.room, "二")
        await until(lambda: _is(second.messages(chat.room, "matrix"), 2))
        assert (await second.connection("matrix")).held_by is not None
    assert [text for _, _, text in await second.messages(chat.room, "matrix")] == ["一", "二"]


async def test_a_server_that_is_away_is_told_and_found_again(synapse: Synapse, node: AtWork, chat: Chat) -> None:
    await chat.connect(node)
    async with node.reading():
        chat.buyer.say(chat.room, "在吗")
        await until(lambda: _is(node.messages(chat.room, "matrix"), 1))
        synapse.stop()
        where = {"conversation": chat.room, "platform": "matrix"}
        await node.click("lin", op="post", text="在的，亲", key="click-away", **where)
        await until(lambda: _fails(node))
        synapse.start()
        await until(lambda: chat.texts(chat.buyer) == ["在吗", "在的，亲"])
        chat.buyer.say(chat.room, "好的")
        await until(lambda: _is(node.messages(chat.room, "matrix"), 3))
    assert await node.sendings(chat.room, "matrix") == []


def test_the_command_proves_the_connection_keeps_the_token_sealed_and_never_shows_it(
    synapse: Synapse, tmp_path: Path, fitted: Databases
) -> None:
    bot, file, database = synapse.person(f"bot{next(NAMES)}"), tmp_path / "token", fitted.fresh("for-hosts")
    file.write_text(f"{bot.token}\n")
    words = ("connect", "matrix", "--set", f"homeserver={bot.address}", "--set", "agents=@lin:chat.test=lin")
    where = ("--database", database, "--json")
    assert "access_token is a secret" in typed(*words, "--set", "access_token=x", *where).err
    assert "matrix needs access_token" in typed(*words, *where).err
    (tmp_path / "wrong").write_text("nobody's")
    refused = typed(*words, "--secret", f"access_token={tmp_path / 'wrong'}", *where)
    assert (refused.code, "nothing was kept" in refused.err, "nobody's" in refused.err) == (2, True, False)
    assert typed("connections", "list", *where).json == {"connections": []}
    proof = typed(*words, "--secret", f"access_token={file}", *where).json["proof"]
    assert proof == f"signed in as {bot.id}"
    shown = typed("connections", "list", *where)
    (row,) = shown.json["connections"]
    assert (row["host"], row["state"], row["last_error"]) == ("matrix", "waiting", None)
    assert bot.token not in shown.out + typed("connections", "list", "--database", database).out
    kept = Path(database.removeprefix("sqlite:///"))
    assert all(bot.token.encode() not in one.read_bytes() for one in kept.parent.glob(f"{kept.name}*"))
    assert typed("connections", "remove", "matrix", *where).code == 0
    assert typed("connections", "remove", "matrix", *where).code == 1
    fitted.give_back(database)


# --- what is waited for ----------------------------------------------------------------------------------------------


def _members(chat: Chat) -> set[str]:
    return set(chat.buyer.call("GET", f"rooms/{chat.room}/joined_members")["joined"])


async def _holds(found: object) -> bool:
    return bool(await found)  # type: ignore[misc]  # a coroutine of any of the questions above


async def _is(found: object, length: int) -> bool:
    return len(await found) == length  # type: ignore[misc]  # the same


async def _fails(node: AtWork) -> bool:
    return (await node.connection("matrix")).failure is not None
