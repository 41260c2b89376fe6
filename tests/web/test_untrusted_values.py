"""S17: values from sources and names from requests are text, wherever they are shown."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from context_sidecar.core.account import Matched
from support import gallery
from support.web import PUBLIC, TICKET

ADDRESS = "/v1/context/iframe/ticket/4711"
CORPUS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "'-alert(1)-'",
    "<!--<script>",
    "<style>*{display:none}</style>",
    "\u202egnp.exe\u202c",
    "a\x00b\x1b[31mc\x7f",
    "&lt;script&gt;",
    "<base href=//evil.example>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
]
KNOWN = {
    "a", "bdi", "body", "button", "dd", "details", "div", "dl", "dt", "footer", "h1", "h2", "head",
    "header", "html", "li", "link", "main", "meta", "p", "path", "script", "section", "span",
    "strong", "summary", "svg", "template", "time", "title", "ul", "circle", "input", "label",
}  # fmt: skip


class Elements(HTMLParser):
    """Which elements and attributes there are."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.links, self.scripts = set(), set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [
            value or "" for name, value in attrs if name in {"href", "src", "xlink:href"}
        ]
        if tag == "script":
            self.scripts.append(dict(attrs))


def poison(deployment, text):
    """Put *text* wherever a source or a host may put one."""
    items = [{"id": text, "title": text, "status": text, "priority": text, "url": text}]
    deployment.engine.values = {
        "Tier__c": text, "contract_status": text, "health": text, "renewal_date": text,
        "arr": {"amount": text, "currency": text}, "open_tickets": items,
    }  # fmt: skip
    account = replace(gallery.ACME, name=text, id=text, link=text)
    deployment.engine.changes = {"match": Matched(account, "domain", text)}


@pytest.mark.parametrize("text", CORPUS)
def test_s17_nothing_from_a_source_becomes_markup(deployment, text):
    plain = Elements(deployment.get(deployment.signed()).text)
    poison(deployment, text)

    fragment = deployment.get(ADDRESS, deployment.token(), Accept="text/html")
    page = deployment.get(deployment.signed(user=text, **{"key.requester_email": text}))

    for response in (fragment, page):
        assert response.status_code == 200
        found = Elements(response.text)
        assert found.tags <= KNOWN | plain.tags
        assert not any(name.startswith("on") for name in found.attributes)
        assert all(link.startswith(("https://", "http://", "#")) for link in found.links if link)
        foreign = [link for link in found.links if not link.startswith(f"{PUBLIC}/oembed?")]
        assert not any("evil" in link for link in foreign)
        assert len(found.scripts) <= len(plain.scripts)
        assert not set("\x00\x1b\x7f\u202e") & set(response.text)


@pytest.mark.parametrize("text", CORPUS)
def test_s17_json_says_what_it_is_and_is_never_taken_for_a_page(deployment, text):
    poison(deployment, text)

    response = deployment.get(ADDRESS, deployment.token())

    assert response.content_type == "application/json; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.json["account"]["name"]


@pytest.mark.parametrize("text", CORPUS)
def test_s17_a_record_named_like_markup_is_text_too(deployment, text):
    record = replace(TICKET, id=text.replace("\x00", ""))

    page = deployment.get(ADDRESS, deployment.token(record))
    named = deployment.post(
        "/v1/visits", deployment.token(None), {"type": text, "id": text, "keys": {text: text}}
    )

    assert page.status_code == 403
    assert named.status_code == 404
    for response in (page, named):
        assert response.content_type == "application/problem+json"
        assert text not in response.json["detail"]
