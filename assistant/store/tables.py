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

from assistant.store.columns import Instant, Json, Key

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
    UniqueConstraint("login"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("user", Key, primary_key=True),
    Column("shop", Text, primary_key=True),
    _text("role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    _ref("user"),
    _time("expires_at", null=False),
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
    sqlite_with_rowid=False,
)

operations = Table(
    "operations",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _time("at", null=False),
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
    UniqueConstraint("shop", "platform", "external"),
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
    Index(
        "ix_suggestions_open",
        "conversation",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index(None, "shop", "shown_at"),
    Index(None, "conversation", "situation"),
)

# --- orders and what follows them ------------------------------------------------------------------------------

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
        "ix_follow_ups_handed",
        "shop",
        sqlite_where=text("handed_by IS NOT NULL AND state IN ('armed', 'due')"),
        postgresql_where=text("handed_by IS NOT NULL AND state IN ('armed', 'due')"),
    ),
    Index(None, "shop", "due_at"),
    Index(None, "order"),
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
