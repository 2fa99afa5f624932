"""The whole schema in one look. Queries stand beside it, one file per noun; changes go through `migrations/`.

Everything belongs to a shop. `id` is our surrogate key, `external` the platform's own id. Money is whole fen.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from assistant.domain.facts import AUDITED
from assistant.store.columns import Instant, Json, Key

# As it stands in the index and must stand in queries: only so do planners see that the one serves the other.
AUDITED_ONLY = "name IN ({})".format(", ".join(f"'{name}'" for name in AUDITED))
# The same of what is thinned out when its time is over: whoever looks for it finds only what still holds something.
TEXT_HELD = "text <> ''"
CARD_HELD = "(text <> '' OR why <> '')"
FOLLOW_UP_HELD = "(text IS NOT NULL OR promised IS NOT NULL)"


def _held(name: str, time: str, condition: str) -> Index:
    return Index(f"ix_{name}_held", time, sqlite_where=text(condition), postgresql_where=text(condition))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Key, primary_key=True, autoincrement=True)


def _text(name: str, *, null: bool = False, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=null, server_default=default)


def _time(name: str, *, null: bool = True) -> Column[object]:
    return Column(name, Instant, nullable=null)


def _ref(name: str, *, null: bool = False) -> Column[int]:
    """A surrogate key of another table. No foreign keys: erasing a buyer must leave facts and figures standing."""
    return Column(name, Key, nullable=null)


# --- whose is it -----------------------------------------------------------------------------------------------

shops = Table(
    "shops",
    metadata,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("timezone", default="Asia/Shanghai"),
    _time("created_at", null=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    _text("shop"),
    _text("hash"),
    _time("created_at", null=False),
    _time("revoked_at"),
    Column("name", Text, nullable=False, server_default=""),
    UniqueConstraint("hash"),
)

users = Table(
    "users",
    metadata,
    _id(),
    _text("login"),
    _text("name"),
    _text("password"),
    _time("created_at", null=False),
    _time("disabled_at"),
    _time("signed_in_at"),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default="0"),
    UniqueConstraint("login"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("user", Key, primary_key=True),
    Column("shop", Text, primary_key=True),
    _text("role"),
)

# A person belongs to one team at a time: from the day `since` (as 2026-11-11) until the next row; no team: to none.
teams = Table(
    "teams",
    metadata,
    _id(),
    _text("shop"),
    _text("name"),
    _time("created_at", null=False),
    UniqueConstraint("shop", "name"),
)

team_moves = Table(
    "team_moves",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("shop", "agent", "since")),
    _ref("team", null=True),
    _text("moved_by"),
    _time("moved_at", null=False),
)

# What a shop has set otherwise than platforms are assessed as shipped, and from which day on.
platform_changes = Table(
    "platform_changes",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("shop", "platform", "name", "since")),
    _text("value", null=True),
    _text("source"),
    _text("as_of"),
    _text("changed_by"),
    _time("changed_at", null=False),
)

# Conversations of a platform whose rounds are to be matched anew from a day on, and up to which key that is done.
round_rebuilds = Table(
    "round_rebuilds",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("shop", "platform")),
    _text("since"),
    Column("done_to", Key, nullable=False),
    _time("asked_at", null=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    _ref("user"),
    _time("expires_at", null=False),
)

# Who somebody is at the sign-in service: by its own id for them, or, until they come for the first time, by mail.
identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    _ref("user"),
    _time("at", null=False),
    Index(None, "user"),
)

secrets = Table("secrets", metadata, Column("name", Text, primary_key=True), _text("value"))

# --- what arrived ----------------------------------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("platform", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    _time("received_at", null=False),
    Index(None, "received_at"),
    sqlite_with_rowid=False,
)

operations = Table(
    "operations",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _time("at", null=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

# --- buyers ----------------------------------------------------------------------------------------------------

buyers = Table(
    "buyers",
    metadata,
    _id(),
    _text("shop"),
    _text("platform"),
    _text("external"),
    _text("nickname", null=True),
    _text("phone", null=True),
    _text("tier", default="none"),
    _text("province", null=True),
    _text("city", null=True),
    _time("registered_at"),
    _text("birthday", null=True),
    _text("baby_birthday", null=True),
    Column("consent", Json, nullable=False, server_default="{}"),
    Column("attributes", Json, nullable=False, server_default="{}"),
    _time("modified_at"),
    Column("paid_orders", Integer, nullable=False, server_default="0"),
    Column("spent", Key, nullable=False, server_default="0"),
    _time("last_paid_at"),
    _time("erased_at"),
    UniqueConstraint("shop", "platform", "external"),
)

tags = Table(
    "tags",
    metadata,
    Column("buyer", Key, primary_key=True),
    Column("group", Text, primary_key=True),
    Column("tag", Text, primary_key=True),
    _text("author"),
    _time("at", null=False),
)

notes = Table(
    "notes",
    metadata,
    _id(),
    _ref("buyer"),
    _text("author"),
    _text("text"),
    Column("record", Json, nullable=True),
    _time("at", null=False),
    Index(None, "buyer"),
)

# --- conversations ---------------------------------------------------------------------------------------------

conversations = Table(
    "conversations",
    metadata,
    _id(),
    _text("shop"),
    _text("platform"),
    _text("external"),
    _ref("buyer"),
    _text("agent", null=True),
    _text("state", default="open"),
    Column("version", Integer, nullable=False, server_default="0"),
    _time("last_at"),
    _time("buyer_at"),
    _time("answered_at"),
    _time("waiting_since"),
    Column("matching", Json, nullable=True),
    Column("told", Json, nullable=False, server_default="[]"),
    _text("item", null=True),
    Column("urged", Integer, nullable=False, server_default="0"),
    Column("wants_person", Boolean, nullable=False, server_default=false()),
    Column("thanks", Boolean, nullable=False, server_default=false()),
    Column("checked", Json, nullable=False, server_default="[]"),
    _ref("using", null=True),
    UniqueConstraint("shop", "platform", "external"),
    # Pages name a chat without its platform.
    Index(None, "shop", "external"),
    Index(None, "buyer"),
    Index(None, "shop", "last_at"),
    Index(
        "ix_conversations_waiting",
        "shop",
        "waiting_since",
        sqlite_where=text("waiting_since IS NOT NULL"),
        postgresql_where=text("waiting_since IS NOT NULL"),
    ),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _text("shop"),
    _ref("conversation"),
    _text("external"),
    _time("at", null=False),
    _text("side"),
    _text("agent", null=True),
    _text("origin"),
    _text("text"),
    _text("script", null=True),
    _text("item", null=True),
    Index(None, "conversation", "at"),
    Index(None, "shop", "at"),
    _held("messages", "at", TEXT_HELD),
)

rounds = Table(
    "rounds",
    metadata,
    Column("conversation", Key, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("shop"),
    _text("platform"),
    _ref("buyer"),
    _text("agent", null=True),
    _time("asked_at", null=False),
    _time("answered_at"),
    Column("session", Integer, nullable=False),
    Column("first", Boolean, nullable=False),
    _time("session_asked_at", null=False),
    _time("held_at"),
    Index(None, "shop", "asked_at"),
)

suggestions = Table(
    "suggestions",
    metadata,
    _id(),
    _text("shop"),
    _ref("conversation"),
    _ref("buyer"),
    _text("agent", null=True),
    _time("run_at", null=False),
    _text("situation"),
    _text("reply"),
    _text("text"),
    Column("missing", Json, nullable=False),
    Column("score", Float, nullable=False),
    _text("why"),
    _text("state"),
    _time("shown_at", null=False),
    _time("inserted_at"),
    _time("closed_at"),
    _text("message", null=True),
    Column("edited", Boolean, nullable=False, server_default=false()),
    _ref("trial", null=True),
    Column("arm", Integer, nullable=True),
    Index(
        "ix_suggestions_trial",
        "trial",
        "buyer",
        sqlite_where=text("trial IS NOT NULL"),
        postgresql_where=text("trial IS NOT NULL"),
    ),
    Index(
        "ix_suggestions_open",
        "conversation",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index(None, "shop", "shown_at"),
    Index(None, "conversation", "situation"),
    _held("suggestions", "closed_at", f"closed_at IS NOT NULL AND {CARD_HELD}"),
)

# --- orders and what follows them ------------------------------------------------------------------------------

# Only while orders come in late: the last events about them, each as [when it happened, when it came].
order_news = Table(
    "order_news",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("platform", Text, primary_key=True),
    Column("news", Json, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    _id(),
    _text("shop"),
    _text("platform"),
    _text("external"),
    _ref("buyer"),
    _text("status"),
    Column("amount", Key, nullable=False),
    _time("created_at", null=False),
    _time("modified_at", null=False),
    _time("pay_deadline"),
    _time("paid_at"),
    _text("source", null=True),
    Column("cod", Boolean, nullable=False),
    Column("stages", Json, nullable=False),
    Column("items", Json, nullable=False),
    _text("province", null=True),
    _text("city", null=True),
    UniqueConstraint("shop", "platform", "external"),
    Index(None, "buyer"),
    Index(None, "shop", "created_at"),
    Index(None, "shop", "paid_at"),
)

shipments = Table(
    "shipments",
    metadata,
    _id(),
    _text("shop"),
    _text("platform"),
    _text("order"),
    _text("carrier"),
    _text("tracking_no"),
    _time("shipped_at"),
    Column("trace", Json, nullable=False),
    _time("modified_at", null=False),
    UniqueConstraint("shop", "platform", "order", "tracking_no"),
    Index(None, "modified_at"),
)

refunds = Table(
    "refunds",
    metadata,
    _id(),
    _text("shop"),
    _text("platform"),
    _text("external"),
    _ref("buyer"),
    _text("order"),
    _text("status"),
    Column("amount", Key, nullable=True),
    _text("reason", null=True),
    _text("kind", null=True),
    _time("modified_at", null=False),
    UniqueConstraint("shop", "platform", "external"),
    Index(None, "shop", "platform", "order"),
    Index(None, "buyer", "modified_at"),
)

reviews = Table(
    "reviews",
    metadata,
    _id(),
    _text("shop"),
    _text("platform"),
    _text("external"),
    _ref("buyer"),
    _text("order"),
    Column("stars", Integer, nullable=False),
    _text("text"),
    _time("at", null=False),
    UniqueConstraint("shop", "platform", "external"),
)

ratings = Table(
    "ratings",
    metadata,
    _id(),
    _text("shop"),
    _ref("conversation"),
    Column("score", Integer, nullable=True),
    _time("at", null=False),
    Index(None, "conversation"),
)

views = Table(
    "views",
    metadata,
    _id(),
    _text("shop"),
    _ref("buyer"),
    _text("item"),
    _time("at", null=False),
    Index(None, "buyer", "at"),
    Index(None, "at"),
)

items = Table(
    "items",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("platform", Text, primary_key=True),
    Column("external", Text, primary_key=True),
    _text("title", null=True),
    Column("stock", Key, nullable=True),
    Column("price", Key, nullable=True),
    _text("url", null=True),
    _time("modified_at", null=False),
)

promotions = Table(
    "promotions",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("platform", Text, primary_key=True),
    Column("external", Text, primary_key=True),
    _text("title", null=True),
    _text("text", null=True),
    _time("starts_at"),
    _time("ends_at"),
    _text("stock_item", null=True),
    _time("modified_at", null=False),
)

awaited = Table(
    "awaited",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("shop", "fact", "platform", "subject")),
    _time("at", null=False),
    Index(None, "at"),
)

# --- what we do ------------------------------------------------------------------------------------------------

follow_ups = Table(
    "follow_ups",
    metadata,
    _id(),
    _text("shop"),
    _text("platform"),
    _text("touchpoint"),
    _ref("conversation", null=True),
    _ref("buyer"),
    _ref("order", null=True),
    _text("agent", null=True),
    Column("anchors", Json, nullable=False),
    _time("armed_at", null=False),
    _time("due_at", null=False),
    _text("state"),
    _time("shown_at"),
    _time("closed_at"),
    _text("reason", null=True),
    _text("script", null=True),
    _text("text", null=True),
    Column("missing", Json, nullable=False, server_default="[]"),
    _time("offer_at"),
    _text("promised", null=True),
    _text("promised_by", null=True),
    _text("handed_by", null=True),
    Index(
        "ix_follow_ups_armed", "due_at", sqlite_where=text("state = 'armed'"), postgresql_where=text("state = 'armed'")
    ),
    Index(
        "ix_follow_ups_active",
        "buyer",
        sqlite_where=text("state IN ('armed', 'due')"),
        postgresql_where=text("state IN ('armed', 'due')"),
    ),
    Index(
        "ix_follow_ups_up",
        "shop",
        "due_at",
        sqlite_where=text("state = 'due'"),
        postgresql_where=text("state = 'due'"),
    ),
    Index(
        "ix_follow_ups_withheld",
        "buyer",
        sqlite_where=text("state = 'withheld'"),
        postgresql_where=text("state = 'withheld'"),
    ),
    Index(
        "ix_follow_ups_sent",
        "buyer",
        sqlite_where=text("state = 'done' AND reason = 'sent'"),
        postgresql_where=text("state = 'done' AND reason = 'sent'"),
    ),
    Index(
        "ix_follow_ups_handed",
        "shop",
        "due_at",
        sqlite_where=text("handed_by IS NOT NULL AND state IN ('armed', 'due')"),
        postgresql_where=text("handed_by IS NOT NULL AND state IN ('armed', 'due')"),
    ),
    Index(None, "shop", "due_at"),
    Index(None, "order"),
    _held("follow_ups", "closed_at", f"closed_at IS NOT NULL AND {FOLLOW_UP_HELD}"),
)

facts = Table(
    "facts",
    metadata,
    _id(),
    _text("shop"),
    _text("name"),
    _time("at", null=False),
    _time("recorded_at", null=False),
    _text("platform", null=True),
    _ref("conversation", null=True),
    _ref("buyer", null=True),
    _ref("order", null=True),
    _text("agent", null=True),
    Column("data", Json, nullable=False),
    Index(None, "shop", "at"),
    Index(None, "buyer", "at"),
    Index(
        "ix_facts_quick_replies",
        "shop",
        "agent",
        "at",
        sqlite_where=text("name = 'quick_reply.sent'"),
        postgresql_where=text("name = 'quick_reply.sent'"),
    ),
    Index(
        "ix_facts_looks",
        "shop",
        "at",
        sqlite_where=text("name = 'access.viewed'"),
        postgresql_where=text("name = 'access.viewed'"),
    ),
    Index("ix_facts_audit", "shop", "at", sqlite_where=text(AUDITED_ONLY), postgresql_where=text(AUDITED_ONLY)),
)

# --- sums of days that are over ---------------------------------------------------------------------------------

# Derived from all that stands above; `domain/kpi_rolls.py` says what `sums` holds.
kpi_rollups = Table(
    "kpi_rollups",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("shop", "grain", "day", "section", "platform")),
    Column("sums", Json, nullable=False),
)

# Which of them hold: worked out by this definition, and until then; definition 0 = by whoever has the claim, now.
kpi_days = Table(
    "kpi_days",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("shop", "day", "section")),
    Column("definition", Integer, nullable=False),
    _text("claim"),
    _time("at", null=False),
    _time("settles_at"),
)

# What has changed in days that are over and is not heeded yet; with a buyer, on the days on which they wrote.
kpi_marks = Table(
    "kpi_marks",
    metadata,
    _id(),
    _text("shop"),
    _text("section"),
    _ref("buyer", null=True),
    _time("first_at", null=False),
    _time("last_at", null=False),
)

scripts = Table(
    "scripts",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    _time("published_at", null=False),
    _text("author"),
    _text("note"),
    _text("content"),
    Column("model", LargeBinary, nullable=False),
    # Who said yes besides the author; whether nobody was asked; the version that was put back.
    _text("approved_by", null=True),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("back_to", Integer, nullable=True),
)

# What is written may be no YAML yet: it is kept as it was typed. Without a text the row is to go.
drafts = Table(
    "drafts",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("of_table", Text, primary_key=True),
    Column("row", Text, primary_key=True),
    _text("text", null=True),
    _text("author"),
    _time("changed_at", null=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("shop", Text, primary_key=True),
    _text("author"),
    _text("note"),
    _text("mark"),
    _time("asked_at", null=False),
)

# The shipped tables that a shop was told of and put away.
shipped_seen = Table("shipped_seen", metadata, Column("shop", Text, primary_key=True), _text("mark"))

# What a draft would have done with chats: `wish` is what was asked for, `result` the report.
back_tests = Table(
    "back_tests",
    metadata,
    _id(),
    _text("shop"),
    _text("author"),
    _text("state"),
    _time("asked_at", null=False),
    _time("seen_at", null=False),
    _time("ended_at"),
    Column("share", Float, nullable=False),
    Column("wish", Json, nullable=False),
    Column("result", Json, nullable=True),
    Index(
        "ix_back_tests_running",
        "shop",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    Index("ix_back_tests_latest", "shop", "asked_at"),
)

# Words of buyers that a trainer did not want as an example of a situation: no words, only what tells them apart.
refused_phrases = Table(
    "refused_phrases",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("mark", Text, primary_key=True),
    _text("author"),
    _time("refused_at", null=False),
)

# --- practising ------------------------------------------------------------------------------------------------

# `shop` is the agent's; the chats are in a shop of the practice's own (`domain/practice.py`).
practices = Table(
    "practices",
    metadata,
    _id(),
    _text("shop"),
    _text("agent"),
    _text("name"),
    _text("state"),
    _time("started_at", null=False),
    _time("ended_at"),
    _time("next_at"),
    _time("heard_at"),
    Column("play", Json, nullable=False),
    Column("writing", Json, nullable=False, server_default="{}"),
    Column("review", Json, nullable=True),
    Index(
        "ix_practices_running",
        "shop",
        "agent",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    Index(None, "shop", "started_at"),
)

# --- what a shop tells its agents ------------------------------------------------------------------------------

notices = Table(
    "notices",
    metadata,
    _id(),
    _text("shop"),
    _text("text"),
    _text("author"),
    _time("posted_at", null=False),
    _time("ends_at", null=False),
    Column("withdraws", Json, nullable=False),
    _time("ended_at"),
    _text("ended_by", null=True),
    Index(None, "shop", "ends_at"),
    Index(None, "ends_at"),
)

notice_receipts = Table(
    "notice_receipts",
    metadata,
    Column("notice", Key, primary_key=True),
    Column("agent", Text, primary_key=True),
    _text("name"),
    _time("at", null=False),
)

# --- chat hosts ------------------------------------------------------------------------------------------------

# One connection of a shop to each host. `sealed` are its secrets (`services/sealing.py`), `cursor` is how far the
# host's stream of events was read; `held_by` is the node that reads it.
host_connections = Table(
    "host_connections",
    metadata,
    _id(),
    _text("shop"),
    _text("host"),
    Column("settings", Json, nullable=False),
    _text("sealed"),
    Column("sends", Boolean, nullable=False, server_default=false()),
    _text("cursor", null=True),
    _time("made_at", null=False),
    _time("heard_at"),
    Column("heard", Key, nullable=False, server_default="0"),
    _time("failed_at"),
    _text("failure", null=True),
    _text("held_by", null=True),
    _time("held_until"),
    UniqueConstraint("shop", "host"),
)

# What agents sent through a host's interface; the text goes once it is delivered.
host_sendings = Table(
    "host_sendings",
    metadata,
    _id(),
    _text("shop"),
    _ref("connection"),
    _ref("conversation"),
    _text("key"),
    _text("agent"),
    _text("text"),
    _text("state"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _time("made_at", null=False),
    _time("next_at", null=False),
    _text("external", null=True),
    _text("failure", null=True),
    UniqueConstraint("shop", "key"),
    Index(
        "ix_host_sendings_open",
        "conversation",
        sqlite_where=text("state IN ('waiting', 'taken', 'failed', 'unclear')"),
        postgresql_where=text("state IN ('waiting', 'taken', 'failed', 'unclear')"),
    ),
    Index(
        "ix_host_sendings_next",
        "next_at",
        sqlite_where=text("state IN ('waiting', 'taken')"),
        postgresql_where=text("state IN ('waiting', 'taken')"),
    ),
)

# --- quick replies ---------------------------------------------------------------------------------------------

# What an agent has of their own; `revision` grows with each change, so that nobody searches in what is no longer there.
personal_shelves = Table(
    "personal_shelves",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("agent", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("pinned", Json, nullable=False),
)

personal_replies = Table(
    "personal_replies",
    metadata,
    _id(),
    _text("shop"),
    _text("agent"),
    _text("title"),
    _text("text"),
    _text("group"),
    _text("shortcut"),
    Column("place", Integer, nullable=False),
    _text("image", null=True),
    _time("changed_at", null=False),
    Index(None, "shop", "agent", "place"),
    Index(None, "shop", "image", sqlite_where=text("image IS NOT NULL"), postgresql_where=text("image IS NOT NULL")),
)

# Each picture of a shop once, whoever uses it.
images = Table(
    "images",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    _text("kind"),
    Column("content", LargeBinary, nullable=False),
    _time("added_at", null=False),
    # Whether the team's tables may name it: versions last, so it stays, and everybody in the shop may see it.
    Column("team", Boolean, nullable=False, server_default=false()),
)

# What became of each quick reply that was inserted, or that a message came from; `text` is what was inserted.
quick_reply_uses = Table(
    "quick_reply_uses",
    metadata,
    _id(),
    _text("shop"),
    _ref("conversation"),
    _ref("buyer"),
    _text("agent", null=True),
    _text("name"),
    _text("text"),
    _time("at", null=False),
    _time("inserted_at"),
    _text("message", null=True),
    Column("edited", Boolean, nullable=False, server_default=false()),
    Index(None, "shop", "at"),
    _held("quick_reply_uses", "at", TEXT_HELD),
)
# --- what leaders are told ---------------------------------------------------------------------------------------

# `looked_at`: when a node last compared the figures with the thresholds; `sealed`: what webhooks are signed with.
alert_wishes = Table(
    "alert_wishes",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("wishes", Json, nullable=False),
    _text("sealed"),
    _text("changed_by"),
    _time("changed_at", null=False),
    _time("looked_at"),
)

# What was told of, once for each period: alerts, and reports under `report.day` and `report.week`.
alerts = Table(
    "alerts",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    _time("at", null=False),
    Column("value", Float, nullable=True),
    Column("threshold", Float, nullable=True),
    Column("of", Integer, nullable=True),
    Index(None, "shop", "at"),
)

# What leaves the house by mail or webhook. `about` and `period` name the alert or report.
outgoing = Table(
    "outgoing",
    metadata,
    _id(),
    _text("shop"),
    _text("way"),
    _text("address"),
    _text("about"),
    _text("period"),
    _text("subject"),
    _text("text"),
    _text("html", null=True),
    _text("state"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _time("made_at", null=False),
    _time("next_at", null=False),
    _text("failure", null=True),
    Index(
        "ix_outgoing_next",
        "next_at",
        sqlite_where=text("state IN ('waiting', 'taken')"),
        postgresql_where=text("state IN ('waiting', 'taken')"),
    ),
    Index(None, "shop", "made_at"),
)


# --- who is told of facts ----------------------------------------------------------------------------------------

# `cursor` is the last fact that was told; `next_at`: when it is tried next, or when its taker has given up.
subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    _text("shop"),
    _text("address"),
    Column("facts", Json, nullable=False),
    _text("sealed"),
    Column("cursor", Key, nullable=False),
    _time("made_at", null=False),
    _time("next_at", null=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("told", Key, nullable=False, server_default="0"),
    _time("told_at"),
    _time("failed_at"),
    _text("failure", null=True),
    Index(None, "next_at"),
)

# Facts that a subscriber never took, by their range: the facts themselves stay where they are.
dead_letters = Table(
    "dead_letters",
    metadata,
    _id(),
    _text("shop"),
    _ref("subscription"),
    Column("first", Key, nullable=False),
    Column("last", Key, nullable=False),
    Column("count", Integer, nullable=False),
    _time("at", null=False),
    _text("failure"),
    Index(None, "subscription"),
)

# --- words on trial --------------------------------------------------------------------------------------------

trials = Table(
    "trials",
    metadata,
    _id(),
    _text("shop"),
    _text("situation"),
    _text("reply"),
    Column("texts", Json, nullable=False),
    _text("measure"),
    _time("started_at", null=False),
    _text("started_by"),
    _time("ended_at"),
    _text("ended_by", null=True),
    Column("kept", Integer, nullable=True),
    Index(
        "ix_trials_running",
        "shop",
        "situation",
        "reply",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(None, "shop", "started_at"),
)
