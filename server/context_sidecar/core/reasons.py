"""Why a value could not be had: one closed vocabulary.

A reason is the exception's label, the wording on the card, the metric label, the incident key and
the entry in the documentation. They all read the one table in this module, so they cannot drift
apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an attempt to read from a source failed."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate_limited"
    CREDENTIAL_EXPIRED = "credential_expired"
    PERMISSION_DENIED = "permission_denied"
    IP_NOT_ALLOWED = "ip_not_allowed"
    ENDPOINT_GONE = "endpoint_gone"
    SCHEMA_CHANGED = "schema_changed"
    BAD_RESPONSE = "bad_response"
    SERVER_ERROR = "server_error"
    BUSY = "busy"
    CIRCUIT_OPEN = "circuit_open"
    NOT_CONFIGURED = "not_configured"

    @property
    def entry(self) -> Entry:
        """What this reason means and what follows from it."""
        return REASONS[self]

    @property
    def needs_person(self) -> bool:
        """Whether no retry can help: the source is blocked until somebody acts."""
        return REASONS[self].needs_person


@dataclass(frozen=True, slots=True)
class Entry:
    """One reason, in the words of each of its readers.

    `agent` completes "<source> …" on the card. `owner` tells the owning team what to do. `log` is
    one line for operators. `needs_person` stops the polling but for a rare probe; otherwise the
    engine retries by itself. `counts_against_source` says whether the circuit breaker counts it:
    a failure that we caused ourselves is no evidence against the source.
    """

    agent: str
    owner: str
    log: str
    needs_person: bool = False
    counts_against_source: bool = True


REASONS: dict[Reason, Entry] = {
    Reason.TIMEOUT: Entry(
        agent="is not answering in time",
        owner="The source took longer than its limit. Check its status page; if it is healthy, "
        "raise limits.timeout or ask for less at once.",
        log="no complete answer within the limit",
    ),
    Reason.UNREACHABLE: Entry(
        agent="cannot be reached",
        owner="No connection could be made. Check the address, DNS, the network and the "
        "certificate.",
        log="connection failed",
    ),
    Reason.RATE_LIMITED: Entry(
        agent="may not be asked more often just now",
        owner="The source's request limit is used up. Lower limits.rate, lengthen stale_after, or "
        "ask the vendor for a higher limit.",
        log="request limit reached",
        counts_against_source=False,
    ),
    Reason.CREDENTIAL_EXPIRED: Entry(
        agent="no longer accepts our key",
        owner="Renew the credential and put the new one where sidecar.yaml reads it from.",
        log="credential refused",
        needs_person=True,
    ),
    Reason.PERMISSION_DENIED: Entry(
        agent="does not let us read this",
        owner="Give the integration's user the missing permission or scope.",
        log="permission denied",
        needs_person=True,
    ),
    Reason.IP_NOT_ALLOWED: Entry(
        agent="does not accept connections from our server",
        owner="Add this server's address to the source's allow list.",
        log="address not on the allow list",
        needs_person=True,
    ),
    Reason.ENDPOINT_GONE: Entry(
        agent="no longer offers this data",
        owner="The address or API version is gone. Correct the source's settings or update the "
        "adapter.",
        log="endpoint gone",
        needs_person=True,
    ),
    Reason.SCHEMA_CHANGED: Entry(
        agent="changed how it stores this",
        owner="A field was renamed, removed or hidden from us. Correct the field's path in "
        "sidecar.yaml.",
        log="expected field not in the answer",
        needs_person=True,
    ),
    Reason.BAD_RESPONSE: Entry(
        agent="sent an answer that we cannot read",
        owner="The answer was cut short or was not what the source promises. If it persists, "
        "report it to the vendor with the request id from the log.",
        log="unreadable answer",
    ),
    Reason.SERVER_ERROR: Entry(
        agent="has a problem of its own",
        owner="The source answered with a server error. Check its status page.",
        log="server error",
    ),
    Reason.BUSY: Entry(
        agent="has too many of our questions waiting",
        owner="All workers for this source are occupied. Raise limits.concurrency if the source "
        "allows it.",
        log="no free worker",
        counts_against_source=False,
    ),
    Reason.CIRCUIT_OPEN: Entry(
        agent="has been too slow and is asked less often for now",
        owner="Most recent calls were too slow, so calls are paused and probed. See what slows it.",
        log="circuit open",
        counts_against_source=False,
    ),
    Reason.NOT_CONFIGURED: Entry(
        agent="is not set up for this yet",
        owner="Complete the source's settings in sidecar.yaml.",
        log="not configured",
        needs_person=True,
        counts_against_source=False,
    ),
}
