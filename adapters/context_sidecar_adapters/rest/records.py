"""A record that the API shows as a host, and its keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jmespath
from context_sidecar import Adapter, Found, NoMatch, Reason, SourceError

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.lookups import LookupQuery
from context_sidecar_adapters.rest.shape import check_properties


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """A record that the API shows as a host, and where it says who its customer is."""

    lookup: LookupQuery
    keys: Mapping[str, str]

    def read(self, adapter: Adapter, judge: Judgement, id: str) -> Mapping[str, str] | None:
        """Return the keys of the record *id* that have a value, or None: there is no such."""
        match self.lookup.ask(adapter, judge, [id], ())[id]:
            case Found(row):
                check_properties(row, self.keys.values())
                found = {name: jmespath.search(path, row) for name, path in self.keys.items()}
                return {name: str(value) for name, value in found.items() if value is not None}
            case NoMatch():
                return None
            case SourceError() as error:
                raise error
        raise SourceError(Reason.BAD_RESPONSE, "several records under one id")
