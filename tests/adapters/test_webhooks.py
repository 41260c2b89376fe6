"""Vendors' own webhooks: what proves one, and what it says.

An adapter that declares their form is tested by being listed in `SIGNED`; how its vendor signs is
written once more in support/deliveries.py, from the vendor's documents.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from context_sidecar import Adapter, Change, Delivery, Secret, Signed, VisitRefused, plugins
from context_sidecar.proof import check_delivery
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import START
from support.deliveries import SIGNERS
from support.hosts import inbound
from support.samples import has_sample, sample

URL = "https://context.example.com/v1/push/crm"
SECRET, OLD = Secret("user:a s3cret that both know"), Secret("user:the one before")
BODY = b'{"id": "evt_1", "caf\xc3\xa9": [1, 2.50]}'
AT = START - timedelta(seconds=30)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ISO, SECONDS, MILLISECONDS = "2026-11-23T12:00:00Z", 1795435200, 1795435200000


def form(name: str, **changes: Any) -> Any:
    """The form of an adapter's webhooks, as its sample or these settings set it up."""
    kind = plugins.adapter(name)
    known = dict(sample(name).settings("https://vendor.example.com")) | changes
    return kind(kind.Settings().load(known)).push()


SIGNED = [
    name
    for name in plugins.names(plugins.ADAPTERS)
    if has_sample(name) and plugins.adapter(name).push is not Adapter.push and form(name)
]
UNSIGNED = [
    name
    for name, place in plugins.names(plugins.ADAPTERS).items()
    if plugins.is_recipe(place) and has_sample(name) and name not in SIGNED
]
every_vendor = pytest.mark.parametrize("name", SIGNED)


def delivery(name, body=BODY, secret=SECRET, at=AT, url=URL):
    headers = SIGNERS[name](body, secret.reveal(), at, url)
    lower = {key.lower(): value for key, value in headers.items()}
    return inbound(url, method="POST", body=body, headers=lower)


def test_every_form_is_tested():
    assert sorted(SIGNERS) == SIGNED


@pytest.mark.parametrize("name", UNSIGNED)
def test_a_recipe_without_a_form_says_why(name):
    assert "webhook" in (plugins.adapter(name).__doc__ or "")


