"""The whole way for Salesforce: a signed form, the page, the frame that grows with it; no token."""

from __future__ import annotations

import base64
import json
import logging
import os
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from context_sidecar import Secret
from context_sidecar.app import open_sidecar
from context_sidecar.demo.servers import Server
from context_sidecar.proof import mac
from playwright.sync_api import expect
from pytest_httpserver import HTTPServer
from structlog.testing import capture_logs
from support import npm
from support.clock import FakeClock
from support.web import CARD, Deployment, configuration, install

pytestmark = pytest.mark.real

SECRET = Secret("consumer-secret-that-only-this-test-knows")
TOKEN = "00DA0000000ABCD!AQ4AQFaketokenthatmustneverbelogged"
ACCOUNT = "001A000001LbTzaIAF"
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
  keys: {crm_id: Id, name: Name}
  refresh: 1h
  match:
    - {record: account_id, account: crm_id}
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
  account:
    title: Customer
    where: [salesforce/account]
    audience: support
    decision: How urgent this is
    fields: [tier]
installs:
  sales:
    host: salesforce
    origin: THEIRS
    roles: [support]
    settings: {client_secret: "${SECRET}"}
"""


@pytest.fixture(scope="module")
def theirs():
    npm.need("@salesforce/canvas-js-sdk")
    page = (Path(__file__).parent / "pages" / "salesforce.html").read_text()
    sdk = (npm.TOOLS / "@salesforce/canvas-js-sdk/js/canvas-all.js").read_text()
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        server.expect_request("/page").respond_with_data(page, content_type="text/html")
        server.expect_request("/canvas-all.js").respond_with_data(
            sdk, content_type="text/javascript"
        )
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
def ours(tmp_path, theirs):
    server = Server(0, name="localhost")
    text = CONFIGURATION.replace("OURS", server.url).replace("THEIRS", theirs)
    (tmp_path / "sidecar.yaml").write_text(text)
    (tmp_path / "accounts.csv").write_text(f"Id,Name,Tier\n{ACCOUNT},Acme GmbH,Gold\n")
    os.utime(tmp_path / "accounts.csv", (1_700_000_000, 1_700_000_000))
    secrets = {"SECRET": SECRET.reveal()}
    with open_sidecar(tmp_path / "sidecar.yaml", secrets, log_level=logging.CRITICAL) as sidecar:
        sidecar.sync()
        server.start(sidecar.application())
        yield server.url
        server.stop()


def envelope() -> str:
    said = {
        "algorithm": "HMACSHA256",
        "client": {"oauthToken": TOKEN, "instanceId": "06PA:ContextSidecar"},
        "context": {
            "user": {"userId": "005A0000000ABCDIA4", "fullName": "Ana Lima", "language": "en_US"},
            "organization": {"organizationId": "00DA0000000ABCDMA2"},
            "environment": {
                "parameters": {
                    "recordId": ACCOUNT, "objectApiName": "Account",
                    "at": str(int(time.time() * 1000)), "nonce": str(uuid.uuid4()),
                },
            },
        },
    }  # fmt: skip
    text = base64.b64encode(json.dumps(said).encode())
    return f"{mac(text, SECRET, encoding='base64')}.{text.decode()}"


def test_the_card_stands_in_salesforces_page_and_the_frame_fits_it(browser, ours, theirs):
    page = browser.new_page()
    given = {"frame": f"{ours}/hosts/sales", "signed_request": envelope()}
    page.goto(f"{theirs}/page?{urlencode(given)}")
    card = page.frame_locator("iframe")
    expect(card.get_by_text("Acme GmbH").first).to_be_visible()
    expect(card.get_by_text("Gold").first).to_be_visible()
    page.wait_for_function(
        "() => heard.length && frame.offsetHeight === parseInt(heard.at(-1).body.size.height) + 4"
    )
    assert TOKEN not in page.frames[1].content()
    page.close()


def test_s5_the_token_for_salesforces_api_is_in_no_log_and_no_answer(tmp_path):
    (tmp_path / "data").mkdir()
    declared = install("sales", host="salesforce", origins=(), settings={"client_secret": SECRET})
    cards = {"account": replace(CARD, where=("salesforce/account",))}
    signed = envelope()
    with capture_logs() as logged:
        deployment = Deployment(
            configuration(tmp_path, declared, cards=cards), FakeClock(datetime.now(UTC))
        )
        answers = [
            deployment.client.post("/hosts/sales", data={"signed_request": text})
            for text in (signed, signed, f"x{signed}")
        ]
        deployment.database.dispose()
    assert [each.status_code for each in answers] == [200, 401, 401]
    assert [each["event"] for each in logged].count("visit_refused") == 2
    for one in (TOKEN, base64.b64encode(TOKEN.encode()).decode()[:30], signed[:30], signed[60:90]):
        assert one not in repr(logged)
        assert all(one not in each.text for each in answers)
