"""A name in the items of a list changes in its system, and some items leave it out by right: the
first is flagged until it is mended, the second is none, and which is which is told from others."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from types import MappingProxyType

import pytest
from click.testing import CliRunner
from context_sidecar.app import open_sidecar
from context_sidecar.cli import main
from context_sidecar.core.record import Record
from context_sidecar.wording import answer, words
from support.clock import FakeClock
from support.vendor import reply

CONFIGURATION = """\
version: 1
public_url: https://context.example.com
locale: en
time_zone: UTC
teams:
  revops: {{name: Revenue Operations, notify: ["mailto://revops@example.com"]}}
sources:
  list:
    adapter: files
    owner: revops
    settings: {{path: customers.csv, key: number, as_of: modified}}
  psa:
    label: The PSA
    adapter: rest
    owner: revops
    key: id
    allow_private: true
    settings:
      base_url: {url}
      check: {{get: /me}}
      lookups:
        account: {{get: "/companies/{{key}}", key: id}}
        projects: {{get: /projects, params: {{company: "{{key}}"}}, key: company, many: list,
                   known: account, any_key: false}}
accounts:
  source: list
  keys: {{id: number, name: name, domain: website}}
  refresh: 1h
  match: [{{record: requester_email, account: domain}}]
fields:
  manager: &field
    label: Project manager
    type: text
    source: psa
    query: projects
    path: "[0].manager.name"
    stale_after: 1d
    expire_after: 14d
    audience: [support]
    decision: Whom to ask
  projects:
    <<: *field
    label: Projects
    type: list
    path: "@"
    items: {{title: title, status: manager.name}}
  plain:
    <<: *field
    label: As they come
    type: list
    path: "@"
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: Whom to ask
    fields: [manager, projects, plain]
"""
CUSTOMERS = {"1": "acme", "2": "bolt", "3": "cask"}
FIRMS = {str(n): f"firm{n}" for n in range(4, 29)}
FIRMS_N = range(4, 29)


def project(id, company, manager, more=MappingProxyType({})):
    told = {"id": id, "company": company, "title": f"Project {id}", "priority": "high", **more}
    return told | ({"manager": {"name": manager}} if manager else {})


class World:
    """A PSA that leaves out what has no value, and what reads from it."""

    def __init__(self, server, folder, known=CUSTOMERS):
        self.projects = [
            project(1, "1", "Mary"), project(2, "1", None),
            project(3, "2", None), project(4, "3", "Jo"),
        ]  # fmt: skip
        self.clock = FakeClock()
        for key in known:
            server.expect_request(f"/companies/{key}").respond_with_json({"id": key})
        server.expect_request("/me").respond_with_json({})
        server.expect_request("/projects").respond_with_handler(self._listed)
        self.file = folder / "sidecar.yaml"
        self.file.write_text(CONFIGURATION.format(url=server.url_for("").rstrip("/")))
        customers = folder / "customers.csv"
        rows = [f"{key},{name},{name}.example" for key, name in known.items()]
        customers.write_text("\n".join(["number,name,website", *rows]) + "\n")
        os.utime(customers, (1_700_000_000, 1_700_000_000))

    def _listed(self, request):
        company = request.args["company"]
        return reply([one for one in self.projects if one["company"] == company])

    def rename(self, name, to):
        self.projects = [
            {to if key == name else key: value for key, value in one.items()}
            for one in self.projects
        ]

    def card(self, customer, minutes=20):
        """What a customer's card says, the PSA asked anew after some minutes, by field."""
        self.clock.forward(minutes=minutes)
        card = self.sidecar.configuration.cards["ticket"]
        keys = {"requester_email": f"ana@{customer}.example"}
        record = Record("iframe", "ticket", "7", keys)
        context = self.sidecar.sidecar.context(record, card, card.audience, force=True)
        return {one["field"]: one for one in answer(context, words("en", "UTC"))["readings"]}

    def states(self, customer, minutes=20):
        return {name: one["state"] for name, one in self.card(customer, minutes).items()}

    def doctor(self):
        arguments = ["--config", str(self.file), "doctor", "psa", "--format", "json"]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        return json.loads(done.stdout)["examined"][0]["findings"]

    @contextmanager
    def running(self):
        with open_sidecar(self.file, {}, clock=self.clock) as self.sidecar:
            self.sidecar.sync()
            self.watch = self.sidecar.examination().watch(self.sidecar.cache.survey)
            self.sidecar.cache.on_change(self.watch.notice)
            self.watch.look()
            yield self


