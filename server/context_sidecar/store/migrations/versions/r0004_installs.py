"""Installs made in the admin pages, when installs were last asked, and the packages handed out."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Float, LargeBinary, String, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "installs",
        Column("id", String, primary_key=True),
        Column("host", String, nullable=False),
        Column("sealed", Text, nullable=False),
        Column("made", String, nullable=False),
        Column("suspended", Boolean, nullable=False),
        Column("changed_at", Float, nullable=False),
        Column("changed_by", Text, nullable=False),
    )
    op.create_table(
        "sightings",
        Column("install", String, primary_key=True),
        Column("proven_at", Float),
        Column("refused_at", Float),
        Column("refusal", Text, nullable=False, server_default=""),
    )
    op.create_table(
        "packages",
        Column("install", String, primary_key=True),
        Column("content", LargeBinary, nullable=False),
        Column("built_at", Float, nullable=False),
    )
