"""Who gets to the admin pages, and from where."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.web.admin.sessions import LIFE
from support.admin import Admin, words

PAGES = ("/admin", "/admin/add", "/admin/add/iframe", "/admin/installs/intranet")
ACTS = ("edit", "suspend", "resume", "remove", "drop-previous")


@pytest.mark.parametrize("path", [*PAGES, "/admin/installs/intranet/check", "/admin/nowhere/x"])
def test_a_stranger_is_asked_to_sign_in_and_learns_nothing(stranger, path):
    response = stranger.get(path)

    assert response.status_code in {401, 404}
    assert "Intranet" not in response.text


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_changes_nothing(stranger, act):
    assert stranger.send(f"/admin/installs/intranet/{act}").status_code == 401
    assert stranger.add().status_code == 401
    assert list(stranger.deployment.installs) == ["intranet"]


def test_whoever_shows_an_admins_key_is_let_in_where_they_wanted_to_go(deployment):
    ana = Admin(deployment)
    asked = ana.get("/admin/installs/intranet")
    assert 'value="/admin/installs/intranet"' in asked.text

    _, key = deployment.keys.create("Ana", (), admin=True)
    response = ana.send("/admin/sign-in", key=key.reveal(), asked="/admin/installs/intranet")

    assert (response.status_code, response.location) == (303, "/admin/installs/intranet")
    assert "Intranet" in words(ana.get("/admin/installs/intranet"))


@pytest.mark.parametrize(
    "asked",
    ["https://evil.example/admin", "//evil.example/admin", "/hosts/x", "/administrator",
     "javascript:alert(1)", "/admin/\r\nX: y", "/admin/../x", "/admin//evil",
     "/admin/%2e%2e/x", "/admin\\@evil.example", "\\\\evil.example/admin", ""],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(deployment, asked):
    _, key = deployment.keys.create("Ana", (), admin=True)

    response = Admin(deployment).send("/admin/sign-in", key=key.reveal(), asked=asked)

    assert response.location == "/admin"


@pytest.mark.parametrize("wrong", ["", "nonsense", "sidecar_00000000_" + 43 * "x"])
def test_what_is_no_key_opens_nothing_and_is_not_repeated(stranger, wrong):
    response = stranger.send("/admin/sign-in", key=wrong)

    assert response.status_code == 401
    assert "This is no admin's key" in words(response)
    assert not wrong or wrong not in response.text
    assert "Set-Cookie" not in response.headers


def test_a_programs_key_is_no_admins(stranger, deployment):
    assert stranger.send("/admin/sign-in", key=deployment.key("*")).status_code == 401


def test_keys_cannot_be_tried_out(stranger, deployment):
    statuses = {stranger.send("/admin/sign-in", key=f"key {n}").status_code for n in range(200)}

    assert 429 in statuses


def test_s5_the_cookie_works_here_alone(deployment):
    _, key = deployment.keys.create("Ana", (), admin=True)
    cookie = Admin(deployment).send("/admin/sign-in", key=key.reveal()).headers["Set-Cookie"]

    assert cookie.startswith("__Host-sidecar_admin=")
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie.split("; ")
    assert key.reveal() not in cookie


def test_s5_over_plain_http_on_ones_own_machine_it_works_too(deploy):
    plain = deploy(public_url="http://127.0.0.1:8710")
    _, key = plain.keys.create("Ana", (), admin=True)

    cookie = Admin(plain).send("/admin/sign-in", key=key.reveal()).headers["Set-Cookie"]

    assert cookie.startswith("sidecar_admin=")
    assert "Secure" not in cookie.split("; ")


def test_a_session_ends_with_the_working_day(ana):
    ana.deployment.clock.forward(hours=7)
    assert ana.get("/admin").status_code == 200

    ana.deployment.clock.forward(seconds=(LIFE - timedelta(hours=7)).total_seconds())
    assert ana.get("/admin").status_code == 401


def test_a_session_ends_with_its_key(ana):
    [key] = ana.deployment.keys.list()
    ana.deployment.keys.revoke(key.id)

    assert ana.get("/admin").status_code == 401


def test_signing_out_ends_the_session(ana):
    assert ana.send("/admin/sign-out").status_code == 303

    assert ana.get("/admin").status_code == 401


def test_a_visits_token_is_no_session(stranger, deployment):
    stranger.deployment.client.set_cookie(
        "__Host-sidecar_admin", deployment.token(), domain="localhost", secure=True
    )

    assert stranger.get("/admin").status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
@pytest.mark.parametrize("act", ACTS)
def test_s23_a_form_of_another_page_changes_nothing(ana, site, act):
    assert ana.add().status_code == 200

    response = ana.send(f"/admin/installs/wiki/{act}", site=site, name="wiki")

    assert response.status_code == 403
    assert not ana.deployment.installs["wiki"].suspended


@pytest.mark.parametrize(
    ("origin", "status"), [("https://context.example.com", 303), ("https://evil.example", 403)]
)
def test_s23_without_fetch_metadata_the_origin_decides(ana, origin, status):
    response = ana.deployment.client.post("/admin/sign-out", headers={"Origin": origin})

    assert response.status_code == status


def test_s23_without_either_a_form_is_refused(ana):
    assert ana.deployment.client.post("/admin/sign-out").status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_s23_no_admin_page_can_be_framed_or_kept(ana, path):
    headers = ana.get(path).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_every_page_says_who_is_signed_in_and_the_log_who_did_what(ana, logged):
    assert "Ana" in words(ana.get("/admin"))
    ana.add()
    ana.send("/admin/installs/wiki/suspend")

    told = [(each["event"], each.get("install"), each.get("by")) for each in logged]
    assert ("install_added", "wiki", "Ana") in told
    assert ("install_suspended", "wiki", "Ana") in told


def test_an_api_key_in_a_header_does_not_open_the_pages(deployment):
    """So that a page of anybody else cannot use what a script there knows."""
    _, key = deployment.keys.create("Ana", (), admin=True)

    assert deployment.get("/admin", key.reveal()).status_code == 401
