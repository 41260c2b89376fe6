"""The live check: green with the first visit that proves itself, and else why not."""

from __future__ import annotations

import hmac
from base64 import b64encode

from context_sidecar.web.admin.checking import Check
from support.admin import secret_of, words
from support.web import DESK, PUBLIC


def check(ana, install="wiki"):
    return Check(**ana.get(f"/admin/installs/{install}/check").json)


def test_it_waits_for_the_first_visit_and_turns_green_with_it(ana):
    secret = secret_of(ana.add())
    assert check(ana) == Check("waiting", "Nothing has come from the tool yet.")

    ana.visit("wiki", secret)
    ana.deployment.clock.forward(minutes=2)

    assert check(ana) == Check("works", "It works: proven 2 minutes ago.")


def test_a_visit_that_proves_nothing_is_told_with_why(ana):
    ana.add()
    ana.visit("wiki", "another secret, which is long enough for it")

    found = check(ana)
    assert found.state == "refused"
    assert found.text == "Refused just now: what came proved nothing."
    assert found.detail == "The signature does not fit what it should sign."


def asked(ana, install, secret, url):
    """What a program of *install* asks that signs for *url*."""
    time = str(int(ana.deployment.clock().timestamp() * 1000))
    body = '{"record": "ticket/4711", "nonce": "0123456789abcdef0123"}'
    signed = hmac.digest(secret.encode(), f"POST{url}{body}{time}".encode(), "sha256")
    headers = {
        "X-Context-Sidecar-Time": time,
        "X-Context-Sidecar-Signature": b64encode(signed).decode(),
    }
    return ana.deployment.client.post(f"/hosts/{install}", data=body, headers=headers)


def program(ana, id):
    """Enter a program; return its secret."""
    form = {"id": id, "role__support": "on", "make__secret": "on"}
    return secret_of(ana.send("/admin/add/json", **form))


def test_it_says_whose_secret_it_is_where_it_is_another_installs(ana):
    program(ana, "shop")
    asked(ana, "shop", program(ana, "backoffice"), f"{PUBLIC}/hosts/shop")

    assert check(ana, "shop").detail.endswith("it is signed for the install backoffice.")


def test_it_says_which_form_of_the_request_would_have_fitted(ana):
    """Here the program was given our address with http, and is led to https on the way."""
    secret = program(ana, "shop")
    assert asked(ana, "shop", secret, f"{PUBLIC}/hosts/shop").status_code == 200

    ana.deployment.clock.forward(seconds=1)
    asked(ana, "shop", secret, "http://context.example.com/hosts/shop")

    assert check(ana, "shop").state == "refused"
    assert "http" in check(ana, "shop").detail
    assert secret not in check(ana, "shop").detail


def test_what_was_proven_before_a_refusal_is_told_with_it(ana):
    secret = secret_of(ana.add())
    ana.visit("wiki", secret)
    ana.deployment.clock.forward(minutes=5)
    ana.visit("wiki", "another secret, which is long enough for it")

    assert check(ana).text.endswith("The last that was proven came 5 minutes ago.")


def test_what_is_proven_but_names_no_record_is_told_as_that(ana):
    ana.add()
    ana.deployment.sightings.unclear("wiki", "the body is no JSON")

    found = check(ana)
    assert found.text == "Proven just now, but the request names no record for a card."
    assert found.detail == "The body is no JSON."


def test_after_a_change_it_waits_anew(ana):
    secret = secret_of(ana.add())
    ana.visit("wiki", secret)
    ana.deployment.clock.forward(minutes=1)
    ana.change("wiki/edit", label="Wiki", origins=DESK, role__support="on")

    assert check(ana) == Check("waiting", "Nothing has come since its last change.")


def test_an_install_of_the_file_is_checked_too(ana):
    ana.deployment.get(ana.deployment.signed())

    assert check(ana, "intranet").state == "works"


def test_all_installs_are_seen_at_a_glance(ana):
    ana.visit("wiki", secret_of(ana.add()))

    page = words(ana.get("/admin"))
    assert "It works: proven just now." in page
    assert "Nothing has come from the tool yet." in page


def test_a_reason_is_text_and_never_markup(ana):
    ana.add()
    ana.deployment.sightings.refused("wiki", "<img src=x onerror=alert(1)>")

    assert "<img" not in ana.get("/admin/installs/wiki").text


def test_the_check_of_what_is_not_there_is_a_problem_document(ana):
    response = ana.get("/admin/installs/nothing/check")

    assert response.content_type == "application/problem+json"
