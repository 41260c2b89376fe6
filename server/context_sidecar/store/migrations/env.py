"""What Alembic runs: the steps, on the connection that `store.database` hands it."""

from __future__ import annotations

from alembic import context

from context_sidecar.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
