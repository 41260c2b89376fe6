"""The sources in the admin pages: how each is signed in to, and connecting one at its vendor."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from context_sidecar import plugins
from context_sidecar.core.causes import Cause, Particulars
from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import FieldType
from context_sidecar.core.grant import Tokens, client_of
from context_sidecar.core.http import Connection
from context_sidecar.core.quota import Quota, Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.shape import Shape, ShapeField
from context_sidecar.core.sign_in import AuthorizationCode, Bearer
from context_sidecar.core.source import Limits
from context_sidecar.engine.examination.archived import ACCOUNTS
from context_sidecar.engine.examination.findings import doubtful, wrong
from context_sidecar.engine.failing import Failing
from context_sidecar.engine.sources.breaker import Circuit
from context_sidecar.engine.sources.health import Health
from context_sidecar.engine.sources.indexes import Unindexed
from context_sidecar.engine.sources.pace import Slowed
from context_sidecar.engine.sources.rate import used_up
from context_sidecar.store.schema import consents, grants
from sqlalchemy import select
from support import gallery
from support.admin import Admin, words
from support.clock import START
from support.rotating import RotatingVendor
from support.web import Deployment, configuration
from werkzeug import Response

BACK_TO = "https://context.example.com/admin/connected"


@pytest.fixture
def vendor(httpserver):
    return RotatingVendor(httpserver)


@pytest.fixture
def how(vendor):
    return AuthorizationCode(
        "https://vendor.example/authorize", f"{vendor.url}/token", "app", Secret("s3cret"),
        scope="books.read", expects={"realmId": "4711"}, parameters={"prompt": "consent"},
    )  # fmt: skip


@pytest.fixture
def deployment(tmp_path, how, vendor):
    books = replace(gallery.BILLING, id="books", label="Books", allow_private=True)
    crm = replace(gallery.CRM, expires=date(2026, 12, 1))
    settled = configuration(tmp_path, sources={"books": books, "crm": crm})
    opened = Deployment(
        settled,
        connections={
            "books": Connection(vendor.url, how),
            "crm": Connection("https://crm.example", Bearer(Secret("t0ken-canary"))),
        },
    )
    yield opened
    opened.database.dispose()


@pytest.fixture
def books(deployment):
    return deployment.grants.of("books")


def begin(ana, source="books"):
    """Press the button: what the vendor's page is asked."""
    response = ana.get(f"/admin/sources/{source}/connect")
    assert response.status_code == 303, words(response)
    address = urlsplit(response.location)
    assert (
        f"{address.scheme}://{address.netloc}{address.path}" == "https://vendor.example/authorize"
    )
    return dict(parse_qsl(address.query))


def come_back(ana, **brought):
    """Be sent back: what the form of that page sends."""
    shown = ana.get(f"/admin/connected?{urlencode(brought)}")
    assert shown.status_code == 200
    form = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', shown.text))
    return ana.send("/admin/connected", **{name: unescape(value) for name, value in form.items()})


def agree(vendor, asked, **more):
    return {"code": vendor.consent(asked), "state": asked["state"], "realmId": "4711", **more}


