"""What people have on screen in a host tool, and who is looking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from context_sidecar.core.source import Trouble


@dataclass(frozen=True, slots=True)
class Record:
    """A host's object on screen: a ticket, a conversation, a company.

    `host` is the host's name (`zendesk`), `type` the host's own word in lower case (`ticket`), `id`
    the host's id. `keys` are what the record says about its customer, by which the account is
    found: `{"requester_email": "ana@acme.example", "organization_external_id": "C-1001"}`.

    Where the host's own system was to be asked for them, `read_at` is when it gave these, and
    `trouble` says what stands between us and newer ones, or any: it could not be asked, or it is
    still being asked.
    """

    host: str
    type: str
    id: str
    keys: Mapping[str, str] = field(default_factory=dict, hash=False)
    read_at: datetime | None = None
    trouble: Trouble | None = None

    @property
    def place(self) -> str:
        """Where a card must declare itself to be shown here: `zendesk/ticket`."""
        return f"{self.host}/{self.type}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person looking, as far as the host vouches for them. Every part may be empty."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A host's request, verified: which record, who looks, in which roles, through which install.

    `roles` are matched against the audience of cards and fields. `record` is None where the host
    proves the visit but names the record later, from its page; such a record is an untrusted
    lookup key. `cards` are those that the host asks for by name; without any it is given the first
    that the visitor may see there. `again` is set where they have pressed a button of ours that
    asks the sources again. `wants` is what form of answer the host asks for, in its own words: its
    `render` and `say` get them back.
    """

    install: str
    record: Record | None
    visitor: Visitor = Visitor()
    roles: frozenset[str] = frozenset()
    locale: str = ""
    theme: str = ""
    time_zone: str = ""
    cards: tuple[str, ...] = ()
    again: bool = False
    wants: str = ""
