"""What a ticket says of its customer."""

from __future__ import annotations

import re

from context_sidecar import Row

KEYS = ("queue", "requester_email", "requester_name", r"cf_\w+")
"""The keys, as regular expressions."""


def read(row: Row) -> dict[str, str]:
    """Return the keys of the ticket in *row*."""
    keys = {"queue": row["Queue"]["Name"]}
    if len(row["Requestors"]) == 1:
        keys["requester_email"] = row["Requestors"][0]["EmailAddress"]
        keys["requester_name"] = row["Requestors"][0]["RealName"]
    for field in row["CustomFields"] or ():
        if len(field["values"]) == 1:
            name = re.sub(r"\W+", "_", field["name"].casefold())
            keys[f"cf_{name}"] = field["values"][0]
    return {name: value for name, value in keys.items() if value}
