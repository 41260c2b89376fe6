"""GLPI, played: a technician opens a ticket."""

from __future__ import annotations

from pathlib import Path

from support.recipes import Recipe, Site, sample

SHOWN = {
    "record": "ticket/4711",
    "keys": {"entity_id": "3", "requester_email": "ana+vip@acme.example"},
}


def show(recipe: Recipe, site: Site) -> str:
    recipe.write(site.folder, "setup.php", "hook.php", "front/card.php")
    (site.folder / "sign.php").write_text(sample("iframe", "php"))
    site.copy(Path(__file__).with_name("glpi.php"))

    def opened_by(who: str) -> str:
        return site.run("php", "glpi.php", who, site.address, site.secret)

    assert opened_by("stranger") == opened_by("requester") == "403"
    assert "requester_email=&" in opened_by("technician of two")
    return opened_by("technician")
