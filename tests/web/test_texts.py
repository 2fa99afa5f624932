"""Translations: none missing, none left over, and neither language leaks into the other's pages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from assistant.domain.yaml_tables import read_tables
from assistant.services import sidebar_view
from assistant.services.notices import NoticesView
from assistant.services.sidebar import TAG_GROUPS
from assistant.web import texts
from assistant.web.editor_texts import EDITOR
from assistant.web.rendering import DESK_PARTS, PARTS, Rendering
from tests.web import kpi_samples, samples, samples_of_scripts

SIDEBAR = Path(__file__).resolve().parents[2] / "web_sidebar"
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"[A-Za-z]{2,}")
# Names of keys and sizes, of the other language's link, and what platforms themselves call a tier.
SAID_IN_BOTH = {"Ctrl", "Tab", "Excel", "YAML", "CSV", "csv", "xlsx", "KB", "MB", "RFM", "PNG", "JPEG", "GIF", "WebP"}
SAID_IN_BOTH |= {"Wilson", "Newcombe", "Bonferroni"}
SAID_IN_BOTH |= {"Chatwoot", "LiveChat", "Matrix", "Zendesk"}
SAID_IN_BOTH |= {
    "Alt",
    "Enter",
    "Esc",
    "Shift",
    "VIP",
    "English",
    "XL",
    "momo",
}
SPOKEN_ATTRIBUTES = {"aria-label", "placeholder", "title", "alt"}


class Spoken(HTMLParser):
    """Collects what a reader sees or hears: text and spoken attributes, not scripts nor styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.skipping = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipping = tag in ("script", "style") or dict(attrs).get("id") == "language"
        self.said += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.skipping = False

    def handle_data(self, data: str) -> None:
        if not self.skipping and data.strip():
            self.said.append(data.strip())


def in_templates() -> Iterator[str]:
    methods = [("**.html", "jinja2.ext:babel_extract")]
    for _, _, message, _, _ in extract_from_dir(SIDEBAR / "templates", methods):
        yield message if isinstance(message, str) else message[0]


def translated() -> dict[str, str]:
    with (SIDEBAR / "locales/en.po").open("rb") as file:
        entries = [message for message in read_po(file, abort_invalid=True) if message.id]
    return {m.id if isinstance(m.id, str) else m.id[0]: "".join(m.string or ()) for m in entries}


def in_the_shipped_handbook() -> set[str]:
    """What agents call its entries: read by them in their own language, though trainers write it."""
    shop, complaints = read_tables({"shop.yaml": (SIDEBAR.parent / "scenarios/shop.yaml").read_text(encoding="utf-8")})
    assert not complaints
    assert all(entry.label for entry in shop.shop.values())
    return {entry.label for entry in shop.shop.values() if entry.label}


def pages(lang: str) -> Iterator[tuple[str, str]]:
    rendering = Rendering(SIDEBAR)
    for view in (samples.view(lang), samples.nothing(lang)):
        for part in PARTS:
            yield part, rendering.part(part, view, lang)
    for desk in (samples.desk(lang), samples.desk(lang, conversations=(), chat=None)):
        for part in DESK_PARTS:
            yield part, rendering.desk_part(part, desk, lang)
    for listed in (samples.notices_page(lang), NoticesView(())):
        yield "notices", rendering.notices_list(listed, lang)
    posted = samples.notices_page(lang)
    form: dict[str, Any] = {"form": {}, "picked": posted.rows[0].withdrawn, "error": None, "longest": 100}
    form |= {"view": posted, "earliest": "2026-11-11T10:00"}
    yield "notices/page.html", rendering.page("notices/page.html", lang, boot={}, **form)
    yield "quick_replies/page.html", rendering.page("quick_replies/page.html", lang, boot={"fields": {}})
    boot = {"agent": {"id": "a-1", "name": "7"}, "sidebar": "/sidebar"}
    for name in ("sidebar/page.html", "desk/page.html"):
        yield name, rendering.page(name, lang, boot=boot)
    yield from kpi_samples.pages(rendering, lang)
    yield "login/page.html", rendering.page("login/page.html", lang, error=None, next="/desk")
    yield "login/page.html", rendering.page("login/page.html", lang, error=None, next="/desk", visitor=True)
    yield "error/page.html", rendering.page("error/page.html", lang, status=404)
    say = rendering.catalogues[lang].refusal("launch_over", {})
    yield "error/page.html", rendering.page("error/page.html", lang, status=401, reason="launch_over", say=say)
    yield "scripts", re.sub(r"\{\w+\}", "", " ".join(rendering.catalogues[lang].scripts().values()))
    yield "editor", re.sub(r"\{\w+\}", "", " ".join(map(rendering.catalogues[lang].gettext, EDITOR.values())))
    yield from samples_of_scripts.pages(rendering, lang)


