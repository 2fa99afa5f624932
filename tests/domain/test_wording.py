"""What counts as the same wording, and what is taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.wording import Wording, plain

SYNONYMS = {"何时": ["什么时候", "几天"], "发货": ["寄出"]}


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("為什麼還沒發貨", "为什么还没发货"),
        ("ＡＢＣ　１２３", "abc"),
        ("[链接x] 这件 [数字x]", "这件"),
        ("<img src='a.png'> 掉色 https://example.com/a?b=1", "掉色"),
        ("😀👌!!!", ""),
        ("", ""),
    ],
)
def test_one_plain_form_for_widths_scripts_and_placeholders(written: str, counted: str) -> None:
    assert plain(written) == counted


def test_courtesy_and_particles_do_not_count() -> None:
    assert Wording.of({}).clean("你好，请问能便宜点嘛，谢谢") == "能便宜点"


def test_a_message_of_mere_courtesy_is_empty() -> None:
    assert Wording.of({}).clean("亲，在吗？您好～") == ""


def test_question_words_keep_their_particle() -> None:
    assert Wording.of({}).clean("怎么弄啊什么呢") == "怎么弄什么"


def test_variants_are_read_as_their_canonical_word() -> None:
    wording = Wording.of(SYNONYMS)
    assert wording.clean("什么时候寄出") == wording.clean("几天发货呢") == "何时发货"


def test_the_longest_variant_wins() -> None:
    assert Wording.of({"甲": ["红"], "乙": ["红包"]}).clean("红包红") == "乙甲"


def test_trainers_may_write_variants_in_traditional_script() -> None:
    assert Wording.of({"发货": ["寄過來"]}).clean("寄过来") == "发货"


@given(st.text())
def test_any_text_is_cleaned_to_words_and_single_spaces(text: str) -> None:
    cleaned = Wording.of(SYNONYMS).clean(text)
    assert cleaned == " ".join(cleaned.split())
    assert all(char == " " or char.isalpha() for char in cleaned)
