"""django-helpdesk, as its source has it (2.6.1); a real one is in end_to_end."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, basic, by_page
from support.vendor import reply

SECRET = "T0P-s3cret-password"
KEY = "C-1"
ANSWERS = {404}


def settings(url):
    return {"url": url, "user": "sidecar", "password": SECRET}


def ticket(id, customer, status=1):
    return {
        "id": id, "queue": 1, "title": f"Ticket {id}", "description": "…", "resolution": None,
        "submitter_email": "Ana@acme.example", "assigned_to": None, "status": status,
        "on_hold": False, "priority": 2, "due_date": None, "merged_to": None, "followup_set": [],
        "custom_customer": customer,
    }  # fmt: skip


def page(found):
    more = None if found.next is None else f"{found.request.base_url}?page={found.next}"
    return reply({"count": found.total, "next": more, "previous": None, "results": found.rows})


def play(server):
    refused = {"detail": "Invalid username/password."}
    api = Played(server, entry=basic("sidecar", SECRET), no_entry=(403, refused))
    tickets = [ticket(1, "C-1"), ticket(2, "C-1", 3), ticket(3, None), ticket(4, "C-1", 2)]
    tickets += [ticket(n, "C-2") for n in range(10, 70)]
    missing = (404, {"detail": "No Ticket matches the given query."})
    api.one("/api/tickets/{id}/", tickets, missing=missing)
    pages = by_page(size="page_size", most=25)
    api.many("/api/tickets/", tickets, by={"status": "status"}, pages=pages, says=page)
    return api


def shown(id, status):
    return {
        "id": str(id), "title": f"Ticket {id}", "status": status, "priority": "high",
        "on_hold": False, "due": None, "requester": "Ana@acme.example", "url": f"URL/tickets/{id}/",
    }  # fmt: skip


FOUND = {
    ("open_tickets", "C-1"): [shown(1, "Open"), shown(4, "Reopened")],
    ("open_tickets", "C-2"): 60,
    ("open_tickets_of_sender", "ana@acme.example"): 63,
}
NONE = dict.fromkeys(("open_tickets", "open_tickets_of_sender"), NoMatch(certain=False))
NEVER_EMPTY = {"open_tickets", "open_tickets_of_sender"}
RECORDS = {
    ("ticket", "1"): {"requester_email": "Ana@acme.example", "cf_customer": "C-1"},
    ("ticket", "3"): {"requester_email": "Ana@acme.example"},
    ("ticket", "999"): None,
}
READ = {"open_tickets": "status", "open_tickets_of_sender": "submitter_email"}
MAY_NOT = {"detail": "You do not have permission to perform this action."}
UNPROVEN = {"open_tickets", "open_tickets_of_sender"}
REFUSALS = [
    (401, {"detail": "Invalid username/password."}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"detail": "Invalid username/password."}, Reason.CREDENTIAL_EXPIRED, True),
    (403, MAY_NOT, Reason.PERMISSION_DENIED, False),
    (429, {"detail": "Request was throttled."}, Reason.RATE_LIMITED, True),
    (500, "<h1>Server Error (500)</h1>", Reason.SERVER_ERROR, True),
]
