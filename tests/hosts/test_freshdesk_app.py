"""The app that admins upload to Freshdesk: minimal, whole, and what Freshworks accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from context_sidecar import PackageFile
from context_sidecar_hosts.freshdesk.rules import CONTENT_TYPES, broken
from support import npm
from support.app_pages import package

LINT = Path(__file__).parent / "freshdesk" / "lint.cjs"
EVERYWHERE = ("freshdesk/ticket", "freshdesk/requester", "freshdesk/contact")
PAGE = {"url": "index.html", "icon": "styles/images/icon.svg"}


def app(*where: str, **changes: Any) -> dict[str, bytes]:
    return package("freshdesk", *(where or EVERYWHERE), **changes)


def said(name: str, *where: str) -> dict[str, Any]:
    return json.loads(app(*where)[name])


def mistakes(**files: Any) -> str:
    """What is wrong after files were changed: to other bytes, to other JSON, or, by None, gone."""
    contents: dict[str, bytes | None] = dict(app())
    for path, content in files.items():
        is_json = isinstance(content, dict | list)
        contents[path] = json.dumps(content).encode() if is_json else content
    return "\n".join(
        broken([PackageFile(path, each) for path, each in contents.items() if each is not None])
    )


def with_manifest(change) -> str:
    manifest = said("manifest.json")
    change(manifest)
    return mistakes(**{"manifest.json": manifest})


def with_request(**changes: Any) -> str:
    requests = said("config/requests.json")
    schema = requests["getContext"]["schema"]
    requests["getContext"]["schema"] = {
        name: value for name, value in (schema | changes).items() if value is not None
    }
    return mistakes(**{"config/requests.json": requests})


def test_the_app_as_we_build_it_breaks_no_rule():
    assert mistakes() == ""


@pytest.mark.parametrize(
    ("where", "modules"),
    [
        (["freshdesk/ticket"], {"support_ticket": {"ticket_sidebar", "new_ticket_requester_info"}}),
        (["freshdesk/requester", "rt/ticket"], {"support_ticket": {"ticket_requester_info"}}),
        (["freshdesk/contact"], {"support_contact": {"contact_sidebar"}}),
        (EVERYWHERE, {
            "support_ticket": {
                "ticket_sidebar", "ticket_requester_info", "new_ticket_requester_info",
            },
            "support_contact": {"contact_sidebar"},
        }),
    ],
)  # fmt: skip
def test_s32_the_app_takes_the_places_that_cards_declare_and_no_other(where, modules):
    built = said("manifest.json", *where)["modules"]
    assert built.pop("common") == {"requests": {"getContext": {}}}
    assert {name: set(module["location"]) for name, module in built.items()} == modules


def test_s32_the_app_asks_for_one_secret_and_nothing_else():
    [(name, parameter)] = said("config/iparams.json").items()
    assert (name, parameter["secure"], parameter["required"]) == ("secret", True, True)
    assert not [path for path in app() if path.startswith("server/")]


def test_the_one_request_goes_to_the_install_and_freshworks_fills_the_secret_in():
    assert said("config/requests.json")["getContext"]["schema"] == {
        "protocol": "https", "method": "POST", "host": "context.example.com",
        "path": "/hosts/freshdesk-support",
        "headers": {
            "Authorization": "Bearer <%= iparam.secret %>", "Content-Type": "application/json",
        },
    }  # fmt: skip


def test_s5_no_file_of_the_app_holds_the_secret():
    assert not [path for path, content in app().items() if b"aGVyZSBpcyBh" in content]


def test_the_same_configuration_gives_the_same_bytes():
    assert list(app().items()) == list(app().items())


def test_a_server_below_a_path_is_asked_there():
    built = json.loads(app(public_url="https://example.com/sidecar")["config/requests.json"])
    assert built["getContext"]["schema"]["path"] == "/sidecar/hosts/freshdesk-support"


@pytest.mark.parametrize(
    ("public_url", "why"),
    [
        ("http://context.example.com", "protocol"),
        ("https://context.example.com:8443", "without a port"),
        ("https://10.0.0.7", "host"),
        ("https://localhost", "host"),
    ],
)
def test_an_app_for_a_server_that_freshworks_would_not_ask_is_not_built(public_url, why):
    with pytest.raises(ValueError, match=why):
        app(public_url=public_url)


def test_an_app_without_a_place_is_not_built():
    with pytest.raises(ValueError, match="no card is declared"):
        app("rt/ticket")


@pytest.mark.parametrize("name", ["platform-version", "modules", "engines"])
def test_what_every_app_needs_cannot_be_left_out(name):
    assert name in with_manifest(lambda manifest: manifest.pop(name))


@pytest.mark.parametrize("version", ["2.3", "2.2", 3.0, "3", None])
def test_there_is_one_platform_version(version):
    changed = with_manifest(lambda manifest: manifest.update({"platform-version": version}))
    assert "platform-version" in changed


@pytest.mark.parametrize("engines", [{}, {"node": "18.20.8"}, {"fdk": "9.7.4"}, {"node": 18}, []])
def test_an_app_names_what_it_was_made_for(engines):
    assert "engines" in with_manifest(lambda manifest: manifest.update(engines=engines))


@pytest.mark.parametrize("name", ["product", "whitelisted-domains", "dependencies", "app"])
def test_s32_what_older_platforms_knew_or_a_card_has_no_use_for_is_refused(name):
    assert "Unknown field" in with_manifest(lambda manifest: manifest.update({name: {}}))


LOCATION = {"location": {"ticket_sidebar": PAGE}}


@pytest.mark.parametrize(
    "modules",
    [
        {},
        {"support_ticket": LOCATION},
        {"common": {"requests": {"getContext": {}}}},
        {"common": {"requests": {"getContext": {}}, "location": {}}, "support_ticket": LOCATION},
        {"common": {"requests": {"getContext": {}}, **LOCATION}, "support_ticket": LOCATION},
        {"common": {"requests": {"getContext": {}}, "functions": {"a": {}}},
         "support_ticket": LOCATION},
        {"common": {"requests": {"getContext": {}}, "events": {}}, "support_ticket": LOCATION},
        {"common": {"requests": {}}, "support_ticket": {"location": {}}},
        {"common": {"requests": {"getContext": {}}}, "support_ticket": {}},
        {"common": {"requests": {"getContext": {}}}, "support_contact": LOCATION},
        {"common": {"requests": {"getContext": {}}}, "service_ticket": LOCATION},
        {"common": {"requests": {"get context": {}}}, "support_ticket": LOCATION},
        {"common": {"requests": {"getContext": {"a": 1}}}, "support_ticket": LOCATION},
        {"common": {"requests": {"getContext": {}}},
         "support_ticket": {"location": {"ticket_background": PAGE}}},
        {"common": {"requests": {"getContext": {}}},
         "support_ticket": {"location": {"ticket_sidebar": {"url": "index.html"}}}},
        {"common": {"requests": {"getContext": {}}},
         "support_ticket": {"location": {"ticket_sidebar": "index.html"}}},
    ],
)  # fmt: skip
def test_s32_modules_are_those_of_freshdesk_each_with_its_own_places(modules):
    assert "modules" in with_manifest(lambda manifest: manifest.update(modules=modules))


@pytest.mark.parametrize("part", ["url", "icon"])
def test_what_a_place_shows_is_there(part):
    def change(manifest):
        manifest["modules"]["support_ticket"]["location"]["ticket_sidebar"][part] = "other.html"

    assert "app/other.html not found" in with_manifest(change)


def test_a_request_is_declared_in_the_manifest_and_defined():
    requests = said("config/requests.json")
    other = {"other": requests["getContext"]}
    assert "template other" in mistakes(**{"config/requests.json": requests | other})
    assert "config/requests.json: request template getContext" in mistakes(
        **{"config/requests.json": {}}
    )


def test_a_request_that_a_script_makes_is_defined():
    script = b'client.request.invokeTemplate("getOther", {});'
    assert "getOther is not defined" in mistakes(**{"app/scripts/app.js": script})


@pytest.mark.parametrize(
    "changes",
    [
        {"protocol": "http"}, {"protocol": None}, {"method": "HEAD"}, {"method": "get"},
        {"method": None}, {"host": None}, {"host": "context.example.com/api"},
        {"host": "https://context.example.com"}, {"host": "context.example.com/"},
        {"host": "10.0.0.7"}, {"host": "[::1]"}, {"host": "localhost"},
        {"host": "%7B%7Bx%7D%7D.a.b"},
        {"host": "context.example.com:8443"}, {"path": "hosts/x"}, {"path": None},
        {"path": "/hosts/<%= iparam.secret %>"}, {"body": "{}"}, {"query": {"a": "b"}},
        {"headers": None}, {"headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"headers": {"Authorization": "Bearer <%= context.secret %>"}},
        {"headers": {"Authorization": "Bearer <%= iparam.other %>"}},
        {"headers": {"Authorization": "Bearer <%= access_token %>"}},
    ],
)  # fmt: skip
def test_a_request_that_freshworks_would_not_send_is_refused(changes):
    assert "config/requests.json: getContext" in with_request(**changes)


@pytest.mark.parametrize("kind", CONTENT_TYPES)
def test_a_request_has_a_content_type_that_freshworks_knows(kind):
    assert with_request(headers={"Content-Type": kind}) == ""


@pytest.mark.parametrize(
    "options",
    [
        {"maxAttempts": 0}, {"maxAttempts": 6}, {"maxAttempts": "2"}, {"retryDelay": 1600},
        {"retryDelay": 150}, {"retryDelay": -100}, {"oauth": "x"}, {"isOAuth": True},
    ],
)  # fmt: skip
def test_a_request_is_repeated_as_freshworks_allows(options):
    requests = said("config/requests.json")
    requests["getContext"]["options"] = options
    assert "getContext" in mistakes(**{"config/requests.json": requests})


def test_there_are_a_hundred_requests_at_most():
    one = said("config/requests.json")["getContext"]
    many = {f"r{number}": one for number in range(101)}
    assert "more than 100" in mistakes(**{"config/requests.json": many})


SECURE = {"display_name": "Secret", "type": "text", "required": True, "secure": True}


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"secret": {}},
        {"secret": SECURE | {"display_name": ""}},
        {"secret": SECURE | {"type": "secret"}},
        {"secret": SECURE | {"type": "dropdown", "options": ["a"]}},
        {"secret": SECURE | {"type": "domain"}},
        {"secret": SECURE | {"secure": "yes"}},
        {"secret": SECURE | {"secure": False}},
        {"secret": SECURE | {"regex": {}}},
        {"other": SECURE},
    ],
)
def test_s5_a_parameter_is_plain_and_the_secret_is_shown_to_no_browser(parameters):
    assert mistakes(**{"config/iparams.json": parameters})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"{} {}", b'{"a":1,"a":2}'])
@pytest.mark.parametrize("path", ["manifest.json", "config/requests.json", "config/iparams.json"])
def test_a_file_of_json_holds_one_object(path, content):
    assert path in mistakes(**{path: content})


@pytest.mark.parametrize(
    "path",
    ["manifest.json", "config/requests.json", "config/iparams.json", "app/styles/images/icon.svg",
     "app/index.html", "app/scripts/sheet.js"],
)  # fmt: skip
def test_what_is_needed_is_there(path):
    assert mistakes(**{path: None})


@pytest.mark.parametrize(
    "path",
    ["server/server.js", "config/iparams.html", "config/oauth_config.json", "package.json",
     "app/scripts/x.exe", "x.js", "/etc/app.js", "../app.js", "app/../x.js", "app/x/y.js", ".env"],
)  # fmt: skip
def test_s32_a_file_that_a_card_has_no_use_for_is_refused(path):
    assert f"{path}: does not belong" in mistakes(**{path: b"{}"})


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        (b"<main></main>", "client is not loaded"),
        (b'<script src="{{{appclient}}}"></script><button>', "plain form elements"),
        (b'<script src="{{{appclient}}}"></script><fw-button>', "plain form elements"),
        (b'<script src="{{{appclient}}}"></script><script src="https://cdn.example/x.js">',
         "loads https://cdn.example/x.js"),
        (b'<script src="https://static.freshdev.io/fdk/2.0/assets/fresh_client.js"></script>',
         "client is not loaded"),
    ],
)  # fmt: skip
def test_a_page_loads_the_client_and_otherwise_its_own(page, complaint):
    assert complaint in mistakes(**{"app/index.html": page})


@pytest.mark.parametrize(
    "script", [b"eval('x')", b"alert(1)", b"var x = 1", b"client.request.get('x')"]
)
def test_a_script_does_nothing_that_freshworks_checks_for(script):
    assert "is not allowed" in mistakes(**{"app/scripts/app.js": script})


@pytest.mark.real
def test_the_scripts_pass_the_checks_that_freshworks_makes_of_code():
    """The rules that its error catalogue names, by the tool that knows them by these names."""
    npm.need("eslint")
    scripts = {path: each.decode() for path, each in app().items() if path.endswith(".js")}
    found = json.loads(npm.run("node", LINT, said=scripts | {"bad.js": "eval('1'); var x = 1;"}))
    assert {message["ruleId"] for message in found.pop("bad.js")} >= {"no-eval", "no-var"}
    assert found == {path: [] for path in scripts}
