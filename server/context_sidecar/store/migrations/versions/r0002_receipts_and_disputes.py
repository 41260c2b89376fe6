"""Receipts of what was shown, and what was said to be wrong on it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Float, String, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "receipts",
        Column("code", String, primary_key=True),
        Column("made_at", Float, nullable=False, index=True),
        Column("install", String, nullable=False),
        Column("place", String, nullable=False),
        Column("record_id", String, nullable=False),
        Column("visitor", Text, nullable=False),
        Column("account_id", String, nullable=False),
        Column("card", String, nullable=False),
        Column("salt", String, nullable=False),
        Column("lines", JSON, nullable=False),
    )
    op.create_table(
        "disputes",
        Column("code", String, primary_key=True),
        Column("account_id", String, nullable=False),
        Column("field", String, nullable=False),
        Column("team", String, nullable=False),
        Column("install", String, nullable=False),
        Column("visitor", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("made_at", Float, nullable=False),
        Column("closed_at", Float, index=True),
        Column("closed_by", Text, nullable=False, server_default=""),
        Column("outcome", Text, nullable=False, server_default=""),
    )
