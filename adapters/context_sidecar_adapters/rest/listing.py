"""The list of all accounts, read to its end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

import jmespath
from context_sidecar import AccountRow, Adapter, fill_link

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.query import Query, check_rows, check_total
from context_sidecar_adapters.rest.request import Blanks


@dataclass(frozen=True, slots=True)
class AccountsQuery:
    """The list of all accounts."""

    query: Query
    link: str = ""

    def rows(
        self, adapter: Adapter, judge: Judgement, names: Collection[str]
    ) -> Iterator[AccountRow]:
        """Yield every account; the error that the list was cut comes after the last."""
        seen, total = 0, None
        for page in self.query.pages(adapter, judge, Blanks((), sorted(names))):
            check_rows(page.rows)
            for row in page.rows:
                yield AccountRow(row, fill_link(self.link, partial(jmespath.search, data=row)))
            seen += len(page.rows)
            total = max(filter(None, (total, page.total)), default=None)
        check_total(seen, total)
