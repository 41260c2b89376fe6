"""`sidecar connect`, with a browser on another machine; and what check, doctor and the metrics tell
of credentials that end."""

from __future__ import annotations

import json
import re
import threading
import time
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

import jwt
import pytest
from click.testing import CliRunner
from context_sidecar.app import open_sidecar
from context_sidecar.cli import main
from context_sidecar.core.reasons import Reason
from support.rotating import RotatingVendor
from werkzeug import Response

BERLIN = ZoneInfo("Europe/Berlin")
BACK_TO = "https://context.example.com/admin/connected"
CONFIGURATION = """
version: 1
public_url: https://context.example.com
locale: en
time_zone: Europe/Berlin
teams:
  finance: {{name: Finance, notify: ["mailto://finance@example.com"]}}
sources:
  books:
    adapter: rest
    label: Books
    owner: finance
    allow_private: true
    settings:
      base_url: {url}
      sign_in:
        type: authorization_code
        authorize_url: {url}/authorize
        token_url: {url}/token
        client_id: app
        client_secret: "${{BOOKS_SECRET}}"
        expects: {{realmId: "4711"}}
      check: {{get: /api}}
      lookups: {{account: {{get: "/customers/{{key}}"}}}}
      accounts: {{get: /customers, select: rows}}
accounts:
  source: books
  keys: {{id: id, name: name}}
  refresh: 1h
  match: [{{record: requester_email, account: id}}]
fields:
  owed:
    label: Owed
    type: number
    source: books
    path: owed
    stale_after: 1h
    expire_after: 1d
    audience: [support]
    decision: Whether to be generous
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: How urgent this ticket is
    fields: [owed]
installs:
  portal:
    host: iframe
    origin: https://portal.example.com
    roles: [support]
    settings: {{secret: "${{PORTAL_SECRET}}"}}
"""


@pytest.fixture
def vendor(httpserver):
    made = RotatingVendor(httpserver)
    rows = {"rows": [{"id": "C-1", "name": "Acme", "owed": 7}]}
    httpserver.expect_request("/customers").respond_with_json(rows)
    httpserver.expect_request("/customers/C-1").respond_with_json(rows["rows"][0])
    return made


@pytest.fixture
def file(tmp_path, vendor):
    file = tmp_path / "sidecar.yaml"
    file.write_text(CONFIGURATION.format(url=vendor.url))
    return file


@pytest.fixture
def sidecar(file, monkeypatch):
    monkeypatch.setenv("BOOKS_SECRET", "s3cret")
    monkeypatch.setenv("PORTAL_SECRET", "x1Y2z3A4b5C6d7E8f9G0h1I2j3K4l5M6")

    def run(*arguments, status=0, **more):
        arguments = ["--config", str(file), *arguments]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False, **more)
        assert done.exit_code == status, done.output
        assert "canary" not in done.stderr
        return done

    return run


@pytest.fixture
def person(monkeypatch, vendor):
    """Open what was printed in a browser, and type what the address bar says then."""
    printed = []

    def sits_there(typed):
        echo, prompt = "click.echo", "click.prompt"

        def note(text="", **_):
            printed.append(str(text))

        def answer(*_, **__):
            [address] = [each for each in printed if each.startswith(vendor.url)]
            return typed(dict(parse_qsl(urlsplit(address).query)))

        monkeypatch.setattr(echo, note)
        monkeypatch.setattr(prompt, answer)
        return printed

    return sits_there


def agreed(vendor, **more):
    def typed(asked):
        assert asked["redirect_uri"] == BACK_TO
        brought = {"code": vendor.consent(asked), "state": asked["state"], "realmId": "4711"}
        return f"{BACK_TO}?{urlencode(brought | more)}"

    return typed


def test_the_address_that_one_is_led_to_connects_it(sidecar, person, vendor, file):
    printed = person(agreed(vendor))

    sidecar("connect", "books")

    assert printed[-1].startswith("Books: connected by ")
    assert BACK_TO in "".join(printed)
    with open_sidecar(file) as running:
        assert running.adapters["books"].http.get("/api").status == 200


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            lambda asked: f"{BACK_TO}?code=c&state={asked['state']}",
            "It is not said which one you have let us into (realmId)",
        ),
        (lambda _: f"{BACK_TO}?code=c&state=other", "another attempt"),
        (
            lambda asked: f"{BACK_TO}?code=c&state={asked['state']}&realmId=9",
            "realmId is 9, not 4711",
        ),
        (
            lambda asked: f"{BACK_TO}?error=access_denied&state={asked['state']}",
            "somebody said no",
        ),
        (
            lambda asked: f"{BACK_TO}?code=c&state={asked['state']}&realmId=4711",
            "Token invalid",
        ),
    ],
    ids=["not which", "another's", "another company", "no", "a false code"],
)
def test_what_connects_nothing_is_explained(sidecar, person, typed, says):
    person(typed)

    done = sidecar("connect", "books", status=1)

    assert says in done.output
    assert "Books" not in done.stdout


