"""Vitally, played: somebody opens an account's dashboard."""

from __future__ import annotations

from support.recipes import Recipe, Site

SHOWN = {"record": "account/C-1001", "keys": {"external_id": "C-1001"}}


def show(recipe: Recipe, site: Site) -> str:
    address = site.link + recipe.file("filled-in.txt").strip()
    return address.replace("{externalId}", "C-1001")
