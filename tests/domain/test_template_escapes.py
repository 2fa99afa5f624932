"""Ways out of a reply template that are known, and ways to make one that never ends: each is refused by the check, and
harmless to whoever fills it nevertheless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.template_filters import FILTERS
from assistant.domain.templates import LONGEST_TEXT, check, render

LONG = "长" * 500
VALUES = {
    "buyer.nickname": "小李", "now": "14:05", "order.items": ["裙"], "order.count": 3, "promotion.text": LONG,
    "order.amount": "129.50",
}  # fmt: skip

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ buyer.__class__ }}",
    "{{ buyer.nickname.__class__.__init__.__globals__ }}",
    "{{ buyer['nickname'] }}",
    "{{ buyer|attr('__class__') }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ config }}",
    "{{ request.application.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner() }}",
    "{{ namespace() }}",
    "{{ lipsum() }}",
    "{{ range(999999999) }}",
    "{{ dict() }}",
    "{% for i in range(999999) %}x{% endfor %}",
    "{% for a in order.items %}{{ a }}{% endfor %}",
    "{{ 'a' * 999999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ '%s' | format(1) }}",
    "{{ '%999999999d' | format(1) }}",
    "{{ 'a' | center(999999999) }}",
    "{{ 'a' | indent(999999999) }}",
    "{{ [1, 2] | map(attribute='__class__') | list }}",
    "{{ order.items | map('upper') }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{% set x = 1 %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include '/etc/passwd' %}",
    "{% import 'x' as x %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block b %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call x() %}{% endcall %}",
    "{% with a = 1 %}{{ a }}{% endwith %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% raw %}{{ buyer.nickname }}{% endraw %}",
    "{{ now() }}",
    "{{ buyer.nickname() }}",
    "{{ now is defined }}",
    "{{ (1).__class__ }}",
    "{{ now[0:9] }}",
    "{{ [now] }}",
    "{{ {'a': now} }}",
    "{{ buyer }}",
    "{{ shop.Cutoff }}",
    "{{ shop.__class__ }}",
    "{{ order.id.x }}",
    "{{ not_known }}",
    "{{ promotion.title",
    "promotion.title }}",
    "{promotion.title}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    # Python reads look-alike letters in names as the plain ones.
    "{{ ｎｏｗ }}",
    "{{ buyer.ｎickname }}",
    "{{ buyer.__ｃlass__ }}",
    "{{ buyer|ａttr('x') }}",
    "{{ nоw }}",  # the look-alike is the point
    # Comments would part words that checks look for.
    "加{# #}微信",
    "{#{{ now }}#}亲",
    "{#- {% raw %} -#}{{ now }}",
    "{# {{ now }}",
    # Work without end, and texts without end.
    "{{ promotion.text" + "|join(promotion.text)" * 2 + " }}",
    "{{ ('a'|join('b'))|join(promotion.text) }}",
    "{{ now|join(promotion.text|join(promotion.text)) }}",
    "{{ promotion.text|join('', attribute='upper') }}",
    "{{ promotion.text|join('', '__class__') }}",
    "{{ now|join(*[1]) }}",
    "{{ now|join(**{'attribute': 'x'}) }}",
    "{{ 1|round(99999999, 'floor') }}",
    "{{ 1|round(precision=99999999) }}",
    "{{ 1|round(-99999999) }}",
    "{{ now|truncate(5, true, promotion.text) }}",
    "{{ now|default(x=1) }}",
    "{{ now|int(0, 36) }}",
    "{{ now|trim('1') }}",
    "{{ 1e999 }}",  # would be a name of Python's: inf
    "{{ now if 1e999 else now }}",
    "{{ " + "9" * 5000 + " }}",
    "{{ 0x" + "f" * 5000 + " }}",
    "{% if now %}" * 60 + "x" + "{% endif %}" * 60,
    "{{ " + "not " * 200 + "now }}",
    "{{ now" + " and now" * 100 + " }}",
    "{{ now" + "|trim" * 100 + " }}",
    "{{ " + "now if now else (" * 60 + "now" + ")" * 60 + " }}",
    "{{ [" * 100 + "]" * 100 + " }}",
    "{% for x in now recursive %}{{ loop(now) }}{% endfor %}",
    "{% for x in range(10) %}{% for y in range(10 ** 9) %}x{% endfor %}{% endfor %}",
    "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% set now = now ~ now %}{{ now }}",
    "{% set ns = namespace(x=1) %}{% set ns.x = 2 %}",
    "亲" * 2001,
    # What is not for buyers' eyes.
    "{{ none }}",
    "{{ true }}",
    "{{ now == now }}",
    "{{ not now }}",
    "{{ 'x'.format }}",
    "{{ ''|attr('format') }}",
    "{{ '{0.__class__.__init__.__globals__}'|format(now) }}",
    "{{ '%(a)s'|format(a=now) }}",
    "{{ now|safe }}",
    "{{ now|tojson }}",
    "{{ now|pprint }}",
    "{{ now|xmlattr }}",
    "{{ now|select('eq', 1) }}",
    "{{ now|groupby('__class__') }}",
    "{{ now|sort(attribute='__class__') }}",
    "{{ caller() }}",
    "{{ loop.index }}",
    "{{ super() }}",
    "{{ get_flashed_messages() }}",
    "{{ url_for.__globals__ }}",
    "{{ g.pop.__globals__ }}",
    "{% debug %}",
    "{% do now %}",
    "{% trans %}{{ now }}{% endtrans %}",
    "{{ _('x') }}",
    "{{ gettext('x') }}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_what_is_not_a_variable_an_if_or_an_allowed_filter_is_refused_and_never_filled(text: str) -> None:
    assert check(text)
    filled = render(text, VALUES)
    assert not filled.sendable
    assert "{{" not in filled.text
    assert "built-in" not in filled.text
    assert len(filled.text) <= LONGEST_TEXT


def test_a_result_that_would_be_too_long_is_not_made() -> None:
    assert not render("{{ promotion.text|join(promotion.text) }}", VALUES).sendable
    assert len(render("{{ promotion.text }}" * 90, VALUES).text) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ order.amount|round }}", "130"),
        ("{{ order.amount|round(1) }}", "129.5"),
        ("{{ order.amount|int }}", "129"),
        ("{{ 'x'|int(7) }}", "7"),
        ("{{ ' a '|trim }}b", "ab"),
        ("{{ promotion.text|truncate(3) }}", "长长…"),
        ("{{ now|truncate(9) }}", "14:05"),
        ("{{ promotion.text|length }}", "500"),
        ("{{ now|first }}{{ now|last }}", "15"),
        ("{{ now|join('-') }}", "1-4-:-0-5"),
        ("{{ 'a'|upper }}{{ 'B'|lower }}", "Ab"),
        ("{{ refund.kind|default('退款') }}", "退款"),
        ("{{ refund.kind|d(now) }}", "14:05"),
    ],
)
def test_the_filters_do_what_they_are_for(text: str, says: str) -> None:
    assert check(text) == []
    filled = render(text, VALUES)
    assert (filled.text, filled.sendable) == (says, True)


PIECES = st.sampled_from(
    [*(f"|{name}" for name in FILTERS), "(2)", "('a')", "(now)", "(9, 9)", " > 1", " if now else 1"]
)


@given(
    st.sampled_from(["now", "promotion.text", "order.count", "1e999", "'x'", "order.id"]), st.lists(PIECES, max_size=5)
)
def test_whatever_filters_are_put_together_it_ends_without_an_error(start: str, pieces: list[str]) -> None:
    text = "{{ " + start + "".join(pieces) + " }}"
    check(text)
    assert len(render(text, VALUES).text) <= LONGEST_TEXT
