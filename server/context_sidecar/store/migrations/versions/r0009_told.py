"""What sources have told of changes."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column, Float, Integer, String

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "told",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("source", String, nullable=False),
        Column("said", JSON, nullable=False),
        Column("at", Float, nullable=False),
        Column("told_at", Float, nullable=False, index=True),
        Column("told_to", String, nullable=False),
    )
