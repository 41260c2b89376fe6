"""Where an answer of Autotask ends: its own word for it is that there is no next page."""

from __future__ import annotations

import json

import pytest
from context_sidecar import Found, Reason, SourceError
from support.adapters import ask, plugged
from support.samples import sample

QUERY = "/ATServicesRest/V1.0/Contracts/query"
ROW = sample("autotask").contract(1, 11)


@pytest.fixture
def contracts(httpserver):
    """Asks for the contracts of a company, of which each page is as told."""
    httpserver.expect_request("/ATServicesRest/V1.0/Companies/0").respond_with_json(
        sample("autotask").ME
    )
    url = httpserver.url_for("").rstrip("/")

    def asked(*pages):
        for number, page in enumerate(pages):
            said = json.loads(json.dumps(page).replace("URL", f"{url}{QUERY}"))
            httpserver.expect_ordered_request(QUERY).respond_with_json(
                said | {"items": [ROW | {"id": number}]}
            )
        with plugged("autotask", sample("autotask").settings(url)) as adapter:
            return ask(adapter, "11", lookup="active_contracts")

    return asked


def details(next, count=1):
    return {
        "pageDetails": {
            "count": count, "requestCount": 500, "prevPageUrl": None, "nextPageUrl": next,
        }
    }  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_all_pages_are_read_whatever_their_count(contracts, count):
    """`count` is one page's, and may be what it likes."""
    answer = contracts(details("URL?page=2", count), details(None, count))

    assert isinstance(answer, Found)
    assert [row["id"] for row in answer.data] == ["0", "1"]


@pytest.mark.parametrize(
    "page", [{}, {"pageDetails": None}, {"pageDetails": {"count": 1}}], ids=str
)
def test_an_answer_that_does_not_say_whether_it_ends_is_none(contracts, page):
    with pytest.raises(SourceError) as found:
        contracts(page)

    assert found.value.reason is Reason.SCHEMA_CHANGED
