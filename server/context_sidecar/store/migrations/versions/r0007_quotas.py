"""What is nearly used up of vendors' quotas."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Float, String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "quotas",
        Column("source", String, primary_key=True),
        Column("name", String, primary_key=True),
        Column("system", String, nullable=False),
        Column("seconds", Float, nullable=False),
        Column("counts", String, nullable=False),
        Column("left", BigInteger, nullable=False),
        Column("limit", BigInteger),
        Column("told_at", Float, nullable=False),
        Column("resets_at", Float),
    )
