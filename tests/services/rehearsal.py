"""One agent who practises with scripted buyers in a shop, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from assistant import store
from assistant.domain.practice import Cast, place_of
from assistant.services import practice, practice_view, workbench
from assistant.services.desk import Desk
from assistant.services.practice import Wish
from assistant.store.practice import Practice
from tests.domain.practice_samples import CAST, PRICE
from tests.services.shop import Shop

TELLS = "亲，现在全场满300减40哦"


# Asks for what nobody says, and waits for it as long as it takes.
PATIENT = Cast.model_validate(
    {
        "buyers": [
            {**PRICE, "item": None, "patience": "3h", "turns": [{
                "goal": "听到暗号", "ask": ["暗号？"], "reached": [{"words": [["天王盖地虎"]]}],
                "otherwise": [f"不对{n}" for n in range(20)],
            }]}
        ]
    }
)  # fmt: skip


class Rehearsal:
    """One agent practising in a shop; time goes by in steps of a second."""

    def __init__(self, shop: Shop, *buyers: str, at_once: int = 1, agent: str = "a1", cast: Cast = CAST) -> None:
        self.shop, self.agent, self.cast, self.sent = shop, agent, cast, 0
        wish = Wish(buyers or ("price",), at_once)
        self.id = shop.works(lambda desk: practice.start(desk, cast, wish, agent=agent, name="小雨"))
        self.place = place_of(shop.id, self.id)

    @property
    def row(self) -> Practice:
        return self.shop.read(lambda tx: practice.find(tx, self.shop.id, self.id, agent=self.agent))

    @property
    def view(self) -> practice_view.PracticeView:
        return practice_view.view(self.row)

    def works(self, work: Callable[[Desk], object]) -> None:
        self.shop.desks.write_now(self.place, self.shop.now, work)

    def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.shop.passes("1s")
            moving, _ = self.shop.read(lambda tx: store.practice.to_move_on(tx, self.shop.now))
            if (self.shop.id, self.id) in moving:
                self.works(lambda desk: practice.move_on(desk, self.cast))

    def says(self, text: str, to: str = "price", wrote: object = None) -> None:
        self.sent += 1
        key = f"key-{self.sent:05}"
        self.works(partial(self._send, text=text, to=to, key=key, wrote=wrote))

    def _send(self, desk: Desk, *, text: str, to: str, key: str, wrote: object) -> None:
        script = CAST.buyer(to)
        assert script is not None
        conversation = desk.conversation(script.platform, f"chat-{to}")
        assert conversation is not None
        practice.refuse_if_over(desk)
        workbench.send(desk, conversation, text, agent=self.agent, key=key)
        practice.note_writing(desk, workbench.message_id(key), wrote)

    def kinds(self) -> list[str]:
        return [finding.kind for chat in self.view.chats for finding in chat.findings]