@pytest.mark.parametrize(
    "typed",
    [
        lambda _: "garbage",
        lambda _: "",
        lambda _: "code=c&state=s",
        lambda asked: f"https://elsewhere.example.com/?code=c&state={asked['state']}",
        lambda _: f"{BACK_TO}?code=c",
        lambda asked: asked["redirect_uri"],
    ],
    ids=["garbage", "nothing", "parameters", "elsewhere", "no state", "nothing brought"],
)
def test_what_is_no_address_of_ours_is_not_sent_and_told_what_to_paste(
    sidecar, person, httpserver, typed
):
    person(typed)

    done = sidecar("connect", "books", status=1)

    assert f"{BACK_TO}?" in " ".join(done.output.split())
    assert "code= and state= in it" in " ".join(done.output.split())
    assert httpserver.log == []


def test_an_address_may_lack_what_a_browser_hides(sidecar, person, vendor):
    printed = person(lambda asked: f" {agreed(vendor)(asked).removeprefix('https://')}#_=_ ")

    sidecar("connect", "books")

    assert printed[-1].startswith("Books: connected by ")


def test_a_source_that_is_not_connected_so_is_told(sidecar, file):
    signs_in = file.read_text().index("      sign_in:")
    rest = file.read_text()[file.read_text().index("      check:") :]
    file.write_text(file.read_text()[:signs_in] + "      sign_in: {type: none}\n" + rest)

    assert "signs in with what sidecar.yaml says" in " ".join(
        sidecar("connect", "books", status=1).output.split()
    )


def test_a_name_that_is_none_is_told_with_the_nearest(sidecar):
    assert "books" in sidecar("connect", "boks", status=2).output


def test_what_nobody_has_connected_is_to_be_connected(sidecar):
    one = wrong(sidecar)

    assert one["reason"] == "not_configured"
    assert "Connect it" in one["remedy"]


def test_what_ended_is_to_be_connected_again(sidecar, vendor, file):
    connect(file, vendor)
    vendor.end()
    one = wrong(sidecar)

    assert one["reason"] == "credential_expired"
    assert "Connect it again" in one["remedy"]


def connect(file, vendor):
    with open_sidecar(file) as running:
        sent = running.credentials.page_for("books")
        asked = dict(parse_qsl(urlsplit(sent.address).query))
        brought = {"code": vendor.consent(asked), "realmId": "4711"}
        running.credentials.connect("books", sent.verifier, brought, "Ana")


def wrong(sidecar):
    [one] = [one for one in examined(sidecar, status=1) if one["mark"] == "wrong"]
    return one


def examined(sidecar, status=0):
    done = sidecar("doctor", "books", "--format", "json", status=status)
    return document(done)["examined"][0]["findings"]


def document(done):
    """What was printed for programs; the last deployment's threads may be talking still."""
    return json.loads(re.search(r"^\{$.*^\}$", done.stdout, re.MULTILINE | re.DOTALL)[0])


def declared(file, days):
    day = (datetime.now(BERLIN) + timedelta(days=days)).date()
    file.write_text(
        file.read_text().replace("owner: finance", f"owner: finance\n    expires: {day}")
    )
    return day


@pytest.mark.parametrize(
    ("days", "mark", "says"),
    [
        (100, "well", "in 100 days"),
        (10, "doubtful", "in 10 days"),
        (-3, "wrong", "its credential ended on"),
    ],
)
def test_a_declared_end_is_told_by_doctor_check_and_the_metrics(
    sidecar, file, vendor, days, mark, says
):
    connect(file, vendor)
    day = declared(file, days)

    found = examined(sidecar, status=int(mark == "wrong"))
    sign_in = next(one for one in found if one["about"] == "sign-in")
    assert (sign_in["mark"], sign_in["reason"]) == (
        mark, "credential_expired" if mark == "wrong" else None,
    )  # fmt: skip
    assert says in sign_in["said"]

    warned = document(sidecar("check", "--format", "json"))["findings"]
    assert [one["path"] for one in warned] == ([] if mark == "well" else ["sources.books.expires"])
    assert all(str(day) in one["expected"] for one in warned)

    with open_sidecar(file) as running:
        running.application()
        told = running.metrics.text().decode()
    assert f'sidecar_source_credential_days{{source="books"}} {days}.0' in told


