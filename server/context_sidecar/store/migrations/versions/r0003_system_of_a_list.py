"""Which system a list of accounts was read from."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add it. Where the present list is from was not noted, so it is read anew."""
    op.add_column("syncs", Column("system", String, nullable=False, server_default=""))
