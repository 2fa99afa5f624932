"""Reading the trainers' tables: what is right becomes values."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.domain.scripts import Scripts
from assistant.domain.yaml_tables import read_tables
from tests.domain.contract_tables import SITUATION, TOUCHPOINT, complaints

ROOT = Path(__file__).resolve().parents[2]


def shipped_files() -> dict[str, str]:
    files = {
        path.relative_to(ROOT / "scenarios").as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / "scenarios").rglob("*.yaml")
    }
    for path in (ROOT / "quick_replies").rglob("*.yaml"):
        files[f"quick_replies/{path.name}"] = path.read_text(encoding="utf-8")
    return files


def test_the_shipped_tables_pass_their_own_check() -> None:
    scripts, found = read_tables(shipped_files())
    assert found == []
    assert scripts.situations
    assert scripts.touchpoints
    assert scripts.shop
    assert len(scripts.quick_replies) >= 30


def test_the_six_rows_ship_first_verbatim_and_in_order() -> None:
    scripts, _ = read_tables({"situations/first-six.yaml": shipped_files()["situations/first-six.yaml"]})
    assert [(row.id, row.name) for row in scripts.situations[:6]] == [
        ("no-answer-after-asking", "询问客户需求后无应答"),
        ("price-too-high", "觉得价格太贵未下单"),
        ("no-order-after-promotion", "活动告知后未下单"),
        ("unpaid-after-order", "下单后未付款"),
        ("out-of-stock", "缺货未下单"),
        ("product-doubt", "商品存在疑惑未下单"),
    ]
    assert all(len(row.replies) >= 2 for row in scripts.situations)
    assert scripts.situations[4].record == ("item", "size", "quantity", "alternative")


def test_every_stage_of_the_service_has_its_situations() -> None:
    scripts, _ = read_tables(shipped_files())
    assert {row.stage for row in scripts.situations} >= {"presale", "insale", "aftersale"}


def test_the_shapes_of_the_contract_are_read_as_they_are() -> None:
    scripts, found = read_tables({"situations/price.yaml": SITUATION, "touchpoints/unpaid.yaml": TOUCHPOINT})
    assert found == []
    row, touchpoint = scripts.situations[0], scripts.touchpoints[0]
    assert (row.stage, row.phrases, row.replies[0].tells) == (
        "presale",
        ("能便宜点嘛", "有点小贵"),
        "promotion",
    )
    assert row.replies[0].for_ == {"buyer.purchases": "new"}
    assert (touchpoint.on, touchpoint.after) == ("order.unpaid", timedelta(minutes=15))
    assert touchpoint.window is not None
    assert touchpoint.window.from_ == "08:00"
    assert touchpoint.cap is not None
    assert touchpoint.cap.within == timedelta(days=1)


def test_a_situation_file_may_lie_at_the_top_and_hold_touchpoints_too() -> None:
    scripts, found = read_tables({"all.yml": SITUATION + TOUCHPOINT})
    assert found == []
    assert len(scripts.situations) == len(scripts.touchpoints) == 1


def test_an_unquoted_number_among_the_phrases_is_what_a_buyer_typed() -> None:
    text = SITUATION.replace("有点小贵", "666, 007, no, 12:30")
    assert read_tables({"a.yaml": text})[0].situations[0].phrases[1:] == ("666", "007", "no", "12:30")


def test_handbook_entries_keep_their_days_and_are_read_out_as_written() -> None:
    text = "cutoff: {value: 16:00, valid_to: 2026-12-31}\nfreight: 12.50\ncarriers: [中通, 圆通]\n"
    shop = read_tables({"shop.yaml": text})[0].shop
    assert (shop["cutoff"].value, shop["cutoff"].valid_to) == ("16:00", date(2026, 12, 31))
    assert (shop["freight"].value, shop["carriers"].value) == ("12.50", "中通、圆通")


@pytest.mark.parametrize("text", ["shop:\n  cutoff: 十六点\n", "cutoff: 十六点\n"])
def test_the_handbook_may_leave_its_own_key_out(text: str) -> None:
    scripts, found = read_tables({"shop.yaml": text})
    assert found == []
    assert scripts.shop["cutoff"].value == "十六点"


def test_small_talk_and_synonyms_are_read() -> None:
    files = {
        "small_talk.yaml": "small_talk: [好的, 666]\n",
        "synonyms.yaml": "synonyms:\n  便宜: [优惠, 少点]\n",
    }
    scripts, found = read_tables(files)
    assert found == []
    assert scripts.small_talk == ("好的", "666")
    assert scripts.synonyms == {"便宜": ("优惠", "少点")}


def test_everything_read_survives_being_stored_as_json() -> None:
    scripts, _ = read_tables(shipped_files())
    assert Scripts.model_validate_json(scripts.model_dump_json()) == scripts


@pytest.mark.parametrize("file", ["a.yaml", "situations/a.yaml", "shop.yaml", "synonyms.yaml", "small_talk.yaml"])
@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_an_empty_table(file: str, text: str) -> None:
    assert read_tables({file: text}) == (Scripts(), [])


def test_a_touchpoint_may_name_a_shipped_reply_when_the_folder_has_no_situations() -> None:
    shipped, _ = read_tables({"a.yaml": SITUATION})
    assert read_tables({"touchpoints/a.yaml": TOUCHPOINT}, shipped)[1] == []
    assert "no reply is called" in read_tables({"touchpoints/a.yaml": TOUCHPOINT})[1][0].message


@pytest.mark.parametrize("key", ["phrases", "when", "record", "stage"])
def test_an_optional_key_with_nothing_behind_it_counts_as_left_out(key: str) -> None:
    kept = [line for line in SITUATION.split("\n") if line.strip().split(":")[0] != key]
    bare = "\n".join(kept).replace("        tells: promotion", f"        tells:\n    {key}:")
    assert complaints(bare) == []
