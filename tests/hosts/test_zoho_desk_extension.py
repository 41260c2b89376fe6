"""The extension that admins upload to Zoho: minimal, whole, and what Zoho's own toolkit packs."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support import npm
from support.app_pages import package, write
from support.hosts import SECRET

ZET = Path(__file__).parent / "zoho_desk" / "zet.cjs"
EVERYWHERE = ("zoho_desk/ticket", "zoho_desk/contact", "zoho_desk/account")
PANELS = ("rightpanel", "subtab", "lefttab")


def extension(*where: str, **changes: Any) -> dict[str, bytes]:
    return package("zoho_desk", *(where or EVERYWHERE), **changes)


def manifest(*where: str, **changes: Any) -> dict[str, Any]:
    return json.loads(extension(*where, **changes)["plugin-manifest.json"])


def in_panel(panel: str) -> dict[str, Any]:
    return {"settings": {"secret": SECRET, "panel": panel}}


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize(
    ("where", "kinds"),
    [
        (["zoho_desk/ticket"], ["ticket"]),
        (["zoho_desk/account", "rt/ticket"], ["account"]),
        (EVERYWHERE, ["ticket", "contact", "account"]),
    ],
)
def test_s32_the_extension_takes_the_places_that_cards_declare_and_no_other(where, kinds, panel):
    widgets = manifest(*where, **in_panel(panel))["modules"]["widgets"]
    assert [one["location"] for one in widgets] == [f"desk.{kind}.detail.{panel}" for kind in kinds]


def test_s32_the_extension_asks_for_one_secret_and_our_server_and_nothing_else():
    built = manifest()
    [parameter] = built["config"]
    assert (parameter["name"], parameter["secure"], parameter["mandatory"]) == (
        "secret",
        True,
        True,
    )
    assert built["whiteListedDomains"] == ["https://context.example.com"]
    assert built["connectors"] == []
    assert built["zohoAuthorisation"] == {}
    assert built["cspDomains"] == {"connect-src": []}
    assert built["storage"] is False


def test_s5_no_file_of_the_extension_holds_the_secret():
    assert not [path for path, each in extension().items() if SECRET.reveal().encode() in each]


def test_the_page_asks_the_install_and_knows_the_secret_by_its_parameters_name():
    [parameter] = manifest()["config"]
    told = extension(public_url="https://example.com:8443/sidecar")["app/js/install.js"].decode()
    said = json.loads(told.partition("= ")[2].removesuffix(";\n"))
    assert said == {
        "url": "https://example.com:8443/sidecar/hosts/zoho_desk-support",
        "headers": {
            "X-Context-Sidecar": "{{" + parameter["name"] + "}}",
            "Content-Type": "application/json",
        },
    }


def test_the_same_configuration_gives_the_same_bytes():
    assert list(extension().items()) == list(extension().items())


def test_an_extension_without_a_place_is_not_built():
    with pytest.raises(ValueError, match="no card is declared"):
        extension("rt/ticket")


def test_an_extension_for_a_server_without_https_is_not_built():
    with pytest.raises(ValueError, match="https only"):
        extension(public_url="http://context.example.com")


def zet(files: dict[str, bytes], folder: Path) -> dict[str, Any]:
    npm.need("zoho-extension-toolkit")
    write(files, folder)
    return json.loads(npm.run("node", ZET, said={"folder": str(folder)}))


@pytest.mark.real
@pytest.mark.parametrize("panel", PANELS)
def test_zohos_own_toolkit_finds_it_valid_and_packs_what_we_pack(tmp_path, panel):
    files = extension(**in_panel(panel))
    told = zet(files, tmp_path / "card")
    assert [(one["verb"], one["status"]) for one in told["done"]] == [("validate", 0), ("pack", 0)]
    with zipfile.ZipFile(tmp_path / "card" / "dist" / "card.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == files


@pytest.mark.real
@pytest.mark.parametrize(
    "changes",
    [
        {"locale": ["de"]}, {"locale": ["en", "xx"]}, {"locale": "en"}, {"storage": "no"},
        {"type": "everybody"}, {"modules": {}}, {"modules": {"widgets": []}},
        {"whiteListedDomains": ["context.example.com"]}, {"config": {}},
        {"config": [{"name": "1"}]}, {"connectors": {}},
    ],
)  # fmt: skip
def test_and_would_tell_us_if_it_were_not(tmp_path, changes):
    files = extension()
    changed = json.dumps(manifest() | changes).encode()
    told = zet(files | {"plugin-manifest.json": changed}, tmp_path / "card")
    assert [one["status"] for one in told["done"]] == [1, 1]
    assert told["packed"] == []
