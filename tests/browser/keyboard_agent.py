"""An agent at the workbench who touches nothing but the keyboard, and looks whether it does what it should."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from playwright.async_api import Page

from tests.browser.sixty_buyers import Buyers
from tests.until import PATIENCE

# In every frame: when a key was pressed, when text appeared in the composer, and where the focus went by itself, which
# is when nothing is awaited of a key or of a page that has just been opened.
WATCH = """
(() => {
  const seen = top.seen ??= {key: 0, awaited: true, inserted: [], stolen: []};
  const now = () => performance.timeOrigin + performance.now();
  addEventListener('keydown', () => { seen.key = now(); seen.awaited = true; }, true);
  addEventListener('input', event => event.target.id === 'draft' && seen.inserted.push(now() - seen.key), true);
  addEventListener('focusin', event => {
    if (!seen.awaited) seen.stolen.push(event.target.id || event.target.tagName);
  }, true);
})();
"""
# What an agent sees at a glance.
LOOK = """
() => {
  const side = document.querySelector('#sidebar').contentDocument, draft = document.querySelector('#draft');
  const at = (root, selector, name) => root.querySelector(selector)?.dataset[name] ?? null;
  const active = document.activeElement, inside = active?.id === 'sidebar' ? side.activeElement : null;
  return {
    open: at(document, '#conversations [aria-current]', 'conversation'),
    chat: at(document, '#chat .messages', 'conversation'), side: at(side, '#buyer [data-conversation]', 'conversation'),
    phase: at(side, 'main', 'phase'), text: draft.value, caret: draft.selectionStart, selected: draft.selectionEnd,
    focus: inside ? 'sidebar ' + (inside.id || inside.tagName) : active?.id,
    cards: [...side.querySelectorAll('[data-card=suggestion]')].map(card => !!card.querySelector('[data-insert]')),
    due: side.querySelectorAll('[data-card=follow_up] [data-insert]').length,
    options: side.querySelectorAll('#quick-list [role=option]').length,
    messages: [...document.querySelectorAll('#chat .message:not([data-pending])')].map(item => item.id.slice(8)),
    next: at(side, '#queue [data-go="Alt+J"]', 'open'), late: at(side, '#queue [data-go="Alt+K"]', 'open'),
    stolen: top.seen.stolen, errors: side.querySelector('#net').textContent,
  };
}
"""
SHOWN = 200
# Initials of replies that need nothing but a name.
QUICK = ("wz", "zs", "mb", "jd", "hs", "xx", "bkq", "jiudengle", "我在", "久等")
Seen = dict[str, Any]


class Agent:
    """`sent` are (conversation, text) of everything sent, `notes` of everything noted, `did` counts ways."""

    def __init__(self, page: Page, buyers: Buyers, seed: int) -> None:
        self.page, self.keys, self.buyers = page, page.keyboard, buyers
        self.random = random.Random(seed)
        self.sent: list[tuple[str, str]] = []
        self.notes: list[tuple[str, str]] = []
        self.did: Counter[str] = Counter()
        self.latencies: dict[str, list[float]] = {"card": [], "quick reply": []}

    async def look(self) -> Seen:
        seen: Seen = await self.page.evaluate(LOOK)
        assert seen["stolen"] == [], f"the focus went by itself to {seen['stolen']}"
        return seen

    async def until(self, wanted: Callable[[Seen], bool], what: str) -> Seen:
        end = time.monotonic() + PATIENCE
        while True:
            seen = await self.look()
            if wanted(seen):
                if _settled(seen):
                    await self.page.evaluate("() => { top.seen.awaited = false; }")
                return seen
            assert time.monotonic() < end, f"never came: {what}; seen {seen}; did {self.did}"
            await asyncio.sleep(0.02)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.keys.press(key)

    # --- one chat after another

    async def handle_next(self) -> bool:
        """Go to who has waited longest and answer; False if nobody waits."""
        # A page that has just been loaded opens a chat by itself: nobody leaves it before they see it.
        seen = await self.until(lambda now: not now["open"] or _settled(now), "the chat that is open")
        if seen["late"] and self.random.random() < 0.5:
            return await self._go("Alt+K", seen) and await self._follow_up()
        if not seen["next"] and seen["side"]:
            await asyncio.sleep(0.2)
            return False
        return await self._go("Alt+J", seen) and await self._answer()

    async def _go(self, key: str, before: Seen) -> bool:
        await self.press(key)
        # The strip never leads to the chat that is open; it may have moved on in the very moment, to somebody else.
        seen = await self.until(
            lambda now: _settled(now) and now["open"] != before["open"], f"the chat {key} leads to from {before}"
        )
        assert seen["focus"] == "draft", seen
        if key == "Alt+J" and not self.buyers.of(seen["open"]).open:
            self.did["led to somebody answered"] += 1
            await asyncio.sleep(0.3)
            return False
        missing = set(self.buyers.of(seen["open"]).said[-40:]) - set(seen["messages"])
        if missing:
            await self.until(lambda now: missing <= set(now["messages"]), f"the buyer's messages {missing}")
        return True

    async def _answer(self) -> bool:
        seen, chance = await self.look(), self.random.random()
        if chance < 0.05:
            await self._note(seen)
        if seen["text"]:
            way, done = "an old draft", True
        elif any(seen["cards"]) and chance < 0.55:
            way, done = "a card", await self._card(seen)
        elif seen["cards"] and chance < 0.65:
            way, done = "put a card away", await self._dismiss(seen)
        elif chance < 0.85:
            way, done = "a quick reply", await self._quick(seen)
        elif chance < 0.9:
            way, done = "the holding reply", await self._insert("Alt+0", seen)
        else:
            way, done = "by hand", await self._by_hand(seen)
        self.did[way] += 1
        if done:
            await self._send(seen["open"])
        return done

    async def _send(self, conversation: str) -> None:
        """What stands in the composer, made unique; blanks are filled on the way."""
        seen = await self.look()
        assert seen["open"] == conversation
        while "___" in seen["text"]:
            await self.keys.insert_text("合适的")
            await self.press("Tab")
            seen = await self.look()
        if seen["focus"] != "draft":
            await self.press("Shift+Tab")
        await self.press("Control+End")
        await self.keys.insert_text(f"#{len(self.sent)}")
        text = (await self.look())["text"]
        await self.press("Enter")
        self.buyers.of(conversation).open = 0
        self.sent.append((conversation, text))
        after = await self.until(lambda now: not now["text"], "an empty composer")
        assert (after["open"], after["focus"]) == (conversation, "draft")

    # --- ways to an answer

    async def _card(self, seen: Seen) -> bool:
        nth = self.random.choice([n for n, whole in enumerate(seen["cards"], start=1) if whole])
        return await self._insert(f"Alt+{nth}", seen, "card")

    async def _insert(self, key: str, seen: Seen, kind: str = "") -> bool:
        await self.page.evaluate("() => { top.seen.inserted.length = 0; }")
        await self.press(key)
        after = await self.until(lambda now: now["text"] or not any(now["cards"]), f"the text of {key}")
        if not after["text"]:
            self.did["a card that was withdrawn in the same moment"] += 1
            return False
        self._is_for(after, seen["open"], named=bool(kind))
        if kind:
            self.latencies[kind] += await self.page.evaluate("() => top.seen.inserted.slice(0, 1)")
        return True

    def _is_for(self, after: Seen, conversation: str, *, named: bool = True) -> None:
        assert (after["open"], after["focus"]) == (conversation, "draft"), after
        if named:
            assert self.buyers.of(conversation).nickname in after["text"], after

    async def _dismiss(self, seen: Seen) -> bool:
        await self.press("Alt+X")
        return await self._by_hand(seen)

    async def _quick(self, seen: Seen) -> bool:
        await self.press("/")
        await self.until(lambda now: now["focus"] == "sidebar quick", "the quick-reply field")
        await self.keys.type(self.random.choice(QUICK), delay=self.random.choice((0, 40)))
        if self.random.random() < 0.5:
            await self.until(lambda now: now["options"] > 0, "a list")
            await asyncio.sleep(0.2)
        await self.page.evaluate("() => { top.seen.inserted.length = 0; }")
        await self.press("Enter")
        self._is_for(await self.until(lambda now: now["text"], "the quick reply's text"), seen["open"])
        self.latencies["quick reply"] += await self.page.evaluate("() => top.seen.inserted.slice(0, 1)")
        return True

    async def _by_hand(self, seen: Seen) -> bool:
        """Half of it, then others speak; not a letter and not the caret may move."""
        await self.keys.insert_text("亲，这边帮您看了一下，")
        await self.press("ArrowLeft", "ArrowLeft")
        before, heard = await self.look(), self.buyers.acknowledged
        end = time.monotonic() + 4
        await self.buyers.speak(self.buyers.of(seen["open"]), "还在吗")
        await self.until(lambda now: self.buyers.acknowledged >= heard + 3 or time.monotonic() > end, "other messages")
        own = self.buyers.of(seen["open"]).said[-1]
        after = await self.until(lambda now: own in now["messages"], "the message that came meanwhile")
        for name in ("open", "text", "caret", "selected", "focus"):
            assert before[name] == after[name], (name, before, after)
        await self.keys.type("马上好")
        return True

    async def _follow_up(self) -> bool:
        seen = await self.look()
        if seen["text"] or not seen["due"]:
            return False
        await self.press("Alt+F")
        self._is_for(await self.until(lambda now: now["text"], "the follow-up's text"), seen["open"])
        self.did["a follow-up"] += 1
        await self._send(seen["open"])
        return True

    async def _note(self, seen: Seen) -> None:
        """By Tab through the sidebar to the notes, write one, and back by Escape or the next Alt+J."""
        await self.press("/")
        await self.until(lambda now: now["focus"] == "sidebar quick", "the quick-reply field")
        for _ in range(80):
            await self.press("Tab")
            if (await self.look())["focus"] == "sidebar notes-summary":
                break
        assert (await self.look())["focus"] == "sidebar notes-summary", "Tab never came to the notes"
        if not await self._notes_open():
            await self.press("Enter")
        await self.press("Tab")
        await self.until(lambda now: now["focus"] == "sidebar note-text", "the note's field")
        text = f"喜欢宽松款 {len(self.notes)}"
        await self.keys.type(text)
        await self.press("Enter")
        self.notes.append((seen["open"], text))
        await self.press("Escape")
        await self.until(lambda now: now["focus"] == "draft", "the composer after Escape")
        self.did["a note"] += 1

    async def _notes_open(self) -> bool:
        found = "() => document.querySelector('#sidebar').contentDocument.querySelector('#notes-fold').open"
        return bool(await self.page.evaluate(found))


def _settled(seen: Seen) -> bool:
    """Workbench, chat and sidebar show one conversation."""
    return bool(seen["open"]) and seen["open"] == seen["chat"] == seen["side"] and seen["phase"] == "ready"
