"""A delivered CSV file behind an address."""

SECRET = "T0P-s3cret-token"
KEY = "C-1"


def settings(url):
    sign_in = {"type": "header", "header": "X-Key", "key": SECRET}
    return {"url": f"{url}/billing.csv", "key": "number", "sign_in": sign_in}
