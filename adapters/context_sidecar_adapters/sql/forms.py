"""What settings of `sql` must look like: a database's address, a query, what a driver is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from context_sidecar import Secret
from context_sidecar.settings import SecretText, local_path
from marshmallow import ValidationError, fields
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError

from context_sidecar_adapters.sql.dialects import IN_A_FILE

_NO_FILE = (":memory:", "md:", "motherduck:")
"""What stands in a DuckDB URL where there is no file: other files are read, or a cloud."""


_MAY_BE_SECRET = re.compile("pass|pwd|token|key|secret|cred|sig|auth|user|odbc", re.IGNORECASE)
"""Names of parameters of an address whose values may be secret."""


class DatabaseUrl(SecretText):
    """An SQLAlchemy URL. The file of SQLite or DuckDB is relative to that of the settings."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Secret:
        secret = super()._deserialize(value, attr, data, **kwargs)
        try:
            url = make_url(secret.reveal())
        except (ArgumentError, ValueError):
            url = None
        if url is None:  # out here, so that the error does not carry the text
            raise ValidationError(
                "expected a database URL such as postgresql+psycopg://user:password@host/name"
            )
        kind, name = url.get_backend_name(), url.database or ""
        if kind not in IN_A_FILE or (kind == "duckdb" and name.startswith(_NO_FILE)):
            return secret
        if not name or name.startswith((":memory:", "file:")):
            raise ValidationError(f"expected a file, such as {kind}:///warehouse.db")
        path = str(local_path(name).absolute())
        return Secret(url.set(database=path).render_as_string(hide_password=False))

    def is_bare(self, text: str) -> bool:
        """Whether it is an address without a password, or anything that may be one."""
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            return False
        return not url.password and not any(map(_MAY_BE_SECRET.search, url.query))


class Argument(fields.Field[Any]):
    """What a database's driver may be told: a text, a number, true or false."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if not isinstance(value, str | int | float):
            raise ValidationError("expected a text, a number, true or false")
        return value


class Query(fields.String):
    """A query that reads, with exactly the parameters it should have."""

    def __init__(self, parameters: set[str], description: str) -> None:
        super().__init__(required=True, metadata={"description": description})
        self.parameters = parameters

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        query = str(super()._deserialize(value, *args, **kwargs)).strip().rstrip(";")
        if not re.match(r"(select|with)\b", query, re.IGNORECASE):
            raise ValidationError("expected a query that starts with SELECT or WITH")
        found = set(text(query).compile().params)
        if self.parameters - found:
            raise ValidationError("expected a condition on the keys: … WHERE account_id IN :keys")
        if foreign := found - self.parameters:
            raise ValidationError(
                f":{min(foreign)} is no parameter (write \\:{min(foreign)} where it is none)"
            )
        return query