class TestConnecting:
    def test_the_vendors_page_is_asked_by_the_book(self, ana):
        """RFC 6749, 4.1.1, and RFC 7636, 4.3."""
        asked = begin(ana)

        assert {name: asked[name] for name in asked if name not in {"state", "code_challenge"}} == {
            "response_type": "code",
            "client_id": "app",
            "redirect_uri": BACK_TO,
            "scope": "books.read",
            "code_challenge_method": "S256",
            "prompt": "consent",
        }
        assert len(asked["code_challenge"]) == 43
        assert len(asked["state"]) >= 32
        assert begin(ana)["state"] != asked["state"]

    def test_whoever_comes_back_has_connected_it(self, ana, vendor, books, how, deployment):
        response = come_back(ana, **agree(vendor, begin(ana)))

        assert (response.status_code, response.location) == (303, "/admin/sources/books")
        grant = books.read()
        assert grant.tokens.refresh.reveal() == vendor.current
        assert (grant.granted_by, grant.client) == ("Ana", client_of(how))
        assert "Connected by Ana on 2026-11-23" in words(ana.get("/admin/sources/books"))
        assert "in 100 days" in words(ana.get("/admin/sources/books"))

    def test_the_source_is_asked_anew_once_it_is_connected(self, ana, vendor, deployment):
        deployment.credentials.look()
        come_back(ana, **agree(vendor, begin(ana)))

        assert deployment.connected == ["books"]
        deployment.credentials.look()
        assert deployment.connected == ["books"]

    def test_a_code_is_traded_with_what_proves_that_we_asked(self, ana, vendor):
        come_back(ana, **agree(vendor, begin(ana)))

        form = vendor.asked[0].form
        assert (form["grant_type"], form["redirect_uri"]) == ("authorization_code", BACK_TO)
        assert len(form["code_verifier"]) >= 43

    def test_a_state_works_once(self, ana, vendor, books):
        brought = agree(vendor, begin(ana))
        come_back(ana, **brought)
        books.forget()

        response = come_back(ana, **brought)

        assert response.status_code == 400
        assert "Begin again" in words(response)
        assert books.read() is None

    def test_it_is_bound_to_the_session_in_which_it_was_begun(self, ana, vendor, books, deployment):
        brought = agree(vendor, begin(ana))
        deployment.client.delete_cookie("__Host-sidecar_admin", domain="localhost")
        ben = Admin(deployment).sign_in("Ben")

        assert come_back(ben, **brought).status_code == 400
        assert books.read() is None

    @pytest.mark.parametrize("state", ["", "made-up", "é" * 40])
    def test_what_nobody_has_begun_connects_nothing(self, ana, books, state):
        assert come_back(ana, code="code-1", state=state, realmId="4711").status_code == 400
        assert books.read() is None

    def test_it_may_not_take_for_ever(self, ana, vendor, books, deployment):
        brought = agree(vendor, begin(ana))
        deployment.clock.forward(minutes=31)

        assert come_back(ana, **brought).status_code == 400
        assert books.read() is None

    def test_those_who_never_come_back_are_forgotten(self, ana, deployment):
        begin(ana)
        deployment.clock.forward(minutes=31)
        begin(ana)

        with deployment.database.connect() as connection:
            assert len(connection.execute(select(consents)).all()) == 1

    def test_another_company_than_the_one_configured_is_refused(self, ana, vendor, books):
        response = come_back(ana, **agree(vendor, begin(ana), realmId="4712"))

        assert response.status_code == 400
        assert "realmId is 4712, not 4711" in words(response)
        assert books.read() is None
        assert vendor.asked == []

    def test_somebody_who_says_no_is_told_that_nothing_was_kept(self, ana, books):
        response = come_back(ana, error="access_denied", state=begin(ana)["state"])

        assert "somebody said no" in words(response)
        assert books.read() is None

    def test_what_the_vendor_says_is_text(self, ana):
        said = '<script>alert("x")</script>'
        response = come_back(
            ana, error="invalid_scope", error_description=said, state=begin(ana)["state"]
        )

        assert "<script>alert" not in response.text
        assert "invalid_scope" in words(response)

    def test_a_code_that_is_refused_is_explained_without_it(self, ana, vendor, books):
        asked = begin(ana)
        brought = agree(vendor, asked)
        vendor.codes.clear()
        response = come_back(ana, **brought)

        assert "Nothing was connected" in words(response)
        assert "canary" not in response.text
        assert books.read() is None

    def test_connecting_it_again_replaces_what_ended(self, ana, vendor, books, deployment):
        come_back(ana, **agree(vendor, begin(ana)))
        books.refuse(books.read().version)
        assert "no longer renews" in words(ana.get("/admin/sources/books"))

        come_back(ana, **agree(vendor, begin(ana)))

        assert books.read().refused_at is None
        assert "Connected by Ana" in words(ana.get("/admin/sources/books"))


