"""Planhat's API, played: `PUT /companies` takes many companies at once."""

from __future__ import annotations

import pytest
from support.recipes import NUMBER, Recipe, Site, write_links

SHOWN = {"record": f"account/{NUMBER}", "keys": {"account_number": NUMBER}}


def show(recipe: Recipe, site: Site) -> str:
    answer = {"created": 0, "createdErrors": [], "updated": 2, "updatedErrors": []}
    given = {"PLANHAT_URL": "URL", "PLANHAT_TOKEN": "t0ken"}
    partly = answer | {"updated": 1, "createdErrors": [{"message": "name is required"}]}
    with pytest.raises(AssertionError, match="name is required"):
        write_links(recipe, site, partly, **given)

    [asked] = write_links(recipe, site, answer, **given)
    assert (asked.method, asked.path) == ("PUT", "/companies")
    assert asked.headers["Authorization"] == "Bearer t0ken"
    first, second = asked.json
    assert (first["externalId"], second["externalId"]) == (NUMBER, "C-2")
    assert "name" not in first, "a company with a name would be created"
    return str(first["custom"]["Context"])
