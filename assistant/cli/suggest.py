"""`assistant suggest`: ranks situations for what a buyer said, one message or a file of them."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.domain.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.domain.recognition import Recogniser
    from assistant.domain.scripts import Scripts

app = typer.Typer()


@dataclass(frozen=True, slots=True)
class Question:
    """What a buyer said since the last answer, oldest first; `order_state` None = unknown."""

    id: object
    messages: list[str]
    order_state: str | None = None


@app.command(epilog="Example: assistant suggest 能便宜点嘛 --json")
def suggest(
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]…", help="what the buyer said; several = one run", show_default=False),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="F",
            help='JSON Lines {"id","text"} or {"id","messages","order_state"?}; - = stdin',
            show_default=False,
        ),
    ] = None,
    scenarios: options.Scenarios = None,
    limit: Annotated[int, typer.Option(min=1, help="how many situations to list")] = 3,
    order_state: Annotated[
        str | None,
        typer.Option(help="state of the buyer's latest order; default: unknown", show_default=False),
    ] = None,
    json: options.Json = False,
) -> None:
    """Rank situations for a buyer's words.

    Always the best ones, and whether the sidebar would offer any. With --file the answer is JSON Lines
    {"id","offer","suggestions"}. Without an order's state nothing is ruled out.
    """
    if bool(texts) == bool(file):
        raise InvalidInput("say what the buyer said, or name a file with --file: one of the two")
    asked = _questions(file) if file else [Question(None, texts or [], _state(order_state, "--order-state"))]
    ranking = _Ranking.prepared(scenarios, limit)
    if file:
        for question in asked:
            print_json({"id": question.id, **ranking.answer(question)})
        return
    answer = ranking.answer(asked[0])
    if json:
        print_json(answer)
    else:
        typer.echo(f"offer: {'yes' if answer['offer'] else 'no'}")
        print_table(("situation", "score", "why"), answer["suggestions"])  # type: ignore[arg-type]  # a list of rows


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Fitted once, asked many times."""

    scripts: Scripts
    recogniser: Recogniser
    limit: int

    @classmethod
    def prepared(cls, scenarios: Path | None, limit: int) -> _Ranking:
        from assistant.app import tables
        from assistant.services.scripts import prepare
        from assistant.settings import read_settings

        scripts = tables(read_settings(), scenarios)
        return cls(scripts, prepare(scripts).recogniser, limit)

    def answer(self, question: Question) -> dict[str, object]:
        from assistant.domain.pressing import heard
        from assistant.domain.suggestions import propose, why

        known = {} if question.order_state is None else {"order.state": question.order_state}
        ranking, said = heard(self.recogniser, question.messages)
        proposal = propose(self.scripts, self.recogniser, ranking, known, limit=self.limit, unknown_holds=True)
        listed = [
            {
                "situation": candidate.situation.id,
                "score": round(float(candidate.score), 6),
                "why": why(self.recogniser, said, candidate.situation),
            }
            for candidate in proposal.candidates[: self.limit]
        ]
        return {"offer": bool(proposal.offer), "suggestions": listed}


# --- the file -----------------------------------------------------------------------------------------------


def _questions(file: Path) -> list[Question]:
    """Every line, all or nothing: a mistake in the last one is told before the first answer."""
    return [_question(number, line) for number, line in _lines(file)]


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    from assistant.cli.files import read_text

    for number, line in enumerate(read_text(file).split("\n"), 1):
        if line.strip():
            yield number, line


def _question(number: int, line: str) -> Question:
    where = f"line {number}"
    try:
        said = json_text.loads(line)
    except ValueError as error:
        raise InvalidInput(f"{where} is no JSON ({error}): write one object a line") from error
    if not isinstance(said, dict) or "id" not in said:
        raise InvalidInput(f'{where}: write an object such as {{"id": 1, "text": "能便宜点嘛"}}')
    return Question(said["id"], _messages(said, where), _state(said.get("order_state"), where))


def _messages(said: Mapping[str, object], where: str) -> list[str]:
    found = said.get("messages", [said.get("text")])
    texts = [_text(one) for one in found] if isinstance(found, list) else []
    if not texts or None in texts:
        raise InvalidInput(f'{where}: give "text" or "messages", a list of texts, oldest first')
    return [text for text in texts if text is not None]


def _text(one: object) -> str | None:
    if isinstance(one, Mapping):
        one = one.get("text")
    return one if isinstance(one, str) else None


def _state(state: object, where: str) -> str | None:
    from assistant.domain.conditions import ORDER_STATES
    from assistant.domain.problems import proposal

    known = ("none", *ORDER_STATES)
    if state is not None and state not in known:
        raise InvalidInput(f"{where}: {state!r} is no state of an order: {proposal(str(state), known)}")
    return state if isinstance(state, str) else None