class TestWhoMay:
    @pytest.mark.parametrize(
        "path", ["/admin/sources", "/admin/sources/books", "/admin/sources/books/connect"]
    )
    def test_s23_a_stranger_sees_and_begins_nothing(self, stranger, path):
        response = stranger.get(path)

        assert response.status_code == 401
        assert "Books" not in response.text

    def test_s23_a_stranger_who_comes_back_connects_nothing(self, stranger, books):
        response = stranger.send("/admin/connected", code="code", state="state")

        assert response.status_code == 401
        assert books.read() is None

    def test_s23_nothing_is_connected_by_a_form_of_another_page(self, ana, vendor, books):
        brought = agree(vendor, begin(ana))

        assert ana.send("/admin/connected", site="cross-site", **brought).status_code == 403
        assert books.read() is None

    def test_the_page_that_one_comes_back_to_says_nothing_of_the_deployment(self, stranger):
        shown = stranger.get("/admin/connected?code=c&state=%22%3E%3Cb%3E")

        assert shown.status_code == 200
        assert "<b>" not in shown.text
        assert "Books" not in shown.text

    def test_whoever_connects_in_a_terminal_is_given_the_address_to_paste(self, stranger):
        shown = stranger.get("/admin/connected?code=c-1&state=cli-abc&realmId=4711")

        assert f"{BACK_TO}?code=c-1&state=cli-abc&realmId=4711" in words(shown)
        assert "<form" not in shown.text

    def test_s18_neither_tokens_nor_what_proves_us_are_in_the_database(
        self, ana, vendor, deployment
    ):
        asked = begin(ana)
        with deployment.database.connect() as connection:
            row = connection.execute(select(consents)).one()
        assert asked["state"] not in repr(row)

        come_back(ana, **agree(vendor, asked))
        with deployment.database.connect() as connection:
            row = connection.execute(select(grants)).one()
        assert "canary" not in repr(row)

    def test_s18_no_page_shows_a_token(self, ana, vendor):
        come_back(ana, **agree(vendor, begin(ana)))

        for path in ("/admin/sources", "/admin/sources/books", "/admin/sources/crm"):
            assert "canary" not in ana.get(path).text


