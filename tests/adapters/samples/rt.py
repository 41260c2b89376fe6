"""A Request Tracker, by a user and a password."""

SECRET = "T0P-s3cret-token"
KEY = "C-1"


def settings(url):
    return {"url": url, "user": "sidecar", "password": SECRET, "queues": ["Support"]}
