"""Gladly looks up a linked customer."""

from dataclasses import replace

from context_sidecar.proof.canonical import canonical, sign
from support.clock import START
from support.hosts import SECRET, inbound

BODY = b'{"lookupLevel": "DETAILED", "query": {"id": "1", "externalCustomerId": "001A"}}'
NAMES = "content-type;gladly-time"


def request(url):
    time = f"{START:%Y%m%dT%H%M%SZ}"
    headers = {"content-type": "application/json", "gladly-time": time}
    unsigned = inbound(url, method="POST", body=BODY, headers=headers)
    signature = sign(canonical(unsigned, NAMES), time, SECRET)
    given = f"SigningAlgorithm=hmac-sha256, SignedHeaders={NAMES}, Signature={signature}"
    return replace(unsigned, headers={**headers, "gladly-authorization": given})
