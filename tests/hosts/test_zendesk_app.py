"""The app that admins upload to Zendesk: minimal, whole, and what Zendesk accepts."""

from __future__ import annotations

import json
import struct

import pytest
from context_sidecar import PackageFile, plugins
from context_sidecar_hosts.zendesk.rules import broken
from support.build import card, configuration
from support.hosts import install

REFUSED = ["rar", "zip", "gzip", "pdf", "docx", "bin", "sh", "jar", "exe", "js", "html", "svg"]


def package(*where: str) -> list[PackageFile]:
    cards = [card(id=place, where=(place,)) for place in where or ("zendesk/ticket",)]
    shown = configuration(*cards)
    return list(plugins.host("zendesk").package(shown, install("zendesk")))


def manifest(files) -> dict:
    return json.loads(next(file.content for file in files if file.path == "manifest.json"))


def mistakes(changes: dict | None = None, *, without=(), **files: bytes | None) -> str:
    """What is wrong after the manifest and the files were changed; a file of None is gone."""
    contents = {file.path: file.content for file in package()}
    changed = {**manifest(package()), **(changes or {})}
    changed = {name: value for name, value in changed.items() if name not in without}
    contents["manifest.json"] = json.dumps(changed).encode()
    contents |= files
    return "\n".join(
        broken([PackageFile(path, each) for path, each in contents.items() if each is not None])
    )


def test_the_app_as_we_build_it_breaks_no_rule():
    assert broken(package()) == []


@pytest.mark.parametrize(
    ("where", "locations"),
    [
        (["zendesk/ticket"], {"ticket_sidebar", "new_ticket_sidebar"}),
        (["zendesk/user"], {"user_sidebar"}),
        (["zendesk/organization", "rt/ticket"], {"organization_sidebar"}),
    ],
)
def test_s32_the_app_takes_the_places_that_cards_declare_and_no_other(where, locations):
    assert set(manifest(package(*where))["location"]["support"]) == locations


def test_s32_the_app_asks_for_one_setting_and_nothing_else():
    built = manifest(package())
    assert [parameter["name"] for parameter in built["parameters"]] == ["sidecar_url"]
    assert not built.keys() & {"domainWhitelist", "oauth", "requirementsOnly", "permissions"}


def test_each_place_shows_the_install_on_the_server_that_the_admin_names():
    urls = {place["url"] for place in manifest(package())["location"]["support"].values()}
    assert urls == {"{{setting.sidecar_url}}/hosts/zendesk-support"}


def test_the_first_request_of_the_app_is_signed():
    assert manifest(package())["signedUrls"] is True


def test_an_app_without_a_place_is_not_built():
    with pytest.raises(ValueError, match="no card is declared"):
        package("rt/ticket")


def test_the_app_speaks_five_languages():
    paths = {file.path for file in package()}
    assert {f"translations/{locale}.json" for locale in ("en", "de", "fr", "es", "ja")} <= paths


def test_the_same_configuration_gives_the_same_bytes():
    assert package() == package()


@pytest.mark.parametrize("name", ["author", "defaultLocale", "location", "frameworkVersion"])
def test_what_every_app_needs_cannot_be_left_out(name):
    assert name in mistakes(without=[name])


@pytest.mark.parametrize("name", ["signedUrls", "private"])
@pytest.mark.parametrize("value", [False, None, "true", 1])
def test_an_app_that_is_not_private_or_not_signed_is_refused(name, value):
    assert name in mistakes({name: value})


@pytest.mark.parametrize("version", ["1.0", "3.0", 2, 2.0, None])
def test_there_is_one_framework_version(version):
    assert "frameworkVersion" in mistakes({"frameworkVersion": version})


@pytest.mark.parametrize("locale", ["", "EN", "english", "e", "en_", 5])
def test_the_default_locale_has_the_form_of_one(locale):
    assert "defaultLocale" in mistakes({"defaultLocale": locale})


def test_the_default_locale_has_its_translation():
    assert "translations/it.json: the file is missing" in mistakes({"defaultLocale": "it"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", 1),
        ("author", "Ops"),
        ("author", {}),
        ("author", {"name": 1}),
        ("author", {"name": "Ops", "url": "ops.example.com"}),
        ("author", {"name": "Ops", "email": 1}),
        ("name", ["x"]),
    ],
)
def test_values_have_their_types(name, value):
    assert name in mistakes({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("noTemplate", True),
        ("gaID", "UA-1"),
        ("remoteInstallationURL", "https://x.example"),
        ("termsConditionsURL", "https://x.example"),
        ("requirementsOnly", False),
        ("marketingOnly", False),
        ("singleInstall", True),
        ("domainWhitelist", ["*"]),
        ("experiments", {}),
        ("oauth", {"client_id": "x"}),
        ("anythingElse", 1),
    ],
)
def test_s32_the_app_can_ask_for_nothing_that_a_card_has_no_use_for(name, value):
    assert f"'{name}': ['Unknown field.']" in mistakes({name: value})


