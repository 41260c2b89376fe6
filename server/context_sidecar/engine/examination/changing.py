"""Whether what a source says has changed of late makes an index."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

from context_sidecar.core.index import Feeds, Index
from context_sidecar.engine.sources import asking

MOST_PAGES = 20
"""Pages of changes that are read to see it."""


def read_changes(
    lookup: str, feeds: Feeds, now: datetime, call: Callable[[], AbstractContextManager[None]]
) -> None:
    """Read what has changed lately of *lookup*, each page within a *call*.

    Raises:
        SourceError: it cannot be read, or makes no index.
    """
    since = (now - feeds.overlap).replace(microsecond=0)
    index = Index(len(feeds.gone), feeds.overlap)
    for feed, read in enumerate((feeds.there, *feeds.gone)):
        more = True
        while more and index.pages < MOST_PAGES:
            page = partial(read, index.since(feed) or since)
            with call():
                more = index.take(feed, asking.told(f"changes of {lookup}", page))
