"""What a database takes for the key that was asked for, and is another text, is nobody's: many
compare without accents. The other keys that were asked for at once are answered all the same.

What a sample `play`s compares exactly, so that a door stands in for the database: it asks for the
key that there is, where one is asked for that is spelled otherwise.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from adapters.test_every_record import key_of
from context_sidecar import Found, SourceError
from support.adapters import plugged
from support.dynamics import COMPANY
from support.samples import over_http, sample

ACCENT = "\N{COMBINING DIAERESIS}"


def spelled_otherwise(key: str) -> str:
    """*key* with an accent on its first letter."""
    return re.sub("[A-Za-z]", lambda letter: letter[0] + ACCENT, key, count=1)


def has_letters(key: str) -> bool:
    return re.search("[A-Za-z]", key) is not None


BY_NAME = [
    ("dataverse", {"by": "name"}, "Account A-1"),
    (
        "dataverse",
        {"service": "business_central", "company_id": COMPANY, "by": "displayName"},
        "Customer 10000",
    ),
    ("gainsight", {"by": "Name"}, "Company 1P01"),
    ("hubspot", {"by": "domain"}, "acme.example"),
    ("jira", {"by": "organization_name"}, "Acme"),
    ("netsuite", {"by": "companyname"}, "Customer C-1"),
    ("quickbooks", {"by": "DisplayName"}, "Acme"),
    ("salesforce", {"by": "Name"}, "Account C-1"),
    ("servicenow", {"by": "name"}, "Account ACCT0000001"),
    ("stripe", {"by": "email"}, "c-1@acme.example"),
    ("xero", {"by": "ContactNumber"}, "C-1"),
]
"""Adapters whose samples have keys that tell nothing, each with one that does."""

EXACT = {"stripe"}
"""Those whose samples have ids for keys, which are compared exactly."""

LISTED = {"django_helpdesk", "hibob", "jira", "workday"}
"""Those that are not asked for keys, but for all that there is."""


class Unaccented:
    """A door to a system whose database reads `other` as `key`."""

    def __init__(self, door: Any, key: str, other: str) -> None:
        self._door = door
        written = [str, quote, quote_plus, lambda text: json.dumps(text)[1:-1]]
        self._spellings = {
            write(text): write(key) for text in (other, other.lower()) for write in written
        }
        self.asked_for_other = False

    def get(self, path: str, parts: Any = None, **how: Any) -> Any:
        return self._door.get(self._read(path), self._read(parts), **self._read(how))

    def post(self, path: str, parts: Any = None, **how: Any) -> Any:
        return self._door.post(self._read(path), self._read(parts), **self._read(how))

    def _read(self, said: Any) -> Any:
        match said:
            case str():
                for other, key in self._spellings.items():
                    self.asked_for_other |= other in said
                    said = said.replace(other, key)
            case dict():
                return {name: self._read(one) for name, one in said.items()}
            case list() | tuple() | set():
                return type(said)(self._read(one) for one in said)
        return said


CASES = [
    *(
        pytest.param(name, further, key, id=f"{name} by {further['by']}")
        for name, further, key in BY_NAME
    ),
    *(
        pytest.param(name, {}, "", id=name)
        for name in over_http()
        if hasattr(sample(name), "play") and has_letters(sample(name).KEY) and name not in EXACT
    ),
]


@pytest.mark.parametrize(("name", "further", "only"), CASES)
def test_a_key_that_is_spelled_otherwise_gets_nothing_and_spoils_nothing(
    name, further, only, httpserver
):
    facts = sample(name)
    settings = facts.settings(facts.play(httpserver).url) | further
    with plugged(name, settings) as adapter:
        door = adapter.http
        for lookup in adapter.lookups.values():
            key = only or key_of(facts, lookup.name)
            other = spelled_otherwise(key)
            adapter.http = door
            alone = lookup.ask([key], ())[key]
            assert has_something(alone)
            adapter.http = unaccented = Unaccented(door, key, other)
            told = lookup.ask([other], ())[other]
            assert not has_something(told)
            assert unaccented.asked_for_other or name in LISTED or isinstance(told, SourceError)
            if lookup.batch > 1:
                both = lookup.ask([key, other], ())
                assert both[key] == alone
                assert not has_something(both[other])


def has_something(answer: Any) -> bool:
    if not isinstance(answer, Found):
        return False
    listed = answer.data.get("items") if isinstance(answer.data, dict) else answer.data
    return listed != []