class TestHowItStands:
    def test_what_is_not_connected_yet_says_so_and_how(self, ana):
        assert "Nobody has connected it yet" in words(ana.get("/admin/sources"))
        shown = words(ana.get("/admin/sources/books"))
        assert BACK_TO in shown
        assert "It asks for books.read" in shown
        assert "sidecar connect books" in shown

    @pytest.mark.parametrize(
        ("days", "says", "mark"),
        [
            (-7, "ends on 2026-12-01, in 15 days", "works"),
            (-6, "ends on 2026-12-01, in 14 days", "soon"),
            (6, "ends on 2026-12-01, in 2 days", "soon"),
            (7, "ends on 2026-12-01, tomorrow", "soon"),
            (8, "ended on 2026-12-01", "refused"),
        ],
    )
    def test_a_declared_end_counts_down_and_warns_14_days_ahead(
        self, ana, deployment, days, says, mark
    ):
        deployment.clock.forward(days=days)
        ana.sign_in()
        response = ana.get("/admin/sources/crm")

        assert says in words(response)
        assert f'class="state {mark}"' in response.text
        assert ("Renew it at the vendor" in words(response)) == (mark != "works")

    def test_what_cannot_be_unsealed_says_so(self, ana, vendor, deployment, books):
        come_back(ana, **agree(vendor, begin(ana)))
        with deployment.database.begin() as connection:
            connection.execute(grants.update().values(sealed="gAAAA"))

        assert "sealed with another key" in words(ana.get("/admin/sources/books"))
        assert "SIDECAR_INSTALLS_KEY" in words(ana.get("/admin/sources/books"))

    def test_a_grant_that_is_renewed_all_the_time_is_no_cause_for_alarm(
        self, ana, books, how, deployment
    ):
        now = deployment.clock()
        week = Tokens(
            Secret("a"), now + timedelta(hours=1), refresh=Secret("r"),
            refresh_until=now + timedelta(days=7),
        )  # fmt: skip
        books.give(client_of(how), week, "Ana")
        assert 'class="state works"' in ana.get("/admin/sources/books").text

        deployment.clock.forward(days=4)
        ana.sign_in()
        assert 'class="state soon"' in ana.get("/admin/sources/books").text

    def test_an_end_that_no_renewal_moves_warns_14_days_ahead(self, ana, books, how, deployment):
        end = deployment.clock() + timedelta(days=20)

        def renewed(version):
            now = deployment.clock()
            hour = Tokens(
                Secret("a"), now + timedelta(hours=1), refresh=Secret("r"), refresh_until=end,
                ends=end,
            )  # fmt: skip
            return (
                books.replace(version, hour) if version else books.give(client_of(how), hour, "Ana")
            )

        renewed(None)
        ana.sign_in()
        page = ana.get("/admin/sources/books")
        assert f"; it ends on {end:%Y-%m-%d}, in 20 days." in words(page)
        assert 'class="state works"' in page.text

        deployment.clock.forward(days=6)
        renewed(books.read().version)
        ana.sign_in()
        page = ana.get("/admin/sources/books")
        assert f"; it ends on {end:%Y-%m-%d}, in 14 days. Connect it again" in words(page)
        assert 'class="state soon"' in page.text

    def test_a_source_that_is_not_connected_by_a_person_has_no_button(self, ana):
        assert "/admin/sources/crm/connect" not in ana.get("/admin/sources/crm").text
        response = ana.get("/admin/sources/crm/connect")
        assert response.status_code == 400
        assert "signs in with what sidecar.yaml says" in words(response)

    def test_there_is_no_page_of_a_source_that_is_not_there(self, ana):
        assert ana.get("/admin/sources/nonesuch").status_code == 404
        assert ana.get("/admin/sources/nonesuch/connect").status_code == 404

    def test_what_was_granted_can_be_forgotten(self, ana, vendor, books):
        come_back(ana, **agree(vendor, begin(ana)))

        assert ana.send("/admin/sources/books/forget").status_code == 303
        assert books.read() is None
        assert "Nobody has connected it yet" in words(ana.get("/admin/sources/books"))

    def test_a_source_that_is_gone_meanwhile_is_not_connected(self, ana, vendor, deployment):
        brought = agree(vendor, begin(ana))
        with deployment.database.begin() as connection:
            connection.execute(consents.update().values(source="gone"))

        assert come_back(ana, **brought).status_code == 400

    def test_a_vendor_that_is_down_is_said_and_nothing_is_kept(self, ana, vendor, books):
        asked = begin(ana)
        vendor.refusal = lambda: Response("", 503)

        assert "Nothing was connected" in words(come_back(ana, **agree(vendor, asked)))
        assert books.read() is None


CALLS = Quota("daily", timedelta(days=1), left="x-left")
BURST = Quota("burst", timedelta(seconds=10), left="x-burst")


def fares(deployment, ana, **changes):
    """What the pages say where the CRM does so: in the list, and on its own page."""
    plain = Health(deployment.configuration.sources["crm"], Circuit.CLOSED, None, 0, 0)
    deployment.health["crm"] = replace(plain, **changes)
    return words(ana.get("/admin/sources")), words(ana.get("/admin/sources/crm"))


def test_a_source_that_is_well_says_so_on_its_page_alone(deployment, ana):
    everywhere, here = fares(deployment, ana)

    assert "Nothing stands against it" in here
    assert "Nothing stands against it" not in everywhere


