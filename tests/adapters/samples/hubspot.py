"""A HubSpot account."""

SECRET = "T0P-s3cret-token"
KEY = "11"


def settings(url):
    return {"url": url, "token": SECRET, "portal_id": "4711"}
