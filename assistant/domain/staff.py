"""Who may do what: roles of people, and what keys and sidebars may do. Every address names one of these rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Role = Literal["agent", "trainer", "leader", "admin"]
ROLES: tuple[Role, ...] = ("agent", "trainer", "leader", "admin")

# Anybody may; somebody signed in may.
PUBLIC = "public"
SIGNED_IN = "signed_in"

RIGHTS: Mapping[str, str] = MappingProxyType(
    {
        PUBLIC: "open to everybody",
        SIGNED_IN: "open to everybody who is signed in",
        "events.send": "send events of the shop's chats and orders",
        "launches.make": "let an agent into the sidebar",
        "desk.use": "talk with buyers: conversations, suggestions, follow-ups, tags, notes",
        "buyers.reveal": "see what is hidden of a buyer, with a reason that is recorded",
        "chats.assign": "pass on what another agent holds: follow-ups, promises, chats",
        "messages.send": "write to buyers from the workbench",
        "practice.use": "practise with scripted buyers and look at one's own practices",
        "practice.read": "look at the practices of all agents of the shop",
        "scripts.read": "read the trainers' tables",
        "scripts.edit": "change and publish the trainers' tables",
        "scripts.hurry": "publish the trainers' tables at once where a second person has to say yes",
        "notices.post": "tell all agents of the shop something for a day, withdraw replies, see who has read it",
        "kpi.own": "read one's own figures and the chats behind them",
        "kpi.read": "read figures and the facts behind them",
        "buyers.see": "see buyers unmasked in leaders' lists and files",
        "kpi.alert": "set what leaders are told of by mail and webhook, and send figures out",
        "kpi.define": "set by which rules each platform's figures are counted, and from which day on",
        "teams.manage": "say who belongs to which team from which day on",
        "audit.read": "read who looked at which chats of the shop and who changed what",
        "staff.manage": "manage people, keys and settings of the shop",
    }
)

_AGENT = frozenset({SIGNED_IN, "desk.use", "buyers.reveal", "messages.send", "scripts.read", "practice.use", "kpi.own"})
_ROLE_RIGHTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "agent": _AGENT,
        "trainer": _AGENT | {"scripts.edit", "practice.read", "notices.post"},
        # Leaders know what buyers are promised today, and say yes to what trainers write.
        "leader": _AGENT
        | {
            "kpi.read",
            "kpi.alert",
            "kpi.define",
            "teams.manage",
            "chats.assign",
            "practice.read",
            "notices.post",
            "scripts.edit",
            "scripts.hurry",
            "audit.read",
        },
        "admin": frozenset(RIGHTS) - {PUBLIC, "events.send"},
    }
)
KEY_RIGHTS = frozenset(
    {"events.send", "launches.make", "desk.use", "chats.assign", "notices.post", "kpi.read", "scripts.read"}
)
# How keys, and operators at the server's command line, are told apart from people where somebody is named.
KEY, OPERATOR = "key:", "operator"
SIDEBAR_RIGHTS = frozenset({"desk.use", "buyers.reveal"})


def is_operator(by: str) -> bool:
    """Whether this names an operator at the command line, e.g. `operator:li`; people may be called operators-li."""
    return by == OPERATOR or by.startswith(f"{OPERATOR}:")


def rights_of(role: str) -> frozenset[str]:
    """The rights of a role; none for a role that does not exist."""
    return _ROLE_RIGHTS.get(role, frozenset())


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: in which shop, with which rights, under which agent name."""

    shop: str
    rights: frozenset[str]
    agent: str
    name: str = ""
    # Has to choose a password first, and may do nothing else before.
    must_change: bool = False
    # What they came in with, and out again when it ends: "session:…" (its digest), "key:…", "connection:…" (their ids).
    through: str = ""

    @property
    def by_key(self) -> bool:
        """Whether a program is asking, not a person."""
        return self.agent.startswith(KEY)

    def may(self, right: str) -> bool:
        return right == PUBLIC or right in self.rights
