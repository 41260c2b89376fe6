"""The nearest name: what a typing mistake or a renaming may have meant."""

from __future__ import annotations

import pytest
from context_sidecar.core.hints import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("teir", ["tier", "owner"], "tier"),
        ("TIER__C", ["Tier__c", "Name"], "Tier__c"),
        ("tier", ["id", "owner", "account_tier"], "account_tier"),
        ("account_tier", ["id", "tier"], "tier"),
        ("tier", ["customer_tier_of_last_year", "account_tier"], "account_tier"),
        ("id", ["identity", "name"], None),
        ("tier", ["id", "name"], None),
        ("tier", [], None),
    ],
)
def test_the_nearest_name_is_written_alike_or_holds_the_other(word, known, meant):
    assert nearest(word, known) == meant


def test_names_are_listed_only_where_none_is_near_and_they_are_few():
    assert did_you_mean("teir", ["tier", "id"]) == "Did you mean `tier`?"
    assert did_you_mean("tier", ["id", "name"]) == "Known: id, name."
    assert did_you_mean("tier", [f"column_{number}" for number in range(13)]) == ""
    assert did_you_mean("tier", []) == ""
