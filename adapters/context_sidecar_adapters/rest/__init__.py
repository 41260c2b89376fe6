"""Any API that answers HTTP with JSON, by configuration alone.

Auth    `sign_in`: bearer, basic, header (a key of its own), client_credentials, jwt_bearer, none.
Scope   reading, as narrow as the API grants it; what tells which rights lack and which are too much
        is declared in `scope`.
Limits  one call for each `batch` of keys; the vendor's own limits go into the source's `limits`,
        and where its answers tell what is left of them into `quotas`. A long answer is walked page
        by page, and one that does not end is a failure.
Quirks  an answer counts only when it says that it is JSON and when the place where rows belong is
        there: a missing list is a changed schema, an empty one is "none", but only of a key that
        there is, as the lookup that `known` names finds. A row tells whose it is (`key`), so a
        search whose filter the API ignores is found out. Statuses and bodies with a meaning of
        their own are declared in `errors`; `ok` is for APIs that answer 200 to failures,
        and a lookup's `proof`, `canary` or `sees_all`, or the check's, for those that answer
        "nothing" to a credential without rights: where there is none of these, a none is believed
        only when it is said twice.

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
          known: account
      accounts: {get: /companies, select: companies, paging: {type: page, param: page}}
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from context_sidecar import (
    AccountRow,
    Adapter,
    Answers,
    Bulk,
    Connection,
    Family,
    Lookup,
    Offer,
    Push,
    Reason,
    Row,
    Scope,
    Shape,
    SourceError,
    proven,
)

from context_sidecar_adapters.rest.canaries import is_whole, look_for_all, proven_by_canary
from context_sidecar_adapters.rest.check import Ask, Check, doubted
from context_sidecar_adapters.rest.description import as_given, completed, shape_of
from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.kept import Kept
from context_sidecar_adapters.rest.listing import AccountsQuery
from context_sidecar_adapters.rest.lookups import LookupQuery
from context_sidecar_adapters.rest.records import RecordQuery
from context_sidecar_adapters.rest.rights import told
from context_sidecar_adapters.rest.settings import RestSettings

AT_ONCE = 1_000
"""How many accounts are looked for at once in the list of all."""


def _all_of(lookup: str) -> str:
    return f"the right to see all that {lookup} reads"


class Rest(Adapter):
    """Speaks to an API as its settings declare it."""

    family = Family.ANY
    account_keys = MappingProxyType({"id": "id", "name": "name", "domain": "domain"})
    ready_by_name = True
    example = MappingProxyType(
        {
            "check": {"get": "/me"},
            "lookups": {"account": {"get": "/accounts/{key}"}},
            "accounts": {"get": "/accounts"},
        }
    )
    Settings = RestSettings
    grows = ("lookups",)

    @classmethod
    def known_by(cls, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """Which lookups there are and what rights they need, whether its system owns accounts and
        shows records, and by which keys."""
        records: Mapping[str, RecordQuery] = settings["records"]
        by_type = {
            kind: tuple(sorted(map(re.escape, query.keys))) for kind, query in records.items()
        }
        keys = tuple(sorted({name for names in by_type.values() for name in names}))
        offers = tuple(
            Offer(name, query.batch, "A list of rows." if query.many else "A row.")
            for name, query in settings["lookups"].items()
        )
        known = {
            "accounts": cls.accounts if settings["accounts"] else Adapter.accounts,
            "offers": classmethod(lambda _: offers),
            "rights": {_all_of(name): (name,) for name in settings["lookups"]}
            | {one.right: one.of for one in settings["scope"] if one.of},
        }
        if not records:
            return known | {"record": Adapter.record}
        return known | {"record_keys": keys, "record_keys_by_type": by_type}

    def connection(self) -> Connection:
        """Where the API is, and how it says no."""
        return Connection(
            self.settings["base_url"],
            self.settings["sign_in"],
            self.settings["headers"],
            self._judge.explain,
            max_bytes=self.settings["max_bytes"],
            quotas=tuple(self.settings["quotas"]),
        )

    @property
    def lookups(self) -> Mapping[str, Lookup]:
        """The declared lookups."""
        found = {}
        for name, query in self.settings["lookups"].items():
            always = query.many or query.sums
            check = self._check.beside(query.sees_all)
            shown = check.shown_all(self._proved(query), self, self._judge, always=always)
            feeds = Kept(query).feeds(self, self._judge, partial(self._of_rows, query))
            bulk = Bulk(query.least, AT_ONCE, feeds) if query.least else None
            dated = bool(query.as_of)
            proves = query.proves or bool(check.sees_all)
            found[name] = Lookup(
                name, shown, query.batch, dated=dated, bulk=bulk, proves_none=proves
            )
        return found

    def _proved(self, query: LookupQuery) -> Ask:
        ask = partial(self._ask, query)
        if query.canary:
            return proven_by_canary(ask, query)
        if query.canary_of and (other := self.settings["lookups"][query.canary_of]).canary:
            return proven(ask, other.canary, partial(self._ask, other))
        told = query.many or query.proves or self._check.beside(query.sees_all).sees_all
        return ask if told else doubted(ask)

    def _ask(self, query: LookupQuery, keys: Sequence[str], names: Collection[str]) -> Answers:
        answers = self._answers(query, keys, names)
        return completed(query.described, self, self._judge, answers, names)

    def _answers(self, query: LookupQuery, keys: Sequence[str], names: Collection[str]) -> Answers:
        find = partial(self._find, query.known) if query.known else None
        if len(keys) <= query.batch or is_whole(query):
            return query.ask(self, self._judge, keys, names, find)
        if query.in_bulk:
            return query.ask_at_once(self, self._judge, keys, names, find)
        return query.among(self, self.accounts(names), keys)

    def _of_rows(
        self, query: LookupQuery, rows: Mapping[str, Sequence[Row]], names: Collection[str]
    ) -> Answers:
        def ask(keys: Sequence[str], names: Collection[str]) -> Answers:
            return Kept(query).answers(rows, partial(self._find, query.known))

        check = self._check.beside(query.sees_all)
        return check.shown_all(ask, self, self._judge, always=True)(list(rows), names)

    def _find(self, known: str, keys: Sequence[str]) -> Answers:
        """Return what the lookup *known* has under each of *keys*."""
        query: LookupQuery = self.settings["lookups"][known]
        ask, at_once = self._proved(query), 0 < query.least <= len(keys)
        size = AT_ONCE if at_once else query.batch
        found: dict[str, Any] = {}
        for at in range(0, len(keys), size):
            found |= ask(keys[at : at + size], ())
        return found

    def check(self) -> str:
        """Make the declared call, and look for every canary."""
        who = self._check.look(self, self._judge)
        look_for_all(self.settings["lookups"].values(), self, self._judge)
        return f"signed in as {who}" if who else f"{self.settings['base_url']} answers"

    def scope(self) -> Scope | None:
        """Name the rights that are too much and those that lack, where it is declared what says
        so."""
        lookups = self.settings["lookups"].items()
        needed = {_all_of(name): one.sees_all for name, one in lookups if one.sees_all}
        return told(self.settings["scope"], needed, self._check.request, self, self._judge)

    def accounts(self, names: Collection[str]) -> Iterator[AccountRow]:
        """List all accounts."""
        listing: AccountsQuery | None = self.settings["accounts"]
        if listing is None:
            raise SourceError(Reason.NOT_CONFIGURED, "no list of accounts is declared")
        self._check.see_all(self, self._judge)
        return listing.rows(self, self._judge, names)

    def shape(self, lookup: str) -> Shape | None:
        """The fields of a row, where it is declared how they are described."""
        query: LookupQuery = self.settings["lookups"][lookup]
        if not query.described:
            return None
        shape = shape_of(query.described, self, self._judge).keyed(query.key)
        return as_given(shape, query.shape.gives)

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """Return the keys of the record *id*, or None."""
        query: RecordQuery | None = self.settings["records"].get(type)
        if query is None:
            raise SourceError(Reason.NOT_CONFIGURED, f"no records of type {type} are declared")
        found = query.read(self, self._judge, id)
        if found is None:
            self._check.see_all(self, self._judge)
        return found

    def push(self) -> Push | None:
        """Return the declared form of its own webhooks."""
        form: Push | None = self.settings["push"]
        return form

    @property
    def _check(self) -> Check:
        check: Check = self.settings["check"]
        return check

    @cached_property
    def _judge(self) -> Judgement:
        said = self.settings
        media_types = frozenset(said["media_types"])
        return Judgement(said["errors"], said["ok"], media_types, said["tagged"])
