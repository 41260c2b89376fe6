"""BigQuery's client, with an end to its patience. Importing this needs google-cloud-bigquery."""

from __future__ import annotations

import math
from typing import Any

from google.cloud import bigquery
from google.oauth2 import service_account


class Client(bigquery.Client):  # type: ignore[misc]  # it ships no types
    """Gives up after `seconds`, where Google's own goes on trying for ten minutes."""

    seconds: float

    def query_and_wait(self, query: str, **more: Any) -> Any:
        """See `google.cloud.bigquery.Client.query_and_wait`."""
        ends = {
            "api_timeout": self.seconds,
            "wait_timeout": self.seconds,
            "retry": bigquery.DEFAULT_RETRY.with_timeout(self.seconds),
            "job_retry": None,
        }
        return super().query_and_wait(query, **{**more, **ends})


def open_client(
    project: str | None, dataset: str | None, seconds: float, path: str, most: str, **told: Any
) -> Client:
    """Open a client of *project*, each job of which ends after *seconds*, and costs at most *most*
    bytes, where that is not "". It signs in by the service account's file at *path*, or, where that
    is "", as the environment says."""
    if path:
        told["credentials"] = service_account.Credentials.from_service_account_file(path)
    job = bigquery.QueryJobConfig(
        job_timeout_ms=math.ceil(seconds * 1000),
        maximum_bytes_billed=int(most) if most else None,
        default_dataset=f"{project}.{dataset}" if dataset else None,
        labels={"application": "context-sidecar"},
    )
    client = Client(project=project, default_query_job_config=job, **told)
    client.seconds = seconds
    return client
