"""A program asks for the card about a ticket."""

import json

from context_sidecar.proof import mac
from support.clock import START
from support.hosts import SECRET, inbound

SAID = {"record": "ticket/4711", "key.requester_email": "ana@acme.example", "nonce": "n" * 16}


def request(url):
    body, time = json.dumps(SAID).encode(), str(int(START.timestamp() * 1000))
    headers = {
        "x-context-sidecar-signature": mac(
            f"POST{url}".encode() + body + time.encode(), SECRET, encoding="base64"
        ),
        "x-context-sidecar-time": time,
    }
    return inbound(url, method="POST", body=body, headers=headers)
