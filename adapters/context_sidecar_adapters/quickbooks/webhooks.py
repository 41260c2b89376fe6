"""QuickBooks' webhooks: which customers, invoices and payments have changed.

From developer.intuit.com (Webhooks; Configure webhooks; the change to CloudEvents). The signature
is the base64 HMAC-SHA256 of the body under the app's verifier token. An app is told of every
company that it is connected to. There are two forms of a body: `eventNotifications`, and
CloudEvents, which takes its place. An invoice's event does not name its customer. Intuit waits for
three seconds. Nor does a customer's event name who is above it, now or before: where it is, or was,
somebody's sub-customer, what that one owes has changed as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from context_sidecar import Change, Delivery, Push, Signed, own_time

GUIDE = (
    "At developer.intuit.com, under Webhooks of the app, enter our address and choose "
    "customers, invoices, payments, credit memos and journal entries. The secret is the verifier "
    "token there."
)
_READ = {"creditmemo", "customer", "invoice", "journalentry", "payment"}
"""What changes how much customers owe, or who they are: of any, as no event names all of them."""


class _Event(NamedTuple):
    company: str
    kind: str
    time: str


def push(realm: str) -> Push:
    """Return the form of QuickBooks' webhooks, of the company *realm*."""
    signed = Signed("intuit-signature", encoding="base64")
    return Push(signed, partial(_read, realm=realm), GUIDE)


def _read(said: Any, headers: Mapping[str, str], *, realm: str) -> Delivery:
    events = list(_cloud_events(said) if isinstance(said, list) else _notifications(said))
    read = [event for event in events if event.company == realm and event.kind in _READ]
    return Delivery(tuple(Change(at=own_time(event.time)) for event in read))


def _notifications(said: Any) -> Iterator[_Event]:
    for company in said["eventNotifications"]:
        for one in company["dataChangeEvent"]["entities"]:
            yield _Event(company["realmId"], one["name"].lower(), one["lastUpdated"])


def _cloud_events(said: Any) -> Iterator[_Event]:
    for one in said:
        _, kind, *_ = one["type"].lower().split(".")
        yield _Event(one["intuitaccountid"], kind, one["time"])
