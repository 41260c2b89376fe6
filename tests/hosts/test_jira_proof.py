"""What proves a visit from Jira, and what does not."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from context_sidecar import VisitRefused, plugins
from context_sidecar.core.host import nothing_published
from context_sidecar.engine.published import PublishedKeys
from hypothesis import assume, given
from hypothesis import strategies as st
from marshmallow import ValidationError
from support.clock import START, FakeClock
from support.hosts import FORGE_APP, FakeMemory, host, inbound, install
from support.jira import CLAIMS, NOW, SAID, SITE, URL, asked, token
from support.keys import key, key_set, public
from werkzeug import Response

OTHER_SITE = "11111111-3203-4cfa-8db5-f2587155f0dd"
OTHER_APP = FORGE_APP.replace("8db33809", "77334c21")


def changed(path: str, value: Any) -> dict[str, Any]:
    """The claims with *value* at *path*; without it, where it is None."""
    claims = copy.deepcopy(CLAIMS)
    *above, last = path.split(".")
    inside = claims
    for name in above:
        inside = inside[name]
    inside[last] = value
    if value is None:
        del inside[last]
    return claims


def prove(text, memory=None, said=None, *, at=START, **install_changes):
    return host("jira", memory, **install_changes).prove(asked(text, said, at=at))


def refused(text, **arguments):
    with pytest.raises(VisitRefused) as caught:
        prove(text, **arguments)
    return str(caught.value)


def part(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_of_the_app_proves_the_visitor_and_the_card_says_the_issue():
    visit = prove(token())
    assert (visit.record.place, visit.record.id) == ("jira/issue", "SUP-12")
    assert visit.record.keys == SAID["keys"]
    assert visit.visitor.id == CLAIMS["principal"]
    assert visit.roles == {"support", "finance"}
    assert (visit.locale, visit.time_zone, visit.again) == ("de_DE", "Europe/Berlin", False)


def test_whoever_presses_the_button_has_the_sources_asked_again():
    assert prove(token(), said=SAID | {"again": True}).again
    assert not prove(token(), said=SAID | {"again": "yes"}).again


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", None),
        ("iss", "forge/context-token"),
        ("iss", "https://forge/invocation-token"),
        ("iss", ["forge/invocation-token"]),
        ("aud", None),
        ("aud", OTHER_APP),
        ("aud", FORGE_APP.rpartition("/")[2]),
        ("aud", [FORGE_APP]),
        ("aud", [FORGE_APP, OTHER_APP]),
        ("app.id", None),
        ("app.id", OTHER_APP),
        ("app", None),
        ("app", FORGE_APP),
        ("icLabel", "orange"),
        ("icLabel", ""),
        ("context", "issue"),
        ("context.cloudId", None),
        ("context.cloudId", ""),
        ("context.cloudId", f"{SITE}/x"),
        ("context.cloudId", [SITE]),
        ("context.extension.issue.key", "SUP-13"),
        ("exp", None),
        ("exp", "tomorrow"),
        ("exp", True),
        ("exp", NOW - 61),
        ("exp", NOW + 3601),
        ("nbf", NOW + 61),
        ("nbf", "now"),
        ("iat", NOW + 61),
        ("iat", [NOW]),
    ],
)
def test_s2_a_token_with_a_wrong_claim_is_refused_though_signed(claim, value):
    text = token(changed(claim, value))
    memory = FakeMemory()
    refused(text, memory=memory)
    assert memory.pins == {}


def test_the_log_says_what_is_wrong_with_a_token():
    assert "no invocation token" in refused(token(changed("iss", "x")))
    assert "another app" in refused(token(changed("aud", OTHER_APP)))
    assert "another app" in refused(token(changed("app.id", OTHER_APP)))
    assert "isolated cloud" in refused(token(changed("icLabel", "orange")))
    assert "expired" in refused(token(changed("exp", NOW - 61)))
    assert "names no site" in refused(token(changed("context.cloudId", None)))
    assert "another issue than SUP-12" in refused(
        token(changed("context.extension.issue.key", "A-1"))
    )


def test_a_token_that_does_not_say_where_the_card_stands_leaves_it_to_the_card():
    for path in ("context.extension", "context.extension.issue", "context.extension.issue.key"):
        assert prove(token(changed(path, None))).record.id == "SUP-12"


def test_s2_a_token_of_another_key_is_refused_whatever_it_calls_it():
    assert "no key of ours" in refused(token(signer="someone else"))
    assert "no key of ours" in refused(token(signer="two"))
    assert "'three', is not among" in refused(token(signer="someone else", kid="three"))


@pytest.mark.parametrize("kid", [None, "", "../../dev/null", "' OR 1=1 --", "x" * 5000])
def test_s2_a_token_that_names_no_key_that_is_published_is_refused(kid):
    assert len(refused(token(kid=kid))) < 300


def test_two_keys_count_while_one_is_replaced():
    assert prove(token())
    assert prove(token(signer="two", kid="two"))


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE"])
def test_s2_a_token_without_signature_is_refused(name):
    refused(f"{part({'alg': name, 'typ': 'JWT', 'kid': 'one'})}.{part(CLAIMS)}.")


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_s2_a_token_signed_with_the_public_key_as_a_secret_is_refused(algorithm):
    signed = f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'one'})}.{part(CLAIMS)}"
    digest = getattr(hashlib, f"sha{algorithm[2:]}")
    signature = hmac.new(public(key("one")).encode(), signed.encode(), digest).digest()
    refused(f"{signed}.{part(signature)}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_s2_a_token_of_the_right_key_by_another_algorithm_is_refused(algorithm):
    refused(jwt.encode(CLAIMS, key("one"), algorithm=algorithm, headers={"kid": "one"}))


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://evil.example/keys.json"},
        {"x5u": "https://evil.example/key.pem"},
        {"x5c": ["MIIB"]},
        {"jwk": {"kty": "RSA"}},
        {"crit": ["b64"], "b64": False},
    ],
)
def test_s2_a_token_that_brings_or_names_its_key_is_refused_even_if_a_known_one_signed_it(header):
    assert "chooses" in refused(token(**header))


def test_the_site_of_the_first_valid_token_is_the_only_one_from_then_on():
    memory, other = FakeMemory(), changed("context.cloudId", OTHER_SITE)
    refused(token(other, signer="someone else"), memory=memory)
    prove(token(), memory)
    assert f"of site {OTHER_SITE}, not of {SITE}" in refused(token(other), memory=memory)
    assert prove(token(), memory)


def test_a_declared_site_needs_no_first_token():
    settings = {"app_id": FORGE_APP, "cloud_id": SITE}
    assert prove(token(), settings=settings)
    refused(token(changed("context.cloudId", OTHER_SITE)), settings=settings)


def test_each_install_learns_its_own_site():
    memory = FakeMemory()
    prove(token(), memory, id="one")
    assert prove(token(changed("context.cloudId", OTHER_SITE)), memory, id="two")


@pytest.mark.parametrize("skew", [-55, 55])
def test_clocks_may_differ_by_a_minute(skew):
    at = START + timedelta(seconds=skew)
    assert prove(token(changed("exp", NOW + 1)), at=at)


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Basic {}", "{}", "Bearer {} x", "Bearer  {}"]
)
def test_a_request_without_exactly_one_token_is_refused(authorization):
    headers = {"authorization": authorization.format(token())} if authorization is not None else {}
    request = inbound(URL, method="POST", body=json.dumps(SAID).encode(), headers=headers)
    with pytest.raises(VisitRefused):
        host("jira").prove(request)


@pytest.mark.parametrize("text", ["x", "..", "a.b.c", "é", "." * 300, f"{part({})}.{part({})}."])
def test_what_is_no_token_is_refused(text):
    refused(text)


@pytest.mark.parametrize(
    "issue",
    [
        "",
        "SUP",
        "12",
        "sup-12",
        "SUP-",
        "-12",
        "SUP-12/../ADM-1",
        "SUP-12\n",
        "SUP-é",
        "A" * 300 + "-1",
    ],
)
def test_an_issue_is_known_by_a_key_of_jiras_form_and_nothing_else(issue):
    unsaid = token(changed("context.extension", None))
    assert "names no issue" in refused(unsaid, said=SAID | {"issue": {"key": issue}})


@pytest.mark.parametrize(
    "said", [{}, {"issue": None}, {"issue": "SUP-12"}, {"issue": {"key": 12}}, []]
)
def test_a_request_that_names_no_issue_is_refused(said):
    refused(token(), said=said)


def test_s2_an_issue_beside_which_the_card_does_not_stand_is_refused():
    assert "another issue" in refused(token(), said=SAID | {"issue": {"key": "SUP-13"}})


def test_what_an_issue_says_is_short_text_under_the_names_that_we_know():
    odd = {
        "requester_email": " ana@acme.example ",
        "organization_id": 7,
        "organization_name": "x" * 900,
        "requester_name": {"a": 1},
        "account": "C-1",
    }
    assert prove(token(), said=SAID | {"keys": odd}).record.keys == {
        "requester_email": "ana@acme.example",
        "organization_id": "7",
        "organization_name": "x" * 200,
    }
    assert prove(token(), said={"issue": {"key": "SUP-12"}, "keys": ["x"]}).record.keys == {}


def test_s2_every_changed_character_of_a_token_is_refused():
    text, memory, tried = token(), FakeMemory(), 0
    signed_part = text.rpartition(".")[0]
    for place, character in enumerate(signed_part):
        other = "A" if character != "A" else "B"
        refused(text[:place] + other + text[place + 1 :], memory=memory)
        tried += 1
    assert tried > 1000
    assert memory.pins == {}
    assert prove(text, memory)


@given(st.dictionaries(st.sampled_from(sorted(CLAIMS)), st.none() | st.text() | st.integers()))
def test_s2_whatever_else_is_claimed_no_other_app_gets_in(changes):
    assume(changes)
    claims = CLAIMS | changes
    header = {"alg": "RS256", "typ": "JWT", "kid": "one"}
    refused(f"{part(header)}.{part(claims)}.{token().rpartition('.')[2]}")


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=300))
def test_s2_noise_is_refused_and_never_an_error_of_another_kind(header, payload, signature):
    refused(f"{part(header)}.{part(payload)}.{part(signature)}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from([*CLAIMS, "icLabel"]), JSON),
    st.dictionaries(st.sampled_from(sorted(SAID)), JSON),
)
def test_s2_whatever_is_signed_or_said_proves_this_app_on_this_site_or_nothing(claims, said):
    try:
        visit = prove(token(CLAIMS | claims), said=SAID | said)
    except VisitRefused:
        return
    told = CLAIMS | claims
    assert (told["aud"], told["app"]["id"], told["iss"]) == (FORGE_APP, FORGE_APP, CLAIMS["iss"])
    assert told["context"]["cloudId"] == SITE
    assert visit.record.id == "SUP-12"


def test_before_the_app_is_registered_no_visit_is_accepted():
    assert "no app_id yet" in refused(token(), settings={})
    kind = plugins.host("jira")
    assert kind.needs(install("jira")) == ()
    assert "app_id" in kind.needs(install("jira", settings={}))[0]


def test_before_a_key_is_known_no_visit_is_accepted():
    jira = plugins.host("jira")(install("jira"), FakeMemory(), published=nothing_published)
    with pytest.raises(VisitRefused, match="'one', is not among those that are published"):
        jira.prove(asked(token()))


def test_when_atlassian_changes_its_key_the_next_token_is_believed(httpserver):
    clock, document = FakeClock(), {"keys": []}
    httpserver.expect_request("/jwks.json").respond_with_handler(lambda _: _as_json(document))
    keys = PublishedKeys(clock, allow_private=True, start=lambda job: job())
    published = keys.at(httpserver.url_for("/jwks.json"))
    jira = plugins.host("jira")(install("jira"), FakeMemory(), published=published)
    document |= key_set("one")
    keys.look()
    assert jira.prove(asked(token()))
    document |= key_set("two")
    clock.forward(seconds=30)
    with pytest.raises(VisitRefused):
        jira.prove(asked(token(signer="two", kid="two")))
    clock.forward(seconds=31)
    with pytest.raises(VisitRefused):  # whoever comes first has them fetched, and waits for nothing
        jira.prove(asked(token(signer="two", kid="two")))
    assert jira.prove(asked(token(signer="two", kid="two")))
    with pytest.raises(VisitRefused):
        jira.prove(asked(token()))


def _as_json(document):
    return Response(json.dumps(document), content_type="application/json")


def test_atlassian_publishes_its_keys_where_its_documents_say():
    assert plugins.host("jira").keys_at.startswith("https://forge.cdn.prod.atlassian-dev.net/")


def load(**settings):
    return plugins.host("jira").Settings().load(settings)


def test_settings_hold_the_app_and_where_it_shows():
    said = {"app_id": FORGE_APP, "cloud_id": SITE, "show_as": ["glance"]}
    assert load(**said) == said
    assert load() == {}


@pytest.mark.parametrize(
    "bad",
    [
        {"app_id": ""},
        {"app_id": FORGE_APP.rpartition("/")[2]},
        {"cloud_id": "acme.atlassian.net"},
        {"show_as": []},
        {"show_as": ["portal"]},
    ],
)
def test_settings_refuse_what_is_none(bad):
    with pytest.raises(ValidationError):
        load(**bad)
