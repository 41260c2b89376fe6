"""The first tables."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Float, Integer, LargeBinary, String, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    _directory()
    _observations()
    _access()


def _directory() -> None:
    op.create_table(
        "accounts",
        Column("generation", Integer, primary_key=True, autoincrement=False),
        Column("id", String, primary_key=True),
        Column("name", Text, nullable=False),
        Column("link", Text, nullable=False),
        Column("known_by", JSON, nullable=False),
    )
    op.create_table(
        "account_keys",
        Column("generation", Integer, primary_key=True, autoincrement=False),
        Column("key", String, primary_key=True),
        Column("value", String, primary_key=True),
        Column("account_id", String, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "syncs",
        Column("name", String, primary_key=True),
        Column("generation", Integer, nullable=False),
        Column("claimed", Integer, nullable=False),
        Column("accounts", Integer, nullable=False),
        Column("finished_at", Float),
        Column("failed_at", Float),
        Column("reason", String),
        Column("suspected", Integer),
    )


def _observations() -> None:
    op.create_table(
        "observations",
        Column("source", String, primary_key=True),
        Column("lookup", String, primary_key=True),
        Column("version", String, primary_key=True),
        Column("key", String, primary_key=True),
        Column("body", LargeBinary, nullable=False),
        Column("used_at", Float, nullable=False),
    )
    op.create_index(op.f("ix_observations_used_at"), "observations", ["used_at"])


def _access() -> None:
    op.create_table(
        "api_keys",
        Column("id", String, primary_key=True),
        Column("digest", String, nullable=False, unique=True),
        Column("label", Text, nullable=False),
        Column("scopes", JSON, nullable=False),
        Column("created_at", Float, nullable=False),
        Column("used_at", Float),
        Column("revoked_at", Float),
    )
    op.create_table(
        "used_tokens",
        Column("digest", String, primary_key=True),
        Column("until", Float, nullable=False),
    )
    op.create_index(op.f("ix_used_tokens_until"), "used_tokens", ["until"])
    op.create_table(
        "pins",
        Column("name", String, primary_key=True),
        Column("value", Text, nullable=False),
    )
