"""What the parts of the pages show, and that they are safe to show."""

import json
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from assistant.domain.templates import TEMPLATE_VARIABLES
from assistant.services import sidebar_view
from assistant.services.sidebar_view import LackView
from assistant.web import lacks, rendering, value_names
from assistant.web.rendering import DESK_PARTS, PARTS, Rendering, percent, yuan
from tests.web import samples
from tests.web.samples import NOW

SIDEBAR = Path(__file__).resolve().parents[2] / "web_sidebar"
TRICK = '"><script>alert(1)</script>'
PAGES = Rendering(SIDEBAR)


def test_a_waiting_buyer_is_shown_with_the_moment_and_the_platforms_levels() -> None:
    html = PAGES.part("waiting", samples.view())
    assert f'data-since="{NOW - 42}"' in html
    assert 'data-notice="30" data-warn="100" data-late="180"' in html


@pytest.mark.parametrize(
    ("urged", "person", "said", "english"),
    [(1, False, "催了 1 次", "Pressed once"), (2, True, "要人工 · 催了 2 次", "Wants a person · Pressed 2×")],
)
def test_strip_clock_and_list_say_how_a_buyer_presses(urged: int, person: bool, said: str, english: str) -> None:
    pressing = sidebar_view.WaitingView(NOW - 42, 30, 100, 180, urged=urged, wants_person=person)
    first = sidebar_view.QueueView(3, 0, 0, "c2", "taobao", urged, person)
    desk = samples.desk()
    desk = replace(desk, conversations=(replace(desk.conversations[0], waiting=pressing), *desk.conversations[1:]))
    for lang, words in (("zh-CN", said), ("en", english)):
        assert words in PAGES.part("waiting", samples.view(waiting=pressing), lang)
        assert words in PAGES.part("queue", samples.view(queue=first), lang)
        assert words in PAGES.desk_part("conversations", desk, lang)


def test_a_workbench_without_a_chat_asks_nobody_to_choose_one() -> None:
    for conversations, said in (((), "还没有买家来咨询"), (samples.desk().conversations, "选择一个会话开始接待")):
        html = PAGES.desk_part("chat", samples.desk(conversations=conversations, chat=None), "zh-CN")
        assert f"<h2>{said}</h2>" in html


@pytest.mark.parametrize(
    ("after", "origin", "stamped"), [(60, "human", False), (121, "human", True), (60, "auto", True)]
)
def test_of_words_in_a_row_the_earlier_have_a_time_if_they_are_older_or_a_machines(
    after: int, origin: str, stamped: bool
) -> None:
    first = replace(samples.message(0, "agent", "在的"), origin=origin)
    second = replace(first, id="m1", at=first.at + after, origin="human", day_break=False)
    desk = samples.desk()
    assert desk.chat is not None
    html = PAGES.desk_part("chat", replace(desk, chat=replace(desk.chat, messages=(first, second), sendings=())))
    assert html.count("data-stamped") == stamped


@pytest.mark.parametrize(
    ("why", "english"),
    [
        ("买家说「能便宜点嘛」", "The buyer said “能便宜点嘛”"),
        ("像是「尺码咨询」", "Looks like “尺码咨询”"),
        ("别的理由", "别的理由"),
    ],
)
def test_the_reason_of_a_card_is_told_in_the_readers_language(why: str, english: str) -> None:
    (first, *_) = samples.view().suggestions
    view = samples.view(suggestions=(replace(first, why=why),))
    assert f">{why}<" in PAGES.part("suggestions", view)
    assert f">{english}<" in PAGES.part("suggestions", view, "en")


@pytest.mark.parametrize(
    ("line", "english"),
    [
        ("买家已下单，待付款 ¥239.00 · 羊毛衫", "Ordered, not paid yet ¥239.00 · 羊毛衫"),
        ("买家已付款 ¥239.00 · 羊毛衫", "Paid ¥239.00 · 羊毛衫"),
        ("会话已接入", "会话已接入"),
    ],
)
def test_a_scripted_buyers_order_is_told_in_the_readers_language_and_a_hosts_line_as_it_came(
    line: str, english: str
) -> None:
    desk = samples.desk()
    assert desk.chat is not None
    told = replace(desk.chat.messages[0], side="system", text=line)
    desk = replace(desk, chat=replace(desk.chat, messages=(told,)))
    for lang, words in (("zh-CN", line), ("en", english)):
        assert f"<span>{words}<time" in PAGES.desk_part("chat", desk, lang)


