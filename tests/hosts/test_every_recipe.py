"""Every recipe is run: its code in the tool's place, its answer the right card, and nothing else
believed. A recipe whose code no test runs fails."""

from __future__ import annotations

import importlib.util
import json
import re
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from context_sidecar import plugins
from support.clock import AheadClock
from support.guides import declared
from support.hosts import OLD_SECRET, SECRET, install
from support.recipes import Recipe, Site, all_recipes
from support.sites import Later, listening
from support.web import CARD, Allowance, Deployment, configuration

HERE = Path(__file__).parent
RECIPES = {recipe.path.stem: recipe for recipe in all_recipes()}
FRAMED = [name for name, recipe in RECIPES.items() if not plugins.host(recipe.host).most_bytes]
SIGNED = [name for name in FRAMED if plugins.host(RECIPES[name].host).signs_record]
HEADINGS = ("Prepare", "Install", "Who signs", "What was tried, and what was not", "Sources")


@pytest.fixture(params=RECIPES)
def name(request) -> str:
    return request.param


def driver(name: str) -> ModuleType:
    """What plays the tool: `SHOWN`, the record that it opens, and `show(recipe, site)`."""
    file = HERE / "recipes" / f"{name}.py"
    assert file.exists(), f"nothing runs the code of {name}: write {file.relative_to(HERE)}"
    spec = importlib.util.spec_from_file_location(f"recipes.{name}", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Kitchen:
    """The whole server with a recipe's install, on a port of its own and the clock on the wall."""

    deployment: Deployment
    recipe: Recipe
    site: Site
    driver: ModuleType

    def show(self, **changes: Any) -> Any:
        """What the tool's page shows, or its server was told, of the driver's record."""
        return self.driver.show(self.recipe, replace(self.site, **changes))

    def open(self, address: str):
        """Open an address that the tool's page has come to."""
        assert address.startswith(self.site.public)
        return self.deployment.get(address.removeprefix(self.site.public))

    @property
    def asked(self) -> list[dict[str, Any]]:
        return self.deployment.engine.asked


@pytest.fixture
def cook(tmp_path):
    """Starts the server for a recipe."""
    with ExitStack() as stack:

        def start(name: str) -> Kitchen:
            recipe, playing = Recipe(RECIPES[name].path), driver(name)
            sidecar = Later()
            address = stack.enter_context(listening(sidecar, "127.0.0.1"))
            settings: dict[str, object] = {"secret": SECRET}
            if "until" in plugins.host(recipe.host).Settings().fields:
                settings["until"] = (datetime.now(UTC) + timedelta(days=30)).date()
            shown = install(recipe.host, settings=settings)
            place = f"{recipe.host}/{playing.SHOWN['record'].partition('/')[0]}"
            whole = configuration(
                tmp_path,
                shown,
                public_url=address,
                cards={"ticket": replace(CARD, where=(place,))},
            )
            deployment = Deployment(
                whole, clock=AheadClock(), allowance=Allowance(refusals=10_000, requests=10_000)
            )
            stack.callback(deployment.database.dispose)
            sidecar.application = deployment.application
            link = ""
            if "until" in settings:
                [file] = plugins.host(recipe.host).package(whole, shown)
                link = file.content.decode().strip()
            folder = tmp_path / "tool"
            folder.mkdir()
            at = f"{address}/hosts/{shown.id}"
            return Kitchen(deployment, recipe, Site(at, SECRET.reveal(), link, folder), playing)

        yield start


def test_there_is_one_for_each_tool_that_is_asked_for():
    assert {
        "dynamics365", "servicenow", "gainsight", "totango", "planhat", "vitally", "churnzero",
        "zammad", "osticket", "glpi", "odoo",
    } <= set(RECIPES)  # fmt: skip


def test_the_readme_leads_to_it(name):
    house = HERE.parents[1]
    assert f"]({RECIPES[name].path.relative_to(house)})" in (house / "README.md").read_text()


@pytest.mark.parametrize("heading", HEADINGS)
def test_it_says_what_a_newcomer_asks(name, heading):
    assert f"\n## {heading}\n" in RECIPES[name].text


def test_it_names_the_vendors_own_documents(name):
    sources = RECIPES[name].text.partition("\n## Sources\n")[2]
    assert re.search(r"https://\S+", sources)


def test_what_it_says_to_write_is_an_install_of_its_host(name, tmp_path):
    recipe = RECIPES[name]
    installs = declared(recipe.text.partition("\n## Install\n")[0], tmp_path)
    assert {one.host for one in installs.values()} == {recipe.host}
    if name in FRAMED:
        assert all(one.origins for one in installs.values())
    named = set(re.findall(r"https://context\.example\.com/hosts/([\w-]+)", recipe.text))
    assert named <= set(installs)


def test_every_block_of_code_has_a_files_name_above_it(name):
    recipe = RECIPES[name]
    assert recipe.blocks == len(recipe.files) > 0


def test_its_code_is_run_all_of_it_and_comes_to_the_right_card(cook, name):
    kitchen = cook(name)

    shown = kitchen.show()

    if name in FRAMED:
        page = kitchen.open(shown)
        assert page.status_code == 200
        told = page.text
    else:
        told = json.dumps(shown, ensure_ascii=False)
    assert "Acme GmbH" in told
    assert "Enterprise" in told
    record = kitchen.asked[-1]["record"]
    expected = kitchen.driver.SHOWN
    assert f"{record.type}/{record.id}" == expected["record"]
    assert dict(record.keys) == expected["keys"]
    assert kitchen.recipe.used == set(kitchen.recipe.files)


def test_s2_signed_with_another_secret_it_comes_to_nothing(cook, name):
    kitchen = cook(name)
    if kitchen.site.link:
        foreign = kitchen.site.link.replace("&signature=", "&signature=0")
        assert kitchen.open(kitchen.show(link=foreign)).status_code == 401
    elif name in FRAMED:
        assert kitchen.open(kitchen.show(secret=OLD_SECRET.reveal())).status_code == 401
    else:
        assert "Acme" not in json.dumps(kitchen.show(secret=OLD_SECRET.reveal()))
    assert kitchen.asked == []


@pytest.mark.parametrize("name", SIGNED)
def test_s2_what_it_signs_is_refused_when_it_is_changed_anywhere(cook, name):
    kitchen = cook(name)
    right = kitchen.show()
    start = right.index("?") + 1
    said = parse_qsl(right[start:], keep_blank_values=True)

    for place in range(start, len(right)):
        for other in "A0&":
            changed = right[:place] + other + right[place + 1 :]
            if parse_qsl(changed[start:], keep_blank_values=True) != said:
                assert kitchen.open(changed).status_code == 401
    assert kitchen.asked == []
    assert kitchen.open(right).status_code == 200


@pytest.mark.parametrize("name", SIGNED)
def test_s3_what_it_signs_works_once_and_is_signed_anew_each_time(cook, name):
    kitchen = cook(name)
    first = kitchen.show()
    assert kitchen.open(first).status_code == 200
    assert kitchen.open(first).status_code == 401
    assert kitchen.open(kitchen.show()).status_code == 200


@pytest.mark.parametrize("name", SIGNED)
def test_no_frame_stands_in_the_page_itself(name):
    """A browser that goes back puts into it the address again that was used; see
    `test_going_back.py`."""
    pages = [code for file, code in RECIPES[name].files.items() if not file.endswith(".js")]
    assert not any("<iframe" in code for code in pages)


@pytest.mark.parametrize("name", SIGNED)
def test_s18_the_secret_is_not_in_what_the_browser_is_given(cook, name):
    kitchen = cook(name)
    assert kitchen.site.secret not in kitchen.show()


@pytest.mark.parametrize("name", sorted(set(FRAMED) - set(SIGNED)))
def test_s2_a_link_is_refused_when_its_signed_part_is_changed(cook, name):
    kitchen = cook(name)
    right = kitchen.show()
    url = urlsplit(right)
    said = dict(parse_qsl(url.query))
    for part, others in {"until": ("2030-01-01", ""), "signature": ("0", "")}.items():
        for other in others:
            changed = urlencode(said | {part: other})
            assert kitchen.open(right.replace(url.query, changed)).status_code == 401
    assert kitchen.asked == []
    assert kitchen.open(right).status_code == 200
