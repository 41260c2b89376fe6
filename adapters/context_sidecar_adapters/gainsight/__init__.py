"""Gainsight (CS, formerly NXT): companies with any of their fields.

Auth    An access key (header accesskey), which a super admin generates: Connectors 2.0, Create
        Connection, Gainsight API. It does not expire; a new one ends the one before, for everybody.
Scope   None to be had: there is one key for the whole organization, which sees and may change all
        companies.
Limits  100 calls a minute and 50,000 a day, in fixed windows, of all who use the key; past them
        429. 5,000 rows make a page; 500 companies are read in one call.
Quirks  From Gainsight's support pages (Company API Documentation; Error Codes for Company,
        Relationship, and Custom Object APIs; Data Management APIs; Generate API Access Key):
        a refusal is `result: false` with an `errorCode`, whatever the status; that there are no
        rows comes as an empty list, or as a refusal (GSOBJ_1011, 400);
        a field that does not exist fails the whole query: it is looked for in the description of
        companies, left out, and the rest asked again;
        dates and times are milliseconds (`dialect: epoch_milliseconds`), and in which time zone a
        date begins is not documented: where a date of yours shows as not recognised, say it
        (`time_zone`);
        a picklist is an id; what people see of it comes beside it, `Stage_PicklistLabel`;
        what is referred to is read by `__gr`, as `Csm__gr.Name`; fields of one's own end in `__gc`;
        the health score is `CurrentScore` only where its scorecard says so;
        names may come back in another case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from types import MappingProxyType
from urllib.parse import quote

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    Connection,
    Family,
    HeaderKey,
    Limits,
    Row,
    Scope,
    Shape,
    lookup,
)

from context_sidecar_adapters.gainsight import described
from context_sidecar_adapters.gainsight.companies import BATCH, Companies
from context_sidecar_adapters.gainsight.refusals import explain
from context_sidecar_adapters.gainsight.settings import Settings as SettingsSchema


class Gainsight(Adapter):
    """An organization of Gainsight."""

    family = Family.CUSTOMER_SUCCESS
    label = "Gainsight"
    limits = Limits(timeout=timedelta(seconds=5), rate=80, per=timedelta(minutes=1))
    Settings = SettingsSchema
    account_keys = MappingProxyType(
        {"gainsight_id": "Gsid", "salesforce_id": "SfdcAccountId", "name": "Name"}
    )
    asked_by = MappingProxyType({"name": {"by": "Name"}})
    ready = MappingProxyType(
        {
            "renewal_date": {"path": "RenewalDate", "dialect": described.EPOCH},
            "owner": {"path": "Csm__gr.Name"},
            "arr": {"path": "Arr", "guess": True},
            "health": {"path": "CurrentScore", "guess": True},
        }
    )

    def connection(self) -> Connection:
        """The organization's domain."""
        key = HeaderKey("accesskey", self.settings["access_key"])
        return Connection(self._url, key, explain=explain, max_bytes=10_000_000)

    def scope(self) -> Scope:
        """There is one key for the whole organization."""
        return Scope(unavoidable=("its one key, which sees and may change all companies",))

    def check(self) -> str:
        """Sign in, and see companies."""
        self._companies.prove()
        return f"Gainsight at {self._url}"

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """A company's fields by their names; `…_PicklistLabel` is what people see of a picklist,
        `…__gr.Name` the name of what is referred to (`Csm__gr.Name`)."""
        return self._companies.answers(keys, names, self._link)

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All companies, as `account` gives them."""
        for row in self._companies.all(names):
            yield AccountRow(row, self._link(row))

    def shape(self, lookup: str) -> Shape | None:
        """The fields of companies, for `account`."""
        if lookup != "account":
            return None
        return described.shape(self.http).keyed(self.settings["by"])

    @property
    def _url(self) -> str:
        return str(self.settings["url"]).rstrip("/")

    @property
    def _companies(self) -> Companies:
        return Companies(self.http, self.settings["by"])

    def _link(self, company: Row) -> str:
        place = f"/v1/ui/customersuccess360?cid={quote(str(company['Gsid']), safe='')}"
        return f"{self._url}{place}"
