"""Gorgias asks for a ticket that has been created."""

from support.hosts import SECRET, inbound


def request(url):
    headers = {"x-context-sidecar": SECRET.reveal()}
    return inbound(f"{url}?ticket=4711&email=ana%40acme.example", headers=headers)