@pytest.fixture
def world(httpserver, tmp_path):
    with World(httpserver, tmp_path).running() as running:
        yield running


@pytest.fixture
def firms(httpserver, tmp_path):
    with World(httpserver, tmp_path, FIRMS | {"29": "firm29"}).running() as running:
        yield running


FRESH = {"manager": "fresh", "projects": "fresh", "plain": "fresh"}


def test_what_an_item_leaves_out_that_others_have_is_none(world):
    assert world.states("acme") == FRESH
    assert world.states("bolt") == FRESH | {"manager": "missing"}


def test_what_is_renamed_is_flagged_with_its_likely_successor_until_it_is_mended(world):
    assert world.states("acme") == FRESH

    world.rename("manager", "lead")
    assert world.card("acme")["manager"]["reason"] == "schema_changed"
    world.watch.look()
    broken = world.card("acme", minutes=0)
    assert {name: one["reason"] for name, one in broken.items()} == {
        "manager": "schema_changed", "projects": "schema_changed", "plain": None,
    }  # fmt: skip
    assert broken["manager"]["state"] == "failed"
    assert broken["manager"]["drift"]["name"] == "[].manager"
    assert broken["manager"]["drift"]["successor"]["path"] == "[].lead"
    assert world.card("bolt")["manager"]["reason"] == "schema_changed"

    world.rename("lead", "manager")
    assert world.states("acme") == FRESH
    world.watch.look()
    assert world.states("bolt") == FRESH | {"manager": "missing"}


def test_a_successor_is_told_by_those_that_are_asked_again(world):
    """Nobody has looked at a card since, but at one of an account that had none before."""
    assert world.states("acme") == FRESH
    world.card("bolt")

    world.rename("manager", "lead")
    world.card("bolt")
    world.watch.look()
    assert world.card("bolt", minutes=0)["manager"]["drift"]["successor"]["path"] == "[].lead"


def test_the_first_answer_that_lost_what_it_had_is_no_none_before_others_were_looked_at(world):
    """Somebody leaves the only project that had a manager: that is none, once others show it."""
    assert world.states("acme") == FRESH

    world.projects[0].pop("manager")
    assert world.card("acme")["manager"]["reason"] == "schema_changed"
    world.clock.forward(minutes=1)
    world.watch.look()
    assert world.states("acme", minutes=0) == FRESH | {"manager": "missing"}
    assert world.states("acme") == FRESH | {"manager": "missing"}


def test_a_part_of_items_that_is_shown_as_it_comes_is_missed_when_none_has_it_any_more(world):
    assert world.states("acme") == FRESH

    world.rename("priority", "urgency")
    assert world.card("acme")["plain"]["reason"] == "schema_changed"
    world.clock.forward(hours=8)
    world.watch.look()
    assert world.card("acme")["plain"]["reason"] == "schema_changed"

    world.rename("urgency", "priority")
    assert world.states("acme") == FRESH


def test_a_name_that_no_item_has_ever_had_is_not_taken_for_none(world):
    world.projects = [project(3, "2", None, {"owner": {"name": "Mary"}})]
    world.file.write_text(world.file.read_text().replace("manager.name", "owner.nom"))
    with open_sidecar(world.file, {}, clock=world.clock) as world.sidecar:
        assert world.card("bolt")["manager"]["reason"] == "schema_changed"


def test_what_few_have_is_known_from_those_that_had_it(firms):
    """The look asks those again whose items had a name, be they the last of all."""
    firms.projects = [project(200, "29", "Ann"), *(project(n, str(n), None) for n in FIRMS)]
    firms.watch.look()
    assert firms.card("firm5")["manager"]["reason"] == "schema_changed"
    assert firms.card("firm29")["manager"]["state"] == "fresh"
    firms.watch.look()
    assert firms.states("firm5") == FRESH | {"manager": "missing"}

    firms.clock.forward(hours=8)
    firms.watch.look()
    assert firms.states("firm5") == FRESH | {"manager": "missing"}