class TestProof:
    @every_vendor
    def test_what_the_vendor_signs_is_accepted_under_each_secret(self, name):
        proof = form(name).proof

        check_delivery(delivery(name), proof, [SECRET, OLD])
        check_delivery(delivery(name, secret=OLD), proof, [SECRET, OLD])

    @every_vendor
    def test_s2_another_secret_or_none_proves_nothing(self, name):
        proof = form(name).proof

        for secrets in ([OLD], []):
            with pytest.raises(VisitRefused):
                check_delivery(delivery(name), proof, secrets)
        with pytest.raises(VisitRefused):
            check_delivery(replace(delivery(name), headers={}), proof, [SECRET])

    @settings(max_examples=50, deadline=None)
    @given(data=st.data())
    @every_vendor
    def test_s2_every_part_changed_in_turn_is_refused(self, name, data):
        proof, whole = form(name).proof, delivery(name)
        parts = [header for header in whole.headers if header != "stripe-signature"]
        if isinstance(proof, Signed):
            parts += ["body"] + ["url"] * ("{url}" in proof.signs)
        part = data.draw(st.sampled_from(parts or ["body"]))
        text = {"body": BODY.decode(), "url": URL}.get(part) or whole.headers[part]
        at = data.draw(st.integers(0, len(text) - 1))
        letter = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
        changed = text[:at] + letter + text[at + 1 :]
        if changed == text or (part == "authorization" and at < len("Basic")):
            return
        if part in whole.headers:
            broken = replace(whole, headers={**whole.headers, part: changed})
        else:
            broken = replace(whole, **{part: changed.encode() if part == "body" else changed})

        with pytest.raises(VisitRefused):
            check_delivery(broken, proof, [SECRET, OLD])

    @pytest.mark.parametrize("broken", ["t=1,", "t=1795420770,v1=", "v0=", "t=,v1=x", ",,,", "="])
    def test_s2_a_header_of_parts_is_refused_in_every_part(self, broken):
        whole = delivery("stripe")
        header = whole.headers["stripe-signature"]
        time, signature, _ = header.split(",")

        for changed in (broken, signature, f"{time[:-1]}9,{signature}", f"{time},{signature[:-1]}"):
            with pytest.raises(VisitRefused):
                check_delivery(
                    replace(whole, headers={"stripe-signature": changed}),
                    form("stripe").proof,
                    [SECRET],
                )

    def test_one_of_several_signatures_is_enough(self):
        """Stripe signs once under each secret that is valid."""
        whole = delivery("stripe")
        time, signature, _ = whole.headers["stripe-signature"].split(",")
        both = {"stripe-signature": f"{time},v1=wrong,{signature}"}

        check_delivery(replace(whole, headers=both), form("stripe").proof, [SECRET])

    @pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)], ids=str)
    @pytest.mark.parametrize(
        "name",
        [
            "bamboohr",
            "chatwoot",
            "hubspot",
            "productive",
            "stripe",
            "twenty",
            "zendesk",
        ],
    )
    def test_where_the_time_is_signed_it_has_to_be_now(self, name, late):
        with pytest.raises(VisitRefused, match=r"ago|ahead"):
            check_delivery(delivery(name, at=START - late), form(name).proof, [SECRET])

    def test_atlassians_own_example_is_accepted(self):
        """developer.atlassian.com/cloud/jira/platform/webhooks, "Secure admin webhooks"."""
        digest = "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
        headers = {"x-hub-signature": f"sha256={digest}"}
        shown = inbound(URL, method="POST", body=b"Hello World!", headers=headers)

        check_delivery(shown, form("jira").proof, [Secret("It's a Secret to Everybody")])

    @pytest.mark.parametrize("name", ["xero", "zendesk"])
    def test_the_log_says_which_form_of_the_body_would_have_fitted(self, name):
        whole = delivery(name, body=b'{"a": 1, "b": [2]}')

        with pytest.raises(VisitRefused, match="written anew as JSON"):
            check_delivery(replace(whole, body=b'{"a":1,"b":[2]}'), form(name).proof, [SECRET])

    def test_the_log_says_which_form_of_the_address_would_have_fitted(self):
        inside = delivery("hubspot", url="http://sidecar:8080/v1/push/crm")
        whole = replace(inside, url=URL, headers={**inside.headers, "host": "sidecar:8080"})

        with pytest.raises(VisitRefused, match="public_url"):
            check_delivery(whole, form("hubspot").proof, [SECRET])

    @pytest.mark.parametrize(
        "wrong", [{"signs": "{time}"}, {"signs": "{body}{secret}"}, {"time": "x-time"}], ids=str
    )
    def test_a_form_that_cannot_prove_is_no_form(self, wrong):
        with pytest.raises(ValueError, match="expected"):
            Signed("x-signature", **wrong)


def zendesk(kind="organization.custom_field_changed", event=None, **detail):
    return {
        "type": f"zen:event-type:{kind}", "id": "e-1", "time": ISO, "account_id": 1,
        "detail": {"id": "6607619104125", "external_id": "C-1", **detail}, "event": event or {},
    }  # fmt: skip


def stripe(kind="customer.updated", live=True, before=None, **record):
    changed = {"object": {"object": "customer", "id": "cus_1", **record}}
    changed |= {"previous_attributes": before} if before else {}
    return {
        "id": "evt_1", "object": "event", "type": kind, "created": SECONDS, "livemode": live,
        "data": changed,
    }  # fmt: skip


