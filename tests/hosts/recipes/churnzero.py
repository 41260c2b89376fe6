"""ChurnZero's HTTP API, played: one action a request."""

from __future__ import annotations

from support.recipes import NUMBER, Recipe, Site, write_links

SHOWN = {"record": f"account/{NUMBER}", "keys": {"account_number": NUMBER}}


def show(recipe: Recipe, site: Site) -> str:
    asked, other = write_links(recipe, site, {}, CHURNZERO_URL="URL", CHURNZERO_KEY="k3y")
    assert (asked.method, asked.path) == ("POST", "/i")
    said = asked.form.to_dict()
    address = said.pop("attr_Context")
    assert said == {
        "appKey": "k3y", "action": "setAttribute", "entity": "account",
        "accountExternalId": NUMBER,
    }  # fmt: skip
    assert other.form["accountExternalId"] == "C-2"
    return address
