"""Records that can find no account, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jmespath.parser import Parser

from context_sidecar import plugins
from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.configuration import Configuration, Install
from context_sidecar.core.matching import MatchRule

_Keys = tuple[str, ...]
"""Keys that a record may have, as regular expressions."""


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt keys of accounts that hold nothing, rules that no record on a card can meet, and cards
    in places where none of the rules can be met."""
    yield from _of_keys(configuration)
    places = {
        place: list(_told(place, configuration, draft))
        for card in configuration.cards.values()
        for place in card.where
    }
    if places:
        yield from _of_rules(configuration, places)
        yield from _of_places(configuration, places)


def _of_keys(configuration: Configuration) -> Iterator[Doubt]:
    for name, path in configuration.accounts.keys.items():
        if Parser().parse(path).parsed["type"] == "literal":
            yield Doubt(
                ("accounts", "keys", name),
                "this key is yet to be filled in: it is read from nowhere, and finds no account",
                f"Say where the rows of {configuration.accounts.source.id} have it.",
            )


def _told(
    place: str, configuration: Configuration, draft: Draft
) -> Iterator[tuple[Install | None, _Keys]]:
    """Yield what a record of *place* may say through each install of its tool; where the file has
    none, what it may say through any."""
    name, _, record = place.partition("/")
    kind = plugins.host(name)
    adapters = {source: adapter.kind for source, adapter in draft.adapters.items()}
    installs = [one for one in configuration.installs.values() if one.host == name]
    for install in installs:
        source = install.source
        keys = adapters[source.id].record_keys_of(record) if source else kind.keys_of(record)
        yield install, keys
    if not installs:
        known = (key for one in adapters.values() for key in one.record_keys_of(record))
        yield None, (*kind.keys_of(record), *known)


def _of_rules(
    configuration: Configuration, places: dict[str, list[tuple[Install | None, _Keys]]]
) -> Iterator[Doubt]:
    for index, rule in enumerate(configuration.accounts.match):
        meant = (told for place, told in places.items() if _is_meant(rule, place))
        every = tuple({key for told in meant for _, keys in told for key in keys})
        if not _has(every, rule.record):
            of = f"of {rule.host} " if rule.host else ""
            yield Doubt(
                ("accounts", "match", index, "record"),
                f"no record {of}beside which a card is shown has {rule.record}",
                _known(every),
            )


def _of_places(
    configuration: Configuration, places: dict[str, list[tuple[Install | None, _Keys]]]
) -> Iterator[Doubt]:
    rules = configuration.accounts.match
    for card in configuration.cards.values():
        for index, place in enumerate(card.where):
            for install, keys in places[place]:
                if any(_is_meant(one, place) and _has(keys, one.record) for one in rules):
                    continue
                through = f" in {install.id}" if install else ""
                yield Doubt(
                    ("cards", card.id, "where", index),
                    f"{place}{through} finds no account: no rule of accounts.match looks at what "
                    "its records say of their customer",
                    _known(keys)
                    or "They say nothing: give the install a source that knows whose they are.",
                )


def _is_meant(rule: MatchRule, place: str) -> bool:
    return rule.host in {"", place.partition("/")[0]}


def _has(keys: _Keys, name: str) -> bool:
    return any(re.fullmatch(key, name) for key in keys)


def _known(keys: _Keys) -> str:
    shown = ", ".join(sorted(key.replace(r"\w+", "…") for key in keys))
    return f"They say {shown}." if shown else ""
