"""A Stripe account, by a restricted key."""

SECRET = "T0P-s3cret-token"
KEY = "cus_acme"


def settings(url):
    return {"url": url, "key": SECRET}
