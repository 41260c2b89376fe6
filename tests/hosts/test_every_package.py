"""What holds for the package of every host that has one: small, the same each time, and the
deployment's own to look at."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from context_sidecar import PackageFile, plugins
from context_sidecar.core.configuration import Accounts, Brand, Configuration
from context_sidecar.core.matching import MatchRule
from context_sidecar.hosting import packaging
from context_sidecar_hosts.freshdesk.rules import broken as refused_by_freshworks
from context_sidecar_hosts.zendesk.rules import broken as refused_by_zendesk
from PIL import Image
from support.clock import START
from support.gallery import CRM, FIELDS
from support.hosts import install
from support.web import CARD

NAME = "Größe & <Söhne>"
SETTINGS: dict[str, dict[str, object]] = {
    "chatwoot": {"until": date(2027, 5, 31)},
    "link": {"until": date(2027, 5, 31)},
    "salesforce": {"contact_email": "admin@acme.example"},
    "zendesk": {"subdomain": "acme"},
}


def logo(size=512):
    target = BytesIO()
    Image.new("RGB", (size, size), "teal").save(target, "PNG")
    return target.getvalue()


def configuration(name: str, brand: Brand) -> Configuration:
    places = tuple(f"{name}/{place}" for place in plugins.host(name).places)
    rule = MatchRule("requester_email", "domain")
    return Configuration(
        file=Path("sidecar.yaml"),
        public_url="https://context.example.com",
        locale="en",
        time_zone="UTC",
        teams={},
        sources={CRM.id: CRM},
        accounts=Accounts(CRM, {"id": "Id", "name": "Name"}, timedelta(hours=1), (rule,)),
        fields={each.id: each for each in FIELDS},
        cards={"ticket": replace(CARD, where=places)},
        installs={},
        data=Path("data"),
        brand=brand,
    )


def built(name: str, brand: Brand = Brand()) -> dict[str, bytes]:  # noqa: B008  it is frozen
    declared = install(name)
    declared = replace(declared, settings={**declared.settings, **SETTINGS.get(name, {})})
    return packaging.build(configuration(name, brand), declared, START.date())


def files_of(name: str) -> list[PackageFile]:
    return [PackageFile(*each) for each in built(name, BRAND).items()]


BRAND = Brand(NAME, logo())
NAMES = [name for name in plugins.names(plugins.HOSTS) if built(name)]
APPS = ("gorgias", "hubspot", "jira", "pipedrive", "salesforce", "zendesk", "zoho_desk")
"""Those that say how they are called; the others' names are entered by hand, or the tool's own."""


def test_those_that_take_a_package_have_one():
    assert {"django_helpdesk", "freshdesk", "rt", *APPS} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_input_gives_the_same_bytes(name):
    assert packaging.archive(built(name, BRAND)) == packaging.archive(built(name, BRAND))


@pytest.mark.parametrize("name", NAMES)
def test_the_logo_takes_the_place_of_every_icon_in_its_size(name):
    plain, branded = built(name), built(name, BRAND)

    for path, size in plugins.host(name).icons.items():
        assert plain[path] != branded[path]
        if path.endswith(".png"):
            assert struct.unpack(">II", branded[path][16:24]) == (size, size)
        else:
            assert re.match(rb'<svg [^>]*width="(\d+)" height="\1"', branded[path])
    assert plain.keys() == branded.keys()


@pytest.mark.parametrize("name", NAMES)
def test_no_picture_in_it_is_left_out(name):
    pictures = {path for path in built(name) if path.endswith((".png", ".svg"))}

    assert pictures == set(plugins.host(name).icons)


@pytest.mark.parametrize("name", APPS)
def test_people_read_the_deployments_own_name(name):
    files = built(name, BRAND)
    texts = [text.decode() for path, text in files.items() if not path.endswith(".png")]

    assert any("Größe" in text for text in texts)
    assert not any(NAME.encode() in text for path, text in files.items() if _is_markup(path))


def _is_markup(path: str) -> bool:
    return path.endswith((".xml", ".design", ".html"))


def test_zendesk_takes_the_branded_app():
    assert refused_by_zendesk(files_of("zendesk")) == []


def test_freshworks_takes_the_branded_app():
    assert refused_by_freshworks(files_of("freshdesk")) == []


def test_a_logo_of_any_kind_of_png_will_do():
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        target = BytesIO()
        Image.new(mode, (400, 400)).save(target, "PNG")
        made = packaging.icon(target.getvalue(), "a.png", 128)
        assert struct.unpack(">II", made[16:24]) == (128, 128)
