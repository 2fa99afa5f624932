"""Reads YAML into plain values and remembers where each of them was written. Not for judging what it says.

Only what a table needs: mappings, lists and scalars. Anchors, aliases, tags, several documents, deep
nesting and files above 1 MiB are refused. Words are read as YAML 1.2 reads them: `on` and `12:30` stay words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from assistant.domain.problems import Complaint, Place, Problem
from assistant.domain.yaml_syntax import DEEPEST, TOO_DEEP, Quote, quote_over_lines, syntax_complaint

LARGEST_FILE = 1024 * 1024
MOST_COMPLAINTS = 200
MOST_PARTS = 200_000

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})\.[0-9]{1,15}")
_WORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value (or its key) begins and ends: line and column from 0, and positions in the text."""

    line: int
    column: int
    begin: int
    end: int


@dataclass(slots=True)
class Marked:
    """A file's value with the marks of everything in it, by place.

    `keys` marks keys of mappings, `raw` keeps scalars as written, `partial` names rows with keys left out.
    """

    file: str
    text: str
    value: object = None
    values: dict[Place, Mark] = field(default_factory=dict)
    keys: dict[Place, Mark] = field(default_factory=dict)
    raw: dict[Place, str] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    quote: Quote | None = None
    partial: set[Place] = field(default_factory=set)

    def complain(self, problem: Problem) -> None:
        """Turn a problem into a complaint with the line and column of its place, or of what holds it."""
        if not self.full:
            self.complaints.append(self.located(problem))

    def located(self, problem: Problem) -> Complaint:
        """The problem with the line and column of its place."""
        mark = self._mark(problem.place, problem.at_key)
        line, column = self._words_at(mark, problem.words) if problem.words else (mark.line, mark.column)
        return Complaint(self.file, line + 1, column + 1, problem.message, problem.advice)

    @property
    def full(self) -> bool:
        """Nobody reads more than this; reading on would only cost time."""
        return len(self.complaints) >= MOST_COMPLAINTS

    def _mark(self, place: Place, at_key: bool) -> Mark:
        if at_key and place in self.keys:
            return self.keys[place]
        while place and place not in self.values:
            place = place[:-1]
        return self.values.get(place, Mark(0, 0, 0, 0))

    def _words_at(self, mark: Mark, words: str) -> tuple[int, int]:
        at = self.text.find(words, mark.begin, mark.end)
        if at < 0:
            return mark.line, mark.column
        before = self.text[:at]
        return before.count("\n"), at - (before.rfind("\n") + 1)


def read_yaml(file: str, text: str) -> Marked:
    """The values of a YAML text with their marks. What is broken is complained about.

    Then `value` may be None.
    """
    marked = Marked(file, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LARGEST_FILE or len(text.encode("utf-8", "replace")) > LARGEST_FILE:
        marked.complaints.append(Complaint(file, 1, 1, "the file is larger than 1 MiB", "split it into several files"))
        return marked
    spoilt = marked.text.find("\ufffd")
    if spoilt >= 0:
        advice = "save the file as UTF-8 (in Excel and Notepad choose it when saving)"
        marked.complaints.append(_at(marked, spoilt, "the file is not written in UTF-8", advice))
        return marked
    try:
        if _refused(marked):
            return marked
        root = yaml.compose(marked.text, Loader=_Loader)
        marked.value = _value(marked, root, ()) if root is not None else None
    except yaml.MarkedYAMLError as error:
        marked.complaints.append(syntax_complaint(file, marked.text, error, marked.quote))
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        marked.complaints.append(_unreadable(marked, error))
    return marked


def _refused(marked: Marked) -> bool:
    """Complain about what no table needs, before anything is built from it."""
    depth = documents = 0
    for parts, event in enumerate(yaml.parse(marked.text, Loader=_Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        marked.quote = quote_over_lines(event) or marked.quote
        why = _why_refused(event, depth, documents, parts)
        if why:
            line, column = (event.start_mark.line, event.start_mark.column) if event.start_mark else (0, 0)
            marked.complaints.append(Complaint(marked.file, line + 1, column + 1, *why))
            return True
    return False


def _why_refused(event: yaml.Event, depth: int, documents: int, parts: int) -> tuple[str, str] | None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return (
            "anchors and aliases (& and *) are not allowed",
            "write the value out, or put it in quotes if it is text",
        )
    tag = getattr(event, "tag", None)
    if tag:
        return f"the tag `{tag}` is not allowed", "leave it out; put the value in quotes if it is text"
    if depth > DEEPEST:
        return TOO_DEEP
    if parts > MOST_PARTS:
        return f"the file has more than {MOST_PARTS} keys and values", "split it into several files"
    if documents > 1:
        return "a second document begins here (`---`)", "put it into a file of its own"
    return None


def _unreadable(marked: Marked, error: Exception) -> Complaint:
    bad = next((at for at, one in enumerate(marked.text) if not _readable(one)), None)
    if bad is None:
        return Complaint(marked.file, 1, 1, f"this is not valid YAML: {error}", "write the file anew")
    return _at(marked, bad, "a character that no text has (a control character)", "delete it")


def _at(marked: Marked, position: int, message: str, advice: str) -> Complaint:
    before = marked.text[:position]
    line, column = before.count("\n") + 1, position - before.rfind("\n")
    return Complaint(marked.file, line, column, message, advice)


def _readable(character: str) -> bool:
    code = ord(character)
    return code in (9, 10, 13, 0x85) or (
        code >= 0x20 and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000 and code not in (0xFFFE, 0xFFFF)
    )


def _value(marked: Marked, node: yaml.Node, place: Place) -> object:
    marked.values[place] = _mark(node)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(marked, node, place))
    if isinstance(node, yaml.SequenceNode):
        return [_value(marked, child, (*place, at)) for at, child in enumerate(node.value)]
    text = str(node.value)
    marked.raw[place] = text
    # A quoted or block scalar is text whatever it says.
    return text if getattr(node, "style", None) else _scalar(text)


def _pairs(marked: Marked, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, object]]:
    first: dict[str, Mark] = {}
    for key_node, value_node in node.value:
        mark = _mark(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            marked.values[(*place, "?")] = mark
            advice = (
                "{{ needs quotes around the whole text"
                if isinstance(key_node, yaml.MappingNode)
                else "write a plain word"
            )
            marked.complain(Problem("a key must be a word", advice, (*place, "?")))
        elif key_node.value in first:
            marked.values[(*place, "?")] = mark
            line = first[key_node.value].line + 1
            marked.complain(
                Problem(
                    f"the key `{key_node.value}` is written twice",
                    f"the first one is on line {line}: keep one",
                    (*place, "?"),
                )
            )
        else:
            first[key_node.value] = marked.keys[(*place, key_node.value)] = mark
            yield key_node.value, _value(marked, value_node, (*place, key_node.value))


def _mark(node: yaml.Node) -> Mark:
    begin, end = node.start_mark, node.end_mark
    return Mark(begin.line, begin.column, begin.index, end.index)


def _scalar(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
