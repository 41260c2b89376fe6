"""Who owns what, and the systems that we read from, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from context_sidecar.core.causes import NONE, Particulars
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret


@dataclass(frozen=True, slots=True)
class Team:
    """People who own sources, fields or cards, and how they are told.

    `notify` are Apprise URLs; they hold tokens, so they are secrets.
    """

    id: str
    name: str
    notify: tuple[Secret, ...] = ()
    escalate_to: str = ""
    escalate_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard a source may be asked.

    `timeout` is for one whole call, first byte to last. `concurrency` is the number of calls under
    way at once. `rate` calls may start in each `per`; no rate means no limit of ours.
    """

    timeout: timedelta = timedelta(seconds=3)
    concurrency: int = 4
    rate: int | None = None
    per: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Source:
    """One configured system that we read from.

    `key` names the account key by which this system knows accounts (`id` is the account's own id).
    `settings` are the adapter's, already validated by its schema. `refreshed` is how often the
    source's own data changes hands (a nightly export: one day), where that is known. `zone` is that
    of the times in its answers that name none, where it was declared. `system` is a
    fingerprint of what it speaks to: what was read from another system under the same name does not
    count. `push` are the secrets by which it signs what it tells us by itself; without one it tells
    nothing. `expires` is the day on which its credential ends, where that was declared.
    """

    id: str
    adapter: str
    label: str
    owner: Team
    settings: Mapping[str, object] = field(default_factory=dict, hash=False, repr=False)
    limits: Limits = Limits()
    key: str = "id"
    runbook: str = ""
    refreshed: timedelta | None = None
    allow_private: bool = False
    system: str = ""
    zone: tzinfo | None = None
    push: tuple[Secret, ...] = ()
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands between us and knowing: `source` could not be read because of `reason`.

    Without a reason nothing failed: the source is still being asked. `since` is when the trouble
    began, where that is known, and `particulars` what is known of it beyond its reason.
    """

    source: Source
    reason: Reason | None = None
    since: datetime | None = None
    particulars: Particulars = NONE
