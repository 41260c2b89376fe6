"""The text of a first `sidecar.yaml`: data with the comments that somebody new to it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import Schema

from context_sidecar import plugins
from context_sidecar.config.starting.beginning import begun_with
from context_sidecar.config.starting.choosing import Plan
from context_sidecar.config.starting.left_open import to_fill_in, where_to_look
from context_sidecar.config.starting.picks import PickedSource, Picks, Unfinished
from context_sidecar.config.yaml_text import in_one_line
from context_sidecar.settings import SecretText, TimeZone

_WIDTH = 100
_LONGEST = 60


def written(picks: Picks, plan: Plan) -> tuple[str, tuple[str, ...]]:
    """Return the text, and the names of the environment variables that it takes secrets from.

    Raises:
        Unfinished: a setting that must be there was not said.
    """
    settings = {one.id: _settings(_as_asked(one, plan), picks.time_zone) for one in picks.sources}
    secrets = tuple(
        value[2:-1]
        for said in settings.values()
        for value in said.values()
        if isinstance(value, str) and value.startswith("${") and value.endswith("}")
    )
    lines = [*_head(picks, secrets), *_sources(picks, plan, settings), *_accounts(plan)]
    lines += [*_fields(picks, plan), *_cards(plan), *_installs(picks, plan)]
    return "\n".join(lines) + "\n", secrets


def _head(picks: Picks, secrets: tuple[str, ...]) -> Iterator[str]:
    team, name, notify = picks.team
    yield "# Context Sidecar: which facts are shown where, and from which system."
    yield "# `sidecar check` says what is wrong here, `sidecar doctor` whether the systems answer."
    if secrets:
        yield "# Secrets come from the environment:"
        yield from (f"#   {name}" for name in secrets)
    yield "version: 1"
    yield _one("public_url", picks.public_url) + _note("https, once it is not only your machine")
    yield _one("locale", picks.locale)
    yield _one("time_zone", picks.time_zone)
    yield ""
    yield "teams:" + _note("who owns what, and who is told when it fails")
    yield f"  {team}: {in_one_line({'name': name, 'notify': [notify]})}"


def _sources(picks: Picks, plan: Plan, settings: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield "sources:" + _note("`sidecar sources NAME` says all of one")
    for one in picks.sources:
        kind = plugins.adapter(one.adapter)
        yield f"  {one.id}:" + (_unread(one.id) if one.id in plan.unread else "")
        yield f"    adapter: {one.adapter}"
        yield "    " + _one("label", kind.label or one.id.replace("_", " ").capitalize())
        yield f"    owner: {picks.team[0]}"
        if one.id != plan.owner:
            how = plan.asked[one.id]
            guess = "a guess: the key of `accounts.keys` by which it knows them"
            yield f"    key: {how.key}" + (_note(guess) if how.guess else "")
        yield "    settings:"
        yield from _block(settings[one.id], 6)
        yield from _more(kind.Settings(), settings[one.id])


def _unread(source: str) -> str:
    return _note(f"nothing is read from it yet: `sidecar explore {source}` shows what is there")


def _more(schema: Schema, said: Mapping[str, Any]) -> Iterator[str]:
    more = [name for name in schema.load_fields if name not in said]
    if more:
        yield f"      # more that can be said: {', '.join(more)}"


def _as_asked(one: PickedSource, plan: Plan) -> PickedSource:
    """Return a source with the settings by which it goes by its key, unless others were said."""
    how = plan.asked.get(one.id)
    return replace(one, settings={**how.settings, **one.settings}) if how else one


def _settings(one: PickedSource, zone: str) -> dict[str, Any]:
    """Return the settings of a source: what was said, a variable for each secret, and *zone* as the
    one in which its days are."""
    found: dict[str, Any] = {}
    begun = begun_with(one)
    for name, field in plugins.adapter(one.adapter).Settings().load_fields.items():
        secret = isinstance(field, SecretText)
        if name in one.settings:
            found[name] = _said(one, name, secret=secret)
        elif secret and (field.required or name in begun):
            found[name] = _variable(one.id, name)
        elif name in begun:
            found[name] = begun[name]
        elif isinstance(field, TimeZone) and zone != "UTC":
            found[name] = zone
        elif field.required:
            about = str(field.metadata.get("description", "")).rstrip(".")
            raise Unfinished(f"{one.id} needs {name} ({about}): --set {one.id}.{name}=…")
    return found


def _said(one: PickedSource, name: str, *, secret: bool) -> Any:
    value = one.settings[name]
    if secret and not str(value).startswith("${"):
        variable = _variable(one.id, name)
        raise Unfinished(
            f"{one.id}.{name} is a secret, which belongs into no file: say nothing of it here, and "
            f"put it into the environment as {variable[2:-1]}."
        )
    return value


def _variable(source: str, setting: str) -> str:
    return f"${{{source}_{setting}}}".upper()


def _accounts(plan: Plan) -> Iterator[str]:
    yield ""
    yield "accounts:" + _note("which customers exist, and how a record finds its own")
    yield f"  source: {plan.owner}"
    yield f"  keys: {in_one_line(plan.keys)}"
    for key, holds in plan.matching.unfilled.items():
        yield f"  # {key} is yet to be filled in: where the rows of {plan.owner} have {holds}"
    yield "  refresh: 1h"
    yield "  match:" + _note("in order; the first rule that finds exactly one account wins")
    for rule in plan.matching.rules:
        guess = f"a guess: the key of accounts that {rule.record} holds"
        host = {"host": rule.host} if rule.host else {}
        line = in_one_line({"record": rule.record, "account": rule.account, **host})
        yield f"    - {line}" + (_note(guess) if rule.guess else "")


def _fields(picks: Picks, plan: Plan) -> Iterator[str]:
    yield ""
    yield "fields:" + _note("each with its contract; hover a value on a card, and you read it")
    for name, said in plan.fields.items():
        yield f"  {name}:"
        for line in _block(said, 4):
            yield line
            if name in plan.guesses and line.startswith("    source:"):
                look = f"sidecar explore {where_to_look(name, said)}"
                yield f"    # a guess: `{look}` shows what is there"
        if name in {*plan.guesses, *picks.found}:
            yield from (f"    # {one}" for one in to_fill_in(said))
    if plan.left_out:
        yield f"  # ready-made, and in none of these systems: {', '.join(plan.left_out)}"
    if plan.unshown:
        yield f"  # ready-made, and on no card of these tools: {', '.join(plan.unshown)}"


def _cards(plan: Plan) -> Iterator[str]:
    yield ""
    yield "cards:" + _note("the fields shown in one place, to one audience, for one decision")
    for name, said in plan.cards.items():
        yield f"  {name}:"
        yield from _block(said, 4)
    if plan.nobodys:
        yield f"  # in no card, since nothing says whose these are: {', '.join(plan.nobodys)}"


def _installs(picks: Picks, plan: Plan) -> Iterator[str]:
    hosts = ", ".join(picks.hosts)
    yield ""
    yield f"# The tools ({hosts}) are installed in the admin pages, at /admin."
    yield "# `sidecar key create --admin NAME` lets you in."
    for host, source in plan.tellers.items():
        yield f"# That of {host} names the source {source}, which knows whose its records are."


def _block(said: Mapping[str, Any], indent: int) -> Iterator[str]:
    """Yield *said* in lines: what is short in one, what is deep below its name."""
    blank = " " * indent
    for name, value in said.items():
        flow = _one(name, value)
        if not isinstance(value, list | Mapping) or len(flow) + indent <= _WIDTH:
            yield blank + flow
        elif isinstance(value, list):
            yield f"{blank}{name}:"
            yield from (f"{blank}  - {in_one_line(one)}" for one in value)
        else:
            yield f"{blank}{name}:"
            yield from _block(value, indent + 2)


def _one(name: str, value: Any) -> str:
    return f"{name}: {in_one_line(value)}"


def _note(text: str) -> str:
    return f"    # {text}"
