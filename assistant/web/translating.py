"""`_("…")` and `ngettext` for templates of one language. Not for reading the catalogues (`texts.py`)."""

from __future__ import annotations

import re
from collections.abc import Callable

from jinja2.ext import Extension
from markupsafe import Markup

from assistant.web.texts import Catalogue

_WHOLE = re.compile(r"""\b_\((?P<text>"[^"]*"|'[^']*')\)""")


class WholeTexts(Extension):
    """Looks up texts without values when a template is compiled: `_("…")` becomes a filter of a constant, which
    Jinja works out once and joins with the HTML around it. An environment speaks one language only."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _WHOLE.sub(r"(\g<text>|translated)", source)


def lookup(catalogue: Catalogue) -> Callable[..., Markup]:
    """`_("…")` for templates: the text is ours and safe, "<" in it is only a sign; values put into it are escaped."""
    known: dict[str, Markup] = {}

    def translate(message: str, **values: object) -> Markup:
        text = known.get(message)
        if text is None:
            text = known.setdefault(message, Markup(catalogue.gettext(message).replace("<", "&lt;")))
        return text % values if values else text

    return translate


def plural(catalogue: Catalogue) -> Callable[[str, str, int], str]:
    """`ngettext` for templates; the text says the number where it has %(num)s."""
    return lambda one, many, n: catalogue.ngettext(one, many, n) % {"num": n}
