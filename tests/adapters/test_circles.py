"""Pages that go in circles are a failure within a few calls, and no list without an end."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from context_sidecar import Reason, SourceError
from context_sidecar_adapters.dataverse.odata import OData
from context_sidecar_adapters.hubspot import crm
from context_sidecar_adapters.intercom.companies import Companies
from context_sidecar_adapters.jira.issues import Customer, Issues
from context_sidecar_adapters.netsuite.suiteql import SuiteQL
from context_sidecar_adapters.stripe.ledger import Ledger
from context_sidecar_adapters.zendesk import organization_fields, tickets

FEW = 3


class Circling:
    """A door behind which *pages* come again and again."""

    status, headers = 200, {"date": "Fri, 27 Nov 2026 06:00:00 GMT"}

    def __init__(self, pages: list[Any]) -> None:
        self._pages, self.calls = cycle(pages), 0

    def get(self, *_: object, **__: object) -> Circling:
        self.calls += 1
        return self

    post = get

    def json(self) -> Any:
        return next(self._pages)


META = [{"has_more": True, "after_cursor": at} for at in "xy"]
NEXT = [{"next": {"after": at}} for at in "xy"]
SOMEBODY = [{"id": "a company"}]
LISTS = {
    "dataverse": (
        lambda door: OData(door).find("accounts", "", {"name"}),
        [{"@odata.count": 9, "value": [{"id": at}], "@odata.nextLink": at} for at in "xy"],
    ),
    "hubspot": (
        lambda door: list(crm.Crm(door).every("companies", ())),
        [{"results": [], "paging": at} for at in NEXT],
    ),
    "intercom list": (
        lambda door: Companies(door, "id").many([str(key) for key in range(500)], ()),
        [{"data": SOMEBODY, "total_count": 500}],
    ),
    "intercom scroll": (
        lambda door: list(Companies(door, "id").every(())),
        [{"data": SOMEBODY, "scroll_param": "x"}],
    ),
    "jira": (
        lambda door: Issues(door, ["SUP"]).open_of({"1": "1"}, Customer("labels")),
        [{"issues": [{"id": at}], "nextPageToken": at} for at in "xy"],
    ),
    "netsuite": (
        lambda door: SuiteQL(door).rows("SELECT id FROM customer"),
        [{"totalResults": 9, "hasMore": True, "items": [{"id": 1}]}],
    ),
    "stripe": (
        lambda door: Ledger(door, live=True).search("/v1/customers", "any"),
        [{"data": [], "has_more": True, "next_page": at} for at in "xy"],
    ),
    "zendesk export": (
        lambda door: tickets.of_many(door, ["1"]),
        [{"results": [], "meta": meta} for meta in META],
    ),
    "zendesk fields": (
        organization_fields.shape,
        [{"organization_fields": [], "meta": meta} for meta in META],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_circle_is_seen_within_a_few_calls(name):
    read, pages = LISTS[name]
    door = Circling(pages)

    with pytest.raises(SourceError) as caught:
        read(door)

    assert caught.value.reason is Reason.BAD_RESPONSE
    assert door.calls <= FEW
