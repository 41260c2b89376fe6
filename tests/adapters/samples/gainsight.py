"""An organization of Gainsight."""

from support.gainsight import Gainsight

SECRET = "T0P-s3cret-token"
KEY = "0010000000000001AAA"


def settings(url):
    return {"url": url, "access_key": SECRET}


def play(server):
    return Gainsight(server)


TELLS_NONE = {"gone": ["data.records.*.*"]}
"""What is empty may be left out: a field that there is not fails the query, or is looked for."""
