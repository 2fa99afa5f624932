"""An example in two situations and a wording in two replies are pointed out, with the place and the other one."""

from __future__ import annotations

from assistant.domain.yaml_tables import look_over

ROWS = """situations:
  - id: gift-wrap
    name: 问礼品包装
    phrases: [有礼盒吗, 送人能包装一下吗]
    goal: 说明礼盒
    replies:
      - {id: everybody, text: "亲，可以包的哦"}
      - {id: newcomers, for: {buyer.purchases: new}, text: "亲，可以包的哦"}
  - id: gift
    name: 要赠品
    phrases: [送什么, " 有礼盒吗 "]
    goal: 说明赠品
    replies:
      - {id: everybody, text: "亲，可以包的哦"}
"""


def found(rows: str) -> list[tuple[int, str]]:
    tables = look_over({"situations/a.yaml": rows})
    assert tables.complaints == []
    return [(one.line, one.message) for one in tables.warnings]


def test_what_stands_twice_is_pointed_out_where_it_stands_the_second_time() -> None:
    assert found(ROWS) == [
        (8, "the reply `newcomers` says the same as `everybody`"),
        (11, "`有礼盒吗` is an example of `问礼品包装`, too"),
    ]


def test_once_is_nothing_to_point_out_nor_is_a_wording_of_another_situation() -> None:
    assert found(ROWS.replace('" 有礼盒吗 "', "有赠品吗").replace('new}, text: "亲，', 'new}, text: "欢迎，')) == []
