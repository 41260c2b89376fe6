"""BigQuery: a query is a job, with an end and a price that may not be passed; what keeps it from
writing is the service account's role (BigQuery Data Viewer and Job User).

Reasons in errors: https://cloud.google.com/bigquery/docs/error-messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from context_sidecar import Reason, SourceError
from sqlalchemy import URL, Engine, create_engine

from context_sidecar_adapters.sql.dialects.dialect import Dialect

_REASONS: dict[str, Reason] = {
    "accessDenied": Reason.PERMISSION_DENIED,
    "authError": Reason.CREDENTIAL_EXPIRED,
    "backendError": Reason.SERVER_ERROR,
    "billingNotEnabled": Reason.PERMISSION_DENIED,
    "billingTierLimitExceeded": Reason.NOT_CONFIGURED,
    "blocked": Reason.PERMISSION_DENIED,
    "bytesBilledLimitExceeded": Reason.NOT_CONFIGURED,  # the query costs more than it may
    "internalError": Reason.SERVER_ERROR,
    "invalidQuery": Reason.NOT_CONFIGURED,
    "jobBackendError": Reason.SERVER_ERROR,
    "jobInternalError": Reason.SERVER_ERROR,
    "jobRateLimitExceeded": Reason.RATE_LIMITED,
    "notFound": Reason.SCHEMA_CHANGED,
    "quotaExceeded": Reason.RATE_LIMITED,
    "rateLimitExceeded": Reason.RATE_LIMITED,
    "resourcesExceeded": Reason.SERVER_ERROR,
    "responseTooLarge": Reason.BAD_RESPONSE,
    "stopped": Reason.TIMEOUT,
    "timeout": Reason.TIMEOUT,
}

_BY_CLASS: dict[str, Reason] = {
    "DefaultCredentialsError": Reason.NOT_CONFIGURED,
    "MalformedError": Reason.NOT_CONFIGURED,
    "RefreshError": Reason.CREDENTIAL_EXPIRED,
    "TransportError": Reason.UNREACHABLE,
    "RetryError": Reason.TIMEOUT,
    "Timeout": Reason.TIMEOUT,
    "TimeoutError": Reason.TIMEOUT,
    "ConnectTimeout": Reason.TIMEOUT,
    "ConnectionError": Reason.UNREACHABLE,
    "FileNotFoundError": Reason.NOT_CONFIGURED,  # the credentials' file
}
"""Reasons by the class of an error that is none of BigQuery's own answers."""

_NAMES = ("Unrecognized name", "not found inside", "Function not found")
"""What BigQuery says where a query names what is no longer there; a mistake in its grammar has the
same reason."""


_OURS = ("credentials_path", "maximum_bytes_billed")
"""What we make of the settings; what else there is, such as a location, is the client's."""


class BigQuery(Dialect):
    """See `Dialect`."""

    extra = "bigquery"

    def open(self, url: URL, arguments: Mapping[str, Any], timeout: timedelta) -> Engine:
        """See `Dialect.open`. The client is ours, since only it can be told when a job ends;
        `arguments` are what the client takes, `credentials_path` and `maximum_bytes_billed`."""
        from context_sidecar_adapters.sql.dialects.google_client import open_client  # noqa: PLC0415  it needs an extra

        told = {**url.query, **arguments}
        path, most = (str(told.pop(name, "")) for name in _OURS)
        seconds = timeout.total_seconds()
        client = open_client(url.host, url.database, seconds, path, most, **told)
        plain = url.set(query={"user_supplied_client": "true"})
        handed = {"client": client, "prefer_bqstorage_client": False}
        return create_engine(plain, connect_args=handed, hide_parameters=True)

    def beyond(self) -> tuple[type[Exception], ...]:
        """See `Dialect.beyond`."""
        try:
            from google.api_core.exceptions import GoogleAPIError  # noqa: PLC0415  as above
            from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415  as above
            from requests import RequestException  # noqa: PLC0415  as above
        except ImportError:  # which is the error, then
            return ()
        return (GoogleAPIError, GoogleAuthError, RequestException, FileNotFoundError, TimeoutError)

    def explain(self, error: BaseException, *, lost: bool) -> SourceError:
        """See `Dialect.explain`. What the client raises stands within what its DB-API raises."""
        inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        details: Any = getattr(inner, "errors", None) or [{}]
        code, message = str(details[0].get("reason", "")), str(details[0].get("message", ""))
        reason = _REASONS.get(code)
        if code == "invalidQuery" and any(said in message for said in _NAMES):
            reason = Reason.SCHEMA_CHANGED
        if reason is None:
            kinds = [kind.__name__ for kind in type(inner).__mro__]
            reason = next((_BY_CLASS[kind] for kind in kinds if kind in _BY_CLASS), None)
        if reason is None:
            return super().explain(error, lost=lost)
        return SourceError(reason, code or type(inner).__name__, code=code)