def test_who_alone_had_what_is_renamed_is_flagged_though_nobody_else_has_projects(firms):
    """The accounts that are asked otherwise have none, and say nothing of it."""
    firms.projects = [project(200, "28", "Ann"), project(201, "29", None)]
    firms.card("firm28")
    firms.watch.look()
    assert firms.states("firm29") == FRESH | {"manager": "missing"}

    firms.rename("manager", "lead")
    for minutes in (20, 20, 8 * 60, 10 * 24 * 60):
        assert firms.card("firm28", minutes)["manager"]["reason"] == "schema_changed"
        firms.watch.look()
    assert firms.card("firm29")["manager"]["reason"] == "schema_changed"


def test_an_object_that_some_items_leave_out_is_none_of_theirs(world):
    for one in world.projects:
        if "manager" in one:
            one["manager"] |= {"id": 7, "team": "Delivery"}
    world.card("acme")
    world.watch.look()
    assert world.states("bolt") == FRESH | {"manager": "missing"}


def test_what_each_of_many_leaves_out_is_known_from_those_that_have_it(firms):
    names = ["manager", "a", "b", "c", "d", "e"]
    path = f"[0].[{', '.join(names)}][?@] | [0].name"
    firms.file.write_text(firms.file.read_text().replace("[0].manager.name", path))
    firms.projects = [
        project(n, str(n), None, {names[n % 6]: {"name": "x"}} if n > 20 else {}) for n in FIRMS_N
    ]
    with firms.running():
        for n in FIRMS_N:
            firms.card(f"firm{n}", minutes=2)
            firms.watch.look()
        assert firms.states("firm5") == FRESH | {"manager": "missing"}
        firms.clock.forward(hours=9)
        firms.watch.look()
        assert firms.states("firm5") == FRESH | {"manager": "missing"}


def test_a_list_that_lost_a_part_of_its_items_is_shown_and_flagged_until_others_show_it(world):
    """The only ticket with a priority is closed: the list of the others is no failure."""
    del world.projects[1]["priority"]
    assert world.states("acme") == FRESH

    del world.projects[0]
    after = world.card("acme")["plain"]
    assert (after["state"], after["reason"]) == ("stale", "schema_changed")
    assert after["value"]["total"] == 1
    world.clock.forward(minutes=1)
    world.watch.look()
    assert world.card("acme", minutes=0)["plain"]["reason"] is None


def test_what_nobody_has_any_more_can_be_accepted(world):
    world.card("acme")
    world.watch.look()
    for one in world.projects:
        one.pop("manager", None)
    world.card("acme")
    world.clock.forward(minutes=1)
    world.watch.look()
    assert world.card("acme")["manager"]["reason"] == "schema_changed"
    [finding] = [one for one in world.doctor() if one["about"] == "manager"]
    assert finding["remedy"].endswith(
        "If nobody has any just now, `sidecar accept manager` says so."
    )

    assert world.sidecar.drifts.accept("manager")
    assert world.states("acme") == FRESH | {"manager": "missing"}
    world.clock.forward(hours=9)
    world.watch.look()
    assert world.states("acme") == FRESH | {"manager": "missing"}
    assert not world.sidecar.drifts.accept("manager")


def test_a_look_by_the_doctor_takes_nothing_for_gone_that_its_few_accounts_lack(firms):
    firms.projects = [project(200, "29", "Ann"), *(project(n, str(n), None) for n in FIRMS)]
    firms.card("firm29")
    firms.card("firm5")
    firms.watch.look()
    firms.doctor()

    assert firms.states("firm5") == FRESH | {"manager": "missing"}


