"""A lookup whose rows the engine keeps, and of which only what has changed is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

import jmespath
from context_sidecar import Adapter, Answers, Feeds, Found, Row, Several, key_text

from context_sidecar_adapters.rest.changes import FromRows
from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.lookups import Find, LookupQuery
from context_sidecar_adapters.rest.shape import check_properties


@dataclass(frozen=True, slots=True)
class Kept:
    """The lookup *query*, whose rows are kept."""

    query: LookupQuery

    def feeds(self, adapter: Adapter, judge: Judgement, answers: FromRows) -> Feeds | None:
        """Return how the API tells what has changed, where that is declared; *answers* gives them
        to keys whose rows are known, see `answers`."""
        bulk = self.query.in_bulk
        if bulk is None or bulk.changes is None:
            return None
        return bulk.changes.feeds(adapter, judge, bulk.query, self.change, answers)

    def change(self, row: Row) -> tuple[str | None, Row | None]:
        """Return whose *row* is, and what is given of it if it counts."""
        shape = self.query.shape
        check_properties(row, [self.query.key])
        counted = shape.counted([row], "", UTC)
        owner = key_text(jmespath.search(self.query.key, row))
        return owner, shape.given(counted[0]) if counted else None

    def answers(self, rows: Mapping[str, Sequence[Row]], find: Find) -> Answers:
        """Return the answers to keys whose *rows*, all that count, are known; *find* asks the
        lookup that finds those keys that there are."""
        listed = {key: self.query.by_itself(Found(list(own))) for key, own in rows.items()}
        empty = [key for key, own in rows.items() if not own]
        known = find(empty) if empty else {}
        unknown = {key: one for key, one in known.items() if not isinstance(one, Found | Several)}
        return listed | unknown
