"""How a new row begins: an id people can read, and the place of the row it stands beside."""

from __future__ import annotations

import pytest

from assistant.domain.script_rows import Name, value_of
from assistant.services.script_rows import begun, id_of

LIKE = "id: a\ntitle: 甲\ntext: 乙\ngroup: 尺码\nshortcut: cm\nholding: true\n"


@pytest.mark.parametrize(
    ("table", "called", "id"),
    [
        ("situations", "问能不能刻字", "wen-neng-bu-neng-ke-zi"),
        ("situations", "一二三四五六七八", "yi-er-san-si-wu-liu"),
        ("quick_replies", "618 Day", "618-day"),
        ("shop", "多件优惠", "duo_jian_you_hui"),
        ("shop", "618价", "new"),
        ("synonyms", "优惠", "优惠"),
        ("checks", "！？", "new"),
        ("situations", "", "new"),
    ],
)
def test_an_id_is_read_off_the_name(table: str, called: str, id: str) -> None:
    assert id_of(table, called) == id


def test_a_new_row_shares_its_neighbours_place_and_a_copy_all_that_may_be_there_twice() -> None:
    name = Name("quick_replies", "b")
    assert value_of(begun(name, "丙", LIKE, whole=False)) == {"id": "b", "title": "丙", "text": "", "group": "尺码"}
    assert value_of(begun(name, "丙", LIKE, whole=True)) == {"id": "b", "title": "丙", "text": "乙", "group": "尺码"}
    assert value_of(begun(Name("shop", "c"), "丁", "'16:00'\n", whole=True)) == {"label": "丁", "value": "16:00"}
    assert value_of(begun(Name("synonyms", "优惠"), "优惠", None, whole=False)) == []
