"""The API is what its description says: statuses, shapes, and nothing beside."""

from __future__ import annotations

import pytest
import schemathesis
from context_sidecar.core.drift import Because, Drift, DriftKind, Successor
from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.shape import ShapeField
from context_sidecar.web.parts import Allowance
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from support import gallery
from support.web import TICKET, Deployment, configuration, install

REFUSED = {"401", "403", "429"}

MANY = Allowance(requests=10**9, records=10**9, program_records=10**9, refusals=10**9)


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A deployment that stays while many requests are made of it."""
    folder = tmp_path_factory.mktemp("described")
    declared = configuration(folder, install(source=gallery.HELPDESK), expose=frozenset({"docs"}))
    deployment = Deployment(declared, allowance=MANY)
    yield deployment
    deployment.database.dispose()


@pytest.fixture(scope="module")
def description(standing):
    return standing.get("/openapi.json").json


@pytest.fixture(scope="module")
def schema(standing):
    return schemathesis.openapi.from_wsgi("/openapi.json", standing.application)


def test_it_is_openapi_3_1_and_valid(description):
    assert description["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_it_describes_every_endpoint_of_the_api_and_no_other(description, standing):
    flask = standing.application._application._application._application
    described = {
        (method.upper(), path)
        for path, operations in description["paths"].items()
        for method in operations
        if method in {"get", "post"}
    }

    routes = {
        (method, rule.rule.replace("<path:", "<").replace("<", "{").replace(">", "}"))
        for rule in flask.url_map.iter_rules()
        if rule.rule.startswith("/v1/") and rule.rule != "/v1/policy-reports"
        for method in rule.methods & {"GET", "POST"}
    }
    assert described == routes


def test_every_endpoint_says_who_may_ask_and_how_refusals_look(description):
    for operations in description["paths"].values():
        for method in {"get", "post"} & operations.keys():
            operation = operations[method]
            assert operation["operationId"]
            assert operation["summary"]
            assert operation["security"]
            told = {"webhook": []} in operation["security"]
            refused = REFUSED - {"403"} if told else REFUSED
            assert {"200", *refused} <= operation["responses"].keys()


def test_it_says_what_is_told_of_a_source_that_was_not_asked(description):
    reading = description["components"]["schemas"]["ReadingSchema"]["properties"]
    assert "it was not asked (see `lacks`)" in reading["answer"]["description"]
    assert "it was not asked (see `lacks`)" in reading["reason"]["description"]
    assert "`state` is `unmatched`" in reading["lacks"]["description"]


def drifted():
    """A card whose tier is gone from its source."""
    field = ShapeField(("Customer_Tier__c",), FieldType.CHOICE, "Customer Tier")
    found = Successor(field, (Because.APPEARED,))
    drift = Drift(DriftKind.GONE, "Tier__c", gallery.NOW, found, was=FieldType.CHOICE)
    lost = gallery.observed(Found(gallery.VALUES), reason=Reason.SCHEMA_CHANGED)
    return gallery.context(gallery.reading(gallery.TIER, lost), drifts={"tier": drift})


MADE = {**gallery.GALLERY, "drifted": drifted}


@pytest.mark.parametrize("name", MADE)
def test_every_card_has_the_shape_that_is_described(standing, description, name):
    """Unlikely cards too: failing sources, no customer, several, nothing there yet."""
    made = MADE[name]()
    standing.engine.changes = {
        "readings": made.readings, "match": made.match, "attention": made.attention,
        "complete": made.complete, "generated_at": made.generated_at, "overdue": made.overdue,
        "record": made.record, "drifts": made.drifts,
    }  # fmt: skip
    standing.clock.forward(minutes=1)
    try:
        answer = standing.get("/v1/context/iframe/ticket/4711", standing.token()).json
    finally:
        standing.engine.changes = {}

    whole = {"$ref": "#/components/schemas/AnswerSchema", "components": description["components"]}
    problems = Draft202012Validator(whole).iter_errors(answer)
    assert [f"{list(each.path)}: {each.message[:200]}" for each in problems] == []


def test_a_problem_has_the_shape_that_is_described(standing, description):
    problem = standing.get("/v1/context/iframe/ticket/4711").json

    whole = {"$ref": "#/components/schemas/ProblemSchema", "components": description["components"]}
    assert list(Draft202012Validator(whole).iter_errors(problem)) == []


def test_the_vocabularies_are_the_products_own(description):
    reading = description["components"]["schemas"]["ReadingSchema"]["properties"]

    assert set(reading["reason"]["enum"]) - {None} == {reason.value for reason in Reason}
    assert "pending" in reading["state"]["enum"]


CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
"""All that can be told of one request alone. That well-formed requests are accepted cannot: a token
is for one record, and every other is refused."""


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/context/{host}/{type}/{id}"),
        ("GET", "/v1/accounts/{id}/context"),
        ("POST", "/v1/visits"),
        ("POST", "/v1/visits/renew"),
    ],
)
def test_s20_whatever_is_sent_the_answer_is_one_that_is_described(
    standing, schema, mode, method, path
):
    """Fuzzed from the description: no failure, no trace, no status and no shape beside it."""
    operation = schema[path][method]
    record = None if path == "/v1/visits" else TICKET
    proofs = ["", "made up", standing.token(record), standing.key("*")]

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), proof=st.sampled_from(proofs))
    def ask(case, proof):
        response = case.call(headers={"Authorization": f"Bearer {proof}"})
        assert b"Traceback" not in response.content
        assert b"context_sidecar" not in response.content
        case.validate_response(response, checks=CHECKS)

    ask()
