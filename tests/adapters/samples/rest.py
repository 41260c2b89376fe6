"""A small API, declared: one row by its address, and a search for lists."""

from http import HTTPStatus

SECRET = "T0P-s3cret-token"
KEY = "C-1"
ANSWERS = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
"""Statuses that are an answer about a key, in at least one lookup."""


def settings(url):
    return {
        "base_url": url,
        "sign_in": {"type": "bearer", "token": SECRET},
        "check": {"get": "/me", "says": "email"},
        "lookups": {
            "account": {"get": "/companies/{key}"},
            "open_tickets": {
                "post": "/tickets/search", "json": {"companies": "{keys}"}, "batch": 50,
                "select": "tickets", "key": "company", "many": "list",
            },
        },
        "accounts": {"get": "/companies", "paging": {"type": "page", "param": "page"}},
        "records": {"ticket": {"get": "/tickets/{key}", "keys": {"requester_email": "from"}}},
    }  # fmt: skip
