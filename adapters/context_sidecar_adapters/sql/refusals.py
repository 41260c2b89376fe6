"""What an error stands for that SQLAlchemy raises, and what of its text may be told.

SQLAlchemy quotes statement and values in its messages, and databases quote a value that they could
not read, so no message goes on but those about names that stand in the query itself.
"""

from __future__ import annotations

from context_sidecar import Reason, SourceError
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from context_sidecar_adapters.sql.dialects import Dialect


def explain(error: Exception, dialect: Dialect) -> SourceError:
    """Return what *error*, raised by SQLAlchemy or for want of a driver, stands for."""
    if isinstance(error, ImportError | NoSuchModuleError):
        told = f"the database's driver is not installed{dialect.remedy}"
        return SourceError(Reason.NOT_CONFIGURED, told)
    if isinstance(error, PoolTimeout):
        return SourceError(Reason.BUSY, "no free connection")
    if isinstance(error, DBAPIError) and error.orig is not None:
        return dialect.explain(error.orig, lost=error.connection_invalidated)
    if not isinstance(error, SQLAlchemyError):
        return dialect.explain(error, lost=False)
    return SourceError(Reason.BAD_RESPONSE, type(error).__name__)
