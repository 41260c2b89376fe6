"""What views read, by their texts: the tables below them, view in view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from context_sidecar_adapters.sql.tables import TableName, tables_of


@dataclass(frozen=True, slots=True)
class View:
    """A view as its database keeps it. `at_hand` is whether its name alone finds it, without its
    schema."""

    schema: str
    name: str
    text: str
    at_hand: bool

    @property
    def names(self) -> Iterator[tuple[str | None, str]]:
        """By which schema and name it is found, without regard to case."""
        yield self.schema.casefold(), self.name.casefold()
        if self.at_hand:
            yield None, self.name.casefold()

    def tables(self, backend: str) -> Iterator[TableName]:
        """Give what it reads; what it names without a schema is in its own."""
        for one in tables_of(self.text, backend):
            if one.schema or self.at_hand:
                yield one
            else:
                yield replace(one, sql=f"{_quoted(self.schema)}.{one.sql}", schema=self.schema)


def below(read: Sequence[TableName], views: Iterable[View], backend: str) -> Iterator[TableName]:
    """Give the tables and views that are read by those of *views* that are among *read*, and so on
    down, each once. A view whose text cannot be made out has none."""
    by_name = {name: view for view in views for name in view.names}
    seen, left = set(read), list(read)
    while left:
        one = left.pop()
        schema = one.schema.casefold() if one.schema else None
        view = by_name.get((schema, one.name.casefold()))
        for inner in view.tables(backend) if view else ():
            if inner not in seen:
                seen.add(inner)
                left.append(inner)
                yield inner


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
