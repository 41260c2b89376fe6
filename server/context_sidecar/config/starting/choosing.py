"""Which source gives which field, and which card stands where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from context_sidecar import plugins
from context_sidecar.config.starting.keys import Asked, asked, owned
from context_sidecar.config.starting.matching import (
    UNFILLED,
    Matching,
    matching,
    tellers,
    told,
)
from context_sidecar.config.starting.picks import Picks, Unfinished
from context_sidecar.config.starting.ready import ReadyField, ready_cards, ready_fields
from context_sidecar.core.hints import did_you_mean


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes of what was picked: parts of `sidecar.yaml` as data.

    Attributes:
        owner: the source that owns accounts.
        keys: `accounts.keys`.
        asked: by which of them each source is asked.
        matching: how records find their accounts.
        tellers: the source that each tool's install is to name, by the tool: it knows whose a
            record is, where the tool does not.
        fields: their declarations by name.
        guesses: the fields whose path is only likely.
        cards: their declarations by name.
        left_out: the ready-made fields that no picked system has.
        unshown: those that one has, and no card of the picked tools shows.
        nobodys: the places that a card would be shown in, but for that nothing says whose their
            records are.
        unread: the sources that nothing is read from.
    """

    owner: str
    keys: Mapping[str, str]
    asked: Mapping[str, Asked]
    matching: Matching
    tellers: Mapping[str, str]
    fields: Mapping[str, Mapping[str, Any]]
    guesses: frozenset[str]
    cards: Mapping[str, Mapping[str, Any]]
    left_out: tuple[str, ...]
    unshown: tuple[str, ...]
    nobodys: tuple[str, ...]
    unread: tuple[str, ...]


def chosen(picks: Picks) -> Plan:
    """Return what comes of *picks*.

    Raises:
        Unfinished: something does not fit, or is missing.
    """
    owner, _ = owned(picks)
    keys, how = asked(picks)
    _check_names(picks)
    fields: dict[str, Mapping[str, Any]] = {}
    guesses = set()
    for name, ready in ready_fields().items():
        if name not in picks.without and (given := _given(picks, ready)):
            guess = given.pop("guess", False)
            fields[name] = _declared(picks, ready, given)
            guesses |= {name} if guess else set()
    explained = _explained(fields)
    fields |= {name: {**fields[name], "because": reasons} for name, reasons in explained.items()}
    said = told(picks)
    cards = dict(_cards(picks, fields, said))
    shown = {name for card in cards.values() for name in card["fields"]}
    shown |= {reasons for name, reasons in explained.items() if name in shown}
    used = {name: one for name, one in fields.items() if name in shown}
    known = {*fields, *picks.without}
    left = tuple(
        name for name, one in ready_fields().items() if name not in known and not one.extra
    )
    unshown = tuple(name for name in fields if name not in used)
    if not cards:
        shows = ", ".join(fields) or "none of the ready-made fields"
        raise Unfinished(
            f"No card of {', '.join(picks.hosts)} shows what these systems have ({shows}). Pick "
            "another system, or another tool; --host iframe shows every card."
        )
    places = {place: said[place] for card in cards.values() for place in card["where"]}
    match, asks = matching(picks, keys, owner, how, places), tellers(picks)
    read = {owner, *asks.values(), *(field["source"] for field in used.values())}
    return Plan(
        owner=owner,
        keys={**keys, **dict.fromkeys(match.unfilled, UNFILLED)},
        asked=how,
        matching=match,
        tellers=asks,
        fields=used,
        guesses=frozenset(guesses & used.keys()),
        cards=cards,
        left_out=left,
        unshown=unshown,
        nobodys=tuple(place for place, keys in said.items() if not keys),
        unread=tuple(one.id for one in picks.sources if one.id not in read),
    )


def _explained(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the fields whose reasons the same source gives, with the field that has them."""
    pairs = {name: f"{name}_reasons" for name in fields if f"{name}_reasons" in fields}
    return {
        name: reasons
        for name, reasons in pairs.items()
        if fields[name]["source"] == fields[reasons]["source"]
    }


def _check_names(picks: Picks) -> None:
    known = {one.id for one in picks.sources}
    for name, found in picks.found.items():
        if name not in ready_fields():
            hint = did_you_mean(name, ready_fields()) or f"Known: {', '.join(ready_fields())}."
            raise Unfinished(f"There is no ready-made field {name}. {hint}")
        if found.source not in known:
            hint = did_you_mean(found.source, known)
            said = f"{name} is to come from {found.source}, which is no source. {hint}"
            raise Unfinished(said.rstrip())
    for name in picks.without - ready_fields().keys() - ready_cards().keys():
        ready = [*ready_fields(), *ready_cards()]
        hint = did_you_mean(name, ready) or f"Known: {', '.join(ready)}."
        raise Unfinished(f"There is no ready-made field or card {name}. {hint}")


def _given(picks: Picks, ready: ReadyField) -> dict[str, Any] | None:
    """Return where *ready* is: what is known before what is likely, by the order of families."""
    if found := picks.found.get(ready.name):
        query = {"query": found.lookup} if found.lookup else {}
        return {"source": found.source, "path": found.path, **query}
    offers = list(_offers(picks, ready))
    return next((one for one in offers if not one.get("guess")), offers[0] if offers else None)


def _offers(picks: Picks, ready: ReadyField) -> Iterator[dict[str, Any]]:
    kinds = [(one.id, plugins.adapter(one.adapter)) for one in picks.sources]
    for family in ready.families:
        for source, kind in kinds:
            if kind.family is family and ready.name in kind.ready:
                yield {"source": source, **kind.ready[ready.name]}
    for source, kind in kinds:
        if kind.ready_by_name and ready.declared["type"] != "list" and not ready.extra:
            dated = {"clock": "source"} if "as_of" in kind.example else {}
            yield {"source": source, "path": ready.name, "guess": True, **dated}


def _declared(picks: Picks, ready: ReadyField, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the declaration of a field, in the order in which people read it."""
    declared = {**ready.declared, **said}
    if declared["type"] == "money" and "currency_path" not in declared:
        declared.setdefault("currency", picks.currency)
    first = ("label", "type", "source", "query", "path")
    order = {name: declared[name] for name in first if name in declared}
    return {name: one for name, one in (order | declared).items() if one is not None}


def _cards(
    picks: Picks, fields: Mapping[str, Mapping[str, Any]], said: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the cards, each in the places whose records say something of whose they are."""
    taken = {place for place, keys in said.items() if not keys}
    for name, ready in ready_cards().items():
        places = [place for place in _places(picks, ready.beside) if place not in taken]
        shown = [field for field in ready.declared["fields"] if field in fields]
        if name in picks.without or not places or not shown:
            continue
        taken |= {*places}
        card = {**ready.declared, "where": places, "fields": shown}
        card["headline"] = [field for field in card.get("headline", ()) if field in shown]
        card["attention"] = [
            rule for rule in card.get("attention", ()) if _fits(rule, fields, shown)
        ]
        order = ("title", "where", "audience", "decision", "fields", "headline", "attention")
        yield name, {key: card[key] for key in order if card[key]}


def _places(picks: Picks, beside: Sequence[str]) -> Iterator[str]:
    for host in picks.hosts:
        for place in plugins.host(host).places:
            if place in beside:
                yield f"{host}/{place}"


def _fits(
    rule: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]], shown: Collection[str]
) -> bool:
    """Whether all that a rule reads is on the card, and of the type that it was made for."""
    asked = {condition["field"] for join in rule["when"].values() for condition in join}
    return all(
        name in shown and fields[name]["type"] == ready_fields()[name].declared["type"]
        for name in asked
    )