def test_what_a_person_does_is_told_where_more_is_known_than_the_reason(deployment, ana):
    blocked = {"blocked": Reason.SCHEMA_CHANGED}

    _, here = fares(deployment, ana, **blocked)
    assert "Correct the field's path" in here

    _, here = fares(deployment, ana, **blocked, remedy="Set delimiter in its settings.")
    assert "Set delimiter in its settings." in here
    assert "Correct the field's path" not in here


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"blocked": Reason.PERMISSION_DENIED}, "It waits for a person: permission denied."),
        (
            {"circuit": Circuit.OPEN},
            "Most recent calls failed or were slow, so it is hardly asked.",
        ),
        (
            {"left": (Standing(CALLS, 900, 5000, START, None),)},
            "Nothing is refreshed in the background.",
        ),
        ({"slowed": Slowed(2.14, 0.3, START)}, "Slower than usual since 09:00: 2.1 s where"),
    ],
)
def test_what_stands_against_a_source_is_seen_in_the_list_too(deployment, ana, changes, told):
    for shown in fares(deployment, ana, **changes):
        assert told in shown


LACKING = Failing(
    "open_tickets",
    Reason.PERMISSION_DENIED,
    Particulars(False, (Cause.MISSING_SCOPE, Cause.PLAN), "MISSING_SCOPES", "c-123"),
    1200,
    START,
    START + timedelta(minutes=15),
)


def test_what_fails_is_told_with_why_how_long_and_what_to_do(deployment, ana):
    everywhere, here = fares(deployment, ana, failing=(LACKING,))

    assert "Not all of it answers: open_tickets." in everywhere
    assert "open_tickets: Salesforce does not let us read this, as it seems (since 09:00)." in here
    for told in (
        "For 1,200 accounts that somebody looked at.",
        "Possible causes: our credential lacks a scope or its plan does not include this.",
        "Salesforce says: MISSING_SCOPES, request c-123.",
        "Next try at 09:15.",
        "Give the integration's user the missing permission or scope.",
    ):
        assert told in here
    assert "Nothing stands against it" not in here


def test_what_is_known_to_mend_it_is_told_in_place_of_what_usually_does(deployment, ana):
    known = replace(LACKING, particulars=Particulars(remedy="Tick Tickets in the private app."))
    _, here = fares(deployment, ana, failing=(known,))

    assert "Tick Tickets in the private app." in here
    assert "the missing permission" not in here


def test_our_own_limit_is_told_as_ours_with_when_it_is_asked_again(deployment, ana):
    error = used_up(Limits(rate=6), timedelta(minutes=15))
    failing = replace(LACKING, reason=error.reason, particulars=error.particulars)
    _, here = fares(deployment, ana, failing=(failing,))

    assert "open_tickets: Salesforce is not asked more often just now: our own limit for it" in here
    assert "Next try at 09:15." in here
    assert "Raise limits.rate (6/min) in sidecar.yaml if the vendor allows more" in here
    assert "vendor for a higher limit" not in here


def test_what_is_not_kept_up_by_what_changes_is_told_with_what_that_costs(deployment, ana):
    why = SourceError(Reason.BAD_RESPONSE, "no index: more has changed in one second than a page")
    everywhere, here = fares(deployment, ana, unindexed=(Unindexed("tickets", why, START),))

    assert "Not all of it is kept up by what changes: tickets." in everywhere
    for told in (
        "tickets: it is not kept up by what changes (since 09:00): no index: more has changed in",
        "Each account is asked for by itself, which takes a call for each. It is tried again by",
    ):
        assert told in here


def test_what_has_changed_there_is_told_in_the_words_of_doctor(deployment, ana):
    said = "`tier` is gone from Salesforce, as noticed 2026-11-23 at 09:00 UTC"
    remedy = "If it is the same, let fields.tier.path be level."
    deployment.changed_at["crm"] = [wrong("tier", said, remedy)]
    everywhere, here = fares(deployment, ana)

    assert "Not all that it answers is as declared: tier." in everywhere
    assert f"tier: {said}." in here
    assert remedy in here
    assert "Nothing stands against it" not in here


