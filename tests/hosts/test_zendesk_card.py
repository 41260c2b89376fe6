"""The whole way for Zendesk: a signed form, the page, the record from Zendesk's page, the card."""

from __future__ import annotations

import json
import logging
import os
import time
from pathlib import Path
from urllib.parse import urlencode

import jwt
import pytest
from context_sidecar.app import open_sidecar
from context_sidecar.demo.servers import Server
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import expect
from pytest_httpserver import HTTPServer

pytestmark = pytest.mark.real

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
CONFIGURATION = """
version: 1
public_url: OURS
locale: en
time_zone: UTC
teams:
  revops: {name: Revenue Operations}
sources:
  crm: {adapter: files, owner: revops, settings: {path: accounts.csv, key: Id}}
accounts:
  source: crm
  keys: {crm_id: Id, name: Name, domain: Website}
  refresh: 1h
  match:
    - {record: organization_external_id, account: crm_id}
    - {record: requester_email, account: domain}
fields:
  tier:
    label: Tier
    type: text
    source: crm
    path: Tier
    stale_after: 1d
    expire_after: 14d
    on_failure: show_stale
    audience: support
    decision: Which queue the ticket gets
cards:
  ticket:
    title: Customer
    where: [zendesk/ticket]
    audience: support
    decision: How urgent this ticket is
    fields: [tier]
installs:
  desk:
    host: zendesk
    origin: THEIRS
    roles: [support]
    settings: {subdomain: acme, public_key: "${file:zendesk.pem}"}
"""
ACCOUNTS = """\
Id,Name,Website,Tier
C-1,Acme GmbH,acme.example,Gold
C-2,Other AG,other.example,Basic
"""


@pytest.fixture(scope="module")
def theirs():
    html = (Path(__file__).parent / "pages" / "zendesk.html").read_text()
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        server.expect_request("/ticket").respond_with_data(html, content_type="text/html")
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def ours(tmp_path_factory, theirs):
    folder = tmp_path_factory.mktemp("sidecar")
    server = Server(0, name="localhost")
    text = CONFIGURATION.replace("OURS", server.url).replace("THEIRS", theirs)
    (folder / "sidecar.yaml").write_text(text)
    (folder / "zendesk.pem").write_bytes(PEM)
    (folder / "accounts.csv").write_text(ACCOUNTS)
    os.utime(folder / "accounts.csv", (1_700_000_000, 1_700_000_000))  # as whole as a file can be
    with open_sidecar(folder / "sidecar.yaml", {}, log_level=logging.CRITICAL) as sidecar:
        sidecar.sync()
        server.start(sidecar.application())
        yield server.url
        server.stop()


def address(theirs, ours, number, **claims):
    now = int(time.time())
    token = jwt.encode(
        {
            "iss": "acme.zendesk.com",
            "aud": "https://acme.zendesk.com/api/v2/apps/installations/1.json",
            "sub": "https://acme.zendesk.com/api/v2/users/17.json",
            "iat": now,
            "exp": now + 60,
            "qsh": str(number),
            "context": {"product": "support", "location": "ticket_sidebar"},
        }
        | claims,
        KEY,
        algorithm="RS256",
    )
    answers = {"ticket.id": 4711, "ticket.requester.email": "ana@acme.example"}
    given = {"frame": f"{ours}/hosts/desk", "location": "ticket_sidebar", "token": token}
    return f"{theirs}/ticket?{urlencode(given | {'answers': json.dumps(answers)})}"


@pytest.fixture
def page(browser):
    opened = browser.new_page()
    yield opened
    opened.close()


def test_the_card_stands_beside_the_ticket_and_follows_its_requester(page, theirs, ours):
    page.goto(address(theirs, ours, 1))
    card = page.frame_locator("iframe").locator("main")
    expect(card).to_contain_text("Acme GmbH")
    expect(card).to_contain_text("Gold")
    page.wait_for_function("() => heard.some((m) => m.params?.resize)")
    page.evaluate("() => { answers['ticket.requester.email'] = 'bo@other.example' }")
    page.evaluate("() => fire('ticket.requester.id.changed', 18)")
    expect(card).to_contain_text("Other AG")
    expect(card).to_contain_text("Basic")
    expect(card).not_to_contain_text("Gold")


def test_the_card_is_dark_where_zendesk_is(page, theirs, ours):
    page.goto(address(theirs, ours, 2))
    expect(page.frame_locator("iframe").locator("main")).to_contain_text("Gold")
    page.evaluate("() => fire('colorScheme.changed', 'dark')")
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("data-theme", "dark")


def test_s3_a_page_that_posts_a_token_again_shows_no_card(page, theirs, ours):
    url = address(theirs, ours, 3)
    page.goto(url)
    expect(page.frame_locator("iframe").locator("main")).to_contain_text("Gold")
    with page.expect_response(lambda answer: "/hosts/desk" in answer.url) as second:
        page.goto(url)
    assert second.value.status == 401
    assert "Gold" not in second.value.text()


def test_s2_a_token_of_another_account_shows_no_card(page, theirs, ours):
    with page.expect_response(lambda answer: "/hosts/desk" in answer.url) as first:
        page.goto(address(theirs, ours, 4, iss="evil.zendesk.com"))
    assert first.value.status == 401
