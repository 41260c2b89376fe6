"""Gainsight's Company API, played: `PUT /v1/data/objects/Company` takes fifty records at once."""

from __future__ import annotations

import pytest
from support.recipes import NUMBER, Recipe, Site, write_links

SHOWN = {"record": f"account/{NUMBER}", "keys": {"account_number": NUMBER}}


def show(recipe: Recipe, site: Site) -> str:
    answer = {"result": True, "errorDesc": None, "data": {"count": 2, "errors": None}}
    given = {"GAINSIGHT_URL": "URL", "GAINSIGHT_KEY": "k3y"}
    refused = {"result": False, "errorDesc": "No such field", "data": None}
    partly = {"result": True, "errorDesc": None, "data": {"count": 1, "errors": ["No such field"]}}
    for wrong in (refused, partly):
        with pytest.raises(AssertionError, match="No such field"):
            write_links(recipe, site, wrong, **given)

    [asked] = write_links(recipe, site, answer, **given)
    assert (asked.method, asked.path) == ("PUT", "/v1/data/objects/Company")
    assert asked.args.to_dict() == {"keys": "Gsid"}
    assert asked.headers["accesskey"] == "k3y"
    first, second = asked.json["records"]
    assert (first["Gsid"], second["Gsid"]) == ("1P02", "1P03")
    return str(first["Context__gc"])
