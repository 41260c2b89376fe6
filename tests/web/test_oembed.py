"""oEmbed: what a consumer is told of a signed address, as oembed.com says, and what it is not."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.web import CARD, PUBLIC, Allowance, install, query

RICH = {
    "type": "object",
    "required": ["type", "version", "html", "width", "height"],
    "properties": {
        "type": {"const": "rich"},
        "version": {"const": "1.0"},
        "title": {"type": "string"},
        "provider_name": {"type": "string"},
        "provider_url": {"type": "string", "pattern": "^https://"},
        "cache_age": {"type": "integer", "minimum": 0},
        "html": {"type": "string", "pattern": "^<iframe [^<>]+></iframe>$"},
        "width": {"type": "integer", "minimum": 1},
        "height": {"type": "integer", "minimum": 1},
    },
    "additionalProperties": False,
}
"""What sections 2.3.4 and 2.3.4.4 say of an answer of the type `rich`."""


def embed(deployment, address, **more):
    return deployment.get("/oembed" + query(url=PUBLIC + address, **more))


def framed(told) -> dict[str, str]:
    """The attributes of the frame that a consumer is told."""
    return {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', told)}


def discovered(page: str) -> str:
    """Where a page says that oEmbed tells of it."""
    [link] = re.findall(
        r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page
    )
    return html.unescape(link)


def test_a_signed_address_is_told_as_a_frame_that_shows_the_card(deployment):
    told = embed(deployment, deployment.signed())

    assert (told.status_code, told.content_type) == (200, "application/json")
    assert not list(Draft202012Validator(RICH).iter_errors(told.json))
    frame = framed(told.json["html"])
    assert (frame["width"], frame["height"], frame["title"]) == ("340", "600", CARD.title)
    assert frame["src"].startswith(f"{PUBLIC}/hosts/intranet?")
    page = deployment.get(frame["src"].removeprefix(PUBLIC))
    assert page.status_code == 200
    assert "Acme GmbH" in page.text
    assert deployment.engine.asked[-1]["record"].keys == {}


def test_the_frame_is_for_the_same_visit(deployment):
    said = {"key.requester_email": "ana+vip@acme.example", "locale": "de", "user_name": "Ágnes"}
    frame = framed(embed(deployment, deployment.signed(**said)).json["html"])
    given = {name: value for name, [value] in parse_qs(urlsplit(frame["src"]).query).items()}
    assert given | said == given
    page = deployment.get(frame["src"].removeprefix(PUBLIC))
    assert page.headers["Content-Language"] == "de"
    assert deployment.engine.asked[-1]["record"].keys == {"requester_email": "ana+vip@acme.example"}


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"maxwidth": "320"}, (320, 600)),
        ({"maxheight": "200"}, (340, 200)),
        ({"maxwidth": "1", "maxheight": "1"}, (1, 1)),
        ({"maxwidth": "2000", "maxheight": "2000"}, (340, 600)),
        ({"maxwidth": "", "format": "json"}, (340, 600)),
    ],
)
def test_it_is_no_larger_than_asked_for(deployment, asked, size):
    told = embed(deployment, deployment.signed(), **asked).json
    frame = framed(told["html"])
    assert (told["width"], told["height"]) == size
    assert (int(frame["width"]), int(frame["height"])) == size


@pytest.mark.parametrize("wrong", ["0", "-1", "1e3", "wide", "9" * 5000, "٣"])
def test_a_size_that_is_none_is_refused_and_uses_nothing_up(deployment, wrong):
    address = deployment.signed()
    assert embed(deployment, address, maxwidth=wrong).status_code == 400
    assert embed(deployment, address).status_code == 200


@pytest.mark.parametrize("form", ["xml", "JSON", ""])
def test_another_form_than_json_is_not_implemented_and_uses_nothing_up(deployment, form):
    address = deployment.signed()
    refused = embed(deployment, address, format=form)
    assert refused.status_code == 501
    assert refused.json["type"].endswith(":not-implemented")
    assert embed(deployment, address).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        PUBLIC,
        f"{PUBLIC}/hosts/unheard-of?record=ticket/1",
        f"{PUBLIC}.evil.example/hosts/intranet?record=ticket/1",
        "https://youtube.example/watch?v=1",
        f"{PUBLIC}/v1/context/iframe/ticket/4711",
    ],
)
def test_an_address_that_is_none_of_ours_is_not_found(deployment, url):
    assert deployment.get("/oembed" + query(url=url)).status_code == 404
    assert deployment.get("/oembed").status_code == 404


def test_a_signed_address_of_a_tool_that_frames_by_itself_is_not_found(deploy):
    """Request Tracker signs in the same way, but its page is not anybody's to embed."""
    deployment = deploy(install("desk", host="rt"))
    assert embed(deployment, deployment.signed("desk")).status_code == 404


