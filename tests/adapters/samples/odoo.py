"""A database of Odoo, by an API key."""

from support.odoo import Odoo

SECRET = "T0P-s3cret-token"
KEY = "C-1"


def settings(url):
    return {"url": url, "database": "acme", "api_key": SECRET}


def play(server):
    return Odoo(server)
