"""What each screen shows: the view read last, and a mark of each part instead of its HTML.

Thousands of open pages keep only numbers this way; a part that was not just rendered is rendered anew when needed.
Not for deciding what is rendered when (`live.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.web.open_pages import Marks, Parts, Screen


class Shown:
    """The screens of this node as they were rendered last."""

    def __init__(self) -> None:
        self._kept: dict[Screen, tuple[object, Marks]] = {}

    def views(self) -> Iterator[tuple[Screen, object]]:
        """Every screen with its view; screens may come and go meanwhile."""
        return iter([(screen, view) for screen, (view, _) in self._kept.items()])

    def view(self, screen: Screen) -> object | None:
        kept = self._kept.get(screen)
        return None if kept is None else kept[0]

    def forget(self, screen: Screen) -> None:
        self._kept.pop(screen, None)

    def keep(self, screen: Screen, view: object) -> Parts:
        """Show this view from now on; returns the parts that had to be rendered for it."""
        before, marks = self._kept.get(screen, (None, {}))
        rendered = screen.render(view, before)
        self._kept[screen] = view, marks | {name: hash(html) for name, html in rendered.items()}
        return rendered

    def differing(self, screen: Screen, sent: Marks, rendered: Parts) -> tuple[Parts, Marks]:
        """The parts that are not as `sent`, and the marks to remember once they are; `rendered` ones are at hand."""
        view, marks = self._kept[screen]
        names = [name for name, mark in marks.items() if sent.get(name) != mark]
        if any(name not in rendered for name in names):
            rendered = screen.render(view, None)
        return {name: rendered[name] for name in names}, marks