PLACE = {"url": "https://context.example.com/hosts/x"}


@pytest.mark.parametrize(
    "location",
    [
        {},
        {"support": {}},
        {"support": []},
        {"chat": {"chat_sidebar": PLACE}},
        {"sell": {"deal_card": PLACE}},
        {"support": {"ticket_sidebar": PLACE}, "chat": {"background": PLACE}},
        {"support": {"top_bar": PLACE}},
        {"support": {"background": PLACE}},
        {"support": {"custom_object_record_sidebar": PLACE}},
        {"support": {"ticket_sidebar": "https://context.example.com"}},
        {"support": {"ticket_sidebar": {}}},
        {"support": {"ticket_sidebar": {"url": "http://context.example.com"}}},
        {"support": {"ticket_sidebar": {"url": "ftp://context.example.com"}}},
        {"support": {"ticket_sidebar": {"url": "assets/missing.html"}}},
        {"support": {"ticket_sidebar": {"url": "http://localhost.evil.example"}}},
        {"support": {"ticket_sidebar": PLACE | {"signed": False}}},
        {"support": {"ticket_sidebar": PLACE | {"autoLoad": "no"}}},
        {"support": {"ticket_sidebar": PLACE | {"noSuchOption": 1}}},
    ],
)
def test_a_location_is_a_sidebar_of_support_with_an_address_of_ours(location):
    assert "location" in mistakes({"location": location})


@pytest.mark.parametrize("url", ["https://context.example.com/x", "http://localhost:8000/x"])
def test_an_address_is_by_https_or_on_the_developers_own_machine(url):
    assert mistakes({"location": {"support": {"ticket_sidebar": {"url": url}}}}) == ""


@pytest.mark.parametrize(
    "parameter",
    [
        {},
        {"name": ""},
        {"name": "name"},
        {"name": 7},
        {"name": "api_token"},
        {"name": "the_key"},
        {"name": "password"},
        {"name": "a", "type": "dropdown"},
        {"name": "a", "type": "oauth"},
        {"name": "a", "type": "hidden"},
        {"name": "a", "secure": True},
        {"name": "a", "scopes": ["header"]},
        {"name": "a", "required": "yes"},
    ],
)
def test_a_parameter_is_plain_and_holds_no_secret(parameter):
    assert "parameters" in mistakes({"parameters": [parameter]})


def test_two_parameters_cannot_have_one_name():
    both = [{"name": "sidecar_url"}, {"name": "sidecar_url"}]
    assert "two parameters have one name" in mistakes({"parameters": both})


def test_a_parameter_has_a_label_in_every_language():
    said = mistakes({"parameters": [{"name": "other"}]})
    for locale in ("en", "de", "fr", "es", "ja"):
        assert f"translations/{locale}.json: no label for the parameter other" in said


@pytest.mark.parametrize("words", [b"", b"[]", b"{}", b'{"app": {}}', b'{"app": {"name": ""}}'])
def test_a_translation_names_the_app(words):
    assert "translations/de.json" in mistakes(**{"translations/de.json": words})


def test_a_key_cannot_stand_twice_in_the_manifest():
    content = b'{"name": "a", ' + json.dumps(manifest(package())).encode()[1:]
    assert "name stands there twice" in mistakes(**{"manifest.json": content})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"'])
def test_a_manifest_is_a_json_object(content):
    assert "manifest.json" in mistakes(**{"manifest.json": content})


def test_there_is_a_manifest():
    assert "manifest.json: the file is missing" in mistakes(**{"manifest.json": None})


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("x/manifest.json", "a second manifest"),
        ("/etc/x.json", "leaves the package"),
        ("../x.json", "leaves the package"),
        *((f"assets/x.{ending}", "belong into the app") for ending in REFUSED),
    ],
)
def test_a_file_that_zendesk_refuses_is_refused(path, complaint):
    assert f"{path}: " in mistakes(**{path: b"{}"})
    assert complaint in mistakes(**{path: b"{}"})


@pytest.mark.parametrize("content", [b'{"token": "abcd1234"}', b'{"apiKey": "abcd"}'])
def test_a_file_that_looks_as_if_it_held_a_secret_is_refused(content):
    assert "looks as if it held a secret" in mistakes(**{"assets/x.json": content})


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


@pytest.mark.parametrize("path", ["assets/logo.png", "assets/logo-small.png"])
@pytest.mark.parametrize("content", [None, b"", b"GIF89a", png(64, 64)])
def test_both_logos_are_there_in_their_sizes(path, content):
    assert f"{path}: must be a PNG of" in mistakes(**{path: content})
