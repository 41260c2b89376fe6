"""Values that an API writes as objects read as texts, wherever they are."""

from __future__ import annotations

import pytest
from context_sidecar import Found, Reason, SourceError
from support.adapters import ask, plugged

DAY = {"is": "date", "year": 2027, "month": 1, "day": 3}
TEXTS = {"date": "{year:4}-{month:2}-{day:2}", "Decimal": "{decimal}"}


@pytest.fixture
def told(httpserver):
    """Returns what is found where the API's row is *row*."""

    def tell(row):
        httpserver.expect_request("/c/1").respond_with_json(row)
        settings = {
            "base_url": httpserver.url_for("/"), "check": {"get": "/c/1"},
            "lookups": {"account": {"get": "/c/{key}"}}, "tagged": {"by": "is", "texts": TEXTS},
        }  # fmt: skip
        with plugged("rest", settings) as adapter:
            return ask(adapter, "1")

    return tell


def test_they_read_as_they_are_declared(told):
    lines = [{"due": DAY}, {"due": None}]

    found = told({"since": DAY, "owed": {"is": "Decimal", "decimal": "0.10"}, "lines": lines})

    assert found == Found(
        {"since": "2027-01-03", "owed": "0.10", "lines": [{"due": "2027-01-03"}, {"due": None}]}
    )


@pytest.mark.parametrize("is_", ["person", None, 5, ["date"]])
def test_an_object_that_is_none_of_them_stays_one(told, is_):
    assert told({"a": {"is": is_, "year": 2027}}) == Found({"a": {"is": is_, "year": 2027}})


@pytest.mark.parametrize("month", [None, True, [1]])
def test_one_that_lacks_a_part_is_a_changed_schema(told, month):
    with pytest.raises(SourceError) as refused:
        told({"since": DAY | {"month": month}})

    assert refused.value.reason is Reason.SCHEMA_CHANGED