def test_a_place_without_a_card_is_not_found(deploy):
    deployment = deploy(cards={"ticket": replace(CARD, where=("rt/ticket",))})
    assert embed(deployment, deployment.signed()).status_code == 404


def test_s2_an_address_that_nobody_signed_is_private(deployment):
    """Section 2.3.5: 401 for what is not public."""
    refused = embed(deployment, deployment.signed()[:-1])
    assert (refused.status_code, refused.content_type) == (401, "application/problem+json")
    assert "Acme" not in refused.text
    assert embed(deployment, "/hosts/intranet").status_code == 401
    assert deployment.engine.asked == []


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_s2_an_address_changed_anywhere_is_refused(unhurried, data):
    address = unhurried.signed()
    first = address.index("?") + 1
    place = data.draw(st.integers(first, len(address) - 1))
    changed = address[:place] + data.draw(st.text(max_size=2)) + address[place + 1 :]
    told = embed(unhurried, changed)
    if parse_qs(urlsplit(changed).query) == parse_qs(urlsplit(address).query):
        return
    assert told.status_code in {401, 404}
    assert "html" not in told.json


@pytest.fixture
def unhurried(deploy):
    return deploy(allowance=Allowance(refusals=100_000, requests=100_000))


def test_s3_an_address_works_once_here_and_in_a_frame_together(deployment):
    told, opened = deployment.signed(), deployment.signed()

    frame = framed(embed(deployment, told).json["html"])["src"].removeprefix(PUBLIC)
    assert embed(deployment, told).status_code == 401
    assert deployment.get(told).status_code == 401
    assert deployment.get(frame).status_code == 200
    assert deployment.get(frame).status_code == 401
    deployment.get(opened)
    assert embed(deployment, opened).status_code == 401


def test_s3_no_address_outlives_the_one_that_it_comes_from(deployment):
    frame = framed(embed(deployment, deployment.signed()).json["html"])["src"]
    deployment.clock.forward(minutes=4)
    later = framed(embed(deployment, frame.removeprefix(PUBLIC)).json["html"])["src"]
    deployment.clock.forward(minutes=1)
    assert deployment.get(later.removeprefix(PUBLIC)).status_code == 401


def test_a_consumer_that_opens_the_address_finds_where_to_ask(deployment):
    """Section 4: a link in the page, with the whole address of the endpoint."""
    link = discovered(deployment.get(deployment.signed()).text)
    assert link.startswith(f"{PUBLIC}/oembed?format=json&url=https%3A%2F%2F")

    told = deployment.get(f"{link.removeprefix(PUBLIC)}&maxwidth=300&maxheight=400")

    assert (told.json["width"], told.json["height"]) == (300, 400)
    frame = framed(told.json["html"])["src"]
    assert deployment.get(frame.removeprefix(PUBLIC)).status_code == 200


def test_a_browser_is_given_no_second_address(deployment):
    page = deployment.get(deployment.signed(), Sec_Fetch_Dest="iframe")
    assert page.status_code == 200
    assert "signature=" not in page.text
    assert "oembed" not in page.text


def test_a_page_that_is_not_anybodys_to_embed_tells_of_no_oembed(deploy):
    deployment = deploy(install("desk", host="rt"))
    page = deployment.get(deployment.signed("desk"))
    assert page.status_code == 200
    assert "oembed" not in page.text


def test_s17_a_title_is_no_markup(deploy):
    nasty = replace(CARD, title='"><script>alert(1)</script>')
    deployment = deploy(cards={"ticket": nasty})
    told = embed(deployment, deployment.signed()).json
    assert "<script" not in told["html"]
    assert framed(told["html"])["title"] == nasty.title


def test_s22_who_proves_nothing_again_and_again_waits(deploy):
    deployment = deploy(allowance=Allowance(refusals=2))
    statuses = [embed(deployment, "/hosts/intranet").status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
