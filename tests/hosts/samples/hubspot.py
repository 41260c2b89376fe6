"""HubSpot sends on what a card beside a company asks."""

from context_sidecar.proof import mac
from support.clock import START
from support.hosts import SECRET, inbound

QUERY = "type=company&id=512&portal=62515&user=77&portalId=62515&userId=77"
BODY = b'{"company_domain": "acme.example"}'


def request(url):
    address, time = f"{url}?{QUERY}", str(int(START.timestamp() * 1000))
    signed = f"POST{address}".encode() + BODY + time.encode()
    headers = {
        "x-hubspot-signature-v3": mac(signed, SECRET, encoding="base64"),
        "x-hubspot-request-timestamp": time,
    }
    return inbound(address, method="POST", body=BODY, headers=headers)
