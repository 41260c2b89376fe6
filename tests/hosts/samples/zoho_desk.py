"""Zoho sends on what an extension beside a ticket asks, with the installation's secret."""

from support.hosts import SECRET, inbound

BODY = (
    b'{"type": "ticket", "id": "1892000000143237", "keys": {"requester_email": "ana@acme.example"}}'
)


def request(url):
    headers = {"x-context-sidecar": SECRET.reveal(), "content-type": "application/json"}
    return inbound(url, method="POST", body=BODY, headers=headers)
