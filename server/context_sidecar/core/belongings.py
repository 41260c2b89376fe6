"""What belongs to accounts: found by the accounts' own ids, listed, and added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Answers
from context_sidecar.core.observation import Answer, Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.rows import Row

LISTED = 100
"""Items of a list that are told; how many there are stands beside them."""

NO_CURRENCY = "of an unknown currency"

Id = TypeVar("Id", bound=Hashable)
Mine = TypeVar("Mine")


def belonging(
    accounts: Answers,
    id: Callable[[Row], Id],
    read: Callable[[set[Id]], Mapping[Id, Mine]],
    tell: Callable[[Mine], Mapping[str, object]],
) -> dict[str, Answer | SourceError]:
    """Return the answers about what belongs to *accounts*, each with its account's link, archived
    where that is; that of an account which is not found is the account's own.

    Args:
        accounts: the answers to the accounts' keys.
        id: reads an account's own id out of its row.
        read: gives what belongs to each of these ids; it is not called for none.
        tell: makes an answer of what belongs to one.
    """
    found = {key: one for key, one in accounts.items() if isinstance(one, Found)}
    ids = {key: id(_row(one)) for key, one in found.items()}
    theirs = read(set(ids.values())) if ids else {}
    told = {
        key: Found(tell(theirs[one]), link=found[key].link, archived=found[key].archived)
        for key, one in ids.items()
    }
    return {**accounts, **told}


def listing(rows: Sequence[Row], item: Callable[[Row], Mapping[str, object]]) -> dict[str, Any]:
    """Return what is told of *rows*: the first `LISTED` as `items`, each as *item* makes it, and
    how many there are as `total`."""
    return {"items": [item(row) for row in rows[:LISTED]], "total": len(rows)}


def added_up(name: str, amounts: Iterable[tuple[Decimal, str]]) -> dict[str, object]:
    """Return the sum of *amounts*, each with its currency, under *name*: null where there are none.

    Where they are of several currencies, or of one that is not known (""), it is a text that names
    the sum of each; it is no amount of money, so that a field of that type shows it as it stands.
    """
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for amount, currency in amounts:
        sums[currency] += amount
    if not sums:
        return {name: None}
    if len(sums) > 1 or "" in sums:
        return {name: " + ".join(f"{sums[one]:f} {one or NO_CURRENCY}" for one in sorted(sums))}
    [(currency, total)] = sums.items()
    return {name: {"amount": f"{total:f}", "currency": currency}}


def _row(account: Found) -> Row:
    if not isinstance(account.data, Mapping):
        raise SourceError(Reason.BAD_RESPONSE, "an account that is no row")
    return account.data
