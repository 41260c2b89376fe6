"""Odoo: partners, their overdue invoices, subscriptions, projects and open tickets.

Auth    An API key of a user (Bearer), best of one that is there for this alone; it ends after three
        months at most. Odoo 19 or later; where Odoo hosts it, on the Custom plan.
Scope   Reading of contacts, and of what is shown: journal items (account.move.line, by which
        invoices are due), orders, projects, tickets. Odoo tells what our user may change: nothing
        is needed.
Limits  None are documented. 200 partners are read in one call, and rows by the thousand.
Quirks  From Odoo's documentation (External JSON-2 API; ORM) and its source (addons/rpc, odoo/http,
        account, project, sale_subscription, helpdesk):
        what is empty is false, and so is a boolean that is not set: a field's type tells which;
        what is referred to is [id, name], and times are in UTC without saying so;
        a field that does not exist, or may not be read, fails the whole call (500 ValueError, 403
        AccessError), so that only those are asked for which Odoo says that there are;
        what a record rule keeps from our user is left out without a word, and so is what belongs to
        a company that it may not see: `companies` says which it must;
        `invoice_date_due` is when the last instalment of an invoice is due: each stands in a line;
        what is overdue is before unapplied credits, which are payments and credit notes that are
        not reconciled with an invoice yet;
        an archived record is not found unless it is asked for (`active_test`): a partner that is
        answers where no other has its key (`active` is false);
        an error has the name of a Python exception, and a model of an app that is not installed is
        404; a person at a company is a partner, too, and the company its commercial partner.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    Bearer,
    Cause,
    Connection,
    Family,
    Reason,
    Row,
    Scope,
    Shape,
    SourceError,
    belonging,
    listing,
    lookup,
)

from context_sidecar_adapters.odoo import described, invoices, projects, records, subscriptions
from context_sidecar_adapters.odoo import tickets as helpdesk
from context_sidecar_adapters.odoo.models import Models
from context_sidecar_adapters.odoo.partners import BATCH, Partners
from context_sidecar_adapters.odoo.refusals import explain
from context_sidecar_adapters.odoo.settings import Settings as SettingsSchema

READ = ("res.partner", "account.move.line", "sale.order", "project.project", "helpdesk.ticket")


class Odoo(Adapter):
    """A database of Odoo."""

    family = Family.BILLING
    label = "Odoo"
    account_keys = MappingProxyType({"ref": "ref", "name": "name", "domain": "website"})
    asked_by = MappingProxyType({"email": {"by": "email"}, "name": {"by": "name"}})
    rights = MappingProxyType(
        {
            "reading account.move.line": ("overdue_invoices",),
            "reading sale.order": ("subscriptions",),
            "reading project.project": ("projects",),
            "reading helpdesk.ticket": ("open_tickets", "records"),
        }
    )
    ready = MappingProxyType(
        {
            "owner": {"path": "user_id.name"},
            "open_tickets": {"query": "open_tickets"},
            "overdue": {
                "label": "Overdue, before credits",
                "query": "overdue_invoices",
                "path": "amount",
            },
            "overdue_invoices": {"query": "overdue_invoices"},
            "renewal_date": {"query": "subscriptions", "path": "first_end"},
        }
    )
    record_keys = records.KEYS
    record_keys_by_type = records.KEYS_BY_TYPE
    Settings = SettingsSchema

    def connection(self) -> Connection:
        """The JSON-2 API."""
        given = self.settings
        return Connection(
            f"{self._url}/json/2",
            Bearer(given["api_key"], "bearer"),
            headers={"X-Odoo-Database": given["database"]} if "database" in given else {},
            explain=explain,
            max_bytes=10_000_000,
        )

    def check(self) -> str:
        """Sign in, and see the companies, and partners."""
        rows = self._models.every("res.company", [], ["name"])
        lacking = set(self.settings["companies"]) - {row["id"] for row in rows}
        if lacking:
            ids = ", ".join(map(str, sorted(lacking)))
            detail = f"our user is not shown these companies: {ids}"
            causes = [Cause.MISSING_PERMISSION]
            raise SourceError(Reason.PERMISSION_DENIED, detail, possible_causes=causes)
        self._partners.prove()
        return f"Odoo at {self._url}: {', '.join(row['name'] for row in rows)}"

    def scope(self) -> Scope:
        """What our user may do to what is read here."""
        return self._models.rights(READ)

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A partner's fields by their technical names; what it refers to has an `id` and a `name`
        (`user_id.name`)."""
        return self._partners.answers(keys, names, self._opens("res.partner"))

    @lookup(batch=BATCH)
    def overdue_invoices(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A partner's invoices of which some is past due, as of one that is paid in instalments:
        `items`, the oldest first, and `total`; `amount`, what should have been paid of them, null
        where nothing should (a text for several currencies); `oldest_due`, a day."""
        zone = self.settings["time_zone"]
        return self._of(
            keys,
            lambda ids: invoices.overdue(self._models, ids, zone),
            invoices.MODEL, invoices.item, invoices.summary,
        )  # fmt: skip

    @lookup(batch=BATCH)
    def subscriptions(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A partner's subscriptions in progress or paused (app Subscriptions): `items` and `total`;
        `monthly`, what recurs each month; `next_invoice` and `first_end`, days, or null."""
        return self._of(
            keys,
            lambda ids: subscriptions.running(self._models, ids),
            subscriptions.MODEL, subscriptions.item, subscriptions.summary,
        )  # fmt: skip

    @lookup(batch=BATCH)
    def projects(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A partner's projects (app Project): `items`, the last changed first, and `total`;
        `statuses`, how many are `on_track`, `at_risk`, `off_track`, `on_hold` and so on."""
        return self._of(
            keys,
            lambda ids: projects.of(self._models, ids),
            projects.MODEL, projects.item, projects.summary,
        )  # fmt: skip

    @lookup(batch=BATCH)
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A partner's tickets in no folded stage (app Helpdesk): `items`, the last changed first,
        and `total`."""
        return self._of(
            keys,
            lambda ids: helpdesk.open_of(self._models, ids),
            helpdesk.MODEL, helpdesk.item, lambda _: {},
        )  # fmt: skip

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All partners that are companies and not archived, as `account` gives them."""
        link = self._opens("res.partner")
        for row in self._partners.companies(names):
            yield AccountRow(row, link(row))

    def shape(self, lookup: str) -> Shape | None:
        """The fields of partners, for `account`."""
        if lookup != "account":
            return None
        return described.shape(self._models, "res.partner").keyed(self.settings["by"])

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """The keys of a contact or ticket: `requester_email` and `requester_name`; `company_id`,
        `company_name`, `company_reference` and `company_vat`."""
        return records.read(self._models, type, id)

    @property
    def _url(self) -> str:
        return str(self.settings["url"]).rstrip("/")

    @property
    def _models(self) -> Models:
        return Models(self.http, self.settings["companies"])

    @property
    def _partners(self) -> Partners:
        return Partners(self._models, self.settings["by"])

    def _opens(self, model: str) -> Callable[[Row], str]:
        return lambda row: f"{self._url}/mail/view?model={model}&res_id={row['id']}"

    def _of(
        self,
        keys: Sequence[str],
        read: Callable[[set[int]], Mapping[int, list[Row]]],
        model: str,
        item: Callable[[Row], dict[str, Any]],
        summary: Callable[[list[Row]], dict[str, Any]],
    ) -> Answers:
        """What belongs to the partners of *keys*, of each as *read*, an *item* for each."""
        link = self._opens(model)
        return belonging(
            self.account(keys, ()),
            lambda partner: int(partner["id"]),
            read,
            lambda rows: {
                **listing(rows, lambda row: {**item(row), "url": link(row)}),
                **summary(rows),
            },
        )
