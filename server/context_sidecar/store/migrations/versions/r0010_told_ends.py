"""When credentials end, as their systems told."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Float, String

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "told_ends",
        Column("source", String, primary_key=True),
        Column("credential", String, nullable=False),
        Column("ends_at", Float, nullable=False),
    )
