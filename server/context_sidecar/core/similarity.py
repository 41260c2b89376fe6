"""How alike two names, and two vocabularies, are: from 0 to 1."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher

_HOLDS = 0.9
"""How alike two names are of which one has all the words of the other: Tier, Customer tier."""


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, however they are written: `customer_tier`, `Customer Tier`,
    and `CustomerTier__c` are the same."""
    first, second = words(one), words(other)
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    if set(first) <= set(second) or set(second) <= set(first):
        return _HOLDS
    return SequenceMatcher(None, " ".join(first), " ".join(second), autojunk=False).ratio()


def words(name: str) -> list[str]:
    """Return the words of which a name is made, in lower case; of a way its last step, without
    what a vendor adds to every name (`__c`)."""
    last = re.sub(r"__[a-z]$", "", name.rpartition(".")[2])
    apart = re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", last)
    return re.findall(r"[^\W_]+", apart.casefold())


def overlap(one: Collection[str], other: Collection[str]) -> float:
    """Return which part of all codes of two vocabularies both have."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first | second else 0.0
