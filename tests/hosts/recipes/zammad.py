"""Zammad, played: the package is installed, and an agent opens a ticket's sidebar."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from support.npm import TOOLS, need
from support.real import lacking
from support.recipes import Recipe, Site

SHOWN = {
    "record": "ticket/84711",
    "keys": {
        "requester_email": "ana+vip@acme.example",
        "organization": "Ácme & Söhne",
        "organization_domain": "acme.example",
    },
}
SOURCES = (
    "src/lib/context_sidecar.rb",
    "src/app/controllers/context_sidecar_controller.rb",
    "src/app/policies/controllers/context_sidecar_controller_policy.rb",
    "src/config/routes/context_sidecar.rb",
    "src/app/assets/javascripts/app/controllers/ticket_zoom/sidebar_context_sidecar.coffee",
)
UNREACHED = ["The card cannot be reached at the moment."]

TEXT = {"type": "string", "minLength": 1}
PACKAGE = {
    "type": "object",
    "required": ["name", "version", "vendor", "files"],
    "properties": {
        "name": TEXT,
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "vendor": TEXT,
        "files": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["location", "permission", "content"],
                "properties": {
                    "location": {"type": "string", "pattern": "^(app|config|lib)/[a-z_/.]+$"},
                    "permission": {"const": "644"},
                    "content": TEXT,
                },
            },
        },
    },
}
"""What `app/models/package.rb` reads of a package."""


def installed(recipe: Recipe, site: Site) -> None:
    """Build the package and unpack it as `Package.install` does."""
    recipe.write(site.folder, "build.py", *SOURCES)
    site.run(sys.executable, "build.py")
    [built] = site.folder.glob("*.zpm")
    package = json.loads(built.read_text())
    assert not list(Draft202012Validator(PACKAGE).iter_errors(package))
    for file in package["files"]:
        place = site.folder / "zammad" / file["location"]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(base64.b64decode(file["content"]))
    [sidebar] = (site.folder / "zammad").rglob("*.coffee")
    need("coffeescript")
    coffee = str(TOOLS / "coffeescript" / "bin" / "coffee")
    script = site.run("node", coffee, "--compile", "--print", str(sidebar))
    (site.folder / "sidebar.js").write_text(script)


def show(recipe: Recipe, site: Site) -> list[str]:
    if not shutil.which("ruby"):
        lacking("ruby is not installed")
    here = Path(__file__)
    site.copy(here.with_suffix(".rb"), here.with_suffix(".mjs"))
    installed(recipe, site)
    outside = {"CONTEXT_SIDECAR_ADDRESS": site.address, "CONTEXT_SIDECAR_SECRET": site.secret}

    def opened_by(who: str, view: str = "agent", *, press: bool = False) -> dict[str, Any]:
        said = {"who": who, "view": view, "press": press}
        return dict(json.loads(site.run("node", "zammad.mjs", said=said, **outside)))

    assert opened_by("customer", "customer") == {"shown": [], "asked": []}
    assert opened_by("customer")["shown"] == UNREACHED
    assert opened_by("stranger")["shown"] == UNREACHED
    told = opened_by("agent", press=True)
    assert told["asked"] == [
        "GET /api/v1/context_sidecar/7?again=false",
        "GET /api/v1/context_sidecar/7?again=true",
    ]
    return list(told["shown"])
