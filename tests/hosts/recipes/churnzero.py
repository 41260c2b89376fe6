"""ChurnZero's batch import, played: `POST /batchAccountsCsv` takes a file of accounts."""

from __future__ import annotations

import csv
import re
import shutil

from support.real import lacking
from support.recipes import NUMBER, Api, Recipe, Site, write_links
from support.sites import listening

SHOWN = {"record": f"account/{NUMBER}", "keys": {"account_number": NUMBER}}


def show(recipe: Recipe, site: Site) -> str:
    if not shutil.which("curl"):
        lacking("curl is not installed")
    assert write_links(recipe, site, {}) == []
    [command] = re.findall(r"```sh\n(.*?)```", recipe.text, re.DOTALL)
    api = Api({})
    with listening(api, "127.0.0.1") as url:
        site.run("sh", "-c", command, CHURNZERO_URL=url, CHURNZERO_KEY="k3y")
    [asked] = api.asked
    assert (asked.method, asked.path) == ("POST", "/batchAccountsCsv")
    assert asked.args.to_dict() == {"appKey": "k3y"}
    lines = asked.files["data"].read().decode().splitlines()
    asked.close()
    first, second = csv.DictReader(lines)
    assert set(first) == {"accountExternalId", "cf_Context"}
    assert (first["accountExternalId"], second["accountExternalId"]) == (NUMBER, "C-2")
    return first["cf_Context"]
