"""The fields from which adapters and hosts build their settings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from context_sidecar import (
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    ClientKey,
    HeaderKey,
    JwtBearer,
    Secret,
)
from context_sidecar.settings import (
    Address,
    Expression,
    LinkTemplate,
    LocalPath,
    TimeZone,
    Variants,
    relative_to,
)
from context_sidecar.settings.sign_in import SignInSetting
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields


class Settings(Schema):
    path = LocalPath()
    time_zone = TimeZone()
    sign_in = SignInSetting()


def load(**settings):
    return Settings().load(settings)


def mistakes(**settings):
    with pytest.raises(ValidationError) as found:
        load(**settings)
    return found.value.messages


def test_a_relative_path_starts_at_the_folder_of_the_file_it_stands_in():
    with relative_to(Path("/etc/sidecar")):
        assert load(path="exports/a.csv") == {"path": Path("/etc/sidecar/exports/a.csv")}
        assert load(path="/data/a.csv") == {"path": Path("/data/a.csv")}
    assert load(path="a.csv") == {"path": Path("a.csv")}


@pytest.mark.parametrize("path", ["", 5, "a\0b"])
def test_what_is_no_path_is_a_mistake(path):
    assert mistakes(path=path).keys() == {"path"}


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", 5, "../../etc/passwd", "Europe"])
def test_what_is_no_time_zone_is_a_mistake(zone):
    assert mistakes(time_zone=zone) == {
        "time_zone": ["expected a time zone such as UTC or Europe/Berlin"]
    }


TOKENS, PAGE = "https://login.example.com/token", "https://login.example.com/authorize"
CLIENT = {"type": "client_credentials", "token_url": TOKENS, "client_id": "c"}


@pytest.mark.parametrize(
    ("setting", "sign_in"),
    [
        ({"type": "none"}, None),
        ({"type": "bearer", "token": "t"}, Bearer(Secret("t"))),
        ({"type": "bearer", "token": "t", "scheme": "Token"}, Bearer(Secret("t"), "Token")),
        ({"type": "basic", "user": "u", "password": "p"}, Basic("u", Secret("p"))),
        ({"type": "header", "header": "X-Key", "key": "k"}, HeaderKey("X-Key", Secret("k"))),
        (
            {
                "type": "client_credentials", "token_url": TOKENS, "client_id": "c",
                "client_secret": "s", "scope": "read", "in_body": True,
            },
            ClientCredentials(TOKENS, "c", Secret("s"), "read", in_body=True),
        ),
        (
            {
                "type": "jwt_bearer", "token_url": TOKENS, "issuer": "i", "subject": "s",
                "audience": "a", "private_key": "PEM",
            },
            JwtBearer(TOKENS, "i", "s", "a", Secret("PEM")),
        ),
        (
            {
                "type": "client_credentials", "token_url": TOKENS, "client_id": "c",
                "private_key": "PEM", "algorithm": "PS256", "key_id": "k",
                "claims": {"scope": ["rest_webservices"]},
            },
            ClientCredentials(
                TOKENS, "c",
                ClientKey(Secret("PEM"), "PS256", "k", claims={"scope": ["rest_webservices"]}),
            ),
        ),
        (
            {
                "type": "authorization_code", "authorize_url": PAGE, "token_url": TOKENS,
                "client_id": "c", "client_secret": "s", "scope": "read", "unused": "60d",
                "expects": {"realmId": "1"}, "parameters": {"prompt": "consent"},
            },
            AuthorizationCode(
                PAGE, TOKENS, "c", Secret("s"), "read", expects={"realmId": "1"},
                parameters={"prompt": "consent"}, unused=timedelta(days=60),
            ),
        ),
        (
            {
                "type": "authorization_code", "authorize_url": PAGE, "token_url": TOKENS,
                "client_id": "public",
            },
            AuthorizationCode(PAGE, TOKENS, "public"),
        ),
    ],
)  # fmt: skip
def test_each_way_to_sign_in_loads_as_what_the_engine_carries_out(setting, sign_in):
    assert load(sign_in=setting) == {"sign_in": sign_in}


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ({"type": "bearer"}, "token"),
        ({"type": "magic"}, "type"),
        ({"token": "t"}, "type"),
        ({"type": ["bearer"]}, "type"),
        ({"type": "header", "header": "X-Key: 1\r\nEvil", "key": "k"}, "header"),
        ({"type": "bearer", "token": "t", "tokn": "t"}, "tokn"),
        (CLIENT, "client_secret"),
        (CLIENT | {"client_secret": "s", "private_key": "PEM"}, "private_key"),
        (CLIENT | {"private_key": "PEM", "algorithm": "none"}, "algorithm"),
        (CLIENT | {"type": "authorization_code"}, "authorize_url"),
    ],
)
def test_a_mistake_in_a_sign_in_is_named_where_it_stands(setting, place):
    assert mistakes(sign_in=setting)["sign_in"].keys() == {place}


def test_variants_need_a_mapping():
    class Shape(Schema):
        shape = Variants({"circle": Schema.from_dict({"radius": fields.Integer()})})

    assert Shape().load({"shape": {"type": "circle", "radius": 2}}) == {"shape": {"radius": 2}}
    with pytest.raises(ValidationError):
        Shape().load({"shape": "circle"})


@pytest.mark.parametrize(
    "url", ["https://example.com", "http://10.0.0.7:8080/api", "https://example.com/a/"]
)
def test_an_address_is_of_the_web(url):
    assert Address().deserialize(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com\n", "https://example.com/a\n", " https://example.com",
        "ftp://example.com", "https://ada:pw@example.com", "https://example.com?a=b",
        "https://example.com#a", "", 5, None,
    ],
)  # fmt: skip
def test_an_address_is_the_whole_of_it_and_carries_no_password(url):
    with pytest.raises(ValidationError):
        Address().deserialize(url)


@pytest.mark.parametrize(
    "link", ["", "https://example.com", "https://example.com/a/{id}", "https://x.test?q={a.b}#{c}"]
)
def test_a_link_holds_names_after_its_host(link):
    assert LinkTemplate().deserialize(link) == link


@pytest.mark.parametrize(
    "link",
    ["https://example.com/\n", "https://{host}/a", "https://example.com/{", "javascript:{id}"],
)
def test_a_link_is_the_whole_of_it_and_no_value_fills_its_host(link):
    with pytest.raises(ValidationError) as caught:
        LinkTemplate().deserialize(link)
    [told] = caught.value.messages
    assert told.startswith("expected a web address such as https://example.com/accounts/{id},")


@pytest.mark.parametrize(
    "path", ["Tier__c", "Owner.Name", '"Renewal-Date"', "items[?open].id | [0]", "length(@)"]
)
def test_a_path_is_a_jmespath_expression(path):
    assert Expression().deserialize(path) == path


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("Renewal Date", "; a name with special characters stands in quotes: '\"Renewal Date\"'"),
        ("2nd-name", "; a name with special characters stands in quotes: '\"2nd-name\"'"),
        ("a[?", ""),
        ("a..b", ""),
        ("sum(nope(@))", ", there is no function nope()"),
    ],
)
def test_a_path_that_is_none_says_how_it_could_become_one(path, told):
    with pytest.raises(ValidationError) as caught:
        Expression().deserialize(path)
    assert caught.value.messages == [f"expected a JMESPath expression{told}"]


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_is_refused(path):
    try:
        Expression().deserialize(path)
    except ValidationError as error:
        assert error.messages  # noqa: PT017  most pass, some do not
