"""`sidecar manifest`: what an admin gets, and what the command says about it."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from context_sidecar.cli import main

CONFIGURATION = """
version: 1
public_url: https://context.example.com
locale: en
time_zone: UTC
teams:
  revops: {name: Revenue Operations}
sources:
  crm: {adapter: files, owner: revops, settings: {path: accounts.csv, key: Id}}
accounts:
  source: crm
  keys: {crm_id: Id, name: Name, domain: Website}
  refresh: 1h
  match:
    - {record: cf_customer, account: crm_id}
    - {record: requester_email, account: domain}
fields:
  tier:
    label: Tier
    type: text
    source: crm
    path: Tier
    stale_after: 1d
    expire_after: 14d
    on_failure: show_stale
    audience: support
    decision: Which queue the ticket gets
cards:
  ticket:
    title: Customer
    where: [PLACES]
    audience: support
    decision: How urgent this ticket is
    fields: [tier]
installs:
  page: {host: iframe, origin: https://intranet.example.com, settings: {secret: "${SECRET}"}}
  program: {host: json, settings: {secret: "${SECRET}"}}
  rt-one: {host: rt, origin: https://rt.example.com, settings: {secret: "${SECRET}"}}
  rt-two: {host: rt, origin: https://rt2.example.com, settings: {secret: "${SECRET}"}}
  desk: {host: zendesk, origin: https://acme.zendesk.com, settings: {subdomain: acme}}
"""
TWO_OF_ONE_NAME = """\
  red: {host: django_helpdesk, origin: https://red.example.com, settings: {secret: "${SECRET}"}}
  blue: {host: django_helpdesk, origin: https://blue.example.com, settings: {secret: "${SECRET}"}}
"""
EVERYWHERE = "iframe/ticket, rt/ticket, zendesk/ticket"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET", "0123456789abcdef0123456789abcdef")
    (tmp_path / "accounts.csv").write_text("Id,Name,Website,Tier\n")

    def invoke(*arguments, places=EVERYWHERE, answer="", more=""):
        Path("sidecar.yaml").write_text(CONFIGURATION.replace("PLACES", places) + more)
        return CliRunner().invoke(main, ["manifest", *map(str, arguments)], input=answer)

    return invoke


def test_an_install_gives_a_zip_that_unpacks_to_the_package(run):
    done = run("desk", "--out", "zendesk.zip")
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile("zendesk.zip") as made:
        assert made.testzip() is None
        assert json.loads(made.read("manifest.json"))["signedUrls"] is True
    assert "zendesk.zip: 8 files for desk (Zendesk)" in done.output


def test_whatever_a_guide_calls_its_install_the_address_is_that_of_ones_own(run):
    done = run("program")
    assert done.exit_code == 0, done.output
    assert "https://context.example.com/hosts/program" in done.output
    assert "hosts/backoffice" not in done.output


def test_a_page_of_ones_own_is_told_its_address_and_how_to_sign_it(run):
    done = run("page")
    assert done.exit_code == 0, done.output
    assert '<iframe src="https://context.example.com/hosts/page?' in done.output
    assert "hosts/intranet" not in done.output
    for sample in ("def signed_address(", "function signedAddress(", "function signed_address("):
        assert sample in done.output
    assert '"key.requester_email": "ana@acme.example"' in done.output


def test_a_kind_of_host_stands_for_its_only_install(run):
    assert run("zendesk", "--out", "one.zip").exit_code == 0
    assert run("desk", "--out", "other.zip").exit_code == 0
    assert Path("one.zip").read_bytes() == Path("other.zip").read_bytes()


def test_a_kind_of_host_with_several_installs_is_not_guessed(run):
    done = run("rt", "--out", "rt.zip")
    assert done.exit_code == 1
    assert "Name one of: rt-one, rt-two" in done.output


def test_an_unknown_name_lists_those_there_are(run):
    done = run("nothing")
    assert done.exit_code == 1
    assert "Name one of: page, program, rt-one, rt-two, desk" in done.output


def test_the_same_configuration_gives_the_same_bytes(run):
    run("rt-one", "--out", "one.zip")
    os.utime("sidecar.yaml", (1, 1))
    run("rt-one", "--out", "other.zip")
    assert Path("one.zip").read_bytes() == Path("other.zip").read_bytes()


def test_every_file_in_the_zip_is_plain_sorted_and_undated(run):
    run("rt-one", "--out", "rt.zip")
    with zipfile.ZipFile("rt.zip") as made:
        entries = made.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_a_folder_gets_the_files_themselves(run):
    assert run("rt-one", "--out", "plugins").exit_code == 0
    settings = Path("plugins/RT-Extension-ContextSidecar/etc/ContextSidecar.pm").read_text()
    assert "Set($ContextSidecarURL, 'https://context.example.com/hosts/rt-one');" in settings
    assert "Set(@ContextSidecarKeys, qw(cf_customer requester_email));" in settings
    assert "0123456789abcdef" not in settings


def test_s32_a_new_place_is_shown_before_the_older_package_is_replaced(run):
    run("desk", "--out", "app.zip")
    before = Path("app.zip").read_bytes()
    refused = run("desk", "--out", "app.zip", places="zendesk/ticket, zendesk/user", answer="n\n")
    assert refused.exit_code == 1
    assert "changed: manifest.json" in refused.output
    assert '+      "user_sidebar": {' in refused.output
    assert Path("app.zip").read_bytes() == before
    done = run("desk", "--out", "app.zip", "--yes", places="zendesk/ticket, zendesk/user")
    assert done.exit_code == 0
    assert Path("app.zip").read_bytes() != before


def test_the_same_package_is_written_again_without_a_question(run):
    run("desk", "--out", "app.zip")
    done = run("desk", "--out", "app.zip")
    assert done.exit_code == 0
    assert "changed" not in done.output.partition("app.zip:")[0]


def test_a_folder_that_holds_an_older_package_is_compared_too(run):
    run("rt-one", "--out", "plugins")
    refused = run("rt-two", "--out", "plugins", answer="n\n")
    assert refused.exit_code == 1
    assert "+Set($ContextSidecarURL, 'https://context.example.com/hosts/rt-two');" in refused.output


def test_another_file_is_not_taken_for_an_older_package(run):
    Path("precious.txt").write_text("mine")
    done = run("desk", "--out", "precious.txt")
    assert done.exit_code == 1
    assert "no package" in done.output
    assert Path("precious.txt").read_text() == "mine"


def test_what_zendesk_would_refuse_is_said_and_nothing_is_written(run):
    done = run("desk", "--out", "app.zip", places="rt/ticket")
    assert done.exit_code == 1
    assert "no card is declared for a place in Zendesk" in done.output
    assert not Path("app.zip").exists()


def test_of_all_packages_those_that_would_be_refused_are_named_and_the_others_built(run):
    done = run("--all", "--out", "all", places="rt/ticket", more=TWO_OF_ONE_NAME)
    assert done.exit_code == 1
    _, _, refused = done.output.partition("These packages would be refused:\n")
    (line,) = refused.splitlines()
    assert line.startswith("desk: ")
    assert "no card is declared for a place in Zendesk" in line
    made = {each.name for each in Path("all").iterdir()}
    assert made == {"rt-one.zip", "rt-two.zip", "red", "blue"}


def test_all_packages_stand_side_by_side_whatever_their_tools_call_them(run):
    places = f"{EVERYWHERE}, django_helpdesk/ticket"
    for _ in range(2):
        done = run("--all", "--out", "all", places=places, more=TWO_OF_ONE_NAME)
        assert done.exit_code == 0, done.output
        assert "Replace" not in done.output
    wheel = "context_sidecar_card-1.0.0-py3-none-any.whl"
    made = {str(each.relative_to("all")) for each in Path("all").rglob("*") if each.is_file()}
    zips = {"rt-one.zip", "rt-two.zip", "desk.zip"}
    assert made == zips | {f"red/{wheel}", f"blue/{wheel}"}
    assert Path(f"all/red/{wheel}").read_bytes() != Path(f"all/blue/{wheel}").read_bytes()


def test_a_mistake_in_the_configuration_is_said_with_its_line(run):
    done = run("desk", places="zendesk/ticket]\n    bad: [1")
    assert done.exit_code == 1
    assert "sidecar.yaml:" in done.output


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("page", "Sign an address"),
        ("rt-one", "Unpack the extension"),
        ("desk", "Upload private app"),
    ],
)
def test_it_says_what_the_admin_does_next(run, name, step):
    done = run(name)
    assert done.exit_code == 0
    assert step in done.output
    assert "Prepare" not in done.output


def test_the_steps_name_the_file_that_was_written(run):
    done = run("rt-one")
    assert "unzip rt-one.zip -d" in done.output
    assert Path("rt-one.zip").exists()


def test_a_host_without_a_package_writes_nothing(run):
    run("page")
    assert not Path("page.zip").exists()


def test_the_extension_for_rt_is_good_perl(run):
    run("rt-one", "--out", "plugins")
    library = Path("plugins/RT-Extension-ContextSidecar/lib")
    module = library / "RT/Extension/ContextSidecar/Address.pm"
    done = subprocess.run(["perl", f"-I{library}", "-c", module], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
