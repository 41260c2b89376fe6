"""Jira's webhooks: which issues have changed.

From developer.atlassian.com/cloud/jira/platform/webhooks ("Secure admin webhooks"). The signature
is `sha256=` and the hexadecimal HMAC-SHA256 of the body under the webhook's secret (WebSub). Its
identifier is the same in every retry. An issue names its organizations under a field of the site's
own, so that any of them may be meant; a changed issue may also have been another's before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from context_sidecar import Change, Delivery, Push, Signed, own_time

GUIDE = (
    "As an admin, under System, WebHooks, create one with our address and a secret, for "
    "issues created, updated and deleted."
)


def push(projects: Collection[str]) -> Push:
    """Return the form of Jira's webhooks, of issues of these *projects*."""
    signed = Signed("x-hub-signature", part="sha256")
    return Push(signed, partial(_read, projects=frozenset(projects)), GUIDE)


def _read(said: Any, headers: Mapping[str, str], *, projects: Collection[str]) -> Delivery:
    sent = headers.get("x-atlassian-webhook-identifier", "")
    at = own_time(said["timestamp"], "epoch_milliseconds")
    if not said["webhookEvent"].startswith("jira:issue_"):
        return Delivery((), sent)
    keys = [said["issue"]["key"], *_before(said)]
    ours = any(key.rpartition("-")[0] in projects for key in keys)
    return Delivery((Change(lookups=("open_tickets",), at=at),) if ours else (), sent)


def _before(said: Any) -> list[str]:
    """Return the key that an issue had in another project, where it was moved."""
    items = (said.get("changelog") or {}).get("items") or []
    return [str(one["fromString"]) for one in items if one.get("field") == "Key"]