def test_the_doctor_says_of_what_may_be_renamed_that_it_is_looked_at(world):
    world.card("bolt")
    world.watch.look()
    world.rename("manager", "lead")

    [finding] = [one for one in world.doctor() if one["about"] == "manager"]
    assert finding["mark"] == "doubtful"
    assert finding["said"].startswith("3 accounts, and no item of theirs has `[].manager`, which")
    assert "asks those again that had it" in finding["remedy"]

    world.projects = [{**one, "manager": None} for one in world.projects]
    [finding] = [one for one in world.doctor() if one["about"] == "manager"]
    assert finding["said"] == "3 accounts, and not one has a value"


@pytest.mark.parametrize(
    "rewritten", [{True: 1, False: 0}, {True: "true", False: "false"}], ids=str
)
def test_a_yes_or_no_in_items_that_is_written_otherwise_is_flagged(httpserver, tmp_path, rewritten):
    """A filter takes each text, and each number, for yes."""
    world = World(httpserver, tmp_path)
    text = world.file.read_text().replace("[0].manager.name", "length([?late])")
    world.file.write_text(text.replace('path: "@"\n    items', 'path: "[?late]"\n    items'))
    for one in world.projects:
        one["late"] = one["id"] == 1
    with world.running():
        assert world.card("acme")["manager"]["display"] == "1"

        for one in world.projects:
            one["late"] = rewritten[one["late"]]
        world.card("acme")
        world.watch.look()
        marked = world.card("acme", minutes=0)
        assert (marked["manager"]["state"], marked["projects"]["state"]) == ("invalid", "invalid")
        assert "of another type there by now" in marked["projects"]["message"]


@pytest.mark.parametrize(
    ("path", "before"),
    [
        ("length([?late])", {True: True, False: False}),
        ("length([?late == 'yes'])", {True: "yes", False: "no"}),
        ("length([?late > `0`])", {True: 1, False: 0}),
        ("[?late] | [0].title", {True: True, False: False}),
    ],
    ids=["yes or no", "text", "number", "value"],
)
def test_a_value_in_items_that_becomes_an_object_is_flagged_on_the_first_card(
    httpserver, tmp_path, path, before
):
    """A filter takes each object for yes, and a comparison each for no."""
    world = World(httpserver, tmp_path)
    text = world.file.read_text().replace("[0].manager.name", path)
    world.file.write_text(text.replace('path: "@"\n    items', 'path: "[?late]"\n    items'))
    late = {one["id"]: one["id"] == 1 for one in world.projects}
    for one in world.projects:
        one["late"] = before[late[one["id"]]]
    with world.running():
        assert world.card("acme")["manager"]["display"] in {"1", "Project 1"}

        for one in world.projects:
            one["late"] = {"id": int(late[one["id"]]), "name": before[late[one["id"]]]}
        for after in (20, 0, 8 * 60):
            marked = world.card("acme", minutes=after)
            for name in ("manager", "projects"):
                assert (marked[name]["state"], marked[name]["value"]) == ("invalid", None)
                assert "of another type there by now" in marked[name]["message"]
            world.watch.look()
        [finding] = [one for one in world.doctor() if one["about"] == "manager"]
        assert finding["said"].startswith("`[].late` was a ")

        for one in world.projects:
            one["late"] = before[late[one["id"]]]
        world.card("acme")
        world.watch.look()
        assert world.states("acme", minutes=0) == FRESH


def test_an_object_in_items_that_is_accepted_is_what_it_is(httpserver, tmp_path):
    world = World(httpserver, tmp_path)
    world.file.write_text(world.file.read_text().replace("[0].manager.name", "length([?late])"))
    for one in world.projects:
        one["late"] = False
    with world.running():
        world.card("acme")
        for one in world.projects:
            one["late"] = {"id": 7}
        assert world.card("acme")["manager"]["state"] == "invalid"
        world.watch.look()

        assert world.sidecar.drifts.accept("manager")
        assert world.card("acme")["manager"]["display"] == "2"


def test_one_item_that_has_an_object_where_others_have_a_value_is_no_other_type(world):
    world.projects[0]["late"] = "yes"
    world.projects[1]["late"] = {"name": "no"}
    world.card("acme")
    world.watch.look()
    assert world.states("acme") == FRESH