def test_who_only_waits_is_not_said_to_press() -> None:
    calm = samples.view(waiting=sidebar_view.WaitingView(NOW - 42, 30, 100, 180), queue=sidebar_view.QueueView(3))
    assert "press" not in PAGES.part("waiting", calm) + PAGES.part("queue", calm)


@pytest.mark.parametrize("part", ["waiting", "follow_ups", "records", "orders"])
def test_a_part_with_nothing_to_say_is_empty(part: str) -> None:
    assert PAGES.part(part, samples.nothing()) == ""


def test_silence_is_said_where_suggestions_would_stand() -> None:
    assert "暂无建议，继续聊天即可" in PAGES.part("suggestions", samples.nothing())


def test_a_suggestion_that_lacks_a_value_cannot_be_inserted_and_says_which() -> None:
    cards = PAGES.part("suggestions", samples.view()).split("</article>")
    assert "data-insert" in cards[0]
    assert "data-insert" not in cards[2]
    assert "预计送达时间" in cards[2]


def test_keys_are_named_on_the_cards_they_act_on() -> None:
    html = PAGES.part("suggestions", samples.view())
    assert re.findall(r'aria-keyshortcuts="(\S+)"', html) == ["Alt+0", "Alt+1", "Alt+2"]
    assert 'aria-keyshortcuts="Alt+F"' in PAGES.part("follow_ups", samples.view())


def test_due_follow_ups_come_before_running_ones() -> None:
    html = PAGES.part("follow_ups", samples.view())
    assert html.index('id="follow-up-f1"') < html.index('id="follow-up-f2"')
    assert html.count("<article") == 1


def test_a_follow_up_that_is_only_running_offers_no_text() -> None:
    running = tuple(item for item in samples.view().follow_ups if item.state == "armed")
    assert "data-insert" not in PAGES.part("follow_ups", samples.view(follow_ups=running))


def test_a_payment_deadline_is_shown_only_while_the_order_is_unpaid() -> None:
    unpaid = samples.view().orders[0]
    assert "前付款" in PAGES.part("orders", samples.view(orders=(unpaid,)))
    paid = replace(unpaid, status="paid")
    assert "前付款" not in PAGES.part("orders", samples.view(orders=(paid,)))


def test_a_deadline_and_a_new_time_on_another_day_are_told_with_the_day() -> None:
    (first, *_), day = samples.view().orders, 86400
    unpaid = replace(first, status="unpaid", deadline=first.created_at + 60)
    assert re.search(r">\d\d:\d\d 前付款", PAGES.part("orders", samples.view(orders=(unpaid,))))
    later = samples.view(orders=(replace(unpaid, deadline=first.created_at + 3 * day),))
    assert re.search(r">\d\d-\d\d \d\d:\d\d 前付款", PAGES.part("orders", later))
    armed = next(item for item in samples.view().follow_ups if item.state == "armed")
    for wait, said in ((60, r"改到 \d\d:\d\d<"), (day, r"改到 \d\d-\d\d \d\d:\d\d<")):
        view = samples.view(follow_ups=(replace(armed, offer_at=armed.due_at + wait),))
        assert re.search(said, PAGES.part("follow_ups", view))


def test_nothing_that_people_write_becomes_markup() -> None:
    words = {
        **samples.WORDS["zh-CN"],
        "nickname": TRICK,
        "tags": [TRICK],
        "notes": [[TRICK, TRICK]],
        "due": [TRICK, TRICK],
    }
    view = samples.view(buyer=samples.buyer(words), follow_ups=samples.follow_ups(words))
    html = samples.pushed(PAGES, view)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 6


def test_boot_values_cannot_leave_their_script_element() -> None:
    page = PAGES.page("sidebar/page.html", boot={"token": "</script><script>alert(1)</script>"})
    inside = re.search(r'id="boot">(.*?)</script>', page)
    assert inside
    assert json.loads(inside[1])["token"] == "</script><script>alert(1)</script>"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_pages_obey_a_policy_without_inline_code_or_style(lang: str) -> None:
    boot = {"agent": {"id": "a", "name": "a"}, "sidebar": "/sidebar"}
    html = PAGES.page("sidebar/page.html", lang, boot=boot) + PAGES.page("desk/page.html", lang, boot=boot)
    html += samples.pushed(PAGES, samples.view(lang), lang) + samples.desk_pushed(PAGES, lang)
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:|hx-on", html)
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == ['<script type="application/json" id="boot">'] * 2


def test_partials_name_the_element_each_part_is_morphed_into() -> None:
    html = samples.pushed(PAGES, samples.view(), names=("waiting", "today"))
    assert re.findall(r'<hx-partial hx-target="#(\w+)" hx-swap="innerMorph">', html) == ["waiting", "today"]


