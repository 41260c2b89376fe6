"""A Stripe account, by a restricted key."""

from support.stripe import Stripe

SECRET = "T0P-s3cret-token"
KEY = "cus_acme"
NOBODY = "cus_nobody"


def settings(url):
    return {"url": url, "key": SECRET}


def play(server):
    return Stripe(server)
