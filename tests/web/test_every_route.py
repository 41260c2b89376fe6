"""What holds for every address that we answer at: found by walking the routes, not by a list."""

from __future__ import annotations

import pytest
from support.admin import Admin
from support.web import Deployment

FILLED = {
    "host": "iframe", "type": "ticket", "id": "4711", "install": "intranet", "source": "crm",
    "address": "INSTALL.md",
    "fingerprint": "0123456789abcdef", "name": "card.js",
}  # fmt: skip


def flask(deployment: Deployment):
    return deployment.application._application._application._application


def requests(deployment):
    """One request for each method of each route, with each kind of proof."""
    with flask(deployment).app_context():
        rules = list(flask(deployment).url_map.iter_rules())
    for rule in rules:
        address = rule.rule
        for argument in rule.arguments:
            address = address.replace(f"<path:{argument}>", FILLED[argument])
            address = address.replace(f"<{argument}>", FILLED[argument])
        assert "<" not in address
        for method in sorted(rule.methods):
            for proof in ("", deployment.token(), deployment.key("ticket")):
                yield method, address, proof


@pytest.fixture
def answers(deployment):
    """Every answer that a walk through all routes gives, wrong addresses and methods included."""
    found = {}
    for method, address, proof in requests(deployment):
        for asked in (method, "DELETE"):
            headers = {"Authorization": f"Bearer {proof}"} if proof else {}
            response = deployment.client.open(address, method=asked, headers=headers)
            found[asked, address, bool(proof), response.status_code] = response
    for address in (
        "/",
        "/nowhere",
        "/static/x",
        "/v1/context/a",
        "//evil.example",
        "/.git/config",
    ):
        response = deployment.get(address)
        found["GET", address, False, response.status_code] = response
    signed = deployment.get(deployment.signed())
    return found | {("GET", "/hosts/intranet?signed", False, signed.status_code): signed}


def test_the_admin_pages_meet_the_same_walk_signed_in(deployment):
    """What is wrong there is said on a page, never framed or kept, with nothing of the inside."""
    admin = Admin(deployment).sign_in()
    with flask(deployment).app_context():
        rules = [str(rule) for rule in flask(deployment).url_map.iter_rules()]
    statuses = set()
    for rule in [rule for rule in rules if rule.startswith("/admin")]:
        for name in ("intranet", "iframe", "4711", "%00", "a" * 300, "<b>", "%2e%2e"):
            address = rule.replace("<id>", name).replace("<host>", name)
            address = address.replace("<path:address>", f"recipes/{name}.md")
            for response in (admin.get(address), admin.send(address, id="x", role__x="on")):
                statuses.add(response.status_code)
                assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
                assert response.headers["Cache-Control"] == "no-store"
                assert "Traceback" not in response.text
                assert "<b>" not in response.text
            if response.status_code == 303 and "sign-out" in rule:
                admin.sign_in()

    assert {200, 303, 400, 404, 405, 422} <= statuses
    assert not any(status >= 500 for status in statuses)


def test_the_walk_meets_every_kind_of_answer(answers):
    statuses = {status for *_, status in answers}

    assert {200, 204, 400, 401, 403, 404, 405} <= statuses
    assert not [each for each in answers if each[-1] >= 500]


def test_s1_every_answer_says_who_may_frame_it_and_only_pages_of_installs_may_be(answers):
    for (_, address, *_), response in answers.items():
        policy = response.headers["Content-Security-Policy"]
        ancestors = policy.partition("frame-ancestors ")[2].partition(";")[0]
        assert "*" not in ancestors
        if ancestors != "'none'":
            assert address.startswith("/hosts/intranet")
            assert ancestors == "https://desk.example.com"


def test_s12_every_answer_carries_the_security_headers(answers):
    for response in answers.values():
        headers = response.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        if headers.get("Content-Type", "").startswith("text/"):
            assert "charset=utf-8" in headers["Content-Type"]


def test_s12_only_the_widgets_own_files_may_be_loaded_by_other_sites(answers):
    for (_, address, *_), response in answers.items():
        public = address.startswith(("/widgets/", "/hosts/intranet/bridge.js"))
        if response.status_code != 200 or not public:
            assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_s12_no_strict_transport_is_promised_over_plain_http(deploy):
    """RFC 6797, 7.2: only where we are reached by https."""
    plain = deploy(public_url="http://localhost:8710").get("/healthz")

    assert "Strict-Transport-Security" not in plain.headers


def test_s13_no_answer_with_data_may_be_stored(answers):
    for (_, address, *_), response in answers.items():
        if not address.startswith(("/widgets/", "/hosts/intranet/bridge.js")):
            assert response.headers["Cache-Control"] == "no-store"


def test_s5_no_answer_sets_a_cookie(answers):
    assert not any("Set-Cookie" in response.headers for response in answers.values())


def test_no_answer_redirects_anywhere(answers):
    assert not any("Location" in response.headers for response in answers.values())


def test_s20_every_refusal_is_a_problem_document_or_a_kind_page(answers):
    for (method, address, *_), response in answers.items():
        if response.status_code < 400 or method == "HEAD":
            continue
        if response.content_type.startswith("text/html"):
            assert address.startswith(("/hosts/intranet", "/admin"))
        else:
            assert response.content_type == "application/problem+json"
            problem = response.json
            assert set(problem) == {"type", "title", "status", "detail", "instance"}
            assert problem["status"] == response.status_code
            assert problem["type"].startswith("urn:context-sidecar:problem:")
