"""Pipedrive: the token in the frame's address, and the record that the address names beside it."""

from __future__ import annotations

import base64
import inspect
import json
import re
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
import yaml
from context_sidecar import Secret, VisitRefused, plugins
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from support.adapters import plugged
from support.app_pages import package
from support.clock import START
from support.hosts import OLD_SECRET, SECRET, FakeMemory, host, inbound

URL = "https://context.example.com/hosts/pipedrive-support"
NOW = int(START.timestamp())
CLAIMS = {"userId": 19100352, "companyId": 1300037, "iat": NOW - 5, "exp": NOW + 295}
SAID = {
    "id": "21c812a2-5e19-4b58-8fbf-25e86818e16a", "resource": "deal", "view": "details",
    "userId": "19100352", "companyId": "1300037", "selectedIds": "5351", "isShared": "false",
    "theme": "dark",
}  # fmt: skip


def token(secret: Secret = SECRET, *, without=(), **changes: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if name not in without}
    return jwt.encode(claims, secret.reveal(), algorithm="HS256")


def opened(text: str | None = None, *, method: str = "GET", at=START, **changes: str | None):
    """The request by which Pipedrive opens the frame."""
    said = SAID | {"token": token() if text is None else text} | changes
    query = urlencode({name: value for name, value in said.items() if value is not None})
    return inbound(f"{URL}?{query}", method=method, at=at)


def proven(text: str | None = None, memory: FakeMemory | None = None, **changes: Any):
    of = changes.pop("of", {})
    return host("pipedrive", memory, **of).prove(opened(text, **changes))


def refused(request, *, memory: FakeMemory | None = None, **install: Any) -> str:
    with pytest.raises(VisitRefused) as caught:
        host("pipedrive", memory, **install).prove(request)
    assert SECRET.reveal() not in str(caught.value)
    return str(caught.value)


def test_the_token_proves_a_user_of_a_company_and_the_address_names_the_record():
    visit = proven()
    assert (visit.visitor.id, visit.theme) == ("19100352", "dark")
    assert (visit.record.place, visit.record.id) == ("pipedrive/deal", "5351")
    assert visit.record.keys == {"deal_id": "5351"}
    assert visit.roles == {"support", "finance"}


def test_the_record_is_no_more_than_a_lookup_key():
    assert not plugins.host("pipedrive").signs_record


@pytest.mark.parametrize("kind", ["deal", "person", "organization"])
def test_each_kind_of_record_is_a_place_and_says_its_id(kind):
    record = proven(resource=kind).record
    assert record.place == f"pipedrive/{kind}"
    assert record.keys == {f"{kind}_id": "5351"}


@pytest.mark.parametrize(
    "changes",
    [
        {"resource": "lead"}, {"resource": ""}, {"resource": None}, {"selectedIds": ""},
        {"selectedIds": None}, {"selectedIds": "1,2"}, {"selectedIds": "x"},
        {"selectedIds": "1" * 21}, {"selectedIds": "٤"}, {"selectedIds": "5351/.."},
    ],
)  # fmt: skip
def test_an_address_that_names_no_single_record_is_refused_and_learns_nothing(changes):
    memory = FakeMemory()
    assert "names no record" in refused(opened(**changes), memory=memory)
    assert memory.pins == {}


@pytest.mark.parametrize("theme", ["", "pink", None])
def test_a_theme_that_is_none_is_left_to_the_browser(theme):
    assert proven(theme=theme).theme == ""


@pytest.mark.parametrize("name", ["userId", "companyId"])
@pytest.mark.parametrize("value", ["1", "", "x"])
def test_s2_an_address_that_disagrees_with_its_token_is_refused(name, value):
    assert f"different things of {name}" in refused(opened(**{name: value}))


@pytest.mark.parametrize("name", ["userId", "companyId"])
def test_an_address_may_leave_to_the_token_what_that_says(name):
    assert proven(**{name: None})


def test_an_address_that_says_it_twice_is_refused():
    query = urlencode([*SAID.items(), ("token", token()), ("companyId", "666")])
    assert "different things" in refused(inbound(f"{URL}?{query}"))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("companyId", None), ("companyId", ""), ("companyId", "x"), ("companyId", [1300037]),
        ("companyId", True), ("companyId", 1300037.5), ("userId", None), ("userId", {"a": 1}),
        ("exp", None), ("exp", "soon"), ("exp", True), ("exp", NOW - 61), ("exp", NOW + 601),
        ("iat", NOW + 61), ("iat", "now"), ("nbf", NOW + 61),
    ],
)  # fmt: skip
def test_s2_a_token_with_a_wrong_claim_is_refused_though_signed(claim, value):
    signed = jwt.PyJWS().encode(
        json.dumps(CLAIMS | {claim: value}).encode(), SECRET.reveal(), algorithm="HS256"
    )
    refused(opened(signed))


