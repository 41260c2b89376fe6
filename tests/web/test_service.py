"""What machines and operators ask, and S27: what is open to nobody unless it was declared open."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest
from context_sidecar.core.reasons import Reason
from context_sidecar.web.parts import Allowance
from context_sidecar.web.service import BASIC
from support.web import DESK

TICKET = "/v1/context/iframe/ticket/4711"


def test_the_process_says_that_it_lives(deployment):
    deployment.ready["database"] = False

    assert deployment.get("/healthz").json == {"ok": True}


def test_it_is_ready_when_everything_is(deployment):
    ready = deployment.get("/readyz")
    deployment.ready["directory"] = False
    not_yet = deployment.get("/readyz")

    assert (ready.status_code, not_yet.status_code) == (200, 503)
    assert not_yet.json == {"configuration": True, "database": True, "directory": False}


PRIVATE = ["/metrics", "/docs", "/openapi.json"]


@pytest.mark.parametrize("address", PRIVATE)
def test_s27_documentation_and_metrics_are_closed_by_default(deployment, address):
    assert deployment.get(address).status_code == 401
    assert deployment.get(address, "made up").status_code == 401
    assert deployment.get(address, deployment.token()).status_code == 403
    assert deployment.get(address, deployment.key()).status_code == 200


def _by_hand(password):
    """What a browser sends when its person is asked for a name and a password."""
    return "Basic " + b64encode(f"ana:{password}".encode()).decode()


@pytest.mark.parametrize("address", PRIVATE)
def test_a_person_opens_them_in_a_browser_with_a_key_as_the_password(deployment, address):
    asked = deployment.get(address)
    assert asked.headers.getlist("WWW-Authenticate") == ["Bearer", BASIC]
    assert deployment.get(address, Authorization=_by_hand(deployment.key())).status_code == 200
    assert deployment.get(address, Authorization=_by_hand("made up")).status_code == 401
    assert deployment.get(address, Authorization=_by_hand(deployment.token())).status_code == 403


def test_a_password_opens_no_card(deployment):
    """A browser sends it by itself, wherever the page comes from that asks."""
    key, address = deployment.key("ticket"), f"{TICKET}?install=intranet"
    assert deployment.get(address, key).status_code == 200
    refused = deployment.get(address, Authorization=_by_hand(key))
    assert refused.status_code == 401
    assert refused.headers.getlist("WWW-Authenticate") == ["Bearer"]


@pytest.mark.parametrize("address", PRIVATE)
def test_s27_they_are_open_where_the_configuration_says_so(deploy, address):
    exposed = deploy(expose=frozenset({"metrics" if address == "/metrics" else "docs"}))
    other = deploy(expose=frozenset({"docs" if address == "/metrics" else "metrics"}))

    assert exposed.get(address).status_code == 200
    assert other.get(address).status_code == 401


@pytest.mark.parametrize(
    "address", ["/console", "/?__debugger__=yes&cmd=resource&f=debugger.js", "/static/", "/.env"]
)
def test_s27_there_is_no_debugger_and_no_file(deployment, address):
    assert deployment.get(address).status_code == 404


def test_the_documentation_is_a_page_that_loads_nothing(deployment):
    page = deployment.get("/docs", deployment.key())

    assert page.content_type == "text/html; charset=utf-8"
    assert "The card about a record" in page.text
    assert "urn:context-sidecar:problem:other-record" in page.text
    assert not re.search(r"<script|<link|<img|src=|@import|url\(", page.text)
    for anchor in re.findall('href="#([^"]+)"', page.text):
        assert f'id="{anchor}"' in page.text, "every link in the page leads somewhere"


def metric(deployment, name):
    text = deployment.get("/metrics", deployment.key()).text
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", text, re.MULTILINE)
    return float(found[1]) if found else None


def test_requests_and_readings_are_counted(deployment):
    token = deployment.token()
    for _ in range(3):
        deployment.get(TICKET, token)

    name = 'sidecar_requests_total{endpoint="context.of_record",status="200"}'
    assert metric(deployment, name) == 1
    assert metric(deployment, "sidecar_hot_total") == 2
    assert metric(deployment, 'sidecar_readings_total{card="ticket",state="fresh"}') == 6


def test_what_sources_answer_is_counted_by_reason(deployment):
    deployment.metrics.outcome("crm", "account", 40, None, 0.2)
    deployment.metrics.outcome("crm", "account", 2, Reason.TIMEOUT, 3.0)

    name = 'sidecar_source_keys_total{lookup="account",reason="%s",source="crm"}'
    assert metric(deployment, name % "") == 40
    assert metric(deployment, name % "timeout") == 2


def test_sizes_and_states_of_the_moment_are_read_when_somebody_looks(deployment):
    waiting = iter([3.0, 5.0])
    deployment.metrics.watch(
        lambda: [("sidecar_source_waiting", "Keys that wait.", {"source": "crm"}, next(waiting))]
    )

    assert metric(deployment, 'sidecar_source_waiting{source="crm"}') == 3
    assert metric(deployment, 'sidecar_source_waiting{source="crm"}') == 5


def test_no_label_holds_a_record_or_a_person(deployment):
    deployment.get(TICKET, deployment.token())
    deployment.get("/v1/context/iframe/ticket/unheard-of", deployment.token())
    deployment.get("/hosts/intranet?user=ana")
    text = deployment.get("/metrics", deployment.key()).text

    for private in ("4711", "unheard-of", "ana", "acme"):
        assert private not in text


@pytest.mark.parametrize(
    "report",
    [
        {
            "csp-report": {
                "effective-directive": "script-src",
                "blocked-uri": "https://evil.example",
            }
        },
        [{"type": "csp-violation", "body": {"effectiveDirective": "script-src", "sample": "x"}}],
    ],
    ids=["report-uri", "report-to"],
)
def test_s11_what_a_browser_has_stopped_is_counted_and_the_rest_of_its_report_dropped(
    deployment, logged, report
):
    response = deployment.post("/v1/policy-reports", json=report, Origin=DESK)

    assert response.status_code == 204
    assert metric(deployment, 'sidecar_policy_reports_total{directive="script-src"}') == 1
    assert "evil" not in repr(logged)


@pytest.mark.parametrize(
    "report", [None, [], {}, 5, "x", [5], {"csp-report": 5}, {"csp-report": {}}, [{"body": []}]]
)
def test_a_report_that_says_nothing_counts_nothing_that_could_grow(deployment, report):
    response = deployment.post("/v1/policy-reports", json=report)

    assert response.status_code in {204, 400}
    assert metric(deployment, 'sidecar_policy_reports_total{directive="script-src"}') is None


def test_s22_reports_of_one_address_are_limited(deploy):
    deployment = deploy(allowance=Allowance(requests=2))

    statuses = [deployment.post("/v1/policy-reports", json=[]).status_code for _ in range(3)]

    assert statuses == [204, 204, 429]
