"""S18: what is logged and what is told holds no secret; and nobody writes lines into the log."""

from __future__ import annotations

import io
import json
import re

import pytest
import structlog
from context_sidecar import logs
from context_sidecar.core.secrets import Secret
from support.web import PUBLIC, SECRET, install

TICKET = "/v1/context/iframe/ticket/4711"


def requests(logged):
    return [entry for entry in logged if entry["event"] == "request"]


def test_each_request_is_one_line_that_says_who_what_and_how_it_went(deployment, logged):
    deployment.get(TICKET, deployment.token())

    (line,) = requests(logged)
    assert line["caller"] == "intranet/ana"
    assert (line["method"], line["path"], line["status"]) == ("GET", TICKET, 200)
    assert line["ms"] >= 0


def test_a_key_is_logged_by_its_id(deployment, logged):
    key, text = deployment.keys.create("a test", ["ticket"])

    deployment.get(TICKET, text.reveal())

    assert requests(logged)[0]["caller"] == f"key {key.id}"


def test_a_problem_is_found_in_the_log_by_its_instance(deployment, logged):
    problem = deployment.get(TICKET).json

    assert requests(logged)[0]["problem"] == f"not-proven {problem['instance']}"


def test_what_is_asked_every_few_seconds_is_logged_when_it_fails(deployment, logged):
    deployment.get("/healthz")
    deployment.get("/readyz")
    deployment.ready["database"] = False
    deployment.get("/readyz")

    assert [line["status"] for line in requests(logged)] == [503]


def test_a_refused_visit_is_logged_with_the_reason_that_nobody_is_told(deployment, logged):
    response = deployment.get(deployment.signed()[:-1] + "x")

    (refusal,) = (entry for entry in logged if entry["event"] == "visit_refused")
    assert refusal["why"]
    assert refusal["why"] not in response.text
    assert refusal["install"] == "intranet"


@pytest.fixture
def everything(deploy, logged):
    """All that is told and logged while all endpoints are asked in all ways, one of them broken."""
    canary = Secret("c4n4ry-" + SECRET.reveal())
    deployment = deploy(install(settings={"secret": SECRET, "previous_secret": canary}))
    token, launch, key = deployment.token(), deployment.token(None), deployment.key("ticket")
    secrets = [SECRET.reveal(), canary.reveal(), token, launch, key]
    keys = (deployment.configuration.data / "token-keys").read_text()
    secrets += [line.split()[1] for line in keys.splitlines()]
    told = []
    for proof in ("", token, launch, key):
        for address in (
            TICKET, f"{TICKET}?card=x", "/v1/accounts/1/context", "/healthz", "/readyz", "/metrics",
            "/docs", "/openapi.json", "/hosts/intranet", f"/hosts/intranet?a={SECRET.reveal()}",
        ):  # fmt: skip
            response = deployment.get(address, proof)
            told.append(response)
        told.append(deployment.post("/v1/visits", proof, {"type": "ticket"}))
    told.append(deployment.get(deployment.signed()))
    deployment.engine.broken = RuntimeError("broken")
    told.append(deployment.get(f"{TICKET}?card=ticket", token))
    text = " ".join(each.text + str(each.headers) for each in told)
    return text, repr(logged), secrets


def test_s18_no_answer_holds_a_secret(everything):
    told, _, secrets = everything

    assert not [secret for secret in secrets if secret in told]


def test_s18_no_line_of_the_log_holds_a_secret_a_token_or_a_value(everything):
    _, logged, secrets = everything

    assert not [secret for secret in secrets if secret in logged]
    for value in ("acme.example", "Enterprise", "48000", "Ana Lima"):
        assert value not in logged


def test_s4_no_address_in_the_log_holds_a_proof(deployment, logged):
    address = deployment.signed()
    deployment.get(address)

    signature = address.partition("signature=")[2]
    assert signature
    assert signature not in repr(logged)


@pytest.mark.parametrize("piece", ["\r\n", "\n", "\x1b[2J", "\u2028", '"}\n{"event":"forged"}'])
def test_nobody_writes_lines_into_the_log(deployment, piece, monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    structlog.reset_defaults()
    logs.configure()

    deployment.client.get("/nowhere" + piece)
    deployment.get(deployment.signed(user="ana" + piece))

    lines = stream.getvalue().split("\n")
    assert lines.pop() == ""
    events = [json.loads(line) for line in lines]
    assert {event["event"] for event in events} <= {"request", "visit_refused"}
    assert "\x1b" not in stream.getvalue()
    assert re.search("nowhere", stream.getvalue())
    assert PUBLIC not in stream.getvalue()
