"""Who owns the accounts, and by which of their keys each other system is asked about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Field

from context_sidecar import plugins
from context_sidecar.config.starting.picks import PickedSource, Picks, Unfinished
from context_sidecar.config.texts import Name
from context_sidecar.core.adapter import WAYS
from context_sidecar.core.hints import did_you_mean
from context_sidecar.core.shape import path_to
from context_sidecar.settings import Expression

ID = "id"
"""The key that every account has, whatever its source calls it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """By which key a source is asked, and the settings with which it goes by that; a guess where
    nobody said it."""

    key: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """By what a source may be asked about the accounts of *owner*, which have *keys*.

    `own` is what its adapter goes by where nobody says otherwise, `ways` the other keys that it can
    go by.
    """

    source: str
    label: str
    own: str
    ways: tuple[str, ...]
    owner: str
    keys: tuple[str, ...]


def owned(picks: Picks) -> tuple[str, Mapping[str, str]]:
    """Return the source that owns accounts, and the keys that they have by themselves.

    Raises:
        Unfinished: no picked source can, or not the one that is named.
    """
    able = {
        one.id: keys for one in picks.sources if (keys := plugins.adapter(one.adapter).account_keys)
    }
    owner = picks.owner or next(iter(able), "")
    if owner not in able:
        which = f"{owner} cannot list accounts" if owner else "no picked source can list accounts"
        can = f"These can: {', '.join(able)}." if able else "Add one, such as a CRM or a file."
        raise Unfinished(f"Somebody has to own the accounts, and {which}. {can}")
    return owner, able[owner]


def choices(picks: Picks) -> tuple[Choice, ...]:
    """Return by what each source may be asked for which nobody has said it.

    Raises:
        Unfinished: nobody can own the accounts.
    """
    owner, keys = owned(picks)
    left = (one for one in picks.sources if one.id not in {owner, *picks.keys})
    return tuple(_choice(one, owner, keys) for one in left)


def asked(picks: Picks) -> tuple[Mapping[str, str], Mapping[str, Asked]]:
    """Return `accounts.keys`, with what is said of other sources, and how each of these is asked.

    Raises:
        Unfinished: what is said does not fit.
    """
    owner, keys = owned(picks)
    found, how = dict(keys), {}
    others = {one.id: one for one in picks.sources if one.id != owner}
    for source in picks.keys:
        if source == owner:
            raise Unfinished(f"{owner} owns the accounts: it knows them by its own id.")
        if source not in others:
            raise Unfinished(
                f"There is no source {source}. {did_you_mean(source, others)}".rstrip()
            )
    for source, one in others.items():
        if source not in picks.keys:
            how[source] = Asked(ID, guess=True)
            continue
        key = _declared(source, picks.keys[source], found)
        _check_way(one, key, owner, picks.keys[source])
        how[source] = Asked(key, plugins.adapter(one.adapter).asked_by.get(key, {}))
    [own] = (one for one in picks.sources if one.id == owner)
    return found, {owner: Asked(ID, _by_its_id(own, next(iter(keys.values())))), **how}


def _check_way(one: PickedSource, key: str, owner: str, said: str) -> None:
    """See that a source which is to be asked by a domain, an address or a name can be."""
    kind = plugins.adapter(one.adapter)
    if key not in WAYS or key in {*kind.asked_by, goes_by(one)}:
        return
    if kind.ready_by_name or one.settings.get("by"):  # an admin says what it goes by
        return
    label, own = kind.label or one.adapter, goes_by(one).replace("_", " ")
    column = f"Name the column of {owner} that holds its {own}, such as --key {one.id}=Number"
    ways = "".join(f", or --key {one.id}={way}" for way in kind.asked_by)
    raise Unfinished(f"--key {one.id}={said}: {label} cannot be asked by {key}. {column}{ways}.")


def goes_by(one: PickedSource) -> str:
    """Return what an adapter goes by where nobody says otherwise: `ID`, where it has no choice."""
    by = _by(one)
    own = one.settings.get("by") or (by.load_default if by else ID)
    return own if isinstance(own, str) else ID


def _by(one: PickedSource) -> Field[Any] | None:
    """The setting that says what an adapter goes by, if it has a choice."""
    found: Field[Any] | None = plugins.adapter(one.adapter).Settings().load_fields.get("by")
    return found


def _by_its_id(owner: PickedSource, path: str) -> Mapping[str, Any]:
    """Return the settings with which the owner of accounts goes by their id, which its list has at
    *path*."""
    by = _by(owner)
    if by is None or path == goes_by(owner):
        return {}
    try:
        by.deserialize(path)
    except ValidationError:
        return {}
    return {"by": path}


def _choice(one: PickedSource, owner: str, keys: Mapping[str, str]) -> Choice:
    kind = plugins.adapter(one.adapter)
    label = kind.label or one.adapter
    return Choice(one.id, label, goes_by(one), tuple(kind.asked_by), owner, tuple(keys))


def _declared(source: str, said: str, keys: dict[str, str]) -> str:
    """Return the key that is *said* for a *source*, which is among *keys* from here on: `domain`,
    one that they have; `AccountNumber`, a column; `erp_number:AccountNumber`, both."""
    name, colon, column = said.partition(":")
    if not colon:
        if name in {ID, *keys}:
            return name
        if said in WAYS:
            raise Unfinished(
                f"--key {source}={said}: the source of accounts has no key {said}. Say which of "
                f"its columns that is, such as {said}:Website."
            )
        name, column = f"{source}_id", said
    try:
        Name().deserialize(name)
    except ValidationError as error:
        raise Unfinished(f"--key {source}={said}: {name!r}: {error.messages[0]}.") from None
    if not column:
        raise Unfinished(f"--key {source}={said}: say which column, such as {name}:AccountNumber.")
    path = _path(column)
    if name == ID or keys.get(name, path) != path:
        read = f"read from {keys[name]} already" if name in keys else "given by their source"
        raise Unfinished(
            f"--key {source}={said}: {name} is {read}. Name another key, such as "
            f"{source}_id:{column}."
        )
    keys[name] = path
    return name


def _path(column: str) -> str:
    """Return where a column is in a row: it may be a path already, or have blanks in it."""
    try:
        Expression().deserialize(column)
    except ValidationError:
        return path_to((column,))
    return column
