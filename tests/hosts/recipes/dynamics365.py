"""Dynamics 365, played: a user opens a case's form, and an account's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import unquote

from support.real import lacking
from support.recipes import Recipe, Site

CASE = "c0000000-0000-0000-0000-000000000009"
ACME = "a0000000-0000-0000-0000-000000004711"

SHOWN = {
    "record": f"account/{ACME}",
    "keys": {"account_id": ACME, "account_number": "A!'()* Söhne/1"},
}


def show(recipe: Recipe, site: Site) -> str:
    if not shutil.which("mono"):
        lacking("mono is not installed")
    recipe.write(site.folder, "SignAddress.cs", "sidecar.js")
    here = Path(__file__)
    site.copy(here.with_suffix(".cs"), here.with_suffix(".mjs"))
    if not (site.folder / "plugin.exe").exists():
        site.run("mcs", "-out:plugin.exe", "SignAddress.cs", "dynamics365.cs")
    api = json.loads(recipe.file("customapi.json"))
    assert api["allowedcustomprocessingsteptype"] == 2, "a step can be registered"
    assert not api["isprivate"], "no plug-in can use a private message"

    def opened_by(who: str, table: str, id: str) -> str:
        said = {
            "who": who, "table": table, "id": id, "api": api,
            "address": site.address, "secret": site.secret,
        }  # fmt: skip
        shown = json.loads(site.run("node", "dynamics365.mjs", said=said))
        assert set(shown) <= {"IFRAME_context_sidecar"}
        return shown.get("IFRAME_context_sidecar", "")

    assert opened_by("user", "account", "") == "", "a row that is being created"
    assert opened_by("stranger", "account", f"{{{ACME}}}") == "refused: the user may not read this"
    assert opened_by("user", "systemuser", ACME).startswith("refused: No card")
    case = unquote(opened_by("user", "incident", f"{{{CASE}}}"))
    assert f"record=ticket/{CASE}&" in case
    assert f"key.account_id={ACME}&" in case
    return opened_by("user", "account", f"{{{ACME}}}")