def test_every_text_has_an_english_translation() -> None:
    asked = {*in_templates(), *texts.source_texts(), *in_the_shipped_handbook()}
    assert len(asked) > 90
    assert asked - {key for key, text in translated().items() if text} == set()


def test_no_translation_is_left_over() -> None:
    asked = {*in_templates(), *texts.source_texts(), *in_the_shipped_handbook()}
    assert translated().keys() - asked == set()


def test_a_translation_keeps_the_places_for_values() -> None:
    places = re.compile(r"%\(\w+\)s|\{\w+\}")
    for source, text in translated().items():
        assert set(places.findall(source)) == set(places.findall(text)), source


def test_an_angle_bracket_in_a_text_is_read_as_it_is_written() -> None:
    editor = [html for name, html in pages("en") if 'data-field="words"' in html]
    assert editor
    assert all(any("<list> for a list of words" in said for said in Spoken(html).said) for html in editor)


def test_no_chinese_is_read_on_english_pages() -> None:
    leaks = {(name, said) for name, html in pages("en") for said in Spoken(html).said if CHINESE.search(said)}
    assert leaks == set()


def test_no_english_is_read_on_chinese_pages() -> None:
    own = {"M", "momo", "shipment", "eta"}  # words that stand in the sample view itself
    leaks = {
        (name, word)
        for name, html in pages("zh-CN")
        for said in Spoken(html).said
        for word in LATIN.findall(said)
        if word not in SAID_IN_BOTH | own
    }
    assert leaks == set()


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_tags_speak_the_pages_language_and_what_agents_wrote_stays_as_it_was(lang: str) -> None:
    own = sidebar_view.TagView("free", "性格", "性格")
    words = {**samples.WORDS[lang], "tags": []}
    known = sidebar_view.TagView("personality", "小气", "价格敏感")
    view = samples.view(lang, buyer=samples.buyer(words, tags=(known, own)), tag_groups=TAG_GROUPS)
    html = Rendering(SIDEBAR).part("buyer", view, lang)
    assert ("Price-conscious" in html, "价格敏感" in html) == (lang == "en", lang != "en")
    assert "<span>性格</span>" in html
    assert ("Manner" in html) == (lang == "en")


def test_chinese_stands_in_no_script_file() -> None:
    slashes = "／、"  # what Chinese input methods type for '/'
    for file in (SIDEBAR / "static/js").glob("*.js"):
        assert not CHINESE.search(file.read_text(encoding="utf-8").translate({ord(s): None for s in slashes})), file


def test_scripts_say_exactly_the_strings_they_are_given() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (SIDEBAR / "static/js").glob("*.js"))
    known = {**texts.SCRIPTS, **EDITOR}
    said = {"crossed_late", "crossed_warn"}  # composed from a level
    said |= {
        key for key in EDITOR if re.match(r"state_|row_\w+_short$|of_|verdict_|word_", key)
    }  # and from how a row stands
    for call in re.findall(r"say\(([^;]*)\)", code):
        said |= set(re.findall(r"'(\w+)'", call)) & known.keys()
    assert known.keys() - said == set()
    assert set(re.findall(r"say\('(\w+)'", code)) - known.keys() == set()


def test_every_reason_that_is_given_has_words_for_people() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (SIDEBAR.parent / "assistant").rglob("*.py"))
    given = set(re.findall(r'reason="(\w+)"(?: if text else "(\w+)")?', code))
    reasons = {reason for pair in given for reason in pair if reason} - {"sent", "window", "agent"}
    assert reasons - texts.REFUSALS.keys() == set()
    assert len(reasons) > 5


def test_one_order_is_singular_in_english() -> None:
    english = texts.load(SIDEBAR / "locales")["en"]
    assert english.ngettext("%(num)s 单", "%(num)s 单", 1) == "%(num)s order"
    assert english.ngettext("%(num)s 单", "%(num)s 单", 0) == "%(num)s orders"


def test_a_state_without_a_name_is_shown_as_the_platform_calls_it() -> None:
    chinese = texts.load(SIDEBAR / "locales")["zh-CN"]
    assert chinese.name("order", "unpaid") == "待付款"
    assert chinese.name("order", "WAIT_SOMETHING") == "WAIT_SOMETHING"
