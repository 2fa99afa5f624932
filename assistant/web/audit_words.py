"""An entry of the audit in words: who did it, to whom or what, and why. The page and its files say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.domain.staff import KEY
from assistant.services.audit import BY_ITSELF, BY_KEY, BY_OPERATOR, Entry
from assistant.web.platform_names import rule_value
from assistant.web.texts import Catalogue

_BY = {BY_KEY: "by_key", BY_OPERATOR: "by_operator", BY_ITSELF: "by_itself"}


def by(row: Entry, words: Catalogue) -> str:
    """Who did it; a person by name."""
    known = _BY.get(row.kind)
    if known is None:
        return row.name
    return words.name("audit", known).format(name=row.name).strip()


def of(row: Entry, names: Mapping[str, str], words: Catalogue) -> str:
    """To whom or what: a chat and its agents, a buyer, a person, a key, a host, a version."""
    # Keys are noted without what tells them apart from people.
    prefix = KEY if row.what.startswith("key.") else ""
    people = words.name("audit", "comma").join(_called(login, names.get(prefix + login, login)) for login in row.of)
    if row.what == "access.viewed":
        chat = words.name("audit", "chat").format(chat=row.conversation or "—")
        return f"{chat} · {people}" if people else chat
    if row.what.startswith(("access.revealed", "access.exported", "buyer.")):
        return words.name("audit", "buyer").format(buyer=row.buyer) if row.buyer else words.name("audit", "erased")
    if row.what.startswith("scripts."):
        return words.name("audit", "version").format(n=row.data.get("version", "—"))
    if row.what == "access.downloaded":
        return words.name("audit_file", str(row.data.get("what", "")))
    if row.what in ("team.made", "team.renamed"):
        return words.name("audit", "team").format(team=row.data.get("team", ""))
    if row.what.startswith("platform."):
        platform = words.name("platform", str(row.data.get("of", "")))
        return f"{platform} · {words.name('setting', str(row.data.get('setting', '')))}"
    return people or "—"


def why(row: Entry, words: Catalogue) -> str:
    """What else is known of it; empty where nothing is."""
    told, data = _TOLD.get(row.what), row.data
    return told(data, words) if told else ""


def _called(login: str, name: str) -> str:
    return login if name == login else f"{name} ({login})"


def _role(data: Mapping[str, Any], words: Catalogue) -> str:
    old, new = words.name("role", data.get("was")), words.name("role", data.get("role"))
    return f"{old} → {new}" if old and new else new or old


def _reason(data: Mapping[str, Any], words: Catalogue) -> str:
    return words.name("reveal", str(data.get("reason", "")))


def _file(data: Mapping[str, Any], words: Catalogue) -> str:
    days = " – ".join(str(data[name]) for name in ("from", "to") if data.get(name))
    return f"{str(data.get('form', '')).upper()} {days}".strip()


def _alerts(data: Mapping[str, Any], words: Catalogue) -> str:
    comma = words.name("audit", "comma")
    return comma.join(words.name("alert", words.name("audit_field", str(name))) for name in data.get("what", ()))


def _back(data: Mapping[str, Any], words: Catalogue) -> str:
    return words.name("audit", "back_to").format(n=data.get("back_to", "—"))


def _rows(data: Mapping[str, Any], words: Catalogue) -> str:
    return words.name("audit", "rows").format(n=data.get("rows", "—"))


def _periods(data: Mapping[str, Any], words: Catalogue) -> str:
    days, ever = words.name("audit", "days"), words.name("audit", "for_ever")
    kept = {kind: data.get(kind) for kind in ("texts", "traces", "buyers")}
    return words.name("audit", "periods").format(**{kind: days.format(n=n) if n else ever for kind, n in kept.items()})


def _was(data: Mapping[str, Any], words: Catalogue) -> str:
    return words.name("audit", "was").format(was=data.get("was", "—"))


def _moved(data: Mapping[str, Any], words: Catalogue) -> str:
    named = words.name("audit", "team" if data.get("team") else "no_team").format(team=data.get("team", ""))
    return words.name("audit", "from").format(since=data.get("since", "—"), what=named)


def _rule(data: Mapping[str, Any], words: Catalogue) -> str:
    name = str(data.get("setting", ""))
    was, value = (rule_value(name, str(data.get(key, "")), words.name) for key in ("was", "value"))
    since = words.name("audit", "from").format(since=data.get("since", "—"), what=value)
    return f"{since}{words.name('audit', 'comma')}{words.name('audit', 'was').format(was=was)}"


_TOLD = {
    "person.added": _role,
    "person.role_changed": _role,
    "person.removed": _role,
    "access.revealed": _reason,
    "access.downloaded": _file,
    "alerts.changed": _alerts,
    "scripts.published": _rows,
    "scripts.rolled_back": _back,
    "retention.changed": _periods,
    "team.renamed": _was,
    "team.moved": _moved,
    "team.move_undone": lambda data, words: str(data.get("since", "")),
    "platform.changed": _rule,
}
