"""Freshworks sends on what an app beside a ticket asks, with the installation's secret."""

from support.hosts import SECRET, inbound

BODY = b'{"type": "ticket", "id": "4711", "keys": {"requester_email": "ana@acme.example"}}'


def request(url):
    headers = {"authorization": f"Bearer {SECRET.reveal()}", "content-type": "application/json"}
    return inbound(url, method="POST", body=BODY, headers=headers)
