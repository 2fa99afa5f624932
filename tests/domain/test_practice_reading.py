"""The folder of scripted buyers: the shipped one passes, and every mistake is told with its place and what to do."""

from pathlib import Path

import pytest

from assistant.domain.practice import FOLLOW_UPS_FASTER, place_of, practice_in, practised
from assistant.domain.practice_reading import is_practice_file, read_cast
from assistant.domain.scripts import Scripts
from assistant.services.scripts import read_folder, read_practice_folder

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
GOOD = """items:
  - {id: coat, title: 大衣, price: "599.00"}
buyers:
  - id: a
    nickname: 甲
    about: 随便看看
    item: coat
    turns:
      - goal: 有人应答
        ask: [在吗]
        reached: [{situation: hello}]
        then:
          - order: {item: coat, amount: "599.00"}
          - {pay: true}
"""


def complaints(text: str) -> list[str]:
    return [str(found) for found in read_cast({"practice/x.yaml": text}, ["hello", "price"])[1]]


def test_the_shipped_buyers_pass_and_are_enough_to_practise_with() -> None:
    scripts, _ = read_folder(SCENARIOS)
    cast, found = read_practice_folder(SCENARIOS, [row.id for row in scripts.situations])
    assert found == []
    assert len(cast.buyers) >= 8
    assert any(turn.quiet for buyer in cast.buyers for turn in buyer.turns)
    assert {act.pay for buyer in cast.buyers for turn in buyer.turns for act in turn.then} == {True, None}


def test_the_example_is_right() -> None:
    cast, found = read_cast({"practice/x.yaml": GOOD}, ["hello"])
    assert found == []
    buyer = cast.buyer("a")
    assert buyer is not None
    assert cast.titles[buyer.item or ""] == "大衣"
    assert cast.buyer("nobody") is None


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("nickname: 甲", "nickame: 甲", "5:5", "unknown key `nickame` — did you mean `nickname`?"),
        ("about: 随便看看", "", "4:5", "`about` is missing"),
        ("item: coat\n    turns", "item: cot\n    turns", "7:11", "there is no item `cot` — did you mean `coat`?"),
        ("{situation: hello}", "{situation: helo}", "11:31", "no situation `helo` — did you mean `hello`?"),
        ("{situation: hello}", "{}", "11:19", "nothing is asked of the answer — write `words`"),
        ("ask: [在吗]", "ask: [在吗]\n        quiet: 3m", "9:9", "write one of `ask` and `quiet`"),
        ("ask: [在吗]", "quiet: soon", "10:16", "write a duration such as 90s"),
        ('"599.00"}\n          - {pay', "599.00}\n          - {pay", "13:41", "put it in quotes"),
        ('"599.00"}\n          - {pay', '"much"}\n          - {pay', "13:41", "`amount` is no amount: `much`"),
        ("- {pay: true}", "- {pay: true, say: 好}", "14:13", "write one of `say`, `order`, `pay`"),
        ("- order: {item: coat", "- order: {item: cat", "13:27", "no item `cat` — did you mean `coat`?"),
        ('- order: {item: coat, amount: "599.00"}', "- {say: 好}", "14:19", "the buyer pays before ordering"),
        ("- {pay: true}", '- {order: {item: coat, amount: "1"}}', "14:21", "a buyer orders once"),
        ("items:", "itms:", "1:1", "unknown key `itms` — did you mean `items`?"),
        ("buyers:\n", "buyers: {}\nx:\n", "3:9", "`buyers` must be a list"),
    ],
)
def test_a_mistake_is_told_with_line_column_and_advice(old: str, new: str, place: str, words: str) -> None:
    assert old in GOOD
    found = complaints(GOOD.replace(old, new, 1))
    assert any(line.startswith(f"practice/x.yaml:{place}: ") and words in line for line in found), found


def test_an_id_used_twice_names_the_other_place() -> None:
    both = {"practice/a.yaml": GOOD, "practice/b.yaml": GOOD}
    found = [str(one) for one in read_cast(both, ["hello"])[1]]
    assert any("b.yaml:4:9: the buyer id `a` is used twice" in line and "a.yaml, line 4" in line for line in found)


@pytest.mark.parametrize("text", ["- a", "buyers: [x]", "buyers: [", "", "x: &a 1"])
def test_broken_files_are_told_and_break_nothing(text: str) -> None:
    cast, found = read_cast({"practice/x.yaml": text})
    assert cast.buyers == ()
    assert bool(found) == bool(text)


def test_a_buyer_with_a_mistake_is_left_out() -> None:
    assert read_cast({"practice/x.yaml": GOOD.replace("nickname", "nick")})[0].buyers == ()


def test_only_files_in_a_folder_of_that_name_are_such_files() -> None:
    assert is_practice_file("0/scenarios/practice/a.yaml")
    assert not is_practice_file("scenarios/situations/practice.yaml")


def test_a_practices_shop_leads_back_to_the_real_one() -> None:
    assert practice_in(place_of("demo", 17)) == ("demo", 17)
    assert practice_in(place_of("a/practice/1", 2)) == ("a/practice/1", 2)
    assert practice_in("demo") is None
    assert practice_in("demo/practice/") is None


def test_reminders_are_practised_ten_times_sooner_at_any_hour() -> None:
    scripts, _ = read_folder(SCENARIOS)
    real = {row.id: row for row in scripts.touchpoints}
    changed = practised(scripts)
    assert isinstance(changed, Scripts)
    assert changed.situations == scripts.situations
    for row in changed.touchpoints:
        after = real[row.id].after
        assert row.window is None
        assert after is None or row.after == after / FOLLOW_UPS_FASTER
    assert changed.touchpoint("unpaid-15-minutes") in changed.touchpoints
