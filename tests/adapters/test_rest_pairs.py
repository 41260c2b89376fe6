"""Lists of pairs in a row, such as custom fields with a caption and a value, read as objects."""

from __future__ import annotations

import pytest
from context_sidecar import Found, Reason, SourceError, plugins
from marshmallow import ValidationError
from support.adapters import ask, plugged

PAIRS = {"own": ["caption", "value"]}


def settings(url, pairs):
    return {
        "base_url": url, "check": {"get": "/me"},
        "lookups": {"account": {"get": "/companies/{key}", "key": "id", "pairs": pairs}},
        "accounts": {"get": "/companies", "pairs": pairs},
    }  # fmt: skip


@pytest.fixture
def adapter(httpserver):
    with plugged("rest", settings(httpserver.url_for("/"), PAIRS)) as opened:
        yield opened


def says(httpserver, row):
    httpserver.expect_request("/companies/C-1").respond_with_json({"id": "C-1"} | row)
    httpserver.expect_request("/companies").respond_with_json([{"id": "C-1"} | row])


@pytest.mark.parametrize(
    ("listed", "read"),
    [
        (
            [{"caption": "Tier", "value": "ENT"}, {"caption": "Since", "value": None}],
            {"Tier": "ENT", "Since": None},
        ),
        ([], {}),
        (
            [{"caption": "Tier", "value": "ENT"}, {"caption": "Tier", "value": "STD"}],
            {},
        ),
    ],
    ids=["each by its name", "none", "one that comes twice is nobody's"],
)
def test_they_are_read_by_their_names(listed, read, httpserver, adapter):
    says(httpserver, {"own": listed})

    assert ask(adapter, "C-1") == Found({"id": "C-1", "own": read})
    assert [row.data["own"] for row in adapter.accounts(())] == [read]


@pytest.mark.parametrize(
    ("value", "read"), [("value", Reason.SCHEMA_CHANGED), ("@.value", {"Tier": None})]
)
def test_one_without_a_value_has_none_only_where_the_api_is_said_to_leave_it_out(
    httpserver, value, read
):
    says(httpserver, {"own": [{"caption": "Tier"}]})

    with plugged("rest", settings(httpserver.url_for("/"), {"own": ["caption", value]})) as adapter:
        if isinstance(read, Reason):
            with pytest.raises(SourceError) as found:
                ask(adapter, "C-1")
            assert found.value.reason is read
        else:
            assert ask(adapter, "C-1").data["own"] == read


def test_a_row_without_them_stays_as_it_is(httpserver, adapter):
    says(httpserver, {"name": "Acme"})

    assert ask(adapter, "C-1") == Found({"id": "C-1", "name": "Acme"})


@pytest.mark.parametrize(
    "listed", [None, {"Tier": "ENT"}, ["ENT"], [{"value": "ENT"}]],
    ids=["null", "an object", "texts", "no name"],
)  # fmt: skip
def test_what_has_no_names_is_a_changed_schema(listed, httpserver, adapter):
    says(httpserver, {"own": listed})

    with pytest.raises(SourceError, match="own is no list of what has a caption") as found:
        ask(adapter, "C-1")
    assert found.value.reason is Reason.SCHEMA_CHANGED


def test_it_takes_where_the_name_is_and_where_the_value():
    with pytest.raises(ValidationError, match="Length must be 2"):
        plugins.adapter("rest").Settings().load(
            settings("https://api.example.com", {"own": ["caption"]})
        )
