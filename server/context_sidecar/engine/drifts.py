"""What became of the declared fields in their systems, known without a question to the database for
each card."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock

import structlog

from context_sidecar.core.clock import Clock
from context_sidecar.core.drift import Drift, drift_of
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.remembered import Memory, accepted, judged, remembered
from context_sidecar.core.shape import Shape
from context_sidecar.engine.questions import names_in_items_of, names_of
from context_sidecar.store.shapes import Place, Shapes

log = structlog.get_logger()


class Drifts:
    """What is remembered of the shapes of lookups, and what it means for the declared fields.

    Args:
        shapes: the table.
        fields: what is declared.
        clock: gives the present.
        on_change: told when something else is known of a field than before.
    """

    def __init__(
        self,
        shapes: Shapes,
        fields: Iterable[Field],
        clock: Clock,
        on_change: Callable[[], object] = lambda: None,
    ) -> None:
        self._shapes, self._clock, self._on_change = shapes, clock, on_change
        self._fields: dict[Place, list[Field]] = {}
        for field in fields:
            self._fields.setdefault((field.source.id, field.lookup), []).append(field)
        self._declared = {
            place: frozenset().union(
                *(names_in_items_of(one) for one in some if not _is_plain(one))
            )
            for place, some in self._fields.items()
        }
        self._systems = {place[0]: some[0].source.system for place, some in self._fields.items()}
        self._lock = Lock()  # guards what follows
        self._memories: Mapping[Place, Memory] = {}
        self._looks: Mapping[Place, float] = {}
        self._drifts: Mapping[str, Drift] = {}

    @property
    def places(self) -> Collection[Place]:
        """The lookups that fields read."""
        return self._fields.keys()

    def of(self, source: str) -> list[tuple[Field, Drift]]:
        """Return the fields of a source of which something became, and what."""
        fields = (one for place, some in self._fields.items() if place[0] == source for one in some)
        told = self._drifts
        return [(one, told[one.id]) for one in fields if one.id in told]

    def about(self) -> Mapping[str, Drift]:
        """Return, by the id of a field, what became of it; nothing of those that are as they
        were."""
        return self._drifts

    def memory(self, place: Place) -> Memory | None:
        """Return what is remembered of the lookup at *place*."""
        return self._memories.get(place)

    def names(self, place: Place) -> frozenset[str]:
        """Return the names that fields read from the answers of the lookup at *place*."""
        return frozenset().union(*map(names_of, self._fields.get(place, ())))

    def names_in_items(self, place: Place) -> frozenset[str]:
        """Return the names that fields read in the items of lists there."""
        return frozenset().union(*map(names_in_items_of, self._fields.get(place, ())))

    def declared_in_items(self, place: Place) -> frozenset[str]:
        """Return those of them that are declared, and not what items are shown by as they come."""
        return self._declared.get(place, frozenset())

    def fields(self, place: Place) -> Sequence[Field]:
        """Return the fields that are read from the lookup at *place*."""
        return self._fields.get(place, ())

    def learn(self, place: Place, shape: Shape) -> Memory:
        """Remember that the lookup at *place* has this *shape* now."""
        with self._lock:
            now, known = self._clock(), self._read().get(place)
            asked = self.names(place) | self.names_in_items(place)
            memory = remembered(known, shape, now, asked=asked)
            self._keep(place, memory)
        self._look()
        return memory

    def judge(
        self, place: Place, shown: Mapping[str, datetime], gone: Collection[str], shape: Shape
    ) -> None:
        """Remember which names in items some account has *shown*, and when, of those that others
        lack, and which are *gone* from all; *shape* is how the items look that lack them."""
        with self._lock:
            memory = self._read().get(place)
            if memory is None:
                return
            self._keep(place, judged(memory, shown, gone, shape, self._clock()))
        self._look()

    def agree(self, place: Place, name: str, agrees: Mapping[str, float]) -> None:
        """Remember which other names have the values that *name*, which is gone, had."""
        with self._lock:
            memory = self._read().get(place)
            if memory is None or name not in memory.fields:
                return
            gone = replace(memory.fields[name], agrees=agrees)
            fields = {**memory.fields, name: gone}
            self._keep(place, replace(memory, fields=fields, looked_at=self._clock()))
        self._look()

    def accept(self, field: str) -> bool:
        """Take the type that what *field* reads has now for right, and that no list's item has what
        is gone from them; say whether there was something to take.

        Raises:
            KeyError: no such field is declared.
        """
        place, names = next(
            (place, _read_by(one))
            for place, some in self._fields.items()
            for one in some
            if one.id == field
        )
        with self._lock:
            memory = self._read().get(place)
            known = memory.fields if memory else {}
            changed = any(known[name].before for name in names & known.keys())
            lacking = self.declared_in_items(place) & names - memory.living if memory else ()
            if memory is None or not (changed or lacking):
                return False
            self._keep(place, accepted(memory, names, self._clock()))
        self._look()
        log.info("field_accepted", field=field)
        return True

    def look(self) -> None:
        """Bring what is known here up to date with what any process has learnt."""
        if self._shapes.looks() != self._looks:
            self._look()

    def _look(self) -> None:
        with self._lock:
            known = bool(self._looks)
            left_out = self._left_out()
            self._looks, self._memories = self._shapes.looks(), self._read()
            drifts = dict(self._told())
            if (drifts, self._left_out()) == (self._drifts, left_out):
                return
            before, self._drifts = self._drifts, drifts
        if known:  # else it is what another process has told
            _note(before, drifts)
        self._on_change()

    def _read(self) -> dict[Place, Memory]:
        return self._shapes.all(self._systems)

    def _keep(self, place: Place, memory: Memory) -> None:
        self._shapes.keep(place, self._systems[place[0]], memory)

    def _told(self) -> Iterable[tuple[str, Drift]]:
        for place, fields in self._fields.items():
            memory = self._memories.get(place)
            for field in fields if memory else ():
                assert memory
                names, taken = _read_by(field), self._taken(field, fields)
                found = drift_of(names, field.type, field.choices, memory, taken)
                if found:
                    yield field.id, found

    def _taken(self, field: Field, fields: Collection[Field]) -> frozenset[str]:
        others = (_read_by(other) for other in fields if other is not field)
        return frozenset().union(*others) - _read_by(field)

    def _left_out(self) -> Mapping[Place, frozenset[str]]:
        return {place: memory.left_out for place, memory in self._memories.items()}


def _is_plain(field: Field) -> bool:
    return field.type is FieldType.LIST and not field.items


def _read_by(field: Field) -> frozenset[str]:
    return names_of(field) | names_in_items_of(field)


def _note(before: Mapping[str, Drift], after: Mapping[str, Drift]) -> None:
    """Log each field that drifts from here on, and each that no longer does: by name, without a
    value."""
    for field, drift in after.items():
        known = before.get(field)
        if known is None or (known.kind, known.successor) != (drift.kind, drift.successor):
            likely = drift.successor.field.path if drift.successor else None
            log.warning(
                "field_drifted", field=field, kind=drift.kind.value, name=drift.name, likely=likely
            )
    for field in before.keys() - after.keys():
        log.info("field_as_before", field=field)
