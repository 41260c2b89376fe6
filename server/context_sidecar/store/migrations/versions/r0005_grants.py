"""What people have granted us at vendors' own pages, and who is there now."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Float, String, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "grants",
        Column("source", String, primary_key=True),
        Column("client", String, nullable=False),
        Column("version", String, nullable=False),
        Column("sealed", Text, nullable=False),
        Column("expires_at", Float),
        Column("renewed_at", Float, nullable=False),
        Column("granted_at", Float, nullable=False),
        Column("granted_by", Text, nullable=False),
        Column("held_by", String, nullable=False),
        Column("held_until", Float),
        Column("refused_at", Float),
    )
    op.create_table(
        "consents",
        Column("digest", String, primary_key=True),
        Column("source", String, nullable=False),
        Column("session", String, nullable=False),
        Column("sealed", Text, nullable=False),
        Column("until", Float, nullable=False),
    )
