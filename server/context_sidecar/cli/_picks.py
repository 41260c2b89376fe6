"""What somebody picks for a first `sidecar.yaml`: by flags, or asked for in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from marshmallow import fields

from context_sidecar import catalogue, plugins
from context_sidecar.config.starting import Choice, Found, PickedSource, Unfinished
from context_sidecar.core.family import Family
from context_sidecar.core.hints import did_you_mean
from context_sidecar.settings import SecretText

_NAMES = {
    Family.CRM: "crm",
    Family.TICKETING: "helpdesk",
    Family.CUSTOMER_SUCCESS: "success",
    Family.BILLING: "billing",
    Family.SERVICES: "projects",
    Family.HR: "people",
    Family.WAREHOUSE: "warehouse",
    Family.FILES: "list",
}
"""What a source is called whose name nobody says."""


Picked = tuple[tuple[PickedSource, ...], tuple[str, ...]]
"""Sources and hosts."""


def said(sources: Iterable[str], settings: Iterable[str], hosts: Iterable[str]) -> Picked:
    """Return the sources and hosts that flags name.

    Raises:
        Unfinished: one of them is none, or says too little.
    """
    named: dict[str, str] = {}
    for one in sources:
        name, _, adapter = one.rpartition("=")
        _known(adapter, plugins.names(plugins.ADAPTERS), "adapter", "`sidecar sources` lists them.")
        named[name or _name(adapter, named)] = adapter
    if not named:
        raise Unfinished("No system was picked: --source crm=salesforce, say, or --source files.")
    entered: dict[str, dict[str, Any]] = {name: {} for name in named}
    for one in settings:
        found = re.fullmatch(r"([^.=]+)\.([^=]+)=(.*)", one, re.DOTALL)
        if found is None:
            raise Unfinished(f"--set {one}: expected NAME.SETTING=VALUE.")
        _known(found[1], named, "source")
        entered[found[1]][found[2]] = _value(named[found[1]], found[2], found[3])
    for host in hosts:
        hosts_there = plugins.names(plugins.HOSTS)
        _known(host, hosts_there, "host", f"Known: {', '.join(hosts_there)}.")
    picked = tuple(PickedSource(name, named[name], entered[name]) for name in named)
    return picked, tuple(hosts) or ("iframe",)


def places(said: Iterable[str]) -> Mapping[str, Found]:
    """Return where fields are: `tier=crm:Tier__c`, `staffed=warehouse.staffing:@`.

    Raises:
        Unfinished: one says it in another way.
    """
    found = {}
    for one in said:
        match = re.fullmatch(r"(\w+)=([^:.]+)(?:\.(\w+))?:(.+)", one)
        if match is None:
            raise Unfinished(
                f"--field {one}: expected FIELD=SOURCE:PATH, such as tier=crm:Tier__c, or "
                "FIELD=SOURCE.LOOKUP:PATH, such as staffed=warehouse.staffing:@."
            )
        found[match[1]] = Found(match[2], match[4], match[3] or "")
    return found


def keys(said: Iterable[str]) -> Mapping[str, str]:
    """Return by what sources know the accounts: `billing=AccountNumber`, `support=domain`,
    `billing=erp_number:AccountNumber`.

    Raises:
        Unfinished: one says it in another way.
    """
    found = {}
    for one in said:
        source, equals, text = (part.strip() for part in one.partition("="))
        if not source or not equals or not text:
            raise Unfinished(
                f"--key {one}: expected SOURCE=COLUMN, such as billing=AccountNumber, "
                "SOURCE=KEY:COLUMN, or SOURCE=KEY for a key that accounts have."
            )
        found[source] = text
    return found


def asked_keys(choices: Iterable[Choice]) -> Mapping[str, str]:
    """Ask by what sources know the accounts; those of which nobody knows it are left out."""
    found = {}
    for one in choices:
        click.echo(f"\nBy what does {one.source} ({one.label}) know the accounts of {one.owner}?")
        for said, means in ways(one).items():
            click.echo(f"    {said:<14}  {means}")
        if said := click.prompt("Nothing for later", default="", show_default=False).strip():
            found[one.source] = said
    return found


def ways(choice: Choice) -> Mapping[str, str]:
    """Return what may be said of a source, each with what it means."""
    own = choice.own.replace("_", " ")
    found = {"COLUMN": f"the column of {choice.owner} that holds its {own}"}
    for way in choice.ways:
        if way in choice.keys:
            found[way] = f"by {way}, which accounts have and {choice.label} can be asked by"
        else:
            found[f"{way}:COLUMN"] = f"by {way}, which {choice.label} can be asked by"
    for key in choice.keys:
        if key not in {*choice.ways, "name", "domain"}:
            found[key] = f"the {key} that accounts have, where that is its {own}, too"
    return found


def asked() -> Picked:
    """Ask for the systems, their settings and the tools.

    Raises:
        Unfinished: an answer is none of what was asked for.
    """
    systems = [(one.name, f"{one.system} ({one.family})") for one in catalogue.entries()]
    adapters = _several("Which systems are read?", systems)
    named: dict[str, str] = {}
    for adapter in adapters:
        named[_name(adapter, named)] = adapter
    picked = tuple(
        PickedSource(name, kind, _asked_settings(name, kind)) for name, kind in named.items()
    )
    tools = [(name, plugins.host(name).label) for name in plugins.names(plugins.HOSTS)]
    return picked, tuple(_several("Which tools show cards?", tools))


def _asked_settings(name: str, adapter: str) -> dict[str, Any]:
    kind = plugins.adapter(adapter)
    found = {}
    for setting, field in kind.Settings().load_fields.items():
        if field.required and not isinstance(field, SecretText) and setting not in kind.example:
            about = str(field.metadata.get("description", "")).rstrip(".")
            found[setting] = _value(adapter, setting, click.prompt(f"{name}: {about}"))
    return found


def _several(question: str, known: Sequence[tuple[str, str]]) -> list[str]:
    for number, (_, label) in enumerate(known, 1):
        click.echo(f"{number:>4}  {label}")
    numbers = [int(one) for one in re.findall(r"\d+", click.prompt(f"{question} Numbers"))]
    if wrong := [one for one in numbers if not 1 <= one <= len(known)]:
        raise Unfinished(f"There is no number {wrong[0]}.")
    if not numbers:
        raise Unfinished("None was picked.")
    return [known[number - 1][0] for number in dict.fromkeys(numbers)]


def _name(adapter: str, taken: Iterable[str]) -> str:
    wanted = _NAMES.get(plugins.adapter(adapter).family, adapter)
    return adapter if wanted in taken else wanted


def _value(adapter: str, setting: str, text: str) -> Any:
    """Return what *text* is as a setting: a list may be said with commas."""
    field = plugins.adapter(adapter).Settings().load_fields.get(setting)
    if field is None:
        known = plugins.adapter(adapter).Settings().load_fields
        hint = did_you_mean(setting, known)
        raise Unfinished(f"{adapter} has no setting {setting}. {hint}".rstrip())
    return re.split(r"\s*,\s*", text) if isinstance(field, fields.List) else text


def _known(name: str, known: Iterable[str], kind: str, where: str = "") -> None:
    if name not in known:
        hint = did_you_mean(name, known) or where
        raise Unfinished(f"There is no {kind} {name}. {hint}".rstrip())