@pytest.mark.parametrize("claim", ["companyId", "userId", "exp"])
def test_s2_a_token_without_a_claim_is_refused(claim):
    refused(opened(token(without=[claim])))


def test_s2_a_token_of_another_app_is_refused():
    assert "no key of ours" in refused(opened(token(OLD_SECRET)))


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE"])
def test_s2_a_token_without_signature_is_refused(name):
    refused(opened(f"{part({'alg': name, 'typ': 'JWT'})}.{part(CLAIMS)}."))


@pytest.mark.filterwarnings("ignore:The HMAC key is")
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_s2_a_token_by_another_algorithm_is_refused(algorithm):
    refused(opened(jwt.encode(CLAIMS, SECRET.reveal(), algorithm=algorithm)))


@pytest.mark.parametrize("header", [{"jku": "https://x.example"}, {"jwk": {}}, {"x5c": ["x"]}])
def test_s2_a_token_that_names_its_key_is_refused_even_if_ours_signed_it(header):
    signed = jwt.encode(CLAIMS, SECRET.reveal(), algorithm="HS256", headers=header)
    assert "chooses" in refused(opened(signed))


@pytest.mark.filterwarnings("ignore:The HMAC key is")
def test_the_published_vector_is_accepted_as_signed():
    """What jwt.io has shown for HS256; it gets past the signature, and no further."""
    vector = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
        ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
        ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    )
    its = {"settings": {"secret": Secret("your-256-bit-secret")}}
    assert "never expires" in refused(opened(vector), **its)


def test_while_a_secret_is_replaced_both_work_and_afterwards_only_the_new_one():
    both = {"settings": {"secret": SECRET, "previous_secret": OLD_SECRET}}
    assert proven(of=both)
    assert proven(token(OLD_SECRET), of=both)
    refused(opened(token(OLD_SECRET)))


def test_before_there_is_a_secret_nothing_is_proven():
    without_secret = host("pipedrive", settings={})
    with pytest.raises(VisitRefused):
        without_secret.prove(opened())
    assert "Set secret" in without_secret.needs(without_secret.install)[0]
    assert not host("pipedrive").needs(host("pipedrive").install)


def test_the_first_company_is_pinned_and_no_other_comes_in():
    memory = FakeMemory()
    refused(opened(token(OLD_SECRET, companyId=666), companyId="666"), memory=memory)
    assert proven(None, memory)
    other = opened(token(companyId=666), companyId="666")
    assert "company 666, not of 1300037" in refused(other, memory=memory)
    assert proven(None, memory)


def test_a_declared_company_needs_no_first_visit():
    declared = {"settings": {"secret": SECRET, "company_id": "1300037"}}
    assert proven(of=declared)
    refused(opened(token(companyId=666), companyId="666"), **declared)


def test_each_install_learns_its_own_company():
    memory = FakeMemory()
    assert proven(None, memory, of={"id": "one"})
    assert proven(token(companyId=9), memory, companyId="9", of={"id": "two"})


@pytest.mark.parametrize("seconds", [-55, 0, 300, 354])
def test_a_token_is_good_for_its_time_give_or_take_a_minute(seconds):
    assert proven(at=START.fromtimestamp(NOW + seconds, START.tzinfo))


@pytest.mark.parametrize("seconds", [356, 3600, -66, -86_400])
def test_and_for_no_longer(seconds):
    refused(opened(at=START.fromtimestamp(NOW + seconds, START.tzinfo)))


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD"])
def test_pipedrive_opens_the_frame_by_a_get(method):
    assert "GET" in refused(opened(method=method))


@pytest.mark.parametrize("text", ["", "x", "..", "a.b.c", "é", "." * 300])
def test_what_is_no_token_is_refused(text):
    refused(opened(text))


def test_two_tokens_are_none():
    query = urlencode([*SAID.items(), ("token", token()), ("token", token())])
    refused(inbound(f"{URL}?{query}"))


def test_s2_every_changed_character_of_a_token_is_refused():
    text, tried = token(), 0
    kept = text.rpartition(".")[2]
    for place in range(len(text) - len(kept), len(text) - 1):  # its last character has open bits
        for other in "Aa0-_":
            if other != text[place]:
                refused(opened(text[:place] + other + text[place + 1 :]))
                tried += 1
    for place, character in enumerate(text.rpartition(".")[0]):
        for other in "Aa0-._":
            if other != character:
                refused(opened(text[:place] + other + text[place + 1 :]))
                tried += 1
    assert tried > 1000


