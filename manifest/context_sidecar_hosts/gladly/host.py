"""Gladly: the lookup adaptor, which finds a customer in the search and fills the linked profile.

Proof: Gladly signs method, path, query, some headers, body and time in an agreed form
(`Gladly-Authorization`, `Gladly-Time`), with the signing key of the app. A request is good for five
minutes, once. Facts from Gladly's "Customer Lookup Guide" (developer.gladly.com), its articles
"Auto-Linking, Basic Search and Detailed Lookup", "Data Behavior" and "FAQ" (connect.gladly.com),
and its published example of a signature.

Record: `customer`, and Gladly's id of it, or `search` where an agent searches. A linked profile is
looked up by its link alone, `external_customer_id`, which is our id of the account. One that is not
linked has `requester_email` and `requester_phone` where it has one of each, `requester_name`, and
`attribute_<name>` for every attribute that Gladly is set up to send.

Limits: Gladly waits up to 15 seconds and asks for less than five. A search (`BASIC`) is answered by
accounts: each that the profile may belong to, none where Gladly insists on one and there are
several. A lookup (`DETAILED`) fills attributes, each a single text that carries its state and age
in words. Gladly keeps them until the next lookup; what is empty is cleared, and a name that is left
out is not, so every declared name is in every answer. A field that is taken off all of Gladly's
cards is one that we no longer know: its last text stays in Gladly. Gladly does not say who looks.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import StringIO
from typing import Any

from context_sidecar import Configuration, Host, Inbound, Install, PackageFile, Record, Visit
from context_sidecar.hosting.lines import lines, no_lines, titles
from context_sidecar.hosting.posted import Posted, read_posted
from context_sidecar.hosting.sheets import Sheet, sheet
from context_sidecar.proof import CLOCK_SKEW, check_canonical, use_once
from context_sidecar.settings import SecretText
from marshmallow import Schema

WINDOW = timedelta(minutes=5)

_SEARCH, _SEARCH_FOR_ONE = "search", "search for one"
_LINK, _EMAIL = "external_customer_id", "requester_email"
_KNOWN = frozenset({"emails", "phones", "externalCustomerId", "name", "id"})


class Gladly(Host):
    """A customer's profile in Gladly."""

    label = "Gladly"
    places = ("customer",)
    keys = (_LINK, _EMAIL, "requester_phone", "requester_name", r"attribute_\w+")
    most_bytes = 64 * 1024

    class Settings(Schema):
        """The key by which the app is signed."""

        signing_key = SecretText(
            required=True,
            metadata={
                "description": "The app's signing key, as entered in Gladly.",
                "chosen": True,
            },
        )
        previous_signing_key = SecretText(
            metadata={"description": "The key before this one, accepted too."}
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the request's signature proves."""
        given = inbound.headers.get("gladly-authorization", "")
        time = inbound.headers.get("gladly-time", "")
        keys = self.install.secrets("signing_key")
        signature = check_canonical(inbound, given, time, keys, window=WINDOW)
        said = read_posted(inbound.body)
        record = _record(said.part("query"), detailed=said.text("lookupLevel") == "DETAILED")
        until = inbound.received_at + WINDOW + CLOCK_SKEW
        use_once(self.memory, self.install.id, signature, until)
        wants = _SEARCH_FOR_ONE if said.flag("uniqueMatchRequired") else _SEARCH
        return Visit(
            install=self.install.id,
            record=record,
            roles=self.install.roles,
            wants="" if _LINK in record.keys else wants,
        )

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return the accounts that a search finds, or the attributes of a linked profile."""
        [answer] = answers
        told = sheet(answer)
        if visit.wants:
            return {"results": _found(answer, told, visit)}
        profile = _link_of(visit) or answer["record"]["id"]
        return {"results": [_profile(profile, lines(told, self.fields))]}

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return, for a linked profile, why there is no card; a search has no place for it."""
        if visit.wants:
            return {"results": []}
        return {"results": [_profile(_link_of(visit), no_lines(title, text, self.fields))]}

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the list of attributes by which Gladly's support sets up the profile."""
        sheet_of = StringIO()
        rows = csv.writer(sheet_of, lineterminator="\n")
        rows.writerow(("attribute identifier", "display name"))
        rows.writerows(titles(configuration, install).items())
        return [PackageFile("attributes.csv", sheet_of.getvalue().encode())]


def _record(query: Posted, *, detailed: bool) -> Record:
    shown = query.text("id") or "search"
    if detailed and (link := query.text("externalCustomerId")):
        return Record("gladly", "customer", shown, {_LINK: link})
    emails, phones = query.texts("emails"), query.texts("phones")
    keys = {
        _EMAIL: emails[0] if len(emails) == 1 else "",
        "requester_phone": phones[0] if len(phones) == 1 else "",
        "requester_name": query.text("name"),
        **{f"attribute_{name}": query.text(name) for name in set(query.names()) - _KNOWN},
    }
    return Record("gladly", "customer", shown, {name: key for name, key in keys.items() if key})


def _link_of(visit: Visit) -> str:
    return visit.record.keys.get(_LINK, "") if visit.record else ""


def _found(answer: Mapping[str, Any], told: Sheet, visit: Visit) -> list[Mapping[str, Any]]:
    if answer["account"]:
        # Gladly links a profile by itself only to a result that has the profile's own address.
        email = visit.record.keys.get(_EMAIL) if visit.record else None
        own = {"emails": [{"original": email}]} if email else {}
        return [{"externalCustomerId": answer["account"]["id"], "name": told.name, **own}]
    if visit.wants == _SEARCH_FOR_ONE:
        return []
    return [
        {"externalCustomerId": one["id"], "name": one["name"]}
        for one in answer["match"]["candidates"]
    ]


def _profile(id: str, attributes: Mapping[str, str]) -> Mapping[str, Any]:
    """A profile's name is left out: it is a person's, and an account's would replace it."""
    return {"externalCustomerId": id, "customAttributes": attributes}
