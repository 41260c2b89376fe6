"""An admin at their pages, without a browser."""

from __future__ import annotations

import re
from html import unescape

from context_sidecar.core.secrets import Secret
from context_sidecar.proof import signed_url
from werkzeug.test import TestResponse

from support.web import DESK, PUBLIC, Deployment


class Admin:
    """Does what an admin's browser does, cookies included."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.deployment.get(path, **headers)

    def send(self, path: str, site: str = "same-origin", **form: str) -> TestResponse:
        """Send a form, as a browser does from a page of ours; `a__b` is the entry `a.b`."""
        headers = {"Sec-Fetch-Site": site, "Origin": "null"}
        named = {name.replace("__", "."): value for name, value in form.items()}
        return self.deployment.client.post(path, data=named, headers=headers)

    def sign_in(self, label: str = "Ana") -> Admin:
        _, key = self.deployment.keys.create(label, (), admin=True)
        assert self.send("/admin/sign-in", key=key.reveal()).status_code == 303
        return self

    def add(self, id: str = "wiki", **form: str) -> TestResponse:
        """Enter an install on a page of any kind, with a secret that is made for it."""
        entered = {"label": "Wiki", "origins": DESK, "role__support": "on", "make__secret": "on"}
        return self.send("/admin/add/iframe", id=id, **entered | form)

    def change(self, path: str, **form: str) -> TestResponse:
        """Send a form of an install's own page, with what the page hides in it."""
        install = path.split("/", maxsplit=1)[0]
        row = self.deployment.installs.row(install)
        read_at = repr(row.changed_at.timestamp()) if row else ""
        return self.send(f"/admin/installs/{path}", **{"read_at": read_at} | form)

    def visit(self, install: str, secret: str) -> TestResponse:
        """What a page of the install's tool gets that signs with *secret*."""
        parameters = {"record": "ticket/4711", "user": "ana"}
        now = self.deployment.clock()
        address = signed_url.sign(PUBLIC, install, Secret(secret), parameters, now=now)
        return self.deployment.get(address.removeprefix(PUBLIC))


def words(response: TestResponse) -> str:
    """Return what is read on a page."""
    body = re.sub(r"<(style|script)\b.*?</\1>", "", response.text, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def secret_of(response: TestResponse) -> str:
    """Return the secret that is shown once."""
    found = re.search(r'class="secret">([^<]+)<', response.text)
    assert found, words(response)
    return found[1]
