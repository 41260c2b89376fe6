"""What stands beneath the title of a list's item."""

from __future__ import annotations

import pytest
from context_sidecar.core.values import Item, Items
from context_sidecar.wording import words
from context_sidecar.wording.values import as_json
from support.clock import START


@pytest.mark.parametrize(
    ("locale", "written", "said"),
    [
        ("en", "50", "priority 50"),
        ("de", "50", "Priorität 50"),
        ("en", "urgent", "urgent"),
        ("en", "P1", "P1"),
        ("en", "", ""),
    ],
)
def test_a_priority_that_is_a_mere_number_says_what_it_is(locale, written, said):
    ticket = Items((Item("Nobody can sign in", priority=written),), 1)

    [item] = as_json(words(locale, "UTC"), ticket, START)["items"]

    assert item["priority"] == said
