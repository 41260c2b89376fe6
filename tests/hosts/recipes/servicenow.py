"""ServiceNow, played: a user opens an incident's form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

from support.npm import TOOLS, need
from support.recipes import Recipe, Site

SHOWN = {
    "record": "ticket/INC0010001",
    "keys": {
        "requester_email": "ana+vip@acme.example",
        "company_id": "81fca4cbac1d55eb355b4b6db0e3c80f",
        "company_name": "Ácme & Söhne (GmbH)!",
    },
}


def address(page: ET.Element) -> str:
    """What the page's script gives its frame."""
    [place] = page.iter("div")
    [script] = page.iter("script")
    assert f'getElementById("{place.get("id")}")' in str(script.text)
    assert "frame.src = place.dataset.address" in str(script.text)
    return str(place.get("data-address"))


def show(recipe: Recipe, site: Site) -> str:
    recipe.write(site.folder, "ContextSidecar.js")
    site.copy(Path(__file__).with_suffix(".mjs"))
    script = recipe.file("ContextSidecar.js")
    need("esbuild")
    site.run(str(TOOLS / ".bin" / "esbuild"), "ContextSidecar.js", "--target=es5", "--outfile=x.js",
             "--log-level=warning")  # fmt: skip
    page, macro = (
        ET.fromstring(recipe.file(f"context_sidecar{part}.xml").encode()) for part in ("", "_frame")
    )

    def played(**said: Any) -> Any:
        given = {"address": site.address, "secret": site.secret, "expressions": [], **said}
        return json.loads(site.run("node", "servicenow.mjs", said={"script": script, **given}))

    expressions = re.findall(r"\$\{([^}]+)\}", address(macro))
    values = iter(played(expressions=expressions))
    own = re.sub(r"\$\{[^}]+\}", lambda _: next(values), address(macro))
    assert own.startswith("context_sidecar.do?")
    [evaluated] = page.iter("{glide}evaluate")
    assert address(page) == f"${{{evaluated.get('var')}}}"

    def opened_by(who: str, page: str) -> str:
        asked = dict(parse_qsl(urlsplit(page).query))
        return str(played(who=who, asked=asked, evaluate=evaluated.get("expression")))

    assert opened_by("stranger", own) == ""
    assert opened_by("user", own.replace("4f2a", "5f2a")) == ""
    assert opened_by("user", "context_sidecar.do") == ""
    return opened_by("user", own)