@settings(max_examples=500)
@given(
    st.dictionaries(
        st.sampled_from(sorted(CLAIMS)), st.none() | st.text() | st.integers(), min_size=1
    )
)
def test_s2_whatever_else_is_claimed_the_signature_of_another_token_lets_nobody_in(changes):
    if CLAIMS | changes == CLAIMS:
        return
    head, _, signature = token().split(".")
    refused(opened(f"{head}.{part(CLAIMS | changes)}.{signature}"))


@settings(max_examples=500)
@given(st.text(max_size=100))
def test_s2_any_text_is_refused_and_never_an_error_of_another_kind(text):
    query = (*SAID.items(), ("token", text))
    request = inbound(URL)
    with pytest.raises(VisitRefused):
        host("pipedrive").prove(type(request)("GET", URL, {}, query, b"", START))


@pytest.mark.parametrize("bad", ["", "x", "1 2", "https://acme.pipedrive.com", "-1"])
def test_settings_refuse_what_is_no_company(bad):
    with pytest.raises(ValidationError):
        plugins.host("pipedrive").Settings().load({"company_id": bad})


def forms(*where: str, **changes: Any) -> dict[str, Any]:
    return json.loads(package("pipedrive", *where, **changes)["developer-hub.json"])


@pytest.mark.parametrize(
    ("where", "locations"),
    [
        (["pipedrive/deal"], ["Deal details"]),
        (["pipedrive/organization", "rt/ticket"], ["Organization details"]),
        (["pipedrive/deal", "pipedrive/person", "pipedrive/organization"],
         ["Deal details", "Person details", "Organization details"]),
    ],
)  # fmt: skip
def test_s32_there_is_a_panel_for_each_declared_place_and_no_other(where, locations):
    built = forms(*where)
    assert [one["Pipedrive location"] for one in built["Custom panels"]] == locations
    assert {one["iFrame URL"] for one in built["Custom panels"]} == {URL}
    assert built["Scopes"] == []


def test_the_forms_hold_no_secret_and_are_the_same_every_time():
    built = package("pipedrive", "pipedrive/deal")
    assert SECRET.reveal().encode() not in b"".join(built.values())
    assert list(built.items()) == list(package("pipedrive", "pipedrive/deal").items())


def test_forms_that_pipedrive_would_refuse_are_not_built():
    with pytest.raises(ValueError, match="no card is declared"):
        forms("rt/ticket")
    with pytest.raises(ValueError, match="https only"):
        forms("pipedrive/deal", public_url="http://context.example.com")


def test_a_panel_is_called_what_its_card_is_if_that_is_short_enough():
    assert forms("pipedrive/deal")["Custom panels"][0]["Panel name"] == "Customer"
    with pytest.raises(ValueError, match="longer than 30"):
        forms("pipedrive/deal", title="x" * 31)


@pytest.mark.parametrize(
    ("kind", "row", "keys"),
    [
        ("deal", {"id": 5351, "org_id": 9, "person_id": 3}, {"organization_id": "9"}),
        ("deal", {"id": 5351, "org_id": None}, {}),
        ("person", {"id": 5351, "org_id": 9, "emails": [
            {"value": "a@home.example", "primary": False},
            {"value": "ana@acme.example", "primary": True},
        ]}, {"organization_id": "9", "requester_email": "ana@acme.example"}),
        ("person", {"id": 5351, "org_id": None, "emails": []}, {}),
        ("organization", {"id": 5351, "name": "Acme GmbH"},
         {"organization_id": "5351", "organization_name": "Acme GmbH"}),
    ],
)  # fmt: skip
def test_the_source_in_the_guide_reads_whose_a_record_is(httpserver, kind, row, keys):
    httpserver.expect_request(
        f"/api/v2/{kind}s/5351", headers={"x-api-token": SECRET.reveal()}
    ).respond_with_json({"success": True, "data": row})
    guide = Path(inspect.getfile(plugins.host("pipedrive"))).with_name("INSTALL.md").read_text()
    [block] = re.findall(r"^ *```yaml\n( *sources:\n.*?)^ *```", guide, re.DOTALL | re.MULTILINE)
    declared = yaml.safe_load(textwrap.dedent(block))["sources"]["pipedrive"]["settings"]
    declared["base_url"] = httpserver.url_for("/").rstrip("/")
    declared["sign_in"]["key"] = SECRET.reveal()
    with plugged("rest", declared) as source:
        assert source.record(kind, "5351") == keys
