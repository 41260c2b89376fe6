"""An Intercom workspace."""

SECRET = "T0P-s3cret-token"
KEY = "C-1"


def settings(url):
    return {"url": url, "token": SECRET}
