"""docs/commands.md names exactly the commands and options there are, and every `--help` has an example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from assistant.cli import app
from assistant.domain.kpi import NAMES
from tests.cli.typed import typed

DOC = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, by the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield (*words, name), command
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


COMMANDS = dict(commands(get_command(app)))


def section(words: tuple[str, ...]) -> str:
    return DOC.split(f"\n## assistant {' '.join(words)}\n", 1)[1].split("\n## ", 1)[0]


def test_every_command_is_described_and_no_other() -> None:
    described = {tuple(title.split()) for title in re.findall(r"^## assistant (.+)$", DOC, re.MULTILINE)}
    assert described == set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_is_described_and_no_other(words: tuple[str, ...]) -> None:
    options = [param.opts[0] for param in COMMANDS[words].params if param.opts[0].startswith("--")]
    assert re.findall(r"^\| `(--[a-z-]+)`", section(words), re.MULTILINE) == [o for o in options if o != "--help"]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_and_reference_both_have_an_example(words: tuple[str, ...]) -> None:
    called = f"assistant {' '.join(words)}"
    assert re.search(rf"Example:.*{called}", typed(*words, "--help").out, re.DOTALL)
    assert called in section(words).split("```")[1]


def test_every_figure_is_named() -> None:
    assert re.findall(r"`([a-z0-9_]+)`", section(("kpi",)).split("names:")[1]) == list(NAMES)
