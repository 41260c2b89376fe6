"""Odoo, played: an internal user opens a contact."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree as ET

from support.recipes import Recipe, Site, sample

SHOWN = {
    "record": "contact/4711",
    "keys": {
        "requester_email": "ana+vip@acme.example",
        "company_id": "12",
        "company_reference": "C-1001",
        "company_vat": "DE 1/2",
    },
}

MODULE = (
    "__manifest__.py",
    "__init__.py",
    "controllers/__init__.py",
    "controllers/card.py",
    "views/res_partner.xml",
    "static/src/card.js",
)
ACME = SimpleNamespace(id=12, ref="C-1001", vat="DE 1/2")


class AccessError(Exception):
    """What Odoo raises for a record that the user may not read."""


class Partner:
    """A contact, in the form of Odoo's recordsets."""

    def __init__(self, id: int, env: Env) -> None:
        self.id = id
        self.env = env
        self.email = "ana+vip@acme.example"
        self.commercial_partner_id = ACME

    def browse(self, id: int) -> Partner:
        return Partner(id, self.env)

    def exists(self) -> Partner | None:
        return self if self.id == 4711 else None

    def check_access_rights(self, operation: str) -> None:
        assert operation == "read"

    def check_access_rule(self, operation: str) -> None:
        if self.env.who == "stranger":
            raise AccessError


class Parameters:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.allowed = False

    def sudo(self) -> Parameters:
        self.allowed = True
        return self

    def get_param(self, name: str) -> str:
        assert self.allowed
        stored = {"address": self.site.address, "secret": self.site.secret}
        return stored[name.removeprefix("context_sidecar.")]


class Env:
    def __init__(self, who: str, site: Site) -> None:
        self.who = who
        self.site = site
        self.user = SimpleNamespace(
            id=17, name="Bo", lang="de_DE", tz="Europe/Berlin",
            has_group=lambda group: group == "base.group_user" and who != "portal user",
        )  # fmt: skip

    def __getitem__(self, model: str) -> Any:
        models = {"res.partner": Partner(0, self), "ir.config_parameter": Parameters(self.site)}
        return models[model]


def odoo(who: str, site: Site) -> dict[str, ModuleType]:
    http = ModuleType("odoo.http")
    http.Controller = object
    http.routes = []
    http.route = lambda address, **how: lambda act: http.routes.append((address, how)) or act
    http.request = SimpleNamespace(
        env=Env(who, site),
        not_found=lambda: "404",
        redirect=lambda location, local=True: SimpleNamespace(
            location=f"/{location}" if local else location, headers={}
        ),
    )
    package = ModuleType("odoo")
    package.http = http
    return {"odoo": package, "odoo.http": http}


def opened_by(who: str, site: Site, address: str) -> Any:
    _, _, model, number = address.split("/")
    with patch.dict(sys.modules, odoo(who, site)), patch.object(sys, "path", [str(site.folder)]):
        module = __import__("context_sidecar_odoo.controllers.card", fromlist=["Card"])
        [(route, how)] = sys.modules["odoo.http"].routes
        assert (route, how["auth"]) == (
            "/context_sidecar/<string:model>/<int:record_id>",
            "user",
        )
        return module.Card().card(model, int(number))


def show(recipe: Recipe, site: Site) -> str:
    # A name of its own, because ours is `context_sidecar` too.
    module = site.folder / "context_sidecar_odoo"
    recipe.write(module, *MODULE)
    (module / "controllers" / "sign.py").write_text(sample("iframe", "python"))
    manifest = ast.literal_eval((module / "__manifest__.py").read_text())
    assert manifest["installable"]
    assert {"name", "version", "depends", "data", "license"} <= set(manifest)
    [view] = manifest["data"]
    [script] = manifest["assets"]["web.assets_backend"]
    arch = ET.parse(module / view).getroot()
    assert arch.find("record").get("model") == "ir.ui.view"
    [widget] = arch.iter("widget")
    site.copy(Path(__file__).with_suffix(".mjs"))
    widget_file = str(module / script.removeprefix("context_sidecar/"))
    told = json.loads(site.run("node", "odoo.mjs", widget_file))
    assert told["name"] == widget.get("name")

    assert opened_by("portal user", site, told["address"]) == "404"
    assert opened_by("user", site, "/context_sidecar/res.users/1") == "404"
    assert opened_by("user", site, "/context_sidecar/res.partner/1") == "404"
    try:
        opened_by("stranger", site, told["address"])
    except AccessError:
        answer = opened_by("user", site, told["address"])
        assert answer.headers["Cache-Control"] == "no-store"
        return str(answer.location)
    raise AssertionError("a stranger was let in")
