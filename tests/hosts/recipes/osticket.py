"""osTicket, played: an agent opens a ticket in the staff panel."""

from __future__ import annotations

from pathlib import Path

from support.recipes import Recipe, Site, sample

SHOWN = {
    "record": "ticket/4711",
    "keys": {
        "ticket_number": "318456",
        "requester_email": "ana+vip@acme.example",
        "requester_name": "Ágnes Ó Néill",
    },
}


def show(recipe: Recipe, site: Site) -> str:
    recipe.write(site.folder, "plugin.php", "sidecar.php")
    (site.folder / "sign.php").write_text(sample("iframe", "php"))
    (site.folder / "include").mkdir(exist_ok=True)
    for name in ("class.plugin.php", "class.forms.php"):
        (site.folder / "include" / name).write_text("<?php\n")
    site.copy(Path(__file__).with_name("osticket.php"))

    def opened_by(who: str) -> str:
        return site.run("php", "osticket.php", who, site.address, site.secret)

    assert opened_by("stranger") == "403"
    assert opened_by("customer") == ""
    return opened_by("agent")
