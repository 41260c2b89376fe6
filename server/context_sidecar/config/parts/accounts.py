"""`accounts`: which customers exist, their keys, and how a record finds its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields

from context_sidecar import plugins
from context_sidecar.config.contract import TRUTH, about
from context_sidecar.config.draft import Draft
from context_sidecar.config.scalars import Several, Span
from context_sidecar.config.texts import Domain, Name, Reference, Text
from context_sidecar.core.configuration import Accounts
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.source import Source
from context_sidecar.settings import Expression

_EVERY_HOUR = timedelta(hours=1)

_SHARED = frozenset({"domain", "name"})
"""Keys that two accounts may have in common, and that are therefore no account's id."""


class MatchSchema(Schema):
    """One way from a record to its account."""

    record = Text(
        required=True, metadata=about("The record's key that is looked at.", "requester_email")
    )
    account = Reference(
        required=True, metadata=about("The account's key that must hold it.", "domain")
    )
    host = Text(
        metadata=about(
            "The host tool whose records alone are meant: another's ids may be alike by chance.",
            "pipedrive",
        )
    )


class AccountsSchema(Schema):
    """The directory of accounts."""

    source = Reference(
        required=True, error_messages=TRUTH, metadata=about("The source that owns accounts.", "crm")
    )
    keys = fields.Dict(
        keys=Name(),
        values=Expression(),
        required=True,
        metadata=about(
            "The keys by which accounts are known: JMESPath into the source's row. `name` is "
            "needed; `id` is the first key's path unless given, which must tell accounts apart.",
            {"crm_id": "Id", "name": "Name", "domain": "Website"},
        )
        | {"required": ["name"]},
    )
    refresh = Span(
        timedelta(minutes=1), metadata=about("How often the accounts are listed again.", "1h")
    )
    match = fields.List(
        fields.Nested(MatchSchema),
        required=True,
        metadata=about("In order; the first rule that finds exactly one account wins."),
    )
    free_mail = Several(
        Domain(), metadata=about("More domains of free mail services; they match nobody.")
    )


def check(draft: Draft) -> None:
    """Check the owning source and the keys that rules name."""
    if draft.refer(("accounts", "source"), "sources", "a source"):
        _check_source(draft, str(draft.document.at(("accounts", "source"))))
    keys = draft.account_keys()
    if keys is None:
        return
    if "name" not in keys:
        draft.findings.mistake(
            ("accounts", "keys", "name"), "this key is missing", "Say what accounts are called."
        )
    first = str(next(iter(draft.document.at(("accounts", "keys"))), ""))
    if first in _SHARED and "id" not in draft.document.at(("accounts", "keys")):
        draft.findings.mistake(
            ("accounts", "keys", "id"),
            f"this key is missing, and {first} cannot stand for it: two accounts may share it",
            "Say what tells accounts apart, such as id: Id.",
        )
    rules = draft.document.at(("accounts", "match"))
    if rules == []:
        draft.findings.mistake(("accounts", "match"), "expected at least one rule")
    hosts = plugins.names(plugins.HOSTS)
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        host = rule.get("host") if isinstance(rule, dict) else None
        if isinstance(host, str) and host not in hosts:
            way = ("accounts", "match", index, "host")
            draft.findings.unknown(way, "expected the name of an installed host", hosts)
        name = rule.get("account") if isinstance(rule, dict) else None
        if isinstance(name, str) and name not in keys:
            draft.findings.unknown(
                ("accounts", "match", index, "account"),
                "expected one of the keys in accounts.keys", keys,
            )  # fmt: skip


def _check_source(draft: Draft, id: str) -> None:
    if id in draft.adapters and not draft.adapters[id].lists_accounts:
        able = [name for name, adapter in draft.adapters.items() if adapter.lists_accounts]
        hint = f"These can: {', '.join(able)}." if able else ""
        draft.findings.mistake(
            ("accounts", "source"), "expected a source that can list accounts", hint
        )


def build(part: Mapping[str, Any], sources: Mapping[str, Source]) -> Accounts:
    """Return the directory's contract."""
    keys = dict(part["keys"])
    return Accounts(
        source=sources[part["source"]],
        keys={"id": next(iter(keys.values()))} | keys,
        refresh=part.get("refresh", _EVERY_HOUR),
        match=tuple(MatchRule(**rule) for rule in part["match"]),
        free_mail=frozenset(part.get("free_mail", ())),
    )
