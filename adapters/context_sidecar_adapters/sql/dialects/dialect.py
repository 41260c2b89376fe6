"""What one kind of database has of its own, as the others are asked for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from itertools import islice
from typing import Any, ClassVar

from context_sidecar import Reason, Scope, SourceError
from sqlalchemy import URL, Connection, Engine, TextClause, create_engine

from context_sidecar_adapters.sql.tables import TableName
from context_sidecar_adapters.sql.views import View, below

TELLS_NAMES = frozenset({Reason.SCHEMA_CHANGED, Reason.PERMISSION_DENIED})
"""Errors about tables and columns name only what the query itself names. Those about values quote
values, so their text stays here."""


class Dialect:
    """A kind of database of which nothing is known: the user's rights are what keeps a query from
    writing, and the database's own settings what ends it.

    Attributes:
        extra: what `pip install 'context-sidecar[…]'` brings its driver.
        options: what SQLAlchemy is told of it besides.
        views: what asks for all views whose text our user may see, as `View` has them.
        password_ends: what asks when our user's password ends, in seconds since 1970.
    """

    extra: ClassVar[str] = ""
    options: ClassVar[Mapping[str, Any]] = {}
    views: ClassVar[TextClause | None] = None
    password_ends: ClassVar[TextClause | None] = None

    @property
    def remedy(self) -> str:
        """A colon, and what installs the driver; "" where that is not known."""
        return f": pip install 'context-sidecar[{self.extra}]'" if self.extra else ""

    def open(self, url: URL, arguments: Mapping[str, Any], timeout: timedelta) -> Engine:
        """Open the database at *url*, read-only where it knows such a thing.

        Args:
            url: where it is.
            arguments: what the driver is told besides; that goes before what we would say.
            timeout: how long connecting, and waiting for a free connection, may take.
        """
        own = {
            name: value
            for name, value in self.arguments(url, timeout).items()
            if name not in url.query
        }
        return create_engine(
            url,
            connect_args={**own, **arguments},
            hide_parameters=True,
            **self.options,
            pool_recycle=1800,
            pool_timeout=timeout.total_seconds(),
        )

    def arguments(self, url: URL, timeout: timedelta) -> Mapping[str, Any]:
        """Return what the driver is told when it connects to *url*."""
        return {}

    def bound(self, connection: Connection, timeout: timedelta) -> None:
        """See to it that what *connection* runs next writes nothing, and ends after *timeout*."""

    def watched(
        self, connection: Connection, timeout: timedelta, hung_up: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """Break off what *connection* does inside if the database lets it run on. *hung_up* is told
        where that costs the connection."""
        return nullcontext()

    def rights(self, connection: Connection, queries: Collection[str]) -> Scope | None:
        """Return what our user may do beyond reading, and read beyond what *queries* name; None
        where nobody tells."""
        return None

    def below(
        self, connection: Connection, read: Sequence[TableName], most: int
    ) -> Mapping[TableName, bool]:
        """Return the tables and views that views among *read* read, and so on down, no more than
        *most*. Each is to be looked at, unless the database tells here that it is empty (True).
        What our user may not look at, and what is below a view whose text is not shown, is left
        out."""
        if self.views is None:
            return {}
        views = (View(*row) for row in connection.execute(self.views))
        found = below(read, views, connection.dialect.name)
        return dict.fromkeys(islice(found, most), False)

    def beyond(self) -> tuple[type[Exception], ...]:
        """Return the driver's errors that SQLAlchemy does not know, and lets through."""
        return ()

    def explain(self, error: BaseException, *, lost: bool) -> SourceError:
        """Return what the driver's *error* stands for; it *lost* the connection, or not."""
        if lost:
            return SourceError(Reason.UNREACHABLE, "the connection was lost")
        return SourceError(Reason.SERVER_ERROR, type(error).__name__, certain=False)
