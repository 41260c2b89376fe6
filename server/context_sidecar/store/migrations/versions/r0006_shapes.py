"""What the answers of lookups look like."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Float, String

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "shapes",
        Column("source", String, primary_key=True),
        Column("lookup", String, primary_key=True),
        Column("system", String, nullable=False),
        Column("looked_at", Float, nullable=False),
        Column("inferred", Boolean, nullable=False),
        Column("fields", JSON, nullable=False),
    )
