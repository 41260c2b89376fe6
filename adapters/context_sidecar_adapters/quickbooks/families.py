"""Customers with their sub-customers, projects among them, down to the fifth level.

From Intuit's page on customers: a sub-customer names its immediate parent only (`ParentRef`), which
no query may ask for. Its `FullyQualifiedName` may be asked for: it has the names of all above it,
with colons between, which no name itself may have. Of very many sub-customers those that owe are
asked for, and then those above them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from context_sidecar import Reason, Row, SourceError

from context_sidecar_adapters.quickbooks.customers import ALL, CUSTOMER
from context_sidecar_adapters.quickbooks.queries import Queries, one_of, quoted

SUB = ":"
NAMED = 200
"""The most customers that one query names, for its address's sake."""


def families(queries: Queries, customers: Collection[Row]) -> dict[str, set[str]]:
    """Return the ids of each of *customers*, by its own: that and those of all its sub-customers.

    Raises:
        SourceError: BAD_RESPONSE, one's sub-customers owe something, and none is shown.
    """
    rows, _ = queries.rows(CUSTOMER, _below(customers))
    return _made(customers, rows)


def small_families(queries: Queries, customers: Collection[Row]) -> dict[str, set[str]] | None:
    """As `families`; None where a page may not have all sub-customers."""
    rows = queries.few(CUSTOMER, _below(customers))
    return None if rows is None else _made(customers, rows)


def families_above(
    queries: Queries, customers: Collection[Row], owners: Collection[str]
) -> dict[str, set[str]]:
    """Return as much of the families of *customers* as is among *owners*, ids of customers: these
    are asked for what is above them, level by level.

    Raises:
        SourceError: BAD_RESPONSE, an owner, or who is above one, is not shown.
    """
    above = {str(one["Id"]): _parent(one) for one in customers}
    level = set(owners) | {one for one in above.values() if one}
    while asked := sorted(level - above.keys()):
        for start in range(0, len(asked), NAMED):
            some = asked[start : start + NAMED]
            rows, _ = queries.rows(CUSTOMER, f"Id in {one_of(some)} and {ALL}")
            found = {str(row["Id"]): _parent(row) for row in rows}
            if found.keys() != set(some):
                raise SourceError(Reason.BAD_RESPONSE, "not the customers that were asked for")
            above |= found
        level = {parent for one in asked if (parent := above[one])}
    children: dict[str, set[str]] = defaultdict(set)
    for one, parent in above.items():
        children[parent].add(one)
    return {str(one["Id"]): _down(str(one["Id"]), children) for one in customers}


def _below(customers: Collection[Row]) -> str:
    """The sub-customers of one are asked for by its name; those of several are found among all."""
    several = len(customers) > 1
    within = "" if several else "".join(str(one["FullyQualifiedName"]) for one in customers)
    pattern = quoted(f"{within or '%'}{SUB}%")
    return f"FullyQualifiedName like {pattern} and {ALL}"


def _made(customers: Collection[Row], rows: Collection[Row]) -> dict[str, set[str]]:
    children: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if parent := _parent(row):
            children[parent].add(str(row["Id"]))
    found = {str(one["Id"]): _down(str(one["Id"]), children) for one in customers}
    if any(_others_owe(one) and len(found[str(one["Id"])]) == 1 for one in customers):
        raise SourceError(Reason.BAD_RESPONSE, "no sub-customer is shown where some owe")
    return found


def _parent(customer: Row) -> str:
    """Whose sub-customer it is; "" where it is none, though its name may be an old, odd one."""
    if customer.get("Job") is False or SUB not in customer["FullyQualifiedName"]:
        return ""
    return str(customer["ParentRef"]["value"])


def _down(top: str, children: Mapping[str, Collection[str]]) -> set[str]:
    family, level = {top}, {top}
    while level := {child for one in level for child in children.get(one, ())} - family:
        family |= level
    return family


def _others_owe(customer: Row) -> bool:
    return bool(customer.get("BalanceWithJobs", customer.get("Balance")) != customer.get("Balance"))
