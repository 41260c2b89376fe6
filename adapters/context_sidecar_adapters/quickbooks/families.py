"""Customers with their sub-customers, projects among them, down to the fifth level.

From Intuit's page on customers: a sub-customer names its immediate parent only (`ParentRef`), which
no query may ask for. Its `FullyQualifiedName` may be asked for: it has the names of all above it,
with colons between, which no name itself may have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from context_sidecar import Reason, Row, SourceError

from context_sidecar_adapters.quickbooks.customers import ALL, CUSTOMER
from context_sidecar_adapters.quickbooks.queries import Queries, quoted

SUB = ":"


def families(queries: Queries, customers: Collection[Row]) -> dict[str, set[str]]:
    """Return the ids of each of *customers*, by its own: that and those of all its sub-customers.

    The sub-customers of one are asked for by its name; those of several are found among all.

    Raises:
        SourceError: BAD_RESPONSE, one's sub-customers owe something, and none is shown.
    """
    several = len(customers) > 1
    within = "" if several else "".join(str(one["FullyQualifiedName"]) for one in customers)
    pattern = quoted(f"{within or '%'}{SUB}%")
    rows, _ = queries.rows(CUSTOMER, f"FullyQualifiedName like {pattern} and {ALL}")
    children: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.get("Job") is not False:  # it is no customer of an old, odd name
            children[str(row["ParentRef"]["value"])].add(str(row["Id"]))
    found = {str(one["Id"]): _down(str(one["Id"]), children) for one in customers}
    if any(_others_owe(one) and len(found[str(one["Id"])]) == 1 for one in customers):
        raise SourceError(Reason.BAD_RESPONSE, "no sub-customer is shown where some owe")
    return found


def _down(top: str, children: Mapping[str, Collection[str]]) -> set[str]:
    family, level = {top}, {top}
    while level := {child for one in level for child in children.get(one, ())} - family:
        family |= level
    return family


def _others_owe(customer: Row) -> bool:
    return bool(customer.get("BalanceWithJobs", customer.get("Balance")) != customer.get("Balance"))
