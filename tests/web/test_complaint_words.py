"""Whatever rules complain about is said in Chinese on the Chinese page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.web.complaint_words import in_chinese

DOMAIN = Path(__file__).resolve().parents[2] / "assistant/domain"
# Rules that judge what trainers write in tables; buyers of practices are written in files only.
FILES = sorted(file for file in DOMAIN.glob("*.py") if not file.name.startswith("practice"))

COMPLAINTS = ("Problem", "BadPattern")


def spoken(node: ast.expr) -> Iterator[str]:
    """A message as it might be, every value a 7; what is worked out elsewhere is not looked at."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from spoken(node.body)
        yield from spoken(node.orelse)


def messages() -> Iterator[str]:
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in ("message", "advice")
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in COMPLAINTS:
                for argument in node.args[:2]:
                    given = named.get(argument.id, argument) if isinstance(argument, ast.Name) else argument
                    yield from spoken(given)


def test_every_complaint_and_advice_of_the_rules_is_known_in_chinese() -> None:
    found = {message for message in messages() if message}
    assert len(found) > 100
    assert {message for message in found if in_chinese(message) is None} == set()


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("unknown variable `promotion.titel`", "没有变量 `promotion.titel`"),
        ("C05 绝对化用语: `最低价` (广告法)", "绝对化用语：「最低价」（广告法）"),
        ("the quick reply id `a` is used twice", "编号（id） `a` 用了两次"),
        ("`id` cannot be ``", "编号（id）还没有填"),
    ],
)
def test_values_keep_their_places(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese
