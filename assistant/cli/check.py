"""`assistant check`: says what is wrong in trainers' tables, where, and what to do."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json
from assistant.cli.refusals import REFUSED
from assistant.cli.times import clock
from assistant.domain.errors import InvalidInput
from assistant.domain.moments import shop_day

if TYPE_CHECKING:
    from assistant.domain.problems import Complaint

app = typer.Typer()


@app.command(epilog="Example: assistant check scenarios quick_replies")
def check(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR]…", help="folders or files; default: the shipped ones", show_default=False),
    ] = None,
    json: options.Json = False,
) -> None:
    """Check trainers' YAML tables.

    Each complaint has file, line, column, what is wrong and what to do; exit code 1 if there are any. What
    the folders lack (the shop's handbook, situations) comes from the shipped ones. Warnings (handbook entries that
    soon end, that nobody uses, that are used but not written) are told too; they are no reason to refuse.
    """
    files, found, warnings = _looked_over(folders)
    if json:
        print_json({"files": files, "complaints": list(map(asdict, found)), "warnings": list(map(asdict, warnings))})
    else:
        for each in (*found, *(replace(one, message=f"warning: {one.message}") for one in warnings)):
            typer.echo(str(each))
        typer.echo(f"{files} files, {len(found)} complaints, {len(warnings)} warnings", err=True)
    if found:
        raise typer.Exit(REFUSED)


def _looked_over(folders: list[Path] | None) -> tuple[int, list[Complaint], list[Complaint]]:
    """How many files, their complaints, their warnings."""
    from assistant.app import tables
    from assistant.domain.moments import SHANGHAI
    from assistant.domain.practice_reading import is_practice_file, read_cast
    from assistant.domain.yaml_tables import look_over
    from assistant.settings import read_settings

    settings = read_settings()
    texts: dict[str, str] = {}
    shown: dict[str, str] = {}
    for number, folder in enumerate(folders or [settings.scenarios, settings.quick_replies]):
        for file in _files(folder):
            # The reader goes by the names of the file and of its folders; the number keeps namesakes apart.
            key = f"{number}/{file.resolve().relative_to(folder.resolve().parent).as_posix()}"
            shown[key], texts[key] = str(file), file.read_text(encoding="utf-8", errors="replace")
    rehearsed = {key: text for key, text in texts.items() if is_practice_file(key)}
    rest = {key: text for key, text in texts.items() if key not in rehearsed}
    shipped = tables(settings) if folders else None
    scripts, *found = look_over(rest, shipped, shop_day(clock(), SHANGHAI), tried=True)
    situations = [row.id for row in scripts.situations or (shipped.situations if shipped else ())]
    found[0] += read_cast(rehearsed, situations)[1]
    complaints, warnings = ([_with_paths(one, shown) for one in some] for some in found)
    return len(texts), sorted(complaints), sorted(warnings)


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    found = sorted(file for ending in ("*.yaml", "*.yml") for file in folder.rglob(ending))
    if not found:
        raise InvalidInput(f"there is no YAML in {folder}: name a folder that holds situations/*.yaml")
    return found


def _with_paths(complaint: Complaint, shown: dict[str, str]) -> Complaint:
    advice = complaint.advice
    for key, file in shown.items():
        advice = advice.replace(key, file)
    return replace(complaint, file=shown[complaint.file], advice=advice)
