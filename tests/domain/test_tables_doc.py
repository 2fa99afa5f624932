"""docs/tables.md names exactly what the tables know, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from assistant.domain.check_rows import Check
from assistant.domain.conditions import CONDITION_PATHS
from assistant.domain.facts import FACTS
from assistant.domain.practice import Act, Help, Item, Order, Past, PracticePromotion, ScriptedBuyer, Turn
from assistant.domain.practice_reading import read_cast
from assistant.domain.scripts import (
    Cap,
    Goal,
    HandbookEntry,
    Promotion,
    QuickReply,
    Reply,
    Situation,
    Touchpoint,
    Window,
)
from assistant.domain.templates import FILTERS, TEMPLATE_VARIABLES
from assistant.domain.yaml_tables import TOP_KEYS, read_tables

DOC = (Path(__file__).resolve().parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)
REHEARSED = [text for text in BLOCKS if "\nbuyers:" in text]
EXAMPLES = [text for text in BLOCKS if text not in REHEARSED]


def section(title: str) -> str:
    return DOC.split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]


def first_column(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def test_every_fact_is_listed_and_no_other() -> None:
    assert first_column(section("事实")) == list(FACTS)


def test_every_condition_path_is_listed_with_its_values() -> None:
    rows = dict(re.findall(r"^\| `([^`]+)` \|.*\| ([^|]*) \|$", section("条件"), re.MULTILINE))
    assert list(rows) == list(CONDITION_PATHS)
    for path, known in CONDITION_PATHS.items():
        assert set(re.findall(r"`([^`]+)`", rows[path])) >= set(known.values), path


def test_every_template_variable_is_listed_and_no_other() -> None:
    assert first_column(section("变量")) == list(TEMPLATE_VARIABLES)
    assert all(f"`{name}`" in section("变量") for name in FILTERS)


@pytest.mark.parametrize(
    "model",
    [
        *(Situation, Reply, Touchpoint, Window, Cap, Goal, HandbookEntry, Promotion, QuickReply, Check),
        *(ScriptedBuyer, Turn, Help, Act, Order, Past, Item, PracticePromotion),
    ],
)
def test_every_key_of_a_row_is_explained(model: type[BaseModel]) -> None:
    keys = [str(field.validation_alias or name) for name, field in model.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in DOC and f"`{key}:" not in DOC] == []


def test_every_key_at_the_top_of_a_file_is_shown() -> None:
    assert [key for key in TOP_KEYS if not re.search(rf"^{key}:", "\n".join(EXAMPLES), re.MULTILINE)] == []


def test_the_example_of_buyers_to_practise_with_passes_the_check() -> None:
    (text,) = REHEARSED
    cast, complaints = read_cast({"practice/example.yaml": text})
    assert complaints == []
    assert cast.buyer("pomelo")


def test_the_examples_pass_the_check_together() -> None:
    assert len(EXAMPLES) >= 6
    scripts, complaints = read_tables({f"example-{at}.yaml": text for at, text in enumerate(EXAMPLES)})
    assert complaints == []
    assert scripts.situation("price-too-high")
    assert scripts.touchpoint("unpaid-15-minutes")
