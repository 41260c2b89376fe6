"""What lookups' answers looked like over time, kept across restarts.

What another release wrote and this one cannot read counts as never seen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from context_sidecar.core.field import FieldType
from context_sidecar.core.remembered import Memory, Remembered
from context_sidecar.core.shape import Kind, ShapeField
from context_sidecar.store.schema import shapes as table

Place = tuple[str, str]
"""A source's id and a lookup."""


class Shapes:
    """The table of shapes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def looks(self) -> dict[Place, float]:
        """Return when each lookup was last looked at, in seconds since 1970."""
        asked = select(table.c.source, table.c.lookup, table.c.looked_at)
        with self._engine.connect() as connection:
            return {(row.source, row.lookup): row.looked_at for row in connection.execute(asked)}

    def all(self, systems: Mapping[str, str]) -> dict[Place, Memory]:
        """Return what is remembered of the sources that *systems* are the fingerprints of, by id:
        another system under the same name is another story."""
        found = {}
        with self._engine.connect() as connection:
            for row in connection.execute(select(table)):
                if systems.get(row.source) == row.system and (memory := _memory(row)):
                    found[row.source, row.lookup] = memory
        return found

    def keep(self, place: Place, system: str, memory: Memory) -> None:
        """Keep what is remembered of the lookup at *place*."""
        source, lookup = place
        fields = {name: _told(one) for name, one in memory.fields.items()}
        values = {
            "source": source,
            "lookup": lookup,
            "system": system,
            "looked_at": memory.looked_at.timestamp(),
            "inferred": memory.inferred,
            "fields": fields,
        }
        with self._engine.begin() as connection:
            connection.execute(_at(place))
            connection.execute(insert(table).values(values))

    def keep_only(self, sources: Collection[str]) -> None:
        """Forget the sources that are not among these."""
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.source.not_in(list(sources))))


def _at(place: Place) -> Any:
    return delete(table).where(table.c.source == place[0], table.c.lookup == place[1])


def _told(one: Remembered) -> dict[str, Any]:
    times = {"last_seen": one.last_seen, "appeared_at": one.appeared_at, "gone_at": one.gone_at}
    times["changed_at"] = one.changed_at
    return {
        "seen": asdict(one.seen),
        "before": asdict(one.before) if one.before else None,
        "agrees": dict(one.agrees),
        "waived": one.waived,
        **{name: time.timestamp() if time else None for name, time in times.items()},
    }


def _memory(row: Any) -> Memory | None:
    try:
        fields = {name: _remembered(told) for name, told in row.fields.items()}
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    return Memory(fields, datetime.fromtimestamp(row.looked_at, UTC), row.inferred)


def _remembered(told: Mapping[str, Any]) -> Remembered:
    last_seen = _time(told["last_seen"])
    if last_seen is None:
        raise ValueError("never seen")
    return Remembered(
        _field(told["seen"]),
        last_seen,
        appeared_at=_time(told["appeared_at"]),
        gone_at=_time(told["gone_at"]),
        before=_field(told["before"]) if told["before"] else None,
        changed_at=_time(told["changed_at"]),
        agrees=told["agrees"],
        waived=told.get("waived", False),
    )


def _field(told: Mapping[str, Any]) -> ShapeField:
    type_ = FieldType(told["type"]) if told["type"] else None
    kind = Kind(told["kind"]) if told.get("kind") else None
    ways = {name: tuple(told[name]) for name in ("way", "currency")}
    return ShapeField(**{**told, **ways, "type": type_, "kind": kind})


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
