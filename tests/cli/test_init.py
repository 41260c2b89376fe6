"""A first sidecar.yaml: whatever is picked, what is written is in order, and what is said to be
there is there."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from context_sidecar import plugins
from context_sidecar.cli import main
from context_sidecar.config import load
from context_sidecar.config.starting import (
    PickedSource,
    Picks,
    chosen,
    ready_cards,
    ready_fields,
)
from context_sidecar.core.adapter import AccountRow
from context_sidecar.core.field import FieldType
from context_sidecar.core.matching import MatchRule, Normaliser
from context_sidecar.core.parsing import parse
from context_sidecar.engine.directory.listing import Listing
from context_sidecar.engine.extraction import extract
from context_sidecar.settings import SecretText
from support.adapters import ask, plugged
from support.build import field
from support.samples import has_sample, sample

ADAPTERS = plugins.names(plugins.ADAPTERS)
HOSTS = plugins.names(plugins.HOSTS)
AT = "https://crm.example.com"
A_REPORT = (
    "--set", "people.url=https://wd2.example.com", "--set", "people.tenant=acme",
    "--set", "people.report_owner=isu", "--set", "people.report=Staffing",
    "--set", "people.key=Customer_ID", "--set", "people.user=isu",
)  # fmt: skip


@pytest.fixture
def file(tmp_path):
    return tmp_path / "sidecar.yaml"


@pytest.fixture
def init(file):
    """Runs the command with these arguments; returns what it says."""

    def run(*arguments, status=0):
        arguments = ["--config", str(file), "init", *arguments]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert status is None or done.exit_code == status, done.output
        return done.output

    return run


@pytest.fixture
def loaded(file):
    """What the file says, with a stand-in for each secret that it names."""

    def read():
        names = re.findall(r"^#   (\w+)$", file.read_text(), re.MULTILINE)
        return load(file, dict.fromkeys(names, "sqlite:///stand-in.db"))

    return read


def needed(name, kind, source="it"):
    """The flags for what an adapter must be told, taken from what it is tried with elsewhere."""
    tried = sample(name).settings(AT)
    for setting, told in kind.Settings().load_fields.items():
        must = told.required and not isinstance(told, SecretText) and setting not in kind.example
        if must:
            value = tried.get(setting, AT)
            text = ",".join(map(str, value)) if isinstance(value, list) else value
            yield from ("--set", f"{source}.{setting}={text}")


BEGUN_WITH = [
    name
    for name in ADAPTERS
    if has_sample(name) and (plugins.adapter(name).ready or plugins.adapter(name).ready_by_name)
]
"""Those of people are known by a person or a department, which a customer is not."""


CANARY = "a key that must always be found."
NOT_PROVEN = {"django_helpdesk"}
"""Those whose nones only a key proves that an admin has to give."""


@pytest.mark.parametrize("name", BEGUN_WITH)
def test_whatever_system_is_picked_what_is_written_is_in_order(name, init, loaded):
    kind = plugins.adapter(name)
    owner = () if kind.account_keys else ("--source", "others=files")
    init("--source", f"it={name}", *needed(name, kind), *owner)

    done = loaded()

    told = [one for one in done.warnings if "installs" not in one.path]
    assert all(one.hint.endswith(CANARY) for one in told)
    assert bool(told) is (name in NOT_PROVEN)
    wanted = {ready for ready in kind.ready if ready in ready_fields()}
    assert wanted == set(kind.ready)
    assert wanted <= done.configuration.fields.keys()


def test_the_days_of_a_source_are_in_the_time_zone_that_was_picked(init, loaded):
    init("--source", "files", "--source", "stripe", "--time-zone", "Europe/Berlin")

    sources = loaded().configuration.sources
    assert {one.settings["time_zone"].key for one in sources.values()} == {"Europe/Berlin"}


@pytest.mark.parametrize("name", HOSTS)
def test_whatever_tool_is_picked_a_card_is_shown_there_and_finds_its_account(name, init, loaded):
    init("--source", "files", "--host", name)

    done = loaded()
    configuration = done.configuration

    assert not [one for one in done.warnings if one.path.startswith("cards")]
    shown = {place for card in configuration.cards.values() for place in card.where}
    assert shown
    assert {place.partition("/")[0] for place in shown} == {name}
    assert configuration.accounts.match


OWNERS = [name for name in ADAPTERS if plugins.adapter(name).account_keys]


@pytest.mark.parametrize("tool", HOSTS)
def test_whoever_owns_the_accounts_every_record_beside_a_card_can_find_its_own(tool):
    """By a rule that looks at what the record says, at a key that somebody has to fill in."""
    for owner in OWNERS:
        sources = (PickedSource("own", owner), PickedSource("list", "files"))
        plan = chosen(Picks(sources, owner="own", hosts=(tool,)))
        asked = plan.tellers.get(tool)
        kind = plugins.host(tool)
        keys_of = plugins.adapter(tool).record_keys_of if asked else kind.keys_of

        for place in (place for card in plan.cards.values() for place in card["where"]):
            keys = keys_of(place.partition("/")[2])
            met = [rule for rule in plan.matching.rules if has(keys, rule.record)]
            filled = [rule for rule in met if rule.account in {"id", *plan.keys}
                      and rule.account not in plan.matching.unfilled]  # fmt: skip
            assert met, (owner, place)
            assert filled or place in plan.matching.waiting, (owner, place)
        every = [key for place in kind.places for key in keys_of(place)]
        assert all(has(every, rule.record) for rule in plan.matching.rules), owner


def has(keys, name):
    return any(re.fullmatch(key, name) for key in keys)


def test_where_nobody_knows_a_tools_ids_the_key_that_holds_them_is_to_be_filled_in(
    init, loaded, file
):
    said = init(*picked("crm=hubspot"), "--host", "salesforce")

    assert (
        "Fill in accounts.keys.salesforce_id, where the rows of crm have the id that Salesforce "
        "has for it.\n  Until then no account is found in salesforce/account.\n"
    ) in said
    assert (
        "On no card, since nothing says whose these are: salesforce/contact, salesforce/case, "
        "salesforce/opportunity.\n  With --source salesforce it is asked.\n"
    ) in said
    assert (
        "  # salesforce_id is yet to be filled in: where the rows of crm have" in file.read_text()
    )
    done = loaded()
    assert [(rule.record, rule.account) for rule in done.configuration.accounts.match] == [
        ("account_id", "salesforce_id")
    ]
    assert [card.where for card in done.configuration.cards.values()] == [("salesforce/account",)]
    assert "accounts.keys.salesforce_id" in {one.path for one in done.warnings}

    file.write_text(file.read_text().replace("'`null`'", "Salesforce_Account_ID"))
    assert "accounts.keys.salesforce_id" not in {one.path for one in loaded().warnings}

    file.write_text(file.read_text().replace("[salesforce/account]", "[salesforce/case]"))
    assert "cards.company.where[0]" in {one.path for one in loaded().warnings}


def test_a_key_that_is_to_be_filled_in_finds_nobody_until_it_is(init, loaded, file):
    init("--source", "files", "--host", "salesforce")
    keys = loaded().configuration.accounts.keys
    rows = [AccountRow({"id": "A-1", "name": "Acme", "domain": "acme.example"})]

    [listed] = Listing(keys, Normaliser(str, frozenset())).read(rows)

    assert keys["salesforce_id"] == "`null`"
    assert listed.account.keys.keys() == {"id", "name", "domain"}


@pytest.mark.parametrize(
    ("tool", "system", "rules"),
    [
        ("salesforce", "salesforce", [("account_id", "crm_id"), ("requester_email", "domain")]),
        ("pipedrive", "pipedrive", [("organization_id", "pipedrive_id")]),
    ],
)
def test_the_system_of_a_tool_is_asked_whose_what_is_on_screen_is(
    tool, system, rules, init, loaded, file
):
    found = ("--field", "tier=crm:x", "--field", "health=crm:y")
    said = init(*picked(f"crm={system}"), *found, "--host", tool)

    assert f"Let the install of {tool} name the source crm: it is asked whose" in said
    assert f"# That of {tool} names the source crm, which knows whose its" in file.read_text()
    configuration = loaded().configuration
    assert [(rule.record, rule.account) for rule in configuration.accounts.match] == rules
    shown = {place for card in configuration.cards.values() for place in card.where}
    assert shown == {f"{tool}/{place}" for place in plugins.host(tool).places}


def test_ids_that_two_tools_call_alike_are_each_looked_for_in_its_own(init, loaded):
    """Both number their organizations from one, and would be taken for one another."""
    hosts = ("--host", "pipedrive", "--host", "jira")
    init(*picked("crm=pipedrive"), "--source", "list=files", "--owner", "crm", *hosts)

    rules = loaded().configuration.accounts.match
    assert [rule for rule in rules if rule.record == "organization_id"] == [
        MatchRule("organization_id", "pipedrive_id", "pipedrive"),
        MatchRule("organization_id", "jira_id", "jira"),
    ]


def test_that_an_external_id_is_the_accounts_own_is_a_guess_and_says_so(init, file):
    said = init(*picked("crm=hubspot"), "--host", "zendesk")

    told = "That organization_external_id of a record is hubspot_id of an account is a guess.\n"
    assert told in said
    assert "account: hubspot_id}    # a guess: the key of accounts that" in file.read_text()


def test_without_a_health_its_reasons_are_not_read_either(init, loaded):
    init("--source", "files", "--without", "health")

    done = loaded()
    assert "health_reasons" not in done.configuration.fields
    assert not [one for one in done.warnings if one.path.startswith("fields")]


@pytest.mark.parametrize(
    ("system", "path", "word"),
    [
        ("connectwise", "customFields.Tier", "tier"),
        ("autotask", "classification", "classification"),
    ],
)
def test_a_tier_is_looked_for_by_the_name_that_its_system_has_for_it(
    init, loaded, file, system, path, word
):
    init(*picked(f"projects={system}"), "--host", "iframe")

    assert loaded().configuration.fields["tier"].path == path
    assert f"`sidecar explore projects --search {word}`" in file.read_text()


def test_what_is_overdue_says_whether_it_is_before_credits():
    said = {
        name: plugins.adapter(name).ready["overdue"].get("label")
        for name in ADAPTERS
        if "overdue" in plugins.adapter(name).ready
    }

    assert said.pop("tryton") == "Overdue, after credits"
    assert len(said) >= 5
    assert set(said.values()) == {"Overdue, before credits"}


def test_reasons_are_those_of_the_system_that_gives_the_value(init, loaded):
    books = ("--source", "books=xero", "--set", "books.client_id=x")
    init(*books, "--source", "cards=stripe", "--host", "iframe")
    fields = loaded().configuration.fields
    assert (fields["overdue"].source.id, fields["overdue"].because) == ("books", "")
    assert "overdue_reasons" not in fields

    init("--source", "cards=stripe", "--host", "iframe", "--force")
    fields = loaded().configuration.fields
    assert (fields["overdue"].source.id, fields["overdue"].because) == ("cards", "overdue_reasons")


def test_what_nobody_misses_is_not_guessed(init, file):
    said = init("--source", "sql", "--host", "iframe")

    assert "overdue_reasons" not in said + file.read_text()


def test_a_system_of_which_nothing_is_read_is_written_and_said_to_be(init, file):
    said = init("--source", "list=files", *picked("people=bamboohr"))

    assert "Nothing is read from: people. Declare fields of it (sidecar explore shows" in said
    assert (
        "  people:    # nothing is read from it yet: `sidecar explore people`" in file.read_text()
    )
    assert "Nothing is read" not in init("--source", "files", "--force")


def test_every_ready_made_field_can_be_had_and_every_card_be_shown(init, loaded, file):
    init("--source", "files", "--source", "salesforce", "--set", f"crm.instance_url={AT}",
         "--set", "crm.client_id=x", "--host", "zendesk", "--host", "iframe",
         "--field", "milestones_at_risk=list:milestones", "--field", "staffed=list:staffed",
         "--field", "overdue_invoices=list:invoices", "--field", "overdue_reasons=list:why",
         "--field", "active_projects=list:projects")  # fmt: skip

    configuration = loaded().configuration

    assert configuration.fields.keys() == ready_fields().keys()
    assert configuration.cards.keys() == ready_cards().keys()
    assert "zendesk/ticket" in configuration.cards["ticket"].where
    assert configuration.fields["staffed"].path == "staffed"


def test_what_is_known_of_a_system_comes_before_what_is_likely_and_a_guess_says_so(init, file):
    said = init("--source", "salesforce", "--set", f"crm.instance_url={AT}",
                "--set", "crm.client_id=x", "--source", "stripe")  # fmt: skip

    text = file.read_text()
    renewal = text[text.index("  renewal_date:") :]
    assert "source: billing" in renewal[:100]
    assert "source: crm\n    # a guess: `sidecar explore crm --search tier` shows" in text
    assert "Owner.Name\n    stale_after" in text
    assert re.search(r"Look where these are: .*\btier\b", said)
    assert "renewal_date" not in re.search(r"Look where.*", said)[0]


def test_what_only_somebody_who_knows_the_report_can_say_is_left_to_be_filled_in(init, file):
    init("--source", "crm=files", "--source", "people=workday", *A_REPORT, "--source", "stripe")

    text = file.read_text()
    staffed = text[text.index("  staffed:") : text.index("cards:")]
    assert "# a guess: `sidecar explore people --lookup rows` shows what is there" in staffed
    assert "# items: {title: NAME}    # what an item has its title under" in staffed
    utilization = text[text.index("  utilization:") : text.index("  staffed:")]
    assert "# dialect: fraction    # if 0.8 is 80% there; else 80 is" in utilization
    invoices = text[text.index("  overdue_invoices:") : text.index("  utilization:")]
    assert "# items" not in invoices, "what Stripe lists has titles"


def test_what_is_said_to_be_somewhere_is_left_to_be_filled_in_too(init, file):
    init(
        "--source", "crm=files", "--source", "people=workday", *A_REPORT,
        "--field", "staffed=people.rows:@", "--field", "margin=crm:margin_rate",
    )  # fmt: skip

    text = file.read_text()
    assert "# items: {title: NAME}" in text[text.index("  staffed:") : text.index("cards:")]
    assert "# dialect: fraction" in text[text.index("  margin:") : text.index("  utilization:")]


def test_by_which_key_other_systems_know_accounts_is_a_guess_and_says_so(init, file):
    said = init("--source", "files", "--source", "stripe")

    assert "    key: id    # a guess" in file.read_text()
    assert (
        "By which key billing knows your accounts is a guess. Say it:\n  --key billing=COLUMN (the "
        "column of list that holds its id), or billing=email:COLUMN, or billing=id."
    ) in said


KEYED = [
    ("AccountNumber", "billing_id", "AccountNumber", "id"),
    ("Account No.", "billing_id", '"Account No."', "id"),
    ("erp_number:AccountNumber", "erp_number", "AccountNumber", "id"),
    ("email:billing.email", "email", "billing.email", "email"),
    ("id", "id", "id", "id"),
]


@pytest.mark.parametrize(("key", "name", "path", "by"), KEYED)
def test_of_another_system_the_key_is_said_and_no_guess_is_left(
    init, loaded, file, key, name, path, by
):
    said = init("--source", "files", "--source", "stripe", "--key", f"billing={key}")

    configuration = loaded().configuration
    assert configuration.sources["billing"].key == name
    assert configuration.sources["billing"].settings["by"] == by
    assert configuration.accounts.keys[name] == path
    assert "by which it knows them" not in file.read_text()
    assert "By which key" not in said


def test_a_system_that_can_be_asked_by_a_key_of_the_accounts_offers_it(init, loaded, file):
    picked = ("--source", "files", "--source", "hubspot", "--set", "crm.portal_id=1")
    assert "or crm=domain" in init(*picked, "--owner", "list")

    init(*picked, "--owner", "list", "--key", "crm=domain", "--force")

    hubspot = loaded().configuration.sources["crm"]
    assert (hubspot.key, hubspot.settings["by"]) == ("domain", "domain")
    assert "guess: the key" not in file.read_text()


def test_what_is_set_by_hand_stays(init, loaded):
    init("--source", "files", "--source", "stripe", "--key", "billing=email:Mail",
         "--set", "billing.by=metadata.mail")  # fmt: skip

    assert loaded().configuration.sources["billing"].settings["by"] == "metadata.mail"


@pytest.mark.parametrize("name", BEGUN_WITH)
def test_whatever_system_is_asked_by_a_key_of_anothers_accounts_it_is_in_order(name, init, loaded):
    kind = plugins.adapter(name)
    picked = ("--source", "others=files", "--source", f"it={name}", "--owner", "others")
    for way in ("number", *(f"{way}:column" for way in kind.asked_by if way == "email"),
                *(way for way in kind.asked_by if way != "email")):  # fmt: skip
        init(*picked, *needed(name, kind), "--key", f"it={way}", "--force")

        source = loaded().configuration.sources["it"]
        assert source.key == {"number": "it_id"}.get(way, way.partition(":")[0])
        said = kind.asked_by.get(source.key, {})
        assert {setting: source.settings[setting] for setting in said} == said


def test_what_no_card_of_the_tools_shows_is_no_lack_of_the_systems(init, file):
    said = init("--source", "salesforce", "--set", f"crm.instance_url={AT}",
                "--set", "crm.client_id=x", "--host", "jira")  # fmt: skip

    assert "sales_commitments" in re.search(r"On no card of these tools: (.*)", said)[1]
    assert "sales_commitments" not in re.search(r"In none of these systems: (.*)", said)[1]
    assert "on no card of these tools: arr" in file.read_text()


SECOND_WAYS = {
    "rt by password": ("rt", {"user": "sidecar"}, {"password"}),
    "rt by a secret that was named": ("rt", {"user": "me", "password": "${MY_RT}"}, {"password"}),
    "servicenow by OAuth": ("servicenow", {"client_id": "app"}, {"client_secret"}),
    "jira by OAuth": (
        "jira",
        {"client_id": "app", "cloud_id": "e9a2b1c4-3d5f-4a6b-8c7d-9e0f1a2b3c4d"},
        {"client_secret"},
    ),
    "salesforce by JWT": ("salesforce", {"client_id": "app", "user": "me"}, {"private_key"}),
    "zendesk by token": ("zendesk", {"token": "${ZENDESK_TOKEN}"}, {"token"}),
    "dataverse by certificate": ("dataverse", {"private_key": "${KEY}"}, {"private_key"}),
}


@pytest.mark.parametrize("way", SECOND_WAYS)
def test_who_signs_in_in_another_way_than_the_usual_one_gets_that_alone(way, init, loaded):
    name, said, secrets = SECOND_WAYS[way]
    kind = plugins.adapter(name)
    flags = [*needed(name, kind), *(f"--set=it.{key}={value}" for key, value in said.items())]

    init("--source", "others=files", "--source", f"it={name}", *flags, "--host", "iframe")

    settings = loaded().configuration.sources["it"].settings
    given = {key for key in kind.Settings().load_fields if key in settings}
    fields = kind.Settings().load_fields
    assert {key for key in given if isinstance(fields[key], SecretText)} == secrets
    assert not {key for key in kind.example if key not in {*said, *secrets}} & given


def test_two_ways_to_sign_in_at_once_are_refused(init, file):
    told = init("--source", "files", "--source", "rt", "--set", f"helpdesk.url={AT}", "--set",
                "helpdesk.queues=Support", "--set", "helpdesk.user=me", "--set",
                "helpdesk.token=${TOKEN}", status=1)  # fmt: skip
    assert "--set helpdesk.user: expected user and password, or token alone" in told
    assert not file.exists()


def test_an_oauth_client_of_jira_without_the_sites_id_is_told_of_that(init, file):
    told = init("--source", "files", "--source", "jira", "--set", f"helpdesk.url={AT}", "--set",
                "helpdesk.projects=SUP", "--set", "helpdesk.client_id=x", status=None)  # fmt: skip
    assert "expected the site's id, by which OAuth 2 goes" in told


def test_secrets_are_named_and_never_written(init, file):
    said = init("--source", "salesforce", "--set", f"crm.instance_url={AT}", "--set",
                "crm.client_id=x")  # fmt: skip

    assert "client_secret: ${CRM_CLIENT_SECRET}" in file.read_text()
    assert "Put into the environment: CRM_CLIENT_SECRET." in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "No system was picked"),
        (["--source", "salesforc"], "Did you mean `salesforce`"),
        (["--source", "crm=salesforce"], "crm needs instance_url (My Domain address"),
        (["--source", "files", "--set", "list.pth=x"], "no setting pth. Did you mean `path`"),
        (["--source", "files", "--set", "lits.path=x"], "no source lits. Did you mean `list`"),
        (["--source", "files", "--set", "path"], "expected NAME.SETTING=VALUE"),
        (["--source", "files", "--host", "zendsk"], "no host zendsk. Did you mean `zendesk`"),
        (["--source", "files", "--field", "teir=list:x"], "Did you mean `tier`"),
        (["--source", "files", "--field", "tier=crm:x"], "tier is to come from crm"),
        (["--source", "files", "--field", "tier"], "expected FIELD=SOURCE:PATH"),
        (["--source", "files", "--without", "helth"], "Did you mean `health`"),
        (["--source", "rt", "--set", f"helpdesk.url={AT}", "--set", "helpdesk.queues=Support"],
         "no picked source can list accounts"),
        (["--source", "pipedrive", "--set", f"crm.url={AT}", "--host", "intercom"],
         "No card of intercom shows what these systems have (sales_commitments)"),
        (["--source", "files", "--owner", "crm"], "crm cannot list accounts. These can: list"),
        (["--source", "files", "--key", "list=id"], "list owns the accounts"),
        (["--source", "files", "--key", "bililng=id", "--source", "stripe"],
         "There is no source bililng. Did you mean `billing`?"),
        (["--source", "files", "--source", "support=zendesk", "--set", f"support.url={AT}",
          "--key", "support=domain"],
         "Zendesk cannot be asked by domain. Name the column of list that holds its external id, "),
        (["--source", "files", "--source", "stripe", "--key", "billing=domain"],
         "such as --key billing=Number, or --key billing=email."),
        (["--source", "crm=pipedrive", "--set", f"crm.url={AT}", "--source", "billing=stripe",
          "--key", "billing=domain"],
         "the source of accounts has no key domain. Say which of its columns that is, such as "),
        (["--source", "files", "--source", "stripe", "--key", "billing"],
         "expected SOURCE=COLUMN, such as billing=AccountNumber"),
        (["--source", "files", "--source", "stripe", "--key", "billing=ERP Number:x"],
         "expected a name of lower-case letters"),
        (["--source", "files", "--source", "stripe", "--key", "billing=erp:"],
         "say which column, such as erp:AccountNumber"),
        (["--source", "files", "--source", "stripe", "--key", "billing=domain:Website"],
         "domain is read from domain already. Name another key, such as billing_id:Website."),
        (["--source", "salesforce", "--set", f"crm.instance_url={AT}", "--set", "crm.client_id=x",
          "--source", "stripe", "--key", "billing=id:x"],
         "id is given by their source. Name another key"),
        (["--source", "stripe", "--set", "billing.key=rk_live_1"],
         "billing.key is a secret, which belongs into no file"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_is_written(arguments, told, init, file):
    assert told in init(*arguments, status=1)
    assert not file.exists()


def test_a_file_that_is_there_stays_there_unless_somebody_says_otherwise(init, file):
    file.write_text("mine")
    assert "is there already" in init("--source", "files", status=1)
    assert file.read_text() == "mine"

    init("--source", "files", "--force")
    assert "adapter: files" in file.read_text()


@pytest.mark.parametrize(
    ("flag", "said", "told"),
    [
        ("--locale", "xx", "--locale: expected a language such as en"),
        ("--time-zone", "Berlin", "--time-zone: expected a time zone such as Europe/Berlin, found"),
        ("--currency", "EURO", "--currency: expected a currency code of three letters such as EUR"),
        ("--public-url", "foo", "--public-url: expected an https address"),
        ("--notify", "nonsense", "--notify: expected an Apprise address such as mailto://"),
        ("--team", "Rev Ops", "--team: expected a name of lower-case letters"),
        ("--team-name", "", "--team-name: expected a value"),
        ("--source", "My List=files", "--source My List=files: expected a name of lower-case"),
        ("--set", "list.encoding=klingon", "--set list.encoding: expected an encoding such as"),
        ("--field", "tier=list:x y", "--field tier: expected a JMESPath expression"),
    ],
)
def test_what_a_flag_says_that_cannot_be_is_said_by_the_flag_and_nothing_is_written(
    flag, said, told, init, file
):
    found = init("--source", "list=files", flag, said, status=1)

    assert told in found
    assert found.count(told) == 1
    assert found.endswith("Nothing was written.\n")
    assert list(file.parent.iterdir()) == []
    init("--source", "list=files")


def picked(source):
    """The flags for a source, with what its adapter must be told."""
    name, _, adapter = source.partition("=")
    return ["--source", source, *needed(adapter, plugins.adapter(adapter), name)]


def test_a_lookup_that_a_system_has_not_is_said_and_one_to_be_declared_is_written(init, file):
    crm = picked("crm=salesforce")
    told = "--field tier: expected a lookup that crm offers"
    assert told in init(*crm, "--field", "tier=crm.nope:x", status=1)
    assert not file.exists()

    init("--source", "list=files", "--field", "tier=list.prices:x", status=1)
    assert yaml.safe_load(file.read_text())["fields"]["tier"]["query"] == "prices"


SHARED = {"domain", "name"}
MATCHES = [
    # A person's own id is never an account's; an organization's own id is, where it is known.
    (["desk=zendesk"], ["zendesk"], [],
     {"organization_id": "zendesk_id", "organization_external_id": "external_id"}),
    (["crm=pipedrive", "desk=zendesk"], ["zendesk"], ["desk=Number"],
     {"organization_external_id": "desk_id"}),
    (["crm=hubspot", "desk=freshdesk"], ["freshdesk"], ["desk=freshdesk_number"],
     {"company_id": "desk_id"}),
    (["crm=hubspot"], ["hubspot"], [], {"company_id": "hubspot_id"}),
    (["crm=hubspot"], ["freshdesk"], [], {}),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "hosts", "said", "ids"), MATCHES)
def test_records_find_accounts_by_ids_that_are_known_to_be_theirs(
    init, file, sources, hosts, said, ids
):
    flags = [
        *(part for one in sources for part in picked(one)),
        *(part for one in hosts for part in ("--host", one)),
        *(part for one in said for part in ("--key", one)),
    ]
    init(*flags, status=None)

    rules = yaml.safe_load(file.read_text())["accounts"]["match"]
    by_id = {rule["record"]: rule["account"] for rule in rules if rule["account"] not in SHARED}
    by_id.pop("customer_number", None)
    assert by_id == ids


@pytest.mark.parametrize(
    ("adapter", "by"),
    [("zendesk", "id"), ("intercom", "id"), ("gainsight", "Gsid"), ("netsuite", "id"),
     ("vitally", "id"), ("hubspot", None), ("files", None)],
)  # fmt: skip
def test_who_owns_the_accounts_is_asked_by_the_id_that_its_list_gives(init, file, adapter, by):
    init(*picked(f"own={adapter}"), "--host", "iframe", status=None)

    own = yaml.safe_load(file.read_text())["sources"]["own"]
    assert own["settings"].get("by") == by


@pytest.mark.parametrize(
    ("arguments", "known"),
    [
        (["--source", "zzz"], "There is no adapter zzz. `sidecar sources` lists them."),
        (["--source", "files", "--host", "zzz"], "There is no host zzz. Known: chatwoot, "),
        (["--source", "files", "--field", "zzz=list:x"], "field zzz. Known: tier, contract_status"),
        (["--source", "files", "--without", "zzz"], "field or card zzz. Known: tier, "),
    ],
)
def test_where_no_name_is_near_it_says_which_there_are(arguments, known, init):
    assert known in init(*arguments, status=1)


def test_in_a_terminal_it_asks(file):
    leading, following = pty.openpty()
    command = [Path(sys.executable).with_name("sidecar"), "--config", file, "init"]
    running = subprocess.Popen(command, stdin=following, stdout=following, stderr=following)
    os.close(following)
    systems, tools = numbers()
    for answer in (systems, AT, "app", tools, "email:Billing_Email__c"):
        os.write(leading, f"{answer}\n".encode())

    assert running.wait(60) == 0
    os.close(leading)
    text = file.read_text()
    assert "adapter: salesforce" in text
    assert "email: Billing_Email__c" in text
    assert "    key: email\n" in text
    assert "      by: email\n" in text
    assert f"instance_url: {AT}" in text
    assert "zendesk/ticket" in text


def numbers():
    """Which numbers Salesforce and Stripe have, and Zendesk."""
    from context_sidecar import catalogue  # noqa: PLC0415  it reads every adapter

    adapters = [one.name for one in catalogue.entries()]
    systems = [adapters.index(name) + 1 for name in ("salesforce", "stripe")]
    return systems, [*HOSTS].index("zendesk") + 1


READY = [
    (name, ready)
    for name, place in ADAPTERS.items()
    if plugins.is_recipe(place) and has_sample(name)
    for ready in plugins.adapter(name).ready
]


@pytest.mark.parametrize(("name", "ready"), READY, ids=str)
def test_what_a_recipe_says_it_has_ready_is_read_from_its_answers(name, ready, httpserver):
    """A guess is there in the sample, too, under the name that many give it."""
    facts, said = sample(name), dict(plugins.adapter(name).ready[ready])
    lookup = said.get("query", "account")
    key = next(key for asked, key in facts.FOUND if asked == lookup)
    declared = {**ready_fields()[ready].declared, **said}
    shown = field(
        ready, path=declared.get("path", "@"), type=FieldType(declared["type"]), lookup=lookup,
        currency="EUR", choices=declared.get("choices") or {},
    )  # fmt: skip
    api = facts.play(httpserver)
    with plugged(name, facts.settings(api.url)) as adapter:
        found = ask(adapter, key, lookup=lookup)
        raw, currency, _ = extract(shown, found.data)

    assert raw is not None
    if shown.type is not FieldType.CHOICE:
        assert parse(shown, raw, currency) is not None
