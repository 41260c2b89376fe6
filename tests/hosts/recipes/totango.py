"""Totango's HTTP API, played: one account a request."""

from __future__ import annotations

from support.recipes import NUMBER, Recipe, Site, write_links

SHOWN = {"record": f"account/{NUMBER}", "keys": {"account_number": NUMBER}}


def show(recipe: Recipe, site: Site) -> str:
    asked, other = write_links(recipe, site, {}, TOTANGO_URL="URL", TOTANGO_SERVICE="SP-1-01")
    assert (asked.method, asked.path) == ("GET", "/pixel.gif/")
    said = asked.args.to_dict()
    address = said.pop("sdr_o.Context")
    assert said == {"sdr_s": "SP-1-01", "sdr_o": NUMBER}
    assert other.args["sdr_o"] == "C-2"
    return address
