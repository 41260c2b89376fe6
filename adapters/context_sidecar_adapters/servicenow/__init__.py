"""ServiceNow: customer accounts, their open cases or incidents, contracts and entitlements.

Auth    A user and a password, or OAuth 2 client credentials, whose application has a user too.
Scope   Reading what is asked for (and the role snc_read_only): with Customer Service Management
        customer_account, sn_customerservice_case, ast_contract and service_entitlement, for records
        customer_contact; sys_dictionary, sys_db_object and sys_choice for `sidecar explore`. Which
        roles our user has, ServiceNow tells if they may be read: none that administers is needed.
Limits  None but those that an admin sets, for an hour, by user, role or API; past them 429 with
        Retry-After. How much is left no answer tells. 100 accounts are read in one call.
Quirks  From ServiceNow's API reference, release Australia (Table API, Aggregate API, inbound REST
        API rate limiting, REST API HTTP response codes), and its support articles KB3047115 and
        KB3041645, on empty results and on refused sign-ins, and "Set case and accent sensitivity on
        a per-column basis":
        a text is compared without case and accents: an account named Müller is not taken for one
        named Muller, which comes along;
        a part of a query that names no column is dropped, and the rest of it finds all records; or
        none, where glide.invalid_query.returns_no_rows says so;
        a column that does not exist, or may not be read, is left out;
        records that may not be read are taken out of the answer after they were counted
        (X-Total-Count), and grouped counts then answer 403;
        an answer that takes too long is cut, and says so in an `error` beside its rows, with 200;
        an instance that hibernates or is being upgraded answers with a page for people, even with
        200;
        every value is text: empty where there is none, times in UTC without saying so, durations as
        times of 1970 (as people see them here);
        a case or incident that is resolved is active, and counts as open, until it is closed;
        a value of a query that begins with javascript: is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    Basic,
    ClientCredentials,
    Connection,
    Family,
    NoMatch,
    Reason,
    Row,
    Rows,
    Scope,
    Shape,
    Unasked,
    belonging,
    listing,
    lookup,
)

from context_sidecar_adapters.servicenow import dictionary, records
from context_sidecar_adapters.servicenow.belongings import CONTRACTS, ENTITLEMENTS, Kind, tickets
from context_sidecar_adapters.servicenow.refusals import explain, hidden
from context_sidecar_adapters.servicenow.rows import NAME, nested
from context_sidecar_adapters.servicenow.settings import Settings as SettingsSchema
from context_sidecar_adapters.servicenow.table import Tables

BATCH = 100
SYS_ID = re.compile(r"[0-9a-f]{32}")
EXCESS = {"admin", "security_admin"}
CANNOT_BE_ASKED = re.compile(r"[,^\n]|javascript:", re.IGNORECASE)


class ServiceNow(Adapter):
    """A ServiceNow instance."""

    family = Family.TICKETING
    label = "ServiceNow"
    tells_types = False
    account_keys = MappingProxyType({"number": "number", "name": "name", "domain": "website"})
    asked_by = MappingProxyType({"name": {"by": "name"}})
    ready = MappingProxyType(
        {
            "open_tickets": {"query": "open_tickets"},
            "renewal_date": {"query": "contracts", "path": "first_end"},
        }
    )
    example = MappingProxyType({"user": "sidecar", "password": None})
    record_keys = records.KEYS
    record_keys_by_type = records.KEYS_BY_TYPE
    Settings = SettingsSchema

    def connection(self) -> Connection:
        """The instance's REST API."""
        given = self.settings
        sign_in: Basic | ClientCredentials
        if "user" in given:
            sign_in = Basic(given["user"], given["password"])
        else:
            client = given["client_id"], given["client_secret"]
            sign_in = ClientCredentials(f"{self._url}/oauth_token.do", *client, in_body=True)
        return Connection(f"{self._url}/api/now", sign_in, explain=explain, max_bytes=10_000_000)

    def check(self) -> str:
        """Sign in, and see accounts."""
        count = self._tables.prove(self._accounts, self._by)
        return f"ServiceNow at {self._url}, {count} records of {self._accounts}"

    def scope(self) -> Scope:
        """Which roles that administer our user has, where it may read its own."""
        roles = self._tables.own_roles()
        untold = () if roles else ("any role of our user",)
        return Scope(excess=tuple(sorted(roles & EXCESS)), untold=untold)

    @lookup(batch=BATCH)
    def account(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An account's columns by their names, what belongs to one that it refers to below the
        reference (`primary_contact.email`); as people see them, below `display`."""
        asked = [key for key in keys if self._can_be_asked(key)]
        columns = {name.removeprefix("display.") for name in names} - {"display"}
        optional = set(filter(NAME.fullmatch, columns))
        rows, total = self._tables.having(self._accounts, self._by, asked, {"name"}, optional)
        reader = Rows(
            lambda row: row[self._by],
            link=self._opens(self._accounts),
            name=lambda row: f"{row['name']} ({row['sys_id']})",
            same=str.lower,
        )
        answers = reader.answers(asked, list(map(nested, rows)))
        missing = [key for key, found in answers.items() if isinstance(found, NoMatch)]
        refused = Unasked(Reason.NOT_CONFIGURED, "ServiceNow cannot be asked for such a key")
        known = dict.fromkeys(keys, refused) | answers
        if missing and total > len(rows):
            return known | dict.fromkeys(missing, hidden(self._accounts))
        if missing:
            self._tables.prove(self._accounts, self._by)
        return known

    @lookup(batch=50)
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An account's active cases (or incidents): `items`, the last changed first, and
        `total`."""
        return self._of(self._tickets, keys)

    @lookup(batch=BATCH)
    def ticket_counts(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """How many active cases (or incidents) an account has: `total`, and `by_priority`, by the
        priority's number."""
        return belonging(
            self.account(keys, ()),
            _sys_id,
            lambda ids: self._tables.counts(self._tickets, ids),
            lambda counts: {"total": sum(counts.values()), "by_priority": counts},
        )

    @lookup(batch=50)
    def contracts(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An account's active contracts: `items` and `total`; `first_end` and `last_end`, days,
        null where none of them ends."""
        return self._of(CONTRACTS, keys)

    @lookup(batch=50)
    def entitlements(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """An account's active entitlements, in the same form."""
        return self._of(ENTITLEMENTS, keys)

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """All accounts, as `account` gives them."""
        self._tables.prove(self._accounts, self._by)
        columns = {name.removeprefix("display.") for name in names} - {"display"}
        optional = set(filter(NAME.fullmatch, columns))
        for row in self._tables.every(self._accounts, {self._by, "name"}, optional):
            yield AccountRow(nested(row), self._opens(self._accounts)(row))

    def shape(self, lookup: str) -> Shape | None:
        """The columns of accounts, for `account`."""
        if lookup != "account":
            return None
        return dictionary.shape(self._tables, self._accounts).keyed(self._by)

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """The keys of a ticket, account or contact: `account_id`, `account_number`, `account_name`,
        `requester_email` and `requester_name`."""
        return records.read(self._tables, self.settings, type, id)

    @property
    def _url(self) -> str:
        return str(self.settings["url"]).rstrip("/")

    @property
    def _accounts(self) -> str:
        return str(self.settings["accounts_table"])

    @property
    def _by(self) -> str:
        return str(self.settings["by"])

    @property
    def _tables(self) -> Tables:
        return Tables(self.http)

    @property
    def _tickets(self) -> Kind:
        return tickets(self.settings["tickets_table"], self.settings["account_field"])

    def _can_be_asked(self, key: str) -> bool:
        if self._by == "sys_id":
            return SYS_ID.fullmatch(key) is not None
        return CANNOT_BE_ASKED.search(key) is None

    def _opens(self, table: str) -> Callable[[Row], str]:
        return lambda row: f"{self._url}/nav_to.do?uri={table}.do%3Fsys_id%3D{row['sys_id']}"

    def _of(self, kind: Kind, keys: Sequence[str]) -> Answers:
        """What of *kind* belongs to the accounts of *keys*."""
        link = self._opens(kind.table)
        return belonging(
            self.account(keys, ()),
            _sys_id,
            lambda ids: self._tables.active_of(kind, ids),
            lambda found: {
                **listing(found[0], lambda row: {**kind.item(row), "url": link(row)}),
                "total": found[1],
                **kind.ends(*found),
            },
        )


def _sys_id(account: Row) -> str:
    return str(account["sys_id"])
