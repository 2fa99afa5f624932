"""What a person types and what comes back: the real commands, in this process. Not for served pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from assistant.cli import app


@dataclass(frozen=True, slots=True)
class Typed:
    """The answer of one command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; anything else there is an error."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """JSON Lines on stdout."""
        assert self.code == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]


def typed(*words: str | Path, stdin: str = "") -> Typed:
    """Run `assistant WORDS…`; a defect is raised, not turned into an exit code."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Typed(result.exit_code, result.stdout, result.stderr)
