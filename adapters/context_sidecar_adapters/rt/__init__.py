"""Request Tracker 5: the tickets that a customer has open, and who is behind a ticket.

Auth    Basic, as a user of its own, or by that user's token. It needs SeeQueue, ShowTicket and
        SeeCustomField on each queue, given to the user or one of its groups, not to a role such
        as Requestor: a role's rights show some tickets and hide others.
Scope   SeeQueue, ShowTicket and SeeCustomField on each queue; SeeCustomField on the custom fields
        themselves, too, for their types and choices to be known. RT tells at a ticket whether our
        user may reply, comment, or change its status, which it need not.
Limits  None of RT's own; a call takes it about a quarter of a second, whatever is asked. A page
        holds at most 100 rows: RT cuts a larger `per_page` to that without a word.
Quirks  RT's documents on REST2 and TicketSQL, and a real 5.0.3, say:
        without the right to see its answer a search gives 200 and nothing, and so it does in a
        queue that is gone, or by a custom field that was renamed or disabled; no answer is
        believed before each queue has shown its custom field and at least one ticket;
        without SeeCustomField a search by the field finds tickets, and shows them without it;
        `total` is null where $UseSQLForACLChecks is off, and pages then have gaps;
        a search by requestors also finds those in a group, and shows the group only; such a ticket
        can be told to be of a customer only where one customer alone is asked for;
        403 also stands for what does not exist; a locked user's login gives 401;
        a date that is not set is 1970-01-01; ids come as numbers or as text;
        TicketSQL quotes with backslashes, and compares without case, and by some collations of its
        database without accents: a ticket of Muller, which comes along, is none of Müller's; but
        where one has more than 1,000 the rest of them are counted and not looked at;
        which statuses are active no row says, nor any call: so before a list is believed, the same
        search for those that are not must find none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import urlencode

from context_sidecar import (
    Adapter,
    Answers,
    Basic,
    Bearer,
    Connection,
    Family,
    Reason,
    Row,
    Scope,
    Shape,
    SourceError,
    lookup,
)

from context_sidecar_adapters.rt import custom_fields, records
from context_sidecar_adapters.rt.customers import Customers
from context_sidecar_adapters.rt.settings import Settings as SettingsSchema
from context_sidecar_adapters.rt.tickets import (
    INACTIVE,
    WHOLE,
    Tickets,
    explain,
    identity,
    moment,
    quoted,
)

LISTED = 100


class RequestTracker(Adapter):
    """A Request Tracker, as the source of open tickets and of what a ticket says of its sender."""

    family = Family.TICKETING
    label = "Request Tracker"
    tells_types = False
    asked_by = MappingProxyType({"domain": {"by": "requestor_domain"}})
    ready = MappingProxyType({"open_tickets": {"query": "open_tickets"}})
    example = MappingProxyType({"token": None})
    record_keys = records.KEYS
    record_keys_by_type = MappingProxyType({"ticket": records.KEYS})

    Settings = SettingsSchema

    def connection(self) -> Connection:
        """REST2, below RT's own address."""
        given = self.settings
        sign_in = Bearer(given["token"], "token") if "token" in given else None
        return Connection(
            f"{self._url}/REST/2.0",
            sign_in or Basic(given["user"], given["password"]),
            headers={"Accept": "application/json"},
            explain=explain,
        )

    def check(self) -> str:
        """Sign in, and see each queue as `open_tickets` needs it."""
        version = self.http.get("/rt").json()["Version"]
        self._tickets.prove((), self._customers.field)
        return f"Request Tracker {version}, queues {', '.join(self.settings['queues'])}"

    def scope(self) -> Scope:
        """What our user may do to a ticket beyond seeing it."""
        return self._tickets.rights()

    @lookup(batch=20)
    def open_tickets(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """The tickets that are not resolved: `items`, the last changed first, and `total`; by their
        names below `fields`, what these tickets have in custom fields, such as `fields.Severity`: a
        list, without those that have nothing there (left out for more than 1,000 tickets)."""
        wanted = custom_fields.FIELDS.wanted(names)
        found = self._open(keys)
        seen = {identity(row["Queue"]) for rows, _ in found.values() for row in rows}
        known = self._tickets.prove(seen, self._customers.field)
        for contrary in self._contraries(found):
            self._tickets.deny(self._query(keys), contrary)
        named = [name for name in wanted if name.casefold() in known]
        return {
            key: custom_fields.FIELDS.found(
                {"items": [self._item(row) for row in rows[:LISTED]], "total": total},
                rows,
                named,
                partial(custom_fields.told, rows, named),
                f"{self._url}/Search/Results.html?{urlencode({'Query': self._query([key])})}",
            )
            for key, (rows, total) in found.items()
        }

    def shape(self, lookup: str) -> Shape | None:
        """The custom fields of tickets, for `open_tickets`; that which names the customer is the
        key."""
        if lookup != "open_tickets":
            return None
        queues = self.settings["queues"]
        return custom_fields.shape(self.http, queues, self._customers.field)

    def record(self, type: str, id: str) -> Mapping[str, str] | None:
        """A ticket's keys: `queue`, `requester_email` and `requester_name` where there is one
        requestor, and `cf_…` for each custom field with one value (`Customer` is `cf_customer`)."""
        if type != "ticket":
            raise SourceError(Reason.NOT_CONFIGURED, "Request Tracker shows tickets only")
        answer = self.http.get("/ticket/{id}", {"id": id}, accept=[HTTPStatus.NOT_FOUND])
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        merged_into = int(answer.json()["EffectiveId"]["id"])
        rows, _ = self._tickets.search(f"id = {merged_into}")
        if len(rows) != 1:
            raise SourceError(Reason.BAD_RESPONSE, "the ticket exists, and is not found")
        return records.read(rows[0])

    @property
    def _url(self) -> str:
        return str(self.settings["url"]).rstrip("/")

    @property
    def _tickets(self) -> Tickets:
        return Tickets(self.http, self.settings["queues"])

    @property
    def _customers(self) -> Customers:
        by_field = self.settings["by"] == "customer_field"
        return Customers(str(self.settings["customer_field"]) if by_field else "")

    def _open(self, keys: Sequence[str]) -> dict[str, tuple[list[Row], int]]:
        """The open tickets of each key, and how many; of more than `WHOLE` the first page."""
        rows, total = self._tickets.search(self._query(keys))
        if len(keys) > 1 and (total > WHOLE or any(map(self._customers.by_group, rows))):
            half = len(keys) // 2
            first, second = (self._open(part) for part in (keys[:half], keys[half:]))
            return first | second
        owners = [(row, self._customers.owners(row, keys)) for row in rows]
        if total > WHOLE and not all(named for _, named in owners):
            detail = "more tickets than are read, and among them some of a key spelled otherwise"
            raise SourceError(Reason.BAD_RESPONSE, detail)
        found = {key: [row for row, named in owners if key in named] for key in keys}
        return {key: (mine, total if total > WHOLE else len(mine)) for key, mine in found.items()}

    def _contraries(self, found: Mapping[str, tuple[list[Row], int]]) -> Iterator[str]:
        """What is true of none of the tickets that were *found*. Their queues are seen, where all
        are read."""
        if any(rows for rows, _ in found.values()):
            yield INACTIVE
        if any(len(rows) < total for rows, total in found.values()):
            queues = self.settings["queues"]
            yield " AND ".join(f"Queue != {quoted(name)}" for name in queues)

    def _query(self, keys: Sequence[str]) -> str:
        queues = " OR ".join(f"Queue = {quoted(name)}" for name in self.settings["queues"])
        return f"Status = '__Active__' AND ({queues}) AND ({self._customers.condition(keys)})"

    def _item(self, row: Row) -> dict[str, object]:
        return {
            "id": identity(row),
            "title": row["Subject"] or "",
            "status": row["Status"],
            "priority": self._priority(row["Priority"]),
            "created_at": moment(row["Created"]),
            "updated_at": moment(row["LastUpdated"]),
            "url": f"{self._url}/Ticket/Display.html?id={identity(row)}",
        }

    def _priority(self, number: str | int | None) -> str | int | None:
        """What RT's own page says: the name of the highest step that *number* reaches."""
        steps = self.settings["priorities"]
        if not steps or number in {None, ""}:
            return number
        return next((steps[one] for one in sorted(steps, reverse=True) if int(number) >= one), None)