def test_every_part_has_its_place_on_the_page() -> None:
    page = PAGES.page("sidebar/page.html", boot={})
    assert [part for part in PARTS if f'id="{part}"' not in page] == []
    desk = PAGES.page("desk/page.html", boot={"agent": {"id": "a", "name": ""}, "sidebar": "/s"})
    assert [part for part in DESK_PARTS.values() if f'id="{part}"' not in desk] == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_no_id_is_given_twice(lang: str) -> None:
    html = PAGES.page("sidebar/page.html", lang, boot={}) + samples.pushed(PAGES, samples.view(lang), lang)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("3482.00", "¥3,482"),
        ("239.50", "¥239.50"),
        ("0.00", "¥0"),
        ("-12.00", "¥-12"),
        ("", "—"),
        (None, "—"),
        ("1e3", "1e3"),
    ],
)
def test_amounts_are_short_and_exact(amount: str | None, shown: str) -> None:
    assert yuan(amount) == shown


@pytest.mark.parametrize(("rate", "shown"), [(None, "—"), (0.0, "0%"), (0.925, "92%"), (0.999, "99%"), (1.0, "100%")])
def test_a_rate_is_a_full_hundred_only_when_it_is(rate: float | None, shown: str) -> None:
    assert percent(rate) == shown


def test_an_unknown_figure_is_a_dash_not_a_zero() -> None:
    assert PAGES.part("today", samples.nothing()).count(rendering.NOTHING) == 3


def test_a_part_is_the_same_text_while_what_it_shows_is_the_same() -> None:
    first, later = samples.view(), replace(samples.view(), version=8, now=NOW + 60)
    assert PAGES.part("buyer", first) is PAGES.part("buyer", later)
    renamed = samples.view(buyer=replace(first.buyer, nickname="改了名字"))
    assert "改了名字" in PAGES.part("buyer", renamed)
    assert PAGES.part("buyer", first, "en") != PAGES.part("buyer", first, "zh-CN")


KEPT_BY = {
    "buyer": {"conversation", "buyer", "tag_groups", "orders"},
    "notes": {"buyer"},
    "follow_ups": {"follow_ups", "withheld"},
    "suggestions": {"suggestions", "holding"},
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_shows_nothing_beyond_what_it_is_kept_by(part: str) -> None:
    view = samples.view()
    names = KEPT_BY.get(part, {part})
    others = {
        f.name: getattr(samples.nothing(), f.name) for f in fields(view) if f.name not in names | {"conversation"}
    }
    assert Rendering(SIDEBAR).part(part, replace(view, **others)) == PAGES.part(part, view)


@pytest.mark.parametrize(
    ("lack", "chinese", "english"),
    [
        (LackView("refund.amount"), "退款金额", "refund amount"),
        (
            LackView("shop.cutoff", "当天发货的截单时间", "expired", "2026-01-01"),
            "当天发货的截单时间（有效期到 2026-01-01，已过期）",
            "cut-off time for same-day dispatch (expired, valid to 2026-01-01)",
        ),
        (
            LackView("shop.gift", "满赠", "coming", "2026-12-1"),
            "满赠（2026-12-1 起生效）",
            "满赠 (valid from 2026-12-1)",
        ),
        (LackView("shop.nowhere"), "口径「nowhere」", "handbook entry “nowhere”"),
        (LackView("text", "", "too_long"), "文字超过 2000 字", "the text is longer than 2000 characters"),
    ],
)
def test_what_a_text_lacks_is_said_in_the_readers_language(lack: LackView, chinese: str, english: str) -> None:
    said = {lang: lacks.words(PAGES.catalogues[lang], lack) for lang in ("zh-CN", "en")}
    assert said == {"zh-CN": chinese, "en": english}
    shown = replace(samples.view().suggestions[0], missing=(lack.name,), lacks=(lack,))
    assert chinese in PAGES.part("suggestions", samples.view(suggestions=(shown,)))


def test_every_variable_of_a_template_has_a_name_for_people() -> None:
    assert value_names.VARIABLES.keys() == TEMPLATE_VARIABLES.keys() - {"shop.*"}


def test_the_place_of_a_missing_value_is_marked_in_words_and_nothing_else_is_touched() -> None:
    lacking = (LackView("shop.cutoff", "截单时间"),)
    text = "亲，【shop.cutoff】前付款，【order.id】【活动】"
    assert lacks.marked(PAGES.catalogues["zh-CN"], text, lacking) == "亲，【截单时间】前付款，【order.id】【活动】"
    assert lacks.marked(PAGES.catalogues["en"], "【now】", (LackView("now"),)) == "[current time]"
