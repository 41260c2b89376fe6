"""S20: what fails inside is logged, and outside nothing is said but that it failed."""

from __future__ import annotations

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.web.last_resort import LastResort
from support.web import PUBLIC
from werkzeug.test import Client, TestResponse

TICKET = "/v1/context/iframe/ticket/4711"
CANARY = "c4n4ry-p4ssw0rd"


@pytest.fixture
def broken(deployment):
    deployment.engine.broken = RuntimeError(f"postgresql://user:{CANARY}@10.1.2.3/db")
    return deployment


def told(response):
    return response.text + str(response.headers)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_s20_an_unexpected_error_is_told_as_such_and_nothing_more(broken, logged, accept):
    response = broken.get(TICKET, broken.token(), Accept=accept)

    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert response.json["type"].endswith(":internal-error")
    for secret in (
        CANARY,
        "10.1.2.3",
        "postgresql",
        "RuntimeError",
        "Traceback",
        "context_sidecar/",
    ):
        assert secret not in told(response)
    (event,) = (each for each in logged if each["event"] == "unexpected")
    assert event["instance"] == response.json["instance"]
    assert event["exc_info"] is broken.engine.broken


def test_s20_a_page_that_breaks_is_kind_about_it(broken):
    response = broken.get(broken.signed())

    assert response.status_code == 500
    assert "Something went wrong here" in response.text
    assert "frame-ancestors https://desk.example.com;" in told(response)
    assert CANARY not in told(response)


def test_s20_an_error_of_a_source_that_strays_here_is_not_told_either(deployment):
    deployment.engine.broken = SourceError(Reason.TIMEOUT, f"{PUBLIC}/?key={CANARY}")

    response = deployment.get(TICKET, deployment.token())

    assert response.status_code == 500
    assert CANARY not in told(response)


def test_s20_a_broken_answer_is_not_kept(broken):
    token = broken.token()
    assert broken.get(TICKET, token).status_code == 500

    broken.engine.broken = None

    assert broken.get(TICKET, token).status_code == 200


def test_s20_what_even_flask_does_not_catch_is_caught(logged):
    def application(environ, start_response):
        raise MemoryError(CANARY)

    client = Client(LastResort(application, (("X-Common", "1"),)), TestResponse)

    response = client.get("/")

    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert response.headers["X-Common"] == "1"
    assert CANARY not in told(response)
    assert logged[0]["instance"] == response.json["instance"]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/v1/context/iframe", 404),
        ("PUT", TICKET, 405),
        ("DELETE", "/healthz", 405),
        ("TRACE", TICKET, 405),
    ],
)
def test_s20_a_wrong_address_or_method_is_a_problem_document(deployment, method, address, status):
    response = deployment.client.open(address, method=method)

    assert response.status_code == status
    assert response.json["status"] == status
    if status == 405:
        assert response.headers["Allow"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[" * 50_000, b'{"type": NaN', b'{"type":"a","type":"b"}']
)
def test_a_body_that_is_no_json_is_a_mistake_and_no_failure(deployment, body):
    headers = {
        "Authorization": f"Bearer {deployment.token(None)}",
        "Content-Type": "application/json",
    }
    response = deployment.client.post("/v1/visits", data=body, headers=headers)

    assert response.status_code == 400


def test_a_body_that_is_too_long_is_not_read(deployment):
    body = {"type": "ticket", "id": "1", "keys": {"a": "x" * 70_000}}

    response = deployment.post("/v1/visits", deployment.token(None), body)

    assert response.status_code == 413
    assert response.json["type"].endswith(":too-large")


def test_whoever_is_not_proven_is_told_how_to_prove_it(deployment):
    response = deployment.get(TICKET)

    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "authorization",
    [
        "", "Bearer", "Bearer ", "Basic YTpi", "Bearer é", "Bearer sidecar_", "Bearer \x00",
        "Bearer sidecar_00000000_" + "a" * 43, "bearer " + "x" * 20_000,
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_what_proves_nothing_is_refused_whatever_it_looks_like(deployment, authorization):
    response = deployment.client.get(
        TICKET, environ_overrides={"HTTP_AUTHORIZATION": authorization}
    )

    assert response.status_code == 401
