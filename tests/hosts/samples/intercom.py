"""Intercom asks for the app beside a conversation."""

from context_sidecar.proof import mac
from support.hosts import SECRET, inbound

BODY = b'{"workspace_id": "abcd1234", "contact": {"id": "5ba6"}, "conversation": {"id": "215469"}}'


def request(url):
    headers = {"x-body-signature": mac(BODY, SECRET)}
    return inbound(url, method="POST", body=BODY, headers=headers)
