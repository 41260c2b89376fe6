"""An Intercom workspace."""

from support.intercom import Intercom

SECRET = "T0P-s3cret-token"
KEY = "C-1"


def settings(url):
    return {"url": url, "token": SECRET}


def play(server):
    return Intercom(server)


TELLS_NONE = {
    "gone": ["data.*.custom_attributes.tier", "data.*.name"],
    "an empty object": ["data.*.custom_attributes"],
}  # fmt: skip
"""Attributes that are not set are left out: it is looked whether there are such."""
