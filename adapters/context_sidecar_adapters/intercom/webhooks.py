"""Intercom's webhooks: topics of companies, people and conversations.

From developers.intercom.com (Webhooks, Set up webhooks; reference: webhook models and topics). The
signature is `sha1=` and the hexadecimal HMAC-SHA1 of the body under the app's client secret. Before
it sends anything Intercom looks with HEAD whether the address is there, and sends a `ping`. An app
is told of every workspace that it is installed in. A conversation names its people, not their
company.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from context_sidecar import Change, Delivery, Push, Signed, key_text, own_time

GUIDE = (
    "In the Developer Hub, under Webhooks of the app, enter our address and choose topics "
    "of companies, contacts and conversations. The secret is the app's client secret, under Basic "
    "information."
)
_TOPICS: Mapping[str, tuple[str, ...]] = {
    "conversation": ("open_tickets",),
    "conversation_part": ("open_tickets",),
    "contact": ("contacts", "open_tickets"),
    "ping": (),
    "admin": (),
    "event": (),
    "visitor": (),
    "content_stat": (),
    "ticket": (),
}
"""What a kind of topic may change, of any company; none for what is not read."""


def push(by: str) -> Push:
    """Return the form of Intercom's webhooks, where accounts are companies *by* such an id."""
    signed = Signed("x-hub-signature", digest="sha1", part="sha1")
    return Push(signed, partial(_read, by=by), GUIDE)


def _read(said: Any, headers: Mapping[str, str], *, by: str) -> Delivery:
    topic, sent = said["topic"], str(said["id"] or "")
    at = own_time(said["created_at"], "epoch_seconds")
    item = said["data"]["item"]
    kind = topic.partition(".")[0]
    if kind == "company" and item["type"] == "company":
        lookups = ("account",) if topic == "company.updated" else ()
        keys = tuple(filter(None, (key_text(item[by]),)))
        return Delivery((Change(keys, (str(item["id"]),), lookups, at),), sent)
    if kind not in _TOPICS:
        return Delivery((Change(at=at),), sent)
    any_of = _TOPICS[kind]
    return Delivery((Change(lookups=any_of, at=at),) if any_of else (), sent)
