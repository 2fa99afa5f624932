"""What agents change in a text, and that it is told without what only one buyer has to do with."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.wording_changes import Change, Common, changes, common

SAID = "亲，两件一起拍会更划算哦"


def test_what_was_left_out_added_and_replaced_is_told_with_its_place() -> None:
    assert changes(SAID, "两件一起拍会更划算哦") == [Change("亲，", "", "start")]
    assert changes(SAID, f"{SAID}，我给您备注") == [Change("", "，我给您备注", "end")]
    assert changes(SAID, "亲，三件一起拍会更划算哦") == [Change("两", "三", "middle")]


def test_the_commonest_come_first_each_counted_once_a_message() -> None:
    pairs = [(SAID, SAID.removeprefix("亲，"))] * 3 + [(SAID, SAID.removesuffix("哦"))] * 2
    assert common(pairs) == (Common(Change("亲，", "", "start"), 3), Common(Change("哦", "", "end"), 2))


def test_blanks_filled_in_are_no_change_and_numbers_are_masked() -> None:
    assert changes("亲，建议选___码", "亲，建议选XL码") == []
    assert changes("亲，__尺码__有货", "亲，XL有货") == []
    assert changes(SAID, f"{SAID}，13812345678") == [Change("", "，138***78", "end")]


@given(st.text("亲您好的哦，。", max_size=30), st.text("亲您好的哦，。", max_size=30))
def test_no_change_is_told_exactly_where_there_is_none(one: str, other: str) -> None:
    found = changes(one, other)
    if one.strip() == other.strip():
        assert found == []
    assert all(change.gone != change.come for change in found)