def test_accounts_that_are_archived_there_are_listed_and_stand_against_nothing(deployment, ana):
    said = "3 of 12 accounts are archived in Salesforce: Acme GmbH (001A), 001B, 001C"
    remedy = "Link the account to another record of Salesforce, by its key id."
    deployment.changed_at["crm"] = [doubtful(ACCOUNTS, said, remedy)]
    everywhere, here = fares(deployment, ana)

    assert "Not all that it answers" not in everywhere
    assert "Nothing stands against it" in here
    assert f"accounts: {said}." in here
    assert remedy in here


def test_what_the_vendor_says_is_left_is_shown_the_longest_span_first(deployment, ana):
    standings = (
        Standing(BURST, 9, None, START, None),
        Standing(CALLS, 120, 5000, START, START + timedelta(hours=15)),
    )
    _, here = fares(deployment, ana, left=standings)

    assert "120 of 5,000 calls left (daily), until 2026-11-24 00:00 UTC." in here
    assert here.index("(daily)") < here.index("9 calls left (burst)")


class TestWebhooks:
    """What a source tells by itself: what is entered at its vendor, and when the last came."""

    @pytest.fixture
    def deployment(self, tmp_path):
        crm = replace(gallery.CRM, push=(Secret("canary"),))
        kind = plugins.adapter("zendesk")
        settings = {"url": "https://acme.zendesk.com", "token": "t0ken"}
        zendesk = kind(kind.Settings().load(settings))
        settled = configuration(tmp_path, sources={"crm": crm, "billing": gallery.BILLING})
        opened = Deployment(settled, adapters={"crm": zendesk, "billing": zendesk})
        yield opened
        opened.changes.close()
        opened.database.dispose()

    def test_its_page_says_what_is_to_be_entered_at_the_vendor(self, ana):
        shown = words(ana.get("/admin/sources/crm"))

        assert "with our address for" in shown
        assert "Our address, for Salesforce alone: https://context.example.com/v1/push/crm" in shown
        assert "In Admin Center" in shown
        assert "Nothing has come yet." in shown
        assert "canary" not in shown

    def test_it_says_when_the_last_came_and_why_it_was_refused(self, ana, deployment):
        deployment.sightings.proven("push/crm")
        deployment.clock.forward(minutes=5)
        assert "The last came 5 minutes ago." in words(ana.get("/admin/sources/crm"))

        deployment.sightings.refused("push/crm", "the signature does not fit")
        shown = words(ana.get("/admin/sources/crm"))

        assert "Refused just now: what came proved nothing." in shown
        assert "The last that was proven came 5 minutes ago." in shown
        assert "The signature does not fit." in shown

    def test_one_that_could_tell_says_what_it_lacks(self, ana):
        assert "Give it a secret in sidecar.yaml first" in words(ana.get("/admin/sources/billing"))


class TestAnotherType:
    """That a field is right, though of another type in its system, is said at its source."""

    @pytest.fixture(autouse=True)
    def retyped(self, deployment):
        for native, type_ in (("picklist", FieldType.CHOICE), ("double", FieldType.NUMBER)):
            seen = Shape((ShapeField(("Tier__c",), type_, native=native),))
            deployment.drifts.learn(("crm", "account"), seen)

    def test_it_is_said_until_it_is_accepted(self, ana, deployment):
        assert "Account tier is right as declared" in words(ana.get("/admin/sources/crm"))

        said = ana.send("/admin/sources/crm/accept", field="tier")
        assert (said.status_code, said.location) == (303, "/admin/sources/crm")
        assert "right as declared" not in words(ana.get("/admin/sources/crm"))
        assert deployment.drifts.about() == {}

    @pytest.mark.parametrize(("source", "field"), [("crm", "nonesuch"), ("books", "tier")])
    def test_of_another_source_nothing_is_accepted(self, ana, deployment, source, field):
        assert ana.send(f"/admin/sources/{source}/accept", field=field).status_code == 400
        assert deployment.drifts.about().keys() == {"tier"}
