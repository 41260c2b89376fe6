"""Help Scout's legacy apps and FreeScout: the request that they sign, the HTML that they take."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from context_sidecar import Secret, VisitRefused, VisitUnclear
from context_sidecar.proof import mac
from context_sidecar.wording import answer, words
from hypothesis import given, settings
from hypothesis import strategies as st
from support.gallery import GALLERY
from support.hosts import OLD_SECRET, SECRET, host, inbound

URL = "https://context.example.com/hosts/helpscout_legacy-support"

# As developer.helpscout.com, "Legacy Dynamic Apps", and the source of FreeScout's fork describe it.
BODY: dict[str, Any] = {
    "ticket": {"id": 4711, "number": 12, "subject": "Export fails"},
    "customer": {
        "id": 29, "fname": "Bo", "lname": "Berg", "email": "bo@acme.example",
        "emails": ["bo@acme.example", "bo@home.example"],
    },
    "user": {"id": 7, "fname": "Ana", "lname": "Lima", "role": "admin", "convRedirect": 0},
    "mailbox": {"id": "support", "email": "help@example.com"},
}  # fmt: skip

HARMLESS = {"h4", "p", "ul", "li", "a", "br", "em", "strong", "span"}


def made(content: bytes, secret: Secret = SECRET) -> str:
    return mac(content, secret, digest="sha1", encoding="base64")


def signed(body: dict[str, Any] | bytes, secret: Secret = SECRET, signature: str = ""):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"x-helpscout-signature": signature or made(content, secret)}
    return inbound(URL, method="POST", body=content, headers=headers)


def proven(body: dict[str, Any], **changes: Any):
    return host("helpscout_legacy", **changes).prove(signed(body))


class Page(HTMLParser):
    """The texts, elements and addresses of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def rendered(said: dict[str, Any]) -> Page:
    shown = host("helpscout_legacy").render([said], proven(BODY))
    assert set(shown) == {"html"}
    page = Page(shown["html"])
    assert page.open == []
    return page


def told(situation: str) -> dict[str, Any]:
    return answer(GALLERY[situation](), words("en", "Europe/Berlin"))


def test_a_signed_request_is_the_visit_of_a_user_to_a_conversation():
    visit = proven(BODY)
    assert (visit.visitor.id, visit.visitor.name) == ("7", "Ana Lima")
    assert (visit.record.place, visit.record.id) == ("helpscout_legacy/conversation", "4711")
    assert visit.record.keys == {"requester_email": "bo@acme.example", "requester_name": "Bo Berg"}


def test_a_draft_has_no_ticket_and_is_called_new():
    assert proven({**BODY, "ticket": False}).record.id == "new"


@pytest.mark.parametrize(
    ("customer", "email"),
    [
        ({"email": None, "emails": ["bo@acme.example"]}, "bo@acme.example"),
        ({"emails": ["bo@acme.example", "bo@home.example"]}, None),
        ({"fname": "Bo"}, None),
    ],
)
def test_the_only_address_is_the_customers_and_of_several_none_is_guessed(customer, email):
    assert proven({**BODY, "customer": customer}).record.keys.get("requester_email") == email


def test_the_secret_before_is_accepted_too():
    both = {"secret": SECRET, "previous_secret": OLD_SECRET}
    for secret in (SECRET, OLD_SECRET):
        assert host("helpscout_legacy", settings=both).prove(signed(BODY, secret))
    with pytest.raises(VisitRefused):
        host("helpscout_legacy").prove(signed(BODY, OLD_SECRET))


def test_a_signature_made_by_other_means_fits():
    """By OpenSSL: `printf '{"ticket":{"id":1}}' | openssl dgst -sha1 -hmac example -binary |
    base64`."""
    install = {"settings": {"secret": Secret("example")}}
    request = signed(b'{"ticket":{"id":1}}', signature="FsbiDKFJGIXWW6IZxS/QkD0cTiY=")
    assert host("helpscout_legacy", **install).prove(request).record.id == "1"


@settings(max_examples=1000)
@given(st.data())
def test_s2_a_body_changed_anywhere_is_refused(data):
    content = json.dumps(BODY).encode()
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + data.draw(st.binary(max_size=2)) + content[place + 1 :]
    if changed != content:
        with pytest.raises(VisitRefused):
            host("helpscout_legacy").prove(signed(changed, signature=made(content)))


@settings(max_examples=500)
@given(st.data())
def test_s2_a_signature_changed_anywhere_is_refused(data):
    right = made(json.dumps(BODY).encode())
    place = data.draw(st.integers(0, len(right) - 1))
    letter = data.draw(st.characters(exclude_characters=right[place]))
    wrong = right[:place] + letter + right[place + 1 :]
    with pytest.raises(VisitRefused):
        host("helpscout_legacy").prove(signed(BODY, signature=wrong))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"ticket": false}', b'{"customer": []}'])
def test_a_signed_body_that_says_nothing_useful_is_unclear(body):
    with pytest.raises(VisitUnclear):
        host("helpscout_legacy").prove(signed(body))


def test_a_body_written_anew_on_its_way_is_named_as_such():
    loose = json.dumps(BODY, indent=1).encode()
    compact = json.dumps(BODY, separators=(",", ":")).encode()
    with pytest.raises(VisitRefused, match="written anew as JSON"):
        host("helpscout_legacy").prove(signed(loose, signature=made(compact)))


def test_a_new_app_that_points_here_is_told_where_it_belongs():
    request = inbound(f"{URL}?conversation-id=1&X-HelpScout-Signature=x")
    with pytest.raises(VisitRefused, match="use helpscout"):
        host("helpscout_legacy").prove(request)


@pytest.mark.parametrize("situation", GALLERY)
def test_the_html_is_whole_and_holds_nothing_that_could_run(situation):
    page = rendered(told(situation))
    assert set(page.elements) <= HARMLESS
    assert {name for name, _ in page.attributes} <= {"class", "href", "target", "rel"}
    assert all(value.startswith("https://") for name, value in page.attributes if name == "href")


@settings(max_examples=200)
@given(st.text(), st.text(alphabet="<>&\"'/=abc "))
def test_s17_whatever_a_source_says_arrives_as_that_text(text, markup):
    nasty = f"{text}{markup}<script>alert(1)</script><img src=x onerror=alert(1)>"
    said = told("everything")
    said["account"]["name"] = said["title"] = nasty
    for reading in said["readings"]:
        reading["label"] = reading["display"] = reading["note"] = nasty
    for line in said["attention"]:
        line["message"] = nasty
    page = rendered(said)
    assert set(page.elements) <= HARMLESS
    assert {name for name, _ in page.attributes} <= {"class", "href", "target", "rel"}
    assert "<script>alert(1)</script>" in "".join(page.texts)


def test_s17_an_address_cannot_leave_its_attribute():
    said = told("fresh")
    said["account"]["link"] = 'https://x.example/"onmouseover="alert(1)'
    page = rendered(said)
    assert {name for name, _ in page.attributes} <= {"class", "href", "target", "rel"}
