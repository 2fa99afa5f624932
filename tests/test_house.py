"""The house's own rules, read from the source files. Not for what the product does."""

import ast
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib import metadata
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FUNCTION = 40
LONGEST_FILE = 300
MAY_BE_LONG = re.compile(r"assistant/store/(tables\.py|migrations/.*)")  # the whole schema in one look
VAGUE = re.compile(r"(utils?|helpers?|common|misc)\.py")
WRITTEN = {".css", ".html", ".js", ".py"}
FOLDERS = ("assistant", "bench", "docs", "quick_replies", "scenarios", "tests", "web_sidebar", ".ci")
NOT_OURS = {"vendor", "node_modules", "__pycache__"}
TEXTS = {"", ".css", ".html", ".js", ".json", ".jsonl", ".md", ".po", ".py", ".toml", ".txt", ".yaml", ".yml"}
# Each is written so that it does not find itself.
NOT_TO_BE_NAMED = re.compile(
    r"(?<![\w.])/(?:work|root|opt)(?=/)|(?<![\w.])/home/\w"
    r"|pypi[.]org|pythonhosted[.]org|registry[.]npmjs|registry[.]yarnpkg|npmmirror[.]com|deb[.]debian|tuna[.]tsinghua"
)
CLOCKS = {"now", "utcnow", "today"}  # the module `time` is forbidden to rules by import-linter

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*floors: str) -> list[Path]:
    """Python files of these floors of the package (all without an argument)."""
    folders = [ROOT / "assistant" / floor for floor in floors] or [ROOT / "assistant"]
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, Function):
            yield node


def our_files() -> Iterator[Path]:
    """Every text file that we write, wherever it lies."""
    found = [file for file in ROOT.iterdir() if file.name != ".git"]
    found += [file for folder in FOLDERS for file in (ROOT / folder).rglob("*")]
    for file in found:
        if file.is_file() and file.suffix in TEXTS and NOT_OURS.isdisjoint(file.parts):
            yield file


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def public_functions(file: Path) -> Iterator[Function]:
    """What others may call; a method of one statement is spoken for by its class."""
    for node in ast.parse(file.read_text()).body:
        of_class = isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for each in node.body if isinstance(node, ast.ClassDef) and of_class else [node]:
            if not isinstance(each, Function) or each.name.startswith("_"):
                continue
            if not of_class or len(each.body) > 1:
                yield each


def test_every_file_imports_only_from_floors_below_its_own_and_rules_stay_pure() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as c; c()",
            "--no-logo",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_no_file_imports_itself_by_a_detour() -> None:
    graph = grimp.build_graph("assistant", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{named(file)}:{each.lineno} {each.name} has {length(each)}"
        for file in (*modules(), *sorted((ROOT / "tests").rglob("*.py")))
        for each in functions(file)
        if length(each) > LONGEST_FUNCTION and not MAY_BE_LONG.match(named(file))
    ]
    assert long == []


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    written = [file for file in our_files() if file.suffix in WRITTEN]
    lengths = {named(file): len(file.read_text().splitlines()) for file in written}
    assert {
        name: lines for name, lines in lengths.items() if lines > LONGEST_FILE and not MAY_BE_LONG.match(name)
    } == {}


def test_every_module_says_what_it_is_for() -> None:
    assert [named(file) for file in modules() if not ast.get_docstring(ast.parse(file.read_text()))] == []


def test_every_public_function_of_rules_and_services_has_a_docstring() -> None:
    silent = [
        f"{named(file)}:{each.lineno} {each.name}"
        for file in modules("domain", "services")
        for each in public_functions(file)
        if not ast.get_docstring(each)
    ]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [named(file) for file in modules() if VAGUE.fullmatch(file.name)] == []


def test_rules_do_not_ask_the_clock() -> None:
    asked = [
        f"{named(file)}:{node.lineno} {node.func.attr}()"
        for file in modules("domain")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]
    assert asked == []


def test_only_settings_reads_the_environment() -> None:
    readers = [
        named(file)
        for file in modules()
        if re.search(r"\bos\.(environ|getenv)|from os import .*(environ|getenv)", file.read_text())
    ]
    assert set(readers) <= {"assistant/settings.py"}


def test_no_file_names_a_machines_folder_or_a_package_registry() -> None:
    named_there = [
        f"{named(file)}: {found.group()}"
        for file in our_files()
        if (found := NOT_TO_BE_NAMED.search(file.read_text(errors="replace")))
    ]
    assert named_there == []


def test_the_lock_of_browser_libraries_works_behind_any_mirror() -> None:
    lock = (ROOT / "web_sidebar/package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


def test_texts_and_pages_come_along_with_the_installed_package() -> None:
    try:
        files = metadata.files("assistant") or []
    except metadata.PackageNotFoundError:
        pytest.skip("the package is not installed here: `make test` installs it")
    shipped = {str(file) for file in files if "shipped" in file.parts}
    assert "assistant/shipped/web_sidebar/static/vendor/htmx.min.js" in shipped
    assert any(name.startswith("assistant/shipped/scenarios/situations/") for name in shipped)
    assert not any("node_modules" in name for name in shipped)


def test_a_test_cannot_reach_another_machine() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent,  # a datagram socket sends nothing on connect
        pytest.raises(AssertionError, match="connected to"),
    ):
        silent.connect(("192.0.2.1", 9))
