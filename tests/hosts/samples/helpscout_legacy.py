"""Help Scout, or FreeScout, asks for the app beside a conversation."""

from context_sidecar.proof import mac
from support.hosts import SECRET, inbound

BODY = b'{"ticket": {"id": 4711}, "customer": {"email": "ana@acme.example"}}'


def request(url):
    signature = mac(BODY, SECRET, digest="sha1", encoding="base64")
    headers = {"x-helpscout-signature": signature}
    return inbound(url, method="POST", body=BODY, headers=headers)
