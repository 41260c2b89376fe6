"""Accounts that were merged into others: Salesforce deletes them, and keeps into which."""

from __future__ import annotations

from collections.abc import Mapping

from context_sidecar import Answer, NoMatch

from context_sidecar_adapters.salesforce.soql import Soql


def into_others(soql: Soql, answers: Mapping[str, Answer], by: str) -> dict[str, Answer]:
    """Return *answers*, keyed *by* ids, with the names of those that accounts which are not there
    were merged into; by another key as they are. Of one that was deleted for good since, Salesforce
    tells nothing any more."""
    gone = [key for key, one in answers.items() if by == "Id" and isinstance(one, NoMatch)]
    # The first 15 characters of an id say all of it.
    told = soql.masters("Account", gone) if gone else {}
    masters = {one[:15]: NoMatch(merged_into=name) for one, name in told.items()}
    return {**answers, **{key: masters.get(key[:15], answers[key]) for key in gone}}
