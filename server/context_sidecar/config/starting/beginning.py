"""What the settings of a source begin with, beside what was said of them.

An adapter's example has one way of signing in. Where somebody said another, the example's would be
a second one beside it, which no system takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from marshmallow import Schema

from context_sidecar import plugins
from context_sidecar.config.starting.picks import PickedSource
from context_sidecar.settings import SecretText

_STAND_IN = "sqlite:///stand-in.db"
"""What stands for a secret: a text that a database's address may be, too."""


def begun_with(one: PickedSource) -> Mapping[str, Any]:
    """Return the settings to begin with beside what was said, a secret without its value: those of
    the adapter's example or, where these do not go together with what was said, as few secrets as
    make it whole. Where nothing does, it is the example: what is wrong is something else."""
    kind = plugins.adapter(one.adapter)
    schema = kind.Settings()
    ways = (kind.example, *_ways_to_sign_in(schema, one.settings))
    return next((way for way in ways if _fits(schema, one.settings, way)), kind.example)


def _ways_to_sign_in(schema: Schema, said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the secrets that may complete what was *said*, few before many."""
    secrets = [
        name
        for name, field in schema.load_fields.items()
        if isinstance(field, SecretText) and not field.required and name not in said
    ]
    for count in range(len(secrets) + 1):
        yield from (dict.fromkeys(some) for some in combinations(secrets, count))


def _fits(schema: Schema, said: Mapping[str, Any], begun: Mapping[str, Any]) -> bool:
    tried = {**begun, **said}
    needed = [name for name, field in schema.load_fields.items() if field.required]
    secret = {
        name: _STAND_IN
        for name, field in schema.load_fields.items()
        if isinstance(field, SecretText) and (name in tried or name in needed)
    }
    return not schema.validate({**tried, **secret})
