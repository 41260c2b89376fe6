"""The widget's files: kept for ever under an address that changes with them."""

from __future__ import annotations

import gzip
import re

import pytest


@pytest.fixture
def addresses(deployment):
    page = deployment.get(deployment.signed()).text
    loaded = '<(?!link rel="alternate")[^>]+(?:href|src)="https://context.example.com(/[^"]+)"'
    found = re.findall(loaded, page)
    return {address.rpartition("/")[2].partition("?")[0]: address for address in found}


def test_everything_that_a_page_loads_is_there_and_may_be_kept(deployment, addresses):
    assert {"card.css", "card.js", "bridge.js"} <= set(addresses)
    for address in addresses.values():
        response = deployment.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.content_type.startswith(("text/css", "text/javascript"))


def test_files_are_sent_compressed_to_whoever_takes_that(deployment, addresses):
    plain = deployment.get(addresses["card.js"])
    zipped = deployment.get(addresses["card.js"], Accept_Encoding="br, gzip")
    refused = deployment.get(addresses["card.js"], Accept_Encoding="gzip;q=0")

    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data == refused.data
    assert len(zipped.data) < len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_the_first_view_is_at_most_25_kilobytes(deployment, addresses):
    page = gzip.compress(deployment.get(deployment.signed()).data)
    files = [deployment.get(each, Accept_Encoding="gzip").data for each in addresses.values()]

    assert len(page) + sum(map(len, files)) <= 25_000


def test_a_script_may_be_loaded_by_the_customers_own_pages(deployment, addresses):
    headers = deployment.get(addresses["card.js"], Origin="https://anywhere.example").headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_element_has_an_address_that_stays(deployment):
    response = deployment.get("/widgets/context-card.js")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"
    [script] = re.findall('import "./(.+)";', response.text)
    assert "customElements.define" in deployment.get(f"/widgets/{script}").text


@pytest.mark.parametrize(
    "address",
    [
        "/widgets/0123456789abcdef/card.js",
        "/widgets/{fingerprint}/nothing.js",
        "/widgets/{fingerprint}/..%2F__init__.py",
        "/widgets/{fingerprint}/../rendering.py",
        "/hosts/unheard-of/bridge.js",
    ],
)
def test_nothing_else_is_handed_out(deployment, addresses, address):
    fingerprint = addresses["card.js"].split("/")[2]

    assert deployment.get(address.format(fingerprint=fingerprint)).status_code == 404


def test_a_bridge_asked_for_by_another_fingerprint_is_asked_for_again_next_time(deployment):
    assert deployment.get("/hosts/intranet/bridge.js?old").headers["Cache-Control"] == "no-cache"
