"""From a record's keys to its account: one, none or several, never a guess."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from context_sidecar.core.account import Account, Ambiguous, Match, Matched, Unmatched
from context_sidecar.core.record import Record

Registrable = Callable[[str], str | None]
"""Gives the registrable domain of a host name, as written, by the public suffix list, or None."""

Find = Callable[[str, str], tuple[Account, ...]]
"""Gives the accounts whose key (first) holds the normalised value (second)."""


@dataclass(frozen=True, slots=True)
class MatchRule:
    """One way to find the account: the record's key `record` holds the account's key `account`.

    With `host` it is for records of that host alone: ids of two systems may be alike by chance.
    """

    record: str
    account: str
    host: str = ""

    def said_by(self, record: Record) -> str | None:
        """Return what *record* says for this rule; None where it does not, or is not meant."""
        return record.keys.get(self.record) if self.host in {"", record.host} else None


@dataclass(frozen=True, slots=True)
class Normaliser:
    """Brings a key's value into the one form in which it is stored and looked up.

    Case and surrounding or repeated whitespace are folded. The key `domain` holds registrable
    domains: an e-mail address, a web address and a host name all give the same one. Domains of
    free mail services belong to nobody in particular, so they normalise to nothing.
    """

    registrable: Registrable
    free_mail: frozenset[str]

    def __call__(self, key: str, value: object) -> str | None:
        """Return the normalised value, or None where it cannot identify anybody."""
        text = str(value) if value is not None else ""
        return self.domain(text) if key == "domain" else fold(text) or None

    def domain(self, text: str) -> str | None:
        """Return the registrable domain in an e-mail address, a web address or a host name; None
        where there is none, or more than one address."""
        host = text.partition("://")[2] or text
        for end in "/?#":
            host = host.partition(end)[0]
        before, _, host = host.rpartition("@")
        if "@" in before:
            return None
        host = host.partition(":")[0].strip(" \t\r\n.>")
        found = self.registrable(host) if host else None
        return None if found in self.free_mail else found


def fold(text: str) -> str:
    """Fold case, compatibility forms and whitespace, so that `" Acme  GmbH"` is `"acme gmbh"`."""
    known = " ".join(visible(word) for word in text.split())
    for _ in range(2):  # folding case may undo composition, and composition may undo case
        known = unicodedata.normalize("NFKC", known).casefold()
    return " ".join(unicodedata.normalize("NFKC", known).split())


def visible(text: str) -> str:
    """Drop the characters that cannot be seen, such as control characters and zero-width spaces."""
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def match(record: Record, rules: Iterable[MatchRule], normalise: Normaliser, find: Find) -> Match:
    """Find the account behind *record* by the declared *rules*, in order.

    The first rule that finds exactly one account wins. After a rule that found several, a later
    rule can only decide among those: one that points elsewhere contradicts, and is no evidence.
    """
    tried: list[tuple[str, str]] = []
    nobodys: list[tuple[str, str]] = []
    several: Ambiguous | None = None
    for rule in rules:
        written = rule.said_by(record)
        value = normalise(rule.account, written)
        if value is None:
            if rule.account == "domain" and fold(written or ""):
                nobodys.append((rule.record, written or ""))
            continue
        tried.append((rule.record, written or ""))
        found = find(rule.account, value)
        if several:
            known = {account.id for account in several.candidates}
            found = tuple(account for account in found if account.id in known)
        if len(found) == 1:
            return Matched(found[0], by=rule.account, value=value)
        if found:
            several = Ambiguous(found, by=rule.account, value=value)
    return several or Unmatched(tuple(tried), nobodys=tuple(nobodys))
