"""How the records of the picked tools find their accounts, as far as anybody has said it.

A rule is written only where some record has its key. Where none is known that can find an account
from a place, one is written that cannot find a wrong one: the account's key that it looks at is yet
to be filled in, since ids of two systems may be alike by chance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from context_sidecar import plugins
from context_sidecar.config.starting.keys import ID, Asked, goes_by
from context_sidecar.config.starting.picks import PickedSource, Picks

UNFILLED = "`null`"
"""The path of a key of which nobody has said where it is: it reads nothing."""

_OURS = "external_customer_id"
_GIVEN_ID = "organization_external_id"
_OWN_IDS = ("account_id", "company_id", "organization_id")
_DOMAINS = ("account_domain", "company_domain", "organization_domain", "requester_email")
_NUMBER = "customer_number"
_TELLING = (_OURS, _GIVEN_ID, *_OWN_IDS, *_DOMAINS)
"""What may say whose a record is. A person's own id says nothing of their customer's."""
_ANYTHING = r"\w+"
_SHARED = {"domain", "email", "name"}
"""What several customers may have in common."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One of `accounts.match`, for every tool where it names none; a guess where only the admin
    knows whether the two are the same."""

    record: str
    account: str
    guess: bool = False
    host: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """How records find accounts.

    Attributes:
        rules: `accounts.match`, ids before what several customers may share.
        unfilled: the keys of accounts that are yet to be filled in, each with what it is to hold.
        waiting: the places whose records find no account until that is done.
    """

    rules: Sequence[Rule]
    unfilled: Mapping[str, str]
    waiting: tuple[str, ...]


def tellers(picks: Picks) -> Mapping[str, str]:
    """Return the source that each tool's install is to name, because there are places in it whose
    records do not say whose they are, and that source knows it."""
    lacking = [host for host in dict.fromkeys(picks.hosts) if _is_silent(host)]
    return {
        host: one.id
        for host in lacking
        if knows_records(host)
        for one in reversed(picks.sources)
        if one.adapter == host
    }


def _is_silent(host: str) -> bool:
    """Whether there are places in a tool whose records do not say whose they are."""
    kind = plugins.host(host)
    return not all(_telling(kind.keys_of(place)) for place in kind.places)


def knows_records(host: str) -> bool:
    """Whether a source of the tool's own system can be asked whose its records are."""
    if host not in plugins.names(plugins.ADAPTERS):
        return False
    known = plugins.adapter(host).record_keys_of
    return all(_telling(known(place)) for place in plugins.host(host).places)


def told(picks: Picks) -> Mapping[str, tuple[str, ...]]:
    """Return what the records of each place of the picked tools say of whose they are: nothing
    where neither the tool does nor a source that its install can name."""
    asked = tellers(picks)
    found = {}
    for host in picks.hosts:
        keys_of = plugins.adapter(host).record_keys_of if host in asked else None
        for place in plugins.host(host).places:
            keys = keys_of(place) if keys_of else plugins.host(host).keys_of(place)
            found[f"{host}/{place}"] = _telling(keys)
    return found


def _telling(keys: Collection[str]) -> tuple[str, ...]:
    if _ANYTHING in keys:
        return ("requester_email", _NUMBER)
    return tuple(name for name in _TELLING if any(re.fullmatch(key, name) for key in keys))


def matching(
    picks: Picks,
    keys: Mapping[str, str],
    owner: str,
    how: Mapping[str, Asked],
    places: Mapping[str, tuple[str, ...]],
) -> Matching:
    """Return how the records of *places*, each with what they say, find the accounts of *owner*,
    which have *keys*."""
    known, ids = _known_by(picks, keys, owner, how), _alike(places)
    rules: list[Rule] = []
    unfilled: dict[str, str] = {}
    waiting = []
    for place, said in places.items():
        host = place.partition("/")[0]
        found = [rule for key in said if (rule := _rule(host, key, keys, known))]
        if {rule.record for rule in found} <= {_OURS}:  # nobody has it before they were found once
            first = next(key for key in said if key != _OURS)
            key, holds = _yet_to_be_filled(host, first)
            found.append(Rule(first, key))
            unfilled[key] = holds
            waiting.append(place)
        rules += [replace(rule, host=host) if rule.record in ids else rule for rule in found]
    rules.sort(key=lambda rule: rule.account in _SHARED)
    return Matching(tuple(dict.fromkeys(rules)), unfilled, tuple(waiting))


def _alike(places: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the ids that records of several tools have under one name: each tool's own ids, that
    may be another's by chance."""
    tools = {(place.partition("/")[0], key) for place, said in places.items() for key in said}
    times = Counter(key for _, key in tools)
    return {key for key in (_GIVEN_ID, *_OWN_IDS) if times[key] > 1}


def _rule(
    host: str, key: str, keys: Mapping[str, str], known: Mapping[tuple[str, str], str]
) -> Rule | None:
    """Return the rule by which *key* of a record of *host* is known to find an account."""
    first = next(iter(keys))
    by_own_id = known.get((host, ID)) or (f"{host}_id" if f"{host}_id" in keys else "")
    given = known.get((host, "external_id"))
    if key == _OURS:
        return Rule(key, ID)
    if key == _GIVEN_ID:
        return Rule(key, given or first, guess=not given)
    if key in _OWN_IDS:
        return Rule(key, by_own_id) if by_own_id else None
    if key in _DOMAINS and "domain" in keys:
        return Rule(key, "domain")
    if key == "requester_email" and "email" in keys:
        return Rule(key, "email")
    return Rule(key, first) if key == _NUMBER and "domain" not in keys else None


def _yet_to_be_filled(host: str, said: str) -> tuple[str, str]:
    """Return the key of accounts that would find one by what a record has *said*, and what it is
    to hold."""
    if said in _OWN_IDS:
        return f"{host}_id", f"the id that {plugins.host(host).label} has for it"
    return "domain", "its domain, such as acme.example"


def _known_by(
    picks: Picks, keys: Mapping[str, str], owner: str, how: Mapping[str, Asked]
) -> Mapping[tuple[str, str], str]:
    """Return which key of an account is a system's own id for it, or the one that it was given
    there, by (adapter, what that goes by), as far as anybody said it."""
    first = next(iter(keys))
    external = {"external_id": "external_id"} if "external_id" in keys else {}
    found: dict[tuple[str, str], str] = {}
    for one in picks.sources:
        if one.id == owner:
            found |= {(one.adapter, by): key for by, key in {ID: first, **external}.items()}
        elif not how[one.id].guess and not how[one.id].settings:
            found[one.adapter, _by(one)] = how[one.id].key
    return found


def _by(one: PickedSource) -> str:
    """Return what a source goes by: `ID` where that is the id by which it lists accounts itself,
    whatever its system calls it."""
    by, own = goes_by(one), next(iter(plugins.adapter(one.adapter).account_keys.values()), ID)
    return ID if by == own else by
