"""Any API that answers HTTP with JSON, by configuration alone.

Auth    `sign_in`: bearer, basic, header (a key of its own), client_credentials, jwt_bearer, none.
Limits  one call for each `batch` of keys; the vendor's own limits go into the source's `limits`.
        A long answer is walked page by page, and one that does not end is a failure.
Quirks  an answer counts only when it says that it is JSON and when the place where rows belong is
        there: an empty list is "none", a missing list is a changed schema. A row tells whose it is
        (`key`), so a search whose filter the API ignores is found out. Statuses and bodies with a
        meaning of their own are declared in `errors`; `ok` is for APIs that answer 200 to failures,
        and a lookup's `canary` for those that answer "nothing" to a credential without rights.

    settings:
      base_url: https://api.example.com
      sign_in: {type: bearer, token: "${TOKEN}"}
      check: {get: /me, says: email}
      lookups:
        account: {get: "/companies/{key}", link: "https://app.example.com/companies/{id}"}
        open_tickets:
          get: /tickets
          params: {status: open, companies: "{keys}"}
          batch: 50
          select: tickets
          key: company_id
          many: list
      accounts: {get: /companies, select: companies, paging: {type: page, param: page}}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, partial

import jmespath
from context_sidecar import (
    AccountRow,
    Adapter,
    Connection,
    Lookup,
    Reason,
    SourceError,
    prove,
    proven,
)

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.lookups import AccountsQuery, RecordQuery
from context_sidecar_adapters.rest.request import Blanks
from context_sidecar_adapters.rest.settings import RestSettings


class Rest(Adapter):
    """Speaks to an API as its settings declare it."""

    Settings = RestSettings

    def connection(self) -> Connection:
        """Where the API is, and how it says no."""
        return Connection(
            self.settings["base_url"],
            self.settings["sign_in"],
            self.settings["headers"],
            self._judge.explain,
        )

    @property
    def lookups(self) -> Mapping[str, Lookup]:
        """The declared lookups."""
        found = {}
        for name, query in self.settings["lookups"].items():
            ask = partial(query.ask, self, self._judge)
            proved = proven(ask, query.canary) if query.canary else ask
            found[name] = Lookup(name, proved, query.batch, dated=bool(query.as_of))
        return found

    def check(self) -> str:
        """Make the declared call, and look for every canary."""
        request, says = self.settings["check"]
        body = self._judge.body(request.send(self, Blanks()))
        for query in self.settings["lookups"].values():
            if query.canary:
                prove(partial(query.ask, self, self._judge), query.canary)
        if not says:
            return f"{self.settings['base_url']} answers"
        if not (who := jmespath.search(says, body)):
            raise SourceError(Reason.SCHEMA_CHANGED, f"the check's answer has nothing at {says}")
        return f"signed in as {who}"

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """List all accounts."""
        listing: AccountsQuery | None = self.settings["accounts"]
        if listing is None:
            raise SourceError(Reason.NOT_CONFIGURED, "no list of accounts is declared")
        return listing.rows(self, self._judge, names)

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """Return the keys of the record *id*, or None."""
        query: RecordQuery | None = self.settings["records"].get(type)
        if query is None:
            raise SourceError(Reason.NOT_CONFIGURED, f"no records of type {type} are declared")
        return query.read(self, self._judge, id)

    @cached_property
    def _judge(self) -> Judgement:
        return Judgement(
            self.settings["errors"], self.settings["ok"], frozenset(self.settings["media_types"])
        )