def xero(*events):
    return {
        "events": [
            {
                "resourceUrl": "https://api.xero.com/…", "resourceId": which, "tenantId": tenant,
                "eventDateUtc": "2026-11-23T12:00:00.000", "eventType": "Update",
                "eventCategory": category, "tenantType": "ORGANISATION",
            }
            for which, category, tenant in events
        ],
        "firstEventSequence": 1, "lastEventSequence": len(events), "entropy": "S0m3r4Nd0mt3xt",
    }  # fmt: skip


def hubspot(kind="company.propertyChange", portal=4711, **more):
    event = {"eventId": 1, "portalId": portal, "occurredAt": MILLISECONDS, "objectId": 182393}
    return [event | {"subscriptionType": kind, "propertyName": "tier"} | more]


def intercom(topic="company.updated", **item):
    company = {"type": "company", "id": "531ee472", "company_id": "C-1"} | item
    return {
        "type": "notification_event", "topic": topic, "id": "notif_1", "app_id": "x",
        "created_at": SECONDS, "data": {"item": company},
    }  # fmt: skip


def quickbooks(name="Customer", operation="Update", realm="4620816365", id="95"):
    entity = {"name": name, "id": id, "operation": operation, "lastUpdated": ISO}
    return {
        "eventNotifications": [{"realmId": realm, "dataChangeEvent": {"entities": [entity]}}]
    }  # fmt: skip


def cloud(type="qbo.customer.updated.v1", realm="4620816365", id="95"):
    return [
        {
            "specversion": "1.0", "id": "88cd52aa", "source": "intuit.x", "type": type,
            "time": "2026-11-23T12:00:00.000Z", "intuitentityid": id, "intuitaccountid": realm,
            "data": {},
        }
    ]  # fmt: skip


def jira(kind="jira:issue_updated", key="SUP-1", *items):
    return {
        "timestamp": MILLISECONDS, "webhookEvent": kind, "issue": {"key": key},
        "changelog": {"items": [*items]},
    }  # fmt: skip


def twenty(name, record, **more):
    said = {"eventName": name, "eventDate": ISO, "record": record, "updatedFields": ["name"]}
    return said | more


def pipedrive(entity, data, previous=None):
    meta = {"id": "m-1", "action": "change", "entity": entity, "entity_id": "7", "timestamp": ISO}
    return {"meta": meta, "data": data, "previous": previous or {}}


def rocketlane(customer=None, changed=()):
    one = {"projectId": 1, "customer": customer and {"companyId": customer}}
    project = one if customer or changed else {}
    return {
        "eventId": "e-1", "resourceType": "PROJECT", "eventType": "PROJECT_UPDATED",
        "data": {"project": project}, "eventOccurredAt": MILLISECONDS,
        "changeLog": {"changedFields": [*changed]},
    }  # fmt: skip


def autotask(kind, action="Update"):
    return {
        "Action": action, "Guid": "g", "EntityType": kind, "Id": 11, "Fields": {},
        "EventTime": ISO, "SequenceNumber": 4, "PersonID": 2,
    }  # fmt: skip


