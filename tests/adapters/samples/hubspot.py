"""A HubSpot account."""

from support.hubspot import HubSpot

SECRET = "T0P-s3cret-token"
KEY = "11"
OTHERWISE = {"by domain": ({"by": "domain"}, "acme.example")}


def settings(url):
    return {"url": url, "token": SECRET, "portal_id": "4711"}


def play(server):
    hubspot = HubSpot(server)
    hubspot.properties |= {"notes_last_contacted"}
    hubspot.records["companies"][KEY]["notes_last_contacted"] = "2026-11-20T08:00:00Z"
    hubspot.add_tickets(KEY, "1", "1")
    return hubspot


TELLS_NONE = {
    "all but the key gone": ["results.*.properties"], "gone": ["results.*.properties.*"],
}  # fmt: skip
"""A property without a value may be left out: it is looked whether there is such."""
