"""When what a person has granted ends in any case, however often it is renewed."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Float

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column."""
    op.add_column("grants", Column("ends_at", Float))