TICKETS = ("open_tickets",)
INVOICES = Change((), (), ("open_invoices", "overdue_invoices"), NOON)
ORG = "6607619104125"
CASES: list[tuple[str, dict[str, Any], Any, dict[str, str], tuple[Change, ...], str]] = [
    # An organization by its own id, or by ours, which a delivery names, too.
    ("zendesk", {"by": "id"}, zendesk(), {}, (Change((ORG,), (), ("account",), NOON),), "e-1"),
    ("zendesk", {}, zendesk(), {}, (Change(("C-1",), (ORG,), ("account",), NOON),), "e-1"),
    (
        "zendesk", {},
        zendesk("organization.external_id_changed", {"previous": "C-0", "current": "C-1"}), {},
        (Change(("C-1", "C-0", "C-1"), (ORG,), (), NOON),), "e-1",
    ),
    (
        "zendesk", {}, zendesk("ticket.status_changed", organization_id=ORG), {},
        (Change((), (ORG,), TICKETS, NOON),), "e-1",
    ),
    (
        "zendesk", {}, zendesk("ticket.organization_changed", organization_id=ORG), {},
        (Change((), (), TICKETS, NOON),), "e-1",
    ),
    ("zendesk", {}, zendesk("ticket.created", organization_id=None), {}, (), "e-1"),
    ("zendesk", {}, zendesk("ticket.created", organization_id="0"), {}, (), "e-1"),
    ("zendesk", {}, zendesk("user.created"), {}, (), "e-1"),
    ("zendesk", {}, zendesk("something.new"), {}, (Change(at=NOON),), "e-1"),
    (
        "zendesk", {}, {"organization_id": ORG, "ticket_id": "7"},
        {"x-zendesk-webhook-invocation-id": "i-1"}, (Change((), (ORG,), TICKETS, None, ("7",)),),
        "i-1",
    ),
    (
        "zendesk", {"by": "id"}, {"organization_id": "", "ticket_id": "7"}, {},
        (Change((), (), TICKETS, None, ("7",)),), "",
    ),
    # It may have been anybody's before.
    ("zendesk", {}, {"organization_id": ORG}, {}, (Change((), (), TICKETS),), ""),
    ("zendesk", {}, {"organization_id": ""}, {}, (Change((), (), TICKETS),), ""),
    (
        "zendesk", {}, {"organization_id": ORG, "ticket_id": "{{ticket.id}}"}, {},
        (Change((), (), TICKETS),), "",
    ),
    (
        "zendesk", {"by": "id"}, zendesk("organization.deleted"), {},
        (Change((ORG,), (), (), NOON), Change((), (), TICKETS, NOON)), "e-1",
    ),
    (
        "stripe", {}, stripe(before={"name": "Acme"}), {},
        (Change(("cus_1",), (), ("account",), NOON),), "evt_1",
    ),
    ("stripe", {}, stripe(), {}, (Change(("cus_1",), (), (), NOON),), "evt_1"),
    ("stripe", {}, stripe("customer.deleted"), {}, (Change(("cus_1",), (), (), NOON),), "evt_1"),
    (
        "stripe", {"by": "email"}, stripe(before={"email": "old@acme.example"}), {},
        (Change((), ("cus_1",), (), NOON),), "evt_1",
    ),
    (
        "stripe", {}, stripe("invoice.overdue", object="invoice", id="in_1", customer="cus_2"), {},
        (Change(("cus_2",), (), ("overdue_invoices",), NOON),), "evt_1",
    ),
    (
        "stripe", {},
        stripe("customer.subscription.updated", object="subscription", customer={"id": "cus_2"}),
        {}, (Change(("cus_2",), (), ("subscriptions",), NOON),), "evt_1",
    ),
    (
        "stripe", {},
        stripe("payment_intent.processing", object="payment_intent", id="pi_1", customer="cus_2"),
        {}, (Change(("cus_2",), (), ("overdue_invoices",), NOON),), "evt_1",
    ),
    (
        "stripe", {},
        stripe("payment_intent.created", object="payment_intent", id="pi_1", customer=None), {},
        (), "evt_1",
    ),
    ("stripe", {}, stripe("payout.paid", object="payout"), {}, (), "evt_1"),
    ("stripe", {}, stripe(live=False), {}, (), "evt_1"),
    (
        "stripe", {}, stripe(before={"discount": None}), {},
        (Change(("cus_1",), (), ("account", "subscriptions"), NOON),), "evt_1",
    ),
    (
        "stripe", {}, stripe(before={"balance": 0, "currency": None}), {},
        (Change(("cus_1",), (), ("account", "overdue_invoices"), NOON),), "evt_1",
    ),
    (
        "stripe", {"by": "metadata.account"}, stripe(before={"metadata": {"account": None}}), {},
        (Change((), ("cus_1",), (), NOON),), "evt_1",
    ),
    (
        "stripe", {},
        stripe("customer.discount.deleted", object="discount", id="di_1", customer="cus_2"), {},
        (Change(("cus_2",), (), ("account", "subscriptions"), NOON),), "evt_1",
    ),
    (
        "stripe", {}, stripe("credit_note.created", object="credit_note", customer="cus_2"), {},
        (Change(("cus_2",), (), ("overdue_invoices",), NOON),), "evt_1",
    ),
    # It names its invoice, and no customer.
    (
        "stripe", {}, stripe("invoice_payment.paid", object="invoice_payment", invoice="in_1"), {},
        (Change((), (), ("overdue_invoices",), NOON, ("in_1",)),), "evt_1",
    ),
    (
        "stripe", {}, stripe("price.updated", object="price", id="price_1"), {},
        (Change((), (), ("subscriptions",), NOON),), "evt_1",
    ),
    ("stripe", {}, stripe("price.created", object="price", id="price_1"), {}, (), "evt_1"),
    # Xero's intent to receive has no events.
    ("xero", {}, xero(), {}, (), ""),
    (
        "xero", {"by": "ContactID"}, xero(("c-1", "CONTACT", "t")), {},
        (Change(("c-1",), at=NOON), INVOICES), "S0m3r4Nd0mt3xt 1 1",
    ),
    (
        "xero", {"by": "AccountNumber"}, xero(("c-1", "CONTACT", "t"), ("i", "INVOICE", "t")), {},
        (Change((), ("c-1",), at=NOON), INVOICES, Change(at=NOON)), "S0m3r4Nd0mt3xt 1 2",
    ),
    (
        "xero", {"tenant_id": "11111111-2222-3333-4444-555555555555"},
        xero(("c-1", "CONTACT", "99999999-2222-3333-4444-555555555555")), {}, (),
        "S0m3r4Nd0mt3xt 1 1",
    ),
    ("hubspot", {}, hubspot(), {}, (Change(("182393",), (), ("account",), NOON),), ""),
    (
        "hubspot", {"by": "domain"}, hubspot(propertyName="domain"), {},
        (Change((), ("182393",), (), NOON),), "",
    ),
    (
        "hubspot", {}, hubspot("object.propertyChange", objectTypeId="0-2"), {},
        (Change(("182393",), (), ("account",), NOON),), "",
    ),
    ("hubspot", {}, hubspot("company.merge"), {}, (Change(at=NOON),), ""),
    ("hubspot", {}, hubspot("ticket.creation"), {}, (Change((), (), TICKETS, NOON),), ""),
    ("hubspot", {}, hubspot("contact.creation"), {}, (), ""),
    ("hubspot", {}, hubspot(portal=1), {}, (), ""),
    (
        "intercom", {"by": "company_id"}, intercom(), {},
        (Change(("C-1",), ("531ee472",), ("account",), NOON),), "notif_1",
    ),
    (
        "intercom", {}, intercom("conversation.admin.closed", type="conversation"), {},
        (Change((), (), TICKETS, NOON),), "notif_1",
    ),
    ("intercom", {}, intercom("ping", type="ping"), {}, (), "notif_1"),
    ("intercom", {}, intercom("something.new"), {}, (Change(at=NOON),), "notif_1"),
    ("quickbooks", {"realm_id": "4620816365"}, quickbooks(), {}, (Change(at=NOON),), ""),
    ("quickbooks", {"realm_id": "4620816365"}, cloud(), {}, (Change(at=NOON),), ""),
    (
        "quickbooks", {"realm_id": "4620816365"}, cloud("qbo.invoice.created.v1"), {},
        (Change(at=NOON),), "",
    ),
    ("quickbooks", {"realm_id": "4620816365"}, quickbooks("Vendor"), {}, (), ""),
    ("quickbooks", {"realm_id": "4620816365"}, quickbooks(realm="1"), {}, (), ""),
    (
        "jira", {"projects": ["SUP"]}, jira(), {"x-atlassian-webhook-identifier": "w-1"},
        (Change((), (), TICKETS, NOON),), "w-1",
    ),
    ("jira", {"projects": ["SUP"]}, jira(key="OPS-1"), {}, (), ""),
    (
        "jira", {"projects": ["SUP"]},
        jira("jira:issue_updated", "OPS-9", {"field": "Key", "fromString": "SUP-1"}), {},
        (Change((), (), TICKETS, NOON),), "",
    ),
    ("jira", {"projects": ["SUP"]}, jira("comment_created"), {}, (), ""),
    (
        "zammad", {},
        {"ticket": {"id": 7, "organization_id": 11, "updated_at": "2026-11-23T12:00:00.000Z"}},
        {"x-zammad-delivery": "d-1"}, (Change(("11",), (), TICKETS, NOON, ("7",)),), "d-1",
    ),
    (
        "zammad", {}, {"ticket": {"id": 7, "organization_id": None, "updated_at": ISO}}, {},
        (Change((), (), TICKETS, NOON, ("7",)),), "",
    ),
    ("zammad", {}, {"something": "new"}, {}, (Change(),), ""),
    (
        "chatwoot", {},
        {"event": "conversation_status_changed", "id": 7, "meta": {"sender": {"id": 5}}},
        {"x-chatwoot-delivery": "d-1"},
        (Change(("5",), (), ("open_conversations",), None, ("7",)),), "d-1",
    ),
    (
        "chatwoot", {}, {"event": "contact_updated", "id": 5}, {}, (Change(("5",)),), "",
    ),
    ("chatwoot", {}, {"event": "message_created", "id": 1}, {}, (), ""),
    ("chatwoot", {}, {"event": "something_new"}, {}, (Change(),), ""),
    (
        "twenty", {}, twenty("company.updated", {"id": "c-1"}), {"x-twenty-webhook-nonce": "n-1"},
        (Change(("c-1",), at=NOON),), "n-1",
    ),
    (
        "twenty", {}, twenty("opportunity.updated", {"id": "o", "companyId": "c-1"}), {},
        (Change(("c-1",), (), ("open_opportunities",), NOON, ("o",)),), "",
    ),
    (
        "twenty", {}, twenty("opportunity.updated", {"id": "o", "companyId": None}), {},
        (Change((), (), ("open_opportunities",), NOON, ("o",)),), "",
    ),
    (
        "twenty", {}, {"event": "company.created", "data": {"id": "c-1"}, "timestamp": ISO}, {},
        (Change(("c-1",), at=NOON),), "",
    ),
    ("twenty", {}, twenty("person.created", {"id": "p-1"}), {}, (), ""),
    (
        "pipedrive", {}, pipedrive("organization", {}), {}, (Change(("7",), at=NOON),), "m-1",
    ),
    (
        "pipedrive", {}, pipedrive("deal", {"org_id": 8}, {"org_id": 7}), {},
        (Change(("8", "7"), (), ("open_deals",), NOON),), "m-1",
    ),
    (
        "pipedrive", {}, pipedrive("deal", None, {"org_id": 7}), {},
        (Change(("7",), (), ("open_deals",), NOON),), "m-1",
    ),
    ("pipedrive", {}, pipedrive("person", {}), {}, (), "m-1"),
    (
        "bamboohr", {}, {"employees": [{"id": "7", "action": "Updated", "changedFields": []}]}, {},
        (Change(("7",), (), ("employee",)), Change((), (), ("person", "staffed"))), "",
    ),
    (
        "bamboohr", {}, {"type": "employee.updated", "data": {"employeeId": 7}}, {},
        (Change(("7",), (), ("employee",)), Change((), (), ("person", "staffed"))), "",
    ),
    (
        "bamboohr", {}, {"type": "something.new"}, {},
        (Change((), (), ("employee",)), Change((), (), ("person", "staffed"))), "",
    ),
    (
        "hibob", {}, {"type": "employee.updated", "triggeredAt": ISO, "data": {"employeeId": "7"}},
        {}, (Change((), (), ("person", "staffed"), NOON),), "",
    ),
    (
        "hibob", {}, {"type": "timeoff.request.approved", "triggeredAt": ISO}, {},
        (Change((), (), ("absences",), NOON),), "",
    ),
    ("hibob", {}, "Ping test", {}, (), ""),
    ("hibob", {}, {"text": "Ping test"}, {}, (), ""),
    ("hibob", {}, {"something": "new"}, {}, (Change(),), ""),
    ("autotask", {}, autotask("Account"), {}, (Change(("11",), (), ("account",), NOON),), "g 4"),
    ("autotask", {}, autotask("Ticket"), {}, (Change((), (), TICKETS, NOON),), "g 4"),
    ("autotask", {}, autotask("Contact"), {}, (), "g 4"),
    (
        "autotask", {}, autotask("Account") | {"Guid": None}, {},
        (Change(("11",), (), ("account",), NOON),), "",
    ),
    ("autotask", {}, autotask("Ticket", "Deactivated"), {}, (), "g 4"),
    (
        "freshdesk", {}, {"company_id": "11", "ticket_id": "7"}, {},
        (Change(("11",), (), TICKETS, None, ("7",)),), "",
    ),
    (
        "freshdesk", {}, {"company_id": "", "ticket_id": 7}, {},
        (Change((), (), TICKETS, None, ("7",)),), "",
    ),
    # It may have been anybody's before.
    ("freshdesk", {}, {"company_id": "11"}, {}, (Change((), (), TICKETS),), ""),
    ("freshdesk", {}, {"company_id": ""}, {}, (Change((), (), TICKETS),), ""),
    (
        "freshdesk", {}, {"company_id": "11", "ticket_id": "{{ticket.id}}"}, {},
        (Change((), (), TICKETS),), "",
    ),
    ("freshdesk", {}, {"something": "new"}, {}, (Change((), (), TICKETS),), ""),
    ("rocketlane", {}, rocketlane(11), {}, (Change(("11",), at=NOON, items=("1",)),), "e-1"),
    (
        "rocketlane", {}, rocketlane(None, ["customer"]), {}, (Change(at=NOON, items=("1",)),),
        "e-1",
    ),
    ("rocketlane", {}, rocketlane(), {}, (Change(at=NOON),), "e-1"),
    (
        "productive", {}, {"data": {"id": "11", "type": "companies"}}, {},
        (Change(("11",), (), ("account",)),), "",
    ),
    (
        "productive", {}, {"data": {"id": "1", "type": "deals"}}, {},
        (Change((), (), ("open_budgets",)),), "",
    ),
    (
        "productive", {}, {"data": {"id": "1", "type": "projects"}}, {},
        (Change((), (), ("active_projects",)),), "",
    ),
    ("productive", {}, {"data": {"id": "1", "type": "tasks"}}, {}, (), ""),
    ("productive", {}, {"something": "new"}, {}, (Change(),), ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changed", "said", "headers", "changes", "sent"),
    CASES,
    ids=[f"{case[0]}-{hashlib.sha256(repr(case).encode()).hexdigest()[:6]}" for case in CASES],
)
def test_what_a_delivery_says(name, changed, said, headers, changes, sent):
    usual = {"stripe": {"mode": "live", "by": "id"}, "hubspot": {"by": "id", "portal_id": "4711"}}
    one = form(name, **(usual.get(name, {}) | changed))
    known = plugins.adapter(name)

    read = one.read(json.loads(json.dumps(said)), headers)

    assert read == Delivery(changes, sent)
    lookups = {offer.lookup for offer in known.offers()}
    assert {name for change in read.changes for name in change.lookups} <= lookups


@every_vendor
def test_every_vendor_is_told_how_it_is_set_up(name):
    guide = form(name).guide

    assert "our address" in guide
    assert "address below" not in guide  # it stands above in some places
