"""Plain asks for the cards of a thread."""

from context_sidecar.proof import mac
from support.hosts import SECRET, inbound

BODY = b'{"cardKeys": ["ticket"], "customer": {"id": "c_1"}, "thread": {"id": "th_1"}}'


def request(url):
    headers = {"plain-request-signature": mac(BODY, SECRET)}
    return inbound(url, method="POST", body=BODY, headers=headers)
