"""Gainsight's Company API, played: `PUT /v1/data/objects/Company` takes fifty records at once."""

from __future__ import annotations

from support.recipes import NUMBER, Recipe, Site, write_links

SHOWN = {"record": f"account/{NUMBER}", "keys": {"account_number": NUMBER}}


def show(recipe: Recipe, site: Site) -> str:
    answer = {"result": True, "errorCode": None, "errorDesc": None, "data": {"count": 2}}
    [asked] = write_links(recipe, site, answer, GAINSIGHT_URL="URL", GAINSIGHT_KEY="k3y")
    assert (asked.method, asked.path) == ("PUT", "/v1/data/objects/Company")
    assert asked.args.to_dict() == {"keys": "Gsid"}
    assert asked.headers["accesskey"] == "k3y"
    first, second = asked.json["records"]
    assert (first["Gsid"], second["Gsid"]) == ("1P02", "1P03")
    return str(first["Context__gc"])
