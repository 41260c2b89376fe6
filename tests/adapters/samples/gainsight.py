"""An organization of Gainsight."""

SECRET = "T0P-s3cret-token"
KEY = "0010000000000001AAA"


def settings(url):
    return {"url": url, "access_key": SECRET}
