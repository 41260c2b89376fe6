"""Guides and recipes are read in the admin pages, and their links lead somewhere there."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from context_sidecar import plugins
from context_sidecar.hosting import guides
from support.admin import words
from support.web import PUBLIC

HOSTS = plugins.names(plugins.HOSTS)
PAGES = [
    f"/admin/guides/{host}/{address}"
    for host in HOSTS
    for address in ("INSTALL.md", *guides.recipes(plugins.host(host)))
]
WITH_RECIPES = [host for host in HOSTS if guides.recipes(plugins.host(host))]


def ids(text: str) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', text)


def links(text: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', text)]


def assert_all_lead_somewhere(ana, path: str) -> None:
    text = ana.get(path).text
    assert len(ids(text)) == len(set(ids(text)))
    for link in links(text):
        address, part = urldefrag(urljoin(PUBLIC + path, link))
        if urlsplit(address).netloc != urlsplit(PUBLIC).netloc:
            assert urlsplit(address).scheme == "https"
            continue
        there = ana.get(address.removeprefix(PUBLIC))
        assert there.status_code == 200, link
        assert not part or part in ids(there.text), link


@pytest.mark.parametrize("path", PAGES)
def test_every_link_on_a_page_leads_somewhere(ana, path):
    assert ana.get(path).status_code == 200
    assert_all_lead_somewhere(ana, path)


@pytest.mark.parametrize("host", HOSTS)
def test_every_link_beside_a_form_leads_somewhere(ana, host):
    assert_all_lead_somewhere(ana, f"/admin/add/{host}")


@pytest.mark.parametrize("host", WITH_RECIPES)
def test_a_tool_with_recipes_leads_to_each_of_them(ana, host):
    form = links(ana.get(f"/admin/add/{host}").text)
    listed = words(ana.get(f"/admin/guides/{host}/recipes/"))

    for address, title in guides.recipes(plugins.host(host)).items():
        path = f"/admin/guides/{host}/{address}"
        assert path in form
        assert title in listed
        assert title in words(ana.get(path))
    assert_all_lead_somewhere(ana, f"/admin/guides/{host}/recipes/")


def test_an_install_leads_to_the_recipes_of_its_tool(ana):
    ana.add()

    assert "/admin/guides/iframe/recipes/glpi.md" in links(ana.get("/admin/installs/wiki").text)
    assert_all_lead_somewhere(ana, "/admin/installs/wiki")


def test_a_page_is_told_with_our_own_address(ana):
    assert f"{PUBLIC}/hosts/glpi" in words(ana.get("/admin/guides/iframe/recipes/glpi.md"))


@pytest.mark.parametrize("host", HOSTS)
def test_what_is_shown_of_a_guide_elsewhere_leads_to_the_pages(ana, host):
    """`sidecar manifest` prints a part of a guide, where an address beside it means nothing."""
    told = guides.guide(plugins.host(host), public_url=PUBLIC)

    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", told, flags=re.DOTALL)):
        assert link.startswith(("https://", "#"))
        if link.startswith(PUBLIC):
            assert ana.get(urldefrag(link)[0].removeprefix(PUBLIC)).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "nothing/INSTALL.md",
        "iframe/host.py",
        "iframe/recipes/none.md",
        "iframe/../link/INSTALL.md",
        "iframe/recipes/../host.py",
        "intercom/recipes/",
    ],
)
def test_nothing_else_beside_a_guide_is_given(ana, address):
    assert ana.get(f"/admin/guides/{address}").status_code == 404


def test_nobody_reads_them_without_signing_in(stranger):
    response = stranger.get("/admin/guides/iframe/INSTALL.md")

    assert response.status_code == 401
    assert "Admin key" in words(response)
