"""The list of all accounts, read to its end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

import jmespath
from context_sidecar import AccountRow, Adapter, Reason, SourceError, fill_link

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.query import Query, check_rows, check_total, said
from context_sidecar_adapters.rest.request import Blanks
from context_sidecar_adapters.rest.strict import holds


@dataclass(frozen=True, slots=True)
class AccountsQuery:
    """The list of all accounts: of its rows, those for which `counts` holds."""

    query: Query
    link: str = ""
    counts: str = ""

    def rows(
        self, adapter: Adapter, judge: Judgement, names: Collection[str]
    ) -> Iterator[AccountRow]:
        """Yield every account; the error that the list was cut, or moved while its pages were read,
        comes after the last.

        Raises:
            SourceError: SCHEMA_CHANGED, it cannot be told whether a row counts.
        """
        seen, total, pages = 0, None, 0
        prints: set[int] = set()
        for page in self.query.pages(adapter, judge, Blanks((), sorted(names))):
            check_rows(page.rows)
            for row in page.rows:
                prints.add(hash(said(row)))
                if not self.counts or holds(self.counts, row):
                    yield AccountRow(row, fill_link(self.link, partial(jmespath.search, data=row)))
            seen, pages = seen + len(page.rows), pages + 1
            total = max(filter(None, (total, page.total)), default=None)
        if pages > 1 and len(prints) < seen:
            raise SourceError(Reason.BAD_RESPONSE, "an account came twice in one list")
        check_total(seen, total)
