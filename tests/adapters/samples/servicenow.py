"""An instance of ServiceNow, by a user and a password."""

from support.servicenow import ServiceNow

SECRET = "T0P-s3cret-token"
KEY = "ACCT0000001"


def settings(url):
    return {"url": url, "user": "sidecar", "password": SECRET}


def play(server):
    return ServiceNow(server)


MEANS = {"a web page": "server_error"}
"""An instance shows one while it hibernates or is upgraded."""
