"""The line between a page and the service, for a test to cut and to mend.

Everything is led past here from before the page opens. `page.route` at the moment of the cut would be too late:
Chromium says that it intercepts before the page's frames have heard of it, and what they send meanwhile goes through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Route


@dataclass
class Line:
    """Requests whose address holds `part`. `cut`: none arrives; `deaf`: they arrive, their answers are lost."""

    part: str
    cut: bool = False
    deaf: bool = False

    async def lead(self, context: BrowserContext) -> None:
        await context.route(re.compile(re.escape(self.part)), self._carry)

    async def _carry(self, route: Route) -> None:
        if not (self.cut or self.deaf):
            return await route.continue_()
        if self.deaf:
            await route.fetch()
        await route.abort()
