"""Customers with their sub-customers, down to the last level.

A sub-customer names the customer right above it (`parent`: a column of customers, as fivetran's
dbt_netsuite reads it), so that each level takes a query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from context_sidecar import Row, Rows

from context_sidecar_adapters.netsuite.suiteql import SuiteQL

AT_ONCE = 500
"""The most ids that one query names: Oracle's databases take no list of over 1,000."""


def families(suiteql: SuiteQL, customers: Collection[str]) -> dict[str, set[str]]:
    """Return the ids of each of *customers*, by its own: that and those of all its sub-customers.

    Raises:
        SourceError: SCHEMA_CHANGED, there are sub-customers of others.
    """
    children: dict[str, set[str]] = defaultdict(set)
    known, level = set(customers), set(customers)
    while level:
        for some in listed(level):
            for parent, rows in _below(suiteql, some).items():
                children[parent] |= {str(row["id"]) for row in rows}
        level = {child for one in level for child in children[one]} - known
        known |= level
    return {one: _down(one, children) for one in customers}


def listed(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield *ids* in their order, as many at once as one query may name."""
    ordered = sorted(ids)
    return (ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE))


def _below(suiteql: SuiteQL, parents: Collection[str]) -> dict[str, list[Row]]:
    where = f"WHERE parent IN ({', '.join(parents)})"
    rows = suiteql.find("customer", where, {"id", "parent"}, ())
    return Rows(lambda row: row["parent"]).grouped(list(parents), rows)


def _down(top: str, children: Mapping[str, Collection[str]]) -> set[str]:
    family, level = {top}, {top}
    while level := {child for one in level for child in children[one]} - family:
        family |= level
    return family
