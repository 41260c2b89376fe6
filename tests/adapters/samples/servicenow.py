"""An instance of ServiceNow, by a user and a password."""

SECRET = "T0P-s3cret-token"
KEY = "ACCT0000001"


def settings(url):
    return {"url": url, "user": "sidecar", "password": SECRET}


MEANS = {"a web page": "server_error"}
"""An instance shows one while it hibernates or is upgraded."""
