"""QuickBooks' webhooks: which customers, invoices and payments have changed.

From developer.intuit.com (Webhooks; Configure webhooks; the change to CloudEvents). The signature
is the base64 HMAC-SHA256 of the body under the app's verifier token. An app is told of every
company that it is connected to. There are two forms of a body: `eventNotifications`, and
CloudEvents, which takes its place. An invoice's event does not name its customer. Intuit waits for
three seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from context_sidecar import Change, Delivery, Push, Signed, own_time

GUIDE = (
    "At developer.intuit.com, under Webhooks of the app, enter our address and choose "
    "customers, invoices, payments and credit memos. The secret is the verifier token there."
)
_OWED = {"creditmemo", "invoice", "journalentry", "payment"}
"""What changes how much a customer owes."""


class _Event(NamedTuple):
    company: str
    kind: str
    id: str
    happened: str
    time: str


def push(by: str, realm: str) -> Push:
    """Return the form of QuickBooks' webhooks, of the company *realm*."""
    signed = Signed("intuit-signature", encoding="base64")
    return Push(signed, partial(_read, by=by, realm=realm), GUIDE, known_by="Id")


def _read(said: Any, headers: Mapping[str, str], *, by: str, realm: str) -> Delivery:
    events = list(_cloud_events(said) if isinstance(said, list) else _notifications(said))
    ours = [event for event in events if event.company == realm]
    return Delivery(tuple(change for event in ours for change in _changes(event, by)))


def _notifications(said: Any) -> Iterator[_Event]:
    for company in said["eventNotifications"]:
        for one in company["dataChangeEvent"]["entities"]:
            kind, happened = one["name"].lower(), one["operation"].lower()
            yield _Event(company["realmId"], kind, one["id"], happened, one["lastUpdated"])


def _cloud_events(said: Any) -> Iterator[_Event]:
    for one in said:
        _, kind, happened, *_ = one["type"].lower().split(".")
        yield _Event(one["intuitaccountid"], kind, one["intuitentityid"], happened, one["time"])


def _changes(event: _Event, by: str) -> Iterator[Change]:
    at = own_time(event.time)
    if event.kind == "customer" and event.happened in {"update", "updated"}:
        yield Change((event.id,), (), (), at) if by == "Id" else Change((), (event.id,), (), at)
    elif event.kind == "customer" or event.kind in _OWED:
        yield Change(at=at)
