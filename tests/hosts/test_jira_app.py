"""The app that an admin deploys to Forge: minimal, whole, and what Atlassian's own tools take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import npm
from support.gallery import CRM
from support.hosts import FORGE_APP
from support.jira import SITE, project, written

HERE = Path(__file__).parent / "jira"
SETTINGS = {"app_id": FORGE_APP}
EVERYWHERE = {"show_as": ["glance", "panel", "context"]}


def files(*where: str, **changes: Any) -> dict[str, str]:
    return {file.path: file.content.decode() for file in project(*where, **changes)}


def manifest(*where: str, **changes: Any) -> dict[str, Any]:
    return yaml.safe_load(files(*where, **changes)["manifest.yml"])


def modules(**changes: Any) -> dict[str, dict[str, Any]]:
    """The places on an issue that the app takes, each once."""
    found = manifest(**changes)["modules"]
    return {name: one for name, [one] in found.items() if name != "endpoint"}


@pytest.mark.parametrize(
    ("settings", "places"),
    [
        (SETTINGS, ["jira:issueContext", "jira:issuePanel"]),
        (SETTINGS | {"show_as": ["glance"]}, ["jira:issueGlance"]),
        (SETTINGS | EVERYWHERE, ["jira:issueContext", "jira:issuePanel", "jira:issueGlance"]),
    ],
)
def test_s32_the_card_stands_on_issues_where_the_admin_wants_it_and_nowhere_else(settings, places):
    assert list(modules(settings=settings)) == places


def test_s32_no_place_is_open_to_customers_or_to_those_without_a_licence():
    for one in modules(settings=SETTINGS | EVERYWHERE).values():
        assert "unlicensedAccess" not in one
        assert one["render"] == "native"


def test_s32_the_app_may_read_issues_only_where_it_says_whose_they_are_itself():
    assert manifest()["permissions"] == {"scopes": ["read:jira-work"]}
    assert manifest(source=CRM)["permissions"] == {"scopes": []}


@pytest.mark.parametrize(
    ("public_url", "origin", "path"),
    [
        ("https://context.example.com", "https://context.example.com", "/hosts/jira-support"),
        ("https://example.com:8443/c/", "https://example.com:8443", "/c/hosts/jira-support"),
    ],
)
def test_s32_it_sends_to_our_own_address_and_hands_over_no_token_of_jiras(public_url, origin, path):
    whole = manifest(public_url=public_url)
    [remote] = whole["remotes"]
    assert remote["baseUrl"] == origin
    assert whole["modules"]["endpoint"] == [{"key": remote["key"], "remote": remote["key"]}]
    assert all(one["resolver"] == {"endpoint": remote["key"]} for one in modules().values())
    assert f'"{path}"' in files(public_url=public_url)["src/frontend/install.js"]


def test_the_admin_of_a_site_is_told_that_something_of_people_is_stored():
    [remote] = manifest()["remotes"]
    assert remote["storage"] == {"inScopeEUD": True}


def test_people_read_the_cards_own_title():
    found = modules(settings=SETTINGS | EVERYWHERE)
    assert found["jira:issuePanel"]["title"] == "Customer"
    assert {found[f"jira:issue{name}"]["label"] for name in ("Context", "Glance")} == {"Customer"}


def test_before_it_is_registered_the_app_has_a_place_for_its_id():
    assert manifest()["app"]["id"] == FORGE_APP
    assert manifest(settings={})["app"]["id"].endswith("/00000000-0000-0000-0000-000000000000")


def test_the_same_configuration_gives_the_same_bytes_whatever_the_site():
    assert project() == project()
    assert project() == project(settings=SETTINGS | {"cloud_id": SITE})
    assert [file.path for file in project()] == sorted(file.path for file in project())


def test_what_atlassian_would_refuse_is_not_built():
    with pytest.raises(ValueError, match="no card is declared"):
        files("zendesk/ticket")
    with pytest.raises(ValueError, match="https only"):
        files(public_url="http://context.example.com")


def laid_out(folder: Path, **changes: Any) -> Path:
    """The app of an install with *changes*, in *folder*, where Atlassian's tools find their own."""
    npm.need("@forge/bundler", "@forge/react")
    written(project(**changes), folder)
    (folder / "node_modules").symlink_to(npm.TOOLS)
    return folder


def judged(*folders: Path) -> list[list[str]]:
    """What Atlassian's validator and its linter find in the app in each of *folders*."""
    return json.loads(npm.run("node", HERE / "judge.mjs", npm.TOOLS, *folders))


@pytest.mark.real
def test_atlassians_validator_and_linter_find_nothing(tmp_path):
    several = [
        {},
        {"settings": {}},
        {"settings": SETTINGS | EVERYWHERE},
        {"source": CRM, "public_url": "https://example.com:8443/c"},
    ]
    folders = [laid_out(tmp_path / str(n), **changes) for n, changes in enumerate(several)]
    assert judged(*folders) == [[]] * len(several)


WRONG = [
    ("jira:issueContext", "jira:issueContexts", "issueContexts"),
    ("path: icons", "path: pictures", "pictures"),
    ("endpoint: context-sidecar", "endpoint: other", "other"),
    ("read:jira-work", "read:everything", "read:everything"),
    (" +label: Customer\n", "", "label"),
    ("id: ari", "id: x", "app"),
]


@pytest.mark.real
def test_atlassians_tools_would_have_said_what_is_wrong(tmp_path):
    folders = [laid_out(tmp_path / str(n)) for n, _ in enumerate(WRONG)]
    for folder, (old, new, _) in zip(folders, WRONG, strict=True):
        text, changed = re.subn(old, new, (folder / "manifest.yml").read_text())
        assert changed
        (folder / "manifest.yml").write_text(text)
    for said, (_, _, complaint) in zip(judged(*folders), WRONG, strict=True):
        assert complaint in "\n".join(said)


def compiled(folder: Path) -> dict[str, Any]:
    """What Atlassian's compiler makes of the card of the app in *folder*."""
    return json.loads(npm.run("node", HERE / "compile.mjs", npm.TOOLS, folder))


@pytest.mark.real
def test_atlassians_compiler_takes_the_card_and_misses_what_is_not_there(tmp_path):
    folder = laid_out(tmp_path)
    made = compiled(folder)
    assert made["said"] == []
    assert "/hosts/jira-support" in made["compiled"]
    (folder / "src/frontend/keys.js").unlink()
    with pytest.raises(AssertionError, match="keys"):
        compiled(folder)