def test_check_warns_of_a_grant_that_ends_until_it_is_another_client_s(sidecar, file, vendor):
    def warned():
        found = document(sidecar("check", "--format", "json"))["findings"]
        return [one["expected"] for one in found if one["path"] == "sources.books.settings"]

    for days in (20, 5):
        seconds = days * 86_400
        vendor.lives = lambda seconds=seconds: {"x_refresh_token_hard_expires_in": seconds}
        connect(file, vendor)
        assert len(warned()) == (days == 5)
    assert "in 5 days" in warned()[0]
    assert "connected by" in warned()[0]

    file.write_text(file.read_text().replace("client_id: app", "client_id: another"))
    assert warned() == []


@pytest.mark.parametrize(("days", "warned"), [(30, False), (5, True), (-5, True)])
def test_a_key_that_says_itself_when_it_ends_is_warned_of(sidecar, file, days, warned, monkeypatch):
    ends = datetime.now(BERLIN) + timedelta(days=days)
    monkeypatch.setenv("BOOKS_KEY", jwt.encode({"exp": ends}, "k" * 32, algorithm="HS256"))
    before, rest = file.read_text().split("      sign_in:")
    rest = rest[rest.index("      check:") :]
    file.write_text(f'{before}      sign_in: {{type: bearer, token: "${{BOOKS_KEY}}"}}\n{rest}')

    found = document(sidecar("check", "--format", "json"))["findings"]

    assert [one["path"] for one in found] == (["sources.books.settings"] if warned else [])
    assert all(f"on {ends:%Y-%m-%d}" in one["expected"] for one in found)


def test_cards_say_that_it_is_not_connected_until_somebody_connects_it(file, vendor, sidecar):
    """One process serves; others forget, and connect."""
    connect(file, vendor)
    sidecar("accounts", "sync")
    with open_sidecar(file) as other:
        other.credentials.forget("books", "Ana")
    with open_sidecar(file) as running:
        running.credentials.look()
        for _ in range(4):
            assert reading(running).reason is Reason.NOT_CONFIGURED
        connect(file, vendor)
        running.credentials.look()

        assert reading(running).state.value == "fresh"


def reading(running):
    card, patience = running.configuration.cards["ticket"], timedelta(seconds=10)
    context = running.sidecar.account_context("C-1", card, {"support"}, patience=patience)
    [found] = context.readings
    return found


def test_a_day_that_is_none_is_a_mistake(sidecar, file):
    file.write_text(
        file.read_text().replace("owner: finance", "owner: finance\n    expires: 2027-02-30")
    )

    assert "expected a day such as 2027-03-01" in sidecar("check", status=1).output


def test_a_restart_needs_no_new_connection_and_a_lost_key_says_so(sidecar, file, vendor):
    connect(file, vendor)
    assert [one["mark"] for one in examined(sidecar)].count("wrong") == 0

    (file.parent / "data" / "installs-key").unlink()
    one = wrong(sidecar)
    assert "another key" in one["detail"]
    assert "SIDECAR_INSTALLS_KEY" in one["remedy"]


def test_a_source_that_is_no_longer_declared_leaves_no_token_behind(sidecar, file, vendor):
    connect(file, vendor)
    file.write_text(file.read_text().replace("books", "ledger"))

    with open_sidecar(file) as running:
        running.application()  # it forgets in the background
        patience = time.monotonic() + 20
        while (given := running._grants.given()) and time.monotonic() < patience:
            threading.Event().wait(0.01)
    assert given == {}


def test_s18_the_log_shows_no_token(sidecar, file, vendor, capsys):
    connect(file, vendor)
    vendor.access.clear()
    said = '{"error": "x", "error_description": "refresh-1-canary of s3cret"}'
    vendor.refusal = lambda: Response(said, 400)
    told = f"{wrong(sidecar)} {capsys.readouterr()}"

    assert "canary" not in told
    assert "s3cret" not in told
    assert "••••" in told
