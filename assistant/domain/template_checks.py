"""Compiles reply templates, and says what is wrong with one. Not for filling them (`templates.py`).

A template may show variables of a closed vocabulary, use `if`, and a few filters. Everything else is
refused before it is compiled, and every variable becomes one plain name, so nothing is left to reach
out from. Length and depth are bounded, and so is what filters do (`template_filters.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import isfinite

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.domain.blanks import shown
from assistant.domain.problems import Problem, nearest, proposal
from assistant.domain.template_filters import FILTERS

TEMPLATE_VARIABLES: Mapping[str, str] = {
    "buyer.nickname": "the buyer's nickname",
    "buyer.tier_name": "the buyer's tier as the shop calls it",
    "buyer.spent": "yuan the buyer paid so far",
    "agent.name": "the agent's name in the chat",
    "order.id": "number of the order, or of the first of several",
    "order.amount": "yuan to pay, all orders meant together",
    "order.count": "how many orders are meant",
    "order.items": "titles of the ordered items",
    "order.deadline": "until when the order can be paid",
    "shipment.carrier": "the carrier",
    "shipment.tracking_no": "the tracking number",
    "shipment.eta": "when the parcel should arrive",
    "promotion.title": "title of the promotion running now",
    "promotion.text": "what the promotion gives",
    "promotion.ends_at": "when the promotion ends",
    "item.title": "title of the item talked about",
    "item.price": "its price in yuan",
    "item.stock": "pieces left",
    "item.url": "its address",
    "refund.amount": "yuan of the refund",
    "refund.kind": "refund only, return and refund, or exchange",
    "shop.*": "an entry of the shop's handbook (shop.yaml), e.g. shop.cutoff",
    "now": "date and time in the shop, e.g. 11月11日14:05",
}
# A reply is at most so long (`scripts.Words`); nobody reads what is nested deeper.
LONGEST_TEMPLATE = 2_000
DEEPEST = 30
_SHOP = re.compile(r"shop\.[a-z][a-z0-9_]{0,59}")
BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_SINGLE_BRACES = re.compile(r"(?<!\{)\{\s*[a-z]+\.[a-z_]+\s*\}(?!\})")
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const,
    nodes.Filter, nodes.If, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare,
    nodes.Operand, nodes.Keyword,
)  # fmt: skip


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, cache_size=0
)
_ENVIRONMENT.globals.clear()
_ENVIRONMENT.tests.clear()
_ENVIRONMENT.filters = {name: filter for name, (filter, _) in FILTERS.items()}
# What reading or compiling says to a text that is none: jinja's own word, Python's to figures of thousands of digits.
_UNREADABLE = (TemplateError, ValueError, RecursionError, SyntaxError, MemoryError)


# --- compiling ---


@lru_cache(maxsize=4096)
def compiled(text: str) -> tuple[Template, tuple[str, ...]]:
    """The template with every variable turned into one plain name, so that no attribute is ever looked up.

    Raises TemplateError for what is refused.
    """
    try:
        tree = _read(text)
        if _tree_problems(tree) or any(_brace_problems(_literal(tree))):
            raise TemplateError("refused")
        used: dict[str, None] = {}
        return _ENVIRONMENT.from_string(_flat(tree, used)), tuple(used)
    except _UNREADABLE as error:
        raise TemplateError("refused") from error


def _read(text: str) -> nodes.Template:
    text = shown(text)
    if any(_outside(text)):
        raise TemplateError("refused")
    return _ENVIRONMENT.parse(text)


def _outside(text: str) -> Iterator[Problem]:
    """What is refused before anything is read. A comment would part words that the checks look for."""
    if len(text) > LONGEST_TEMPLATE:
        yield Problem(f"the template is longer than {LONGEST_TEMPLATE} characters", "make it shorter")
    elif "{#" in text and any(kind == "comment_begin" for _, kind, _ in _ENVIRONMENT.lex(text)):
        yield Problem("a comment is not allowed in replies", "use text, {{ variables }} and {% if %} only", words="{#")


def _flat(tree: nodes.Template, used: dict[str, None]) -> nodes.Template:
    _flatten(tree, used)
    return tree


def _flatten(node: nodes.Node, used: dict[str, None]) -> None:
    for field, value in node.iter_fields():
        if isinstance(value, list):
            value[:] = [_one_name(child, used) for child in value]
        elif isinstance(value, nodes.Node):
            setattr(node, field, _one_name(value, used))


def _one_name(node: object, used: dict[str, None]) -> object:
    name = _variable(node)
    if name is not None:
        used[name] = None
        return nodes.Name(slot(name), "load")
    if isinstance(node, nodes.Node):
        _flatten(node, used)
    return node


def _variable(node: object) -> str | None:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return None


def slot(name: str) -> str:
    """The name a variable has inside a compiled template."""
    return "value_" + name.replace(".", "__")


def _literal(tree: nodes.Template) -> str:
    return "".join(data.data for data in tree.find_all(nodes.TemplateData))


# --- checking ---


def check(text: str) -> list[Problem]:
    """What is wrong with a template; `words` of each problem is the part of the text that is meant."""
    text = shown(text)
    try:
        outside = list(_outside(text))
        tree = _ENVIRONMENT.parse(text if not outside else "")
    except TemplateError as error:
        return [_unreadable(error.message or "wrong syntax")]
    except RecursionError:
        return [_TOO_DEEP]
    except _UNREADABLE as error:
        return [_unreadable(str(error)[:80])]
    return [*outside, *_tree_problems(tree), *_brace_problems(_literal(tree))]


def _unreadable(why: str) -> Problem:
    return Problem(f"the template cannot be read: {why}", "write variables as {{ promotion.title }}", words="{{")


_TOO_DEEP = Problem("the template is nested too deeply", "keep it to plain text and variables")


def _tree_problems(tree: nodes.Template) -> list[Problem]:
    return list(_walk(tree, DEEPEST))


def _walk(node: nodes.Node, depth: int) -> Iterator[Problem]:
    name = _variable(node)
    if name is not None:
        yield from _name_problems(name)
        return
    if depth == 0:
        yield _TOO_DEEP
        return
    if isinstance(node, nodes.Filter):
        yield from _filter_problems(node)
    if isinstance(node, nodes.Const) and isinstance(node.value, float) and not isfinite(node.value):
        yield Problem("a figure is too large", "write a smaller one", words="{{")
    if isinstance(node, nodes.Output):
        yield from _yes_or_no(node)
    if not isinstance(node, _ALLOWED) or isinstance(node, nodes.Getattr):
        yield Problem(
            f"{_WORDS.get(type(node).__name__, 'this')} is not allowed in replies",
            "use text, {{ variables }} and {% if %} only",
            words=_words_of(node),
        )
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, depth - 1)


def _filter_problems(node: nodes.Filter) -> Iterator[Problem]:
    known = FILTERS.get(node.name)
    if known is None:
        advice = proposal(node.name, FILTERS)
        yield Problem(f"the filter `{node.name}` is not allowed in replies", advice, words=node.name)
    elif node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > known[1]:
        message = f"the filter `{node.name}` takes at most {known[1]} values in its brackets"
        yield Problem(message, "see docs/tables.md for what belongs here", words=node.name)
    elif node.name == "join" and any(inner.name == "join" for inner in node.find_all(nodes.Filter)):
        yield Problem("`join` stands in a `join`: the text would have no end", "leave one of them out", words="join")


def _yes_or_no(node: nodes.Output) -> Iterator[Problem]:
    """A buyer must not read True: what can only be yes or no is for an `if`."""
    for child in node.nodes:
        answer = isinstance(child, nodes.Const) and (child.value is None or isinstance(child.value, bool))
        if answer or isinstance(child, (nodes.Compare, nodes.Not)):
            yield Problem("a yes or no cannot be said", "use it in {% if %}", words=_words_of(child))


_WORDS = {
    name: words
    for words, names in {
        "calling something": ("Call",),
        "a loop": ("For",),
        "reaching into a value": ("Getattr", "Getitem"),
        "a macro": ("Macro", "CallBlock"),
        "setting a variable": ("Assign", "AssignBlock"),
        "another file": ("Include", "Import", "FromImport", "Extends"),
        "a test (`is …`)": ("Test",),
        "arithmetic": ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg", "Pos"),
        "joining with `~`": ("Concat",),
        "a list": ("List", "Tuple"),
        "a dictionary": ("Dict",),
    }.items()
    for name in names
}


def _words_of(node: nodes.Node) -> str:
    """Some text of the template near the refused part, to point at."""
    if isinstance(node, (nodes.Getattr, nodes.Getitem)):
        return str(node.attr) if isinstance(node, nodes.Getattr) else "["
    inner = next(iter(node.find_all(nodes.Name)), None)
    return inner.name if inner is not None else "{"


def _name_problems(name: str) -> Iterator[Problem]:
    if name in TEMPLATE_VARIABLES or _SHOP.fullmatch(name):
        return
    known = [one for one in TEMPLATE_VARIABLES if one != "shop.*"]
    near = nearest(name, known)
    advice = f"did you mean `{near}`?" if near else "use one of: " + ", ".join(TEMPLATE_VARIABLES)
    yield Problem(f"unknown variable `{name}`", advice, words=name)


def _brace_problems(literal: str) -> Iterator[Problem]:
    found = BRACES.search(literal)
    if found:
        yield Problem(f"`{found[0]}` stands alone", "write variables as {{ promotion.title }}", words=found[0])
    single = _SINGLE_BRACES.search(literal)
    if single:
        yield Problem(
            f"`{single[0]}` has single braces and would be sent as it is",
            "write two: {" + single[0] + "}",
            words=single[0],
        )


def variables(text: str) -> tuple[str, ...]:
    """Names of the variables a template uses, in order; empty for a template that cannot be read."""
    try:
        return compiled(text)[1]
    except TemplateError:
        return ()
