"""Plain: customer cards, beside a thread and on a customer's page.

Proof: Plain posts JSON whose `Plain-Request-Signature` is the HMAC-SHA256 of the body under the
workspace's own secret, in lower-case hexadecimal. A workspace that has no such secret signs
nothing and is refused. The header with the workspace's id is not signed, so it is not looked at:
the secret belongs to one workspace only. Facts from plain.com/docs: "Request signing", "Customer
cards", "Protocol" and "UI components" (github.com/team-plain/docs, March 2026).

Record: `thread` and its id, or `customer` where one is shown without a thread, with
`requester_email` and `requester_external_id` of the customer, and `organization_id` and
`organization_external_id` of the thread's tenant. Plain asks for all cards of one address at once,
each by its key: the id of a card in `sidecar.yaml`.

Limits: a signature carries no time, so whoever has seen a request can send it again; they get what
its sender got. Plain does not say who looks. It waits 15 seconds and keeps an answer for as long
as we say, from 15 seconds to a year: a card that changes sooner is up to 15 seconds behind. When
somebody reloads a card there, the request looks like any other. Every key that is asked for must be
in the answer; without components, its card is not shown. Plain names no longest answer; ours has
room for its 25 cards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from context_sidecar import Host, Inbound, Record, Visit, VisitRefused
from context_sidecar.hosting.posted import Posted, read_posted
from context_sidecar.hosting.sheets import sheet
from context_sidecar.proof import check_mac
from context_sidecar.proof.nearby import bodies
from context_sidecar.settings import SecretText
from marshmallow import Schema

from context_sidecar_hosts.plain.components import Component, card, notice

SHORTEST, LONGEST = 15, 31_536_000
"""How long Plain keeps an answer, in seconds."""

_MOST_CARDS = 25


class Plain(Host):
    """A thread or a customer in Plain."""

    label = "Plain"
    places = ("thread", "customer")
    keys = (
        "requester_email",
        "requester_external_id",
        "organization_id",
        "organization_external_id",
    )
    keys_by_place = MappingProxyType({"thread": keys, "customer": keys[:2]})
    most_bytes = 512 * 1024

    class Settings(Schema):
        """The secret by which a workspace signs."""

        secret = SecretText(
            required=True,
            metadata={"description": "The workspace's secret, from Settings, Request signing."},
        )
        previous_secret = SecretText(
            metadata={"description": "The secret before this one, accepted too."}
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the body's signature proves."""
        check_mac(
            inbound.body,
            inbound.headers.get("plain-request-signature", ""),
            self.install.secrets("secret"),
            almost=bodies(inbound.body),
        )
        said = read_posted(inbound.body)
        asked = tuple(dict.fromkeys(said.texts("cardKeys")))
        if not 0 < len(asked) <= _MOST_CARDS:
            raise VisitRefused(f"the request asks for {len(asked)} cards")
        return Visit(
            install=self.install.id, record=_record(said), roles=self.install.roles, cards=asked
        )

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return each card that is asked for; one that is not there has no components."""
        found = {answer["card"]: answer for answer in answers}
        return {"cards": [_card(key, found.get(key)) for key in visit.cards]}

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return, in place of each card that is asked for, why there is none."""
        said = notice(title, text)
        return {"cards": [_kept(key, SHORTEST, said) for key in visit.cards]}


def _record(said: Posted) -> Record:
    customer, thread, tenant = (said.part(name) for name in ("customer", "thread", "tenant"))
    keys = {
        "requester_email": customer.text("email"),
        "requester_external_id": customer.text("externalId"),
        "organization_id": tenant.text("id"),
        "organization_external_id": tenant.text("externalId"),
    }
    known = {name: value for name, value in keys.items() if value}
    if shown := thread.text("id"):
        return Record("plain", "thread", shown, known)
    if not (shown := customer.text("id")):
        raise VisitRefused("the request names neither a thread nor a customer")
    return Record("plain", "customer", shown, known)


def _card(key: str, answer: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if answer is None:
        return _kept(key, SHORTEST, None)
    return _kept(key, _seconds(answer), card(sheet(answer)))


def _kept(key: str, seconds: int | None, components: list[Component] | None) -> Mapping[str, Any]:
    return {"key": key, "timeToLiveSeconds": seconds, "components": components}


def _seconds(answer: Mapping[str, Any]) -> int | None:
    """How long the card stays as it is; None, for Plain's own setting, where time changes nothing
    in it."""
    if answer["check_again_at"] is None:
        return None
    now, then = (datetime.fromisoformat(answer[at]) for at in ("generated_at", "check_again_at"))
    return min(max(int((then - now).total_seconds()), SHORTEST), LONGEST)
