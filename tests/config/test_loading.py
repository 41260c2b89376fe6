"""A configuration without mistakes becomes the core's declared nouns, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from context_sidecar.config import load
from context_sidecar.core.attention import Comparison, Condition, Join, Joined, Severity
from context_sidecar.core.configuration import CacheLimits
from context_sidecar.core.field import AgeClock, FieldType, OnFailure
from context_sidecar.core.matching import MatchRule
from context_sidecar.core.secrets import Secret
from context_sidecar.core.source import Limits
from support.canary import CANARY

REASONS = (
    "{type: text, source: crm, path: Why__c, stale_after: 1h, expire_after: 7d, "
    "audience: support, decision: What to ask the customer about}"
)
INSTALLED = Path(__file__).parent / "installed"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def configuration(good, write, environment):
    return load(write(good), environment).configuration


def test_the_deployment(configuration, tmp_path):
    assert configuration.file == tmp_path / "sidecar.yaml"
    assert configuration.public_url == "https://context.example.com"
    assert (configuration.locale, configuration.time_zone) == ("en", "Europe/Berlin")
    assert configuration.data == tmp_path / "data"
    assert configuration.cache == CacheLimits(1000, 8 * 1024**2, 1024**3)
    assert configuration.trusted_proxies == 1
    assert configuration.expose == {"docs"}


def test_a_team(configuration):
    team = configuration.teams["revops"]
    assert (team.id, team.name) == ("revops", "Revenue Operations")
    assert team.notify == (Secret(f"slack://{CANARY}"),)
    assert (team.escalate_to, team.escalate_after) == ("it-leads", 2 * HOUR)


@pytest.mark.parametrize(
    ("said", "secrets"),
    [
        ("secret: '${LEDGER_TOKEN}'", [CANARY]),
        ("secret: '${LEDGER_TOKEN}', previous_secret: '${A}'", [CANARY, "aaa"]),
        ("secret: ['${A}', '${B}', '${LEDGER_TOKEN}'], previous_secret: '${C}'",
         ["aaa", "bbb", CANARY, "ccc"]),
    ],
    ids=["one", "and the one before", "one for each webhook"],
)  # fmt: skip
def test_a_source_may_sign_what_it_tells_with_several_secrets(
    good, write, environment, said, secrets
):
    text = good.replace("limits: {timeout", f"push: {{{said}}}\n    limits: {{timeout")

    loaded = load(write(text), environment | {"A": "aaa", "B": "bbb", "C": "ccc"})

    assert [one.reveal() for one in loaded.configuration.sources["crm"].push] == secrets
    assert set(secrets) <= set(loaded.secrets)
    assert loaded.warnings == ()


def test_a_source(configuration):
    source = configuration.sources["crm"]
    assert (source.id, source.adapter, source.label) == ("crm", "ledger", "Ledger")
    assert source.owner is configuration.teams["revops"]
    assert source.limits == Limits(timedelta(seconds=3), 8, 100, timedelta(minutes=1))
    assert source.settings["url"] == "https://ledger.example.com"
    assert source.runbook == "https://wiki.example.com/crm?page=1"
    assert (source.key, source.refreshed, source.allow_private) == ("id", None, False)
    assert source.zone is None


def test_the_zone_that_an_adapter_is_told_holds_for_fields_too(good, write, environment):
    text = good.replace("region: eu", "time_zone: Asia/Tokyo")
    source = load(write(text), environment).configuration.sources["crm"]
    assert source.zone == ZoneInfo("Asia/Tokyo")


def test_a_source_that_says_little_gets_modest_limits_and_its_own_name(configuration):
    source = configuration.sources["helpdesk"]
    assert (source.label, source.key, source.limits) == ("Helpdesk", "erp_number", Limits())


def test_the_directory(configuration):
    accounts = configuration.accounts
    assert accounts.source is configuration.sources["crm"]
    assert accounts.keys["id"] == accounts.keys["crm_id"] == "Id"
    assert accounts.refresh == HOUR
    assert accounts.match[1] == MatchRule("requester_email", "domain")
    assert accounts.free_mail == {"mail.example"}


def test_an_id_that_is_declared_is_not_the_first_key(good, write, environment):
    text = good.replace("keys: {crm_id: Id,", "keys: {crm_id: Id, id: Uuid,")
    assert load(write(text), environment).configuration.accounts.keys["id"] == "Uuid"


def test_a_field(configuration):
    field = configuration.fields["contract_value"]
    assert (field.id, field.label, field.type) == (
        "contract_value", "Contract value", FieldType.MONEY,
    )  # fmt: skip
    assert field.source is configuration.sources["crm"]
    assert field.owner is configuration.teams["it-leads"]
    assert (field.lookup, field.path, field.as_of_path) == (
        "account", "Value__c", "LastModifiedDate",
    )  # fmt: skip
    assert (field.clock, field.currency, field.dialect) == (AgeClock.SOURCE, "EUR", "comma")
    assert (field.stale_after, field.expire_after) == (DAY, 30 * DAY)
    assert field.on_failure is OnFailure.SHOW_STALE
    assert field.audience == {"support", "csm"}
    assert field.decision == "Who approves a goodwill credit"
    assert field.definition == "Yearly value of all running contracts"


def test_choices_and_items_keep_their_order_and_their_words(configuration):
    assert list(configuration.fields["tier"].choices.items()) == [
        ("ENT", "Enterprise"), ("PRO", "Professional"), ("NO", "None yet"),
    ]  # fmt: skip
    field = configuration.fields["open_tickets"]
    assert (field.lookup, field.path) == ("open_tickets", "@")
    assert field.items == {"title": "Subject", "status": "Status"}


def test_a_card(configuration):
    card = configuration.cards["ticket"]
    assert (card.id, card.title) == ("ticket", "Customer")
    assert card.where == ("notebook/ticket", "notebook/page")
    assert card.audience == {"support"}
    assert [field.id for field in card.fields] == [
        "tier", "health", "renewal_date", "contract_value", "open_tickets",
    ]  # fmt: skip
    assert (card.deadline, card.fresh_within) == (timedelta(seconds=2), DAY)


def test_what_is_told_beside_the_name_in_words_and_with_its_reasons(good, write, environment):
    text = (
        good.replace("deadline: 2s", "headline: tier\n    deadline: 2s")
        .replace("path: Health__c", "path: Health__c\n    words: {0: Poor, 50.5: Fair, '80': Good}")
        .replace("path: Health__c", "path: Health__c\n    because: reasons")
        .replace("fields:\n  tier:", f"fields:\n  reasons: {REASONS}\n  tier:")
    )
    card = load(write(text), environment).configuration.cards["ticket"]
    health, reasons = card.fields[1], card.fields[-1]
    assert card.headline == ("tier",)
    assert (health.because, reasons.id) == ("reasons", "reasons")
    words = [health.word_for(Decimal(number)) for number in ("-1", "0", "50", "50.5", "100")]
    assert words == ["", "Poor", "Poor", "Fair", "Good"]


def test_rules_compare_with_what_the_field_holds(configuration):
    urgent, soon = configuration.cards["ticket"].attention
    assert (urgent.severity, soon.severity) == (Severity.HIGH, Severity.LOW)
    assert urgent.when == Joined(
        Join.ALL,
        (
            Condition("renewal_date", Comparison.WITHIN, timedelta(days=60)),
            Condition("health", Comparison.BELOW, Decimal(50)),
        ),
    )
    assert soon.when == Joined(
        Join.ANY,
        (
            Condition("tier", Comparison.ONE_OF, ("ENT", "NO")),
            Condition("open_tickets", Comparison.AT_LEAST, Decimal(3)),
        ),
    )


@pytest.mark.parametrize(
    ("condition", "operand"),
    [
        ("{field: tier, is: NO}", "NO"),
        ("{field: tier, is_not: 1.10}", "1.10"),
        ("{field: tier, missing: true}", True),
        ("{field: health, is: 0.1}", Decimal("0.1")),
        ("{field: health, above: 99999999999999999}", Decimal(99999999999999999)),
        ("{field: renewal_date, older_than: 1w}", timedelta(weeks=1)),
    ],
)
def test_what_a_rule_compares_with_is_read_as_it_was_written(
    good, write, environment, condition, operand
):
    text = good.replace("NO: None yet", "NO: None yet, 1.10: Old").replace(
        "{field: health, below: 50}", condition
    )
    rule = load(write(text), environment).configuration.cards["ticket"].attention[0]
    found = rule.when.parts[1].operand
    assert (found, type(found)) == (operand, type(operand))


def test_an_install(configuration):
    install = configuration.installs["notebook-eu"]
    assert (install.id, install.host, install.label) == ("notebook-eu", "notebook", "Notebook")
    assert install.origins == ("https://notebook.example.com",)
    assert install.roles == {"support"}
    assert install.source is configuration.sources["helpdesk"]
    assert install.settings == {"secret": Secret(CANARY)}


def test_an_install_can_have_several_origins_and_its_hosts_own_name(good, write, environment):
    text = good.replace("    label: Notebook\n", "").replace(
        "origin: https://notebook.example.com",
        "origins: [https://a.example.com, 'http://localhost:8080']",
    )
    install = load(write(text), environment).configuration.installs["notebook-eu"]
    assert install.origins == ("https://a.example.com", "http://localhost:8080")
    assert install.label == "Notebook"


def test_what_is_not_said_is_usual(good, write, environment):
    lines = good.splitlines(keepends=True)
    start = lines.index("teams:\n")
    text = "version: 1\npublic_url: http://localhost:8080/sidecar/\n" + "".join(lines[start:])
    loaded = load(write(text), environment).configuration
    assert loaded.public_url == "http://localhost:8080/sidecar"
    assert (loaded.locale, loaded.time_zone, loaded.trusted_proxies) == ("en", "UTC", 0)
    assert (loaded.cache, loaded.expose) == (CacheLimits(), frozenset())
    assert loaded.data == loaded.file.parent / "data"


def test_a_plug_in_that_is_not_used_is_not_imported(good, write, environment):
    program = (
        "import sys; from pathlib import Path; from context_sidecar.config import load;"
        "load(Path(sys.argv[1]), dict(pair.split('=', 1) for pair in sys.argv[2:]));"
        "print(*sys.modules)"
    )
    pairs = [f"{name}={value}" for name, value in environment.items()]
    modules = subprocess.run(
        [sys.executable, "-c", program, write(good), *pairs],
        env={**os.environ, "PYTHONPATH": str(INSTALLED)},
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert "sample_adapters.ledger" in modules
    for heavy in ("sample_adapters.careless", "context_sidecar_adapters.rt", "flask", "httpx"):
        assert heavy not in modules


def test_a_plug_in_whose_library_is_missing_says_so(good, mistakes_in):
    text = good.replace("adapter: desk", "adapter: heavy")
    mistake = next(one for one in mistakes_in(text) if one.path == "sources.helpdesk.adapter")
    assert mistake.expected == (
        "the adapter heavy cannot be loaded (ModuleNotFoundError: No module named "
        "'a_library_that_is_not_installed')"
    )
    assert mistake.hint == "Install what it needs."


def test_all_mistakes_come_in_one_run_and_in_the_order_of_the_file(good, mistakes_in):
    text = (
        good.replace("version: 1", "version: 3")
        .replace("owner: revops\n    key", "owner: revop\n    key")
        .replace("token: ${LEDGER_TOKEN}", "token: ${NOWHERE}")
        .replace("type: number", "type: nmber")
        .replace("health, renewal_date", "heath, renewal_date")
        .replace("secret: ", "secrets: ")
        .replace("title: Customer", "title: Customer\n    title: Customer")
    )
    assert [mistake.path for mistake in mistakes_in(text)] == [
        "version",
        "sources.crm.settings.token",
        "sources.helpdesk.owner",
        "fields.health.type",
        "cards.ticket.title",
        "cards.ticket.fields[1]",
        "cards.ticket.attention[0].when.all[1].field",
        "installs.notebook-eu.settings.secrets",
    ]


@pytest.mark.parametrize("text", ["5", "[]", "text", "version: 1", "teams: 5\nfields: [1]"])
def test_a_file_of_quite_another_shape_is_refused_and_not_crashed_on(mistakes_in, text):
    assert mistakes_in(text)


def test_a_list_in_the_place_of_the_file_is_told_by_no_name_of_ours(mistakes_in):
    [mistake] = mistakes_in("[]")
    assert (mistake.path, mistake.expected) == ("(file)", "expected a mapping")
    assert mistake.found == "an empty list"


def test_a_single_address_may_stand_for_the_list_of_them_and_is_as_secret(good, write, environment):
    text = good.replace('notify: ["${IT_PAGER}"]', "notify: pagerduty://written-s3cret")
    loaded = load(write(text), environment)
    assert loaded.configuration.teams["it-leads"].notify == (Secret("pagerduty://written-s3cret"),)
    assert "pagerduty://written-s3cret" in loaded.secrets


def test_s8_a_source_is_told_from_another_system_under_its_name(good, write, environment):
    def system(text, environment):
        return load(write(text), environment).configuration.sources["crm"].system

    before = system(good, environment)

    assert system(good, environment) == before
    assert system(good, environment | {"LEDGER_TOKEN": f"renewed {CANARY}"}) == before
    elsewhere = good.replace("https://ledger.example.com", "https://other.example.com")
    assert system(elsewhere, environment) != before


DATABASE = "postgresql+psycopg://reader:one@db.example/desk?options=-csearch_path%3Deu&password=two"


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (DATABASE.replace("reader:one", "reader:renewed"), True),
        (DATABASE.replace("reader:one", "other:one"), False),
        (DATABASE.replace("=two", "=renewed"), True),
        (DATABASE.replace("db.example", "new.example"), False),
        (DATABASE.replace("/desk", "/archive"), False),
        (DATABASE.replace("%3Deu", "%3Dus"), False),
    ],
)
def test_s8_an_address_that_holds_a_secret_still_says_which_system_it_is(
    good, write, environment, now, same
):
    """Where it leads counts, and as whom, which decides what is seen there; what lets us in does
    not."""

    def system(address):
        text = good.replace("postgresql://sidecar:${DESK_PASSWORD}@db.example.com/desk", "${DESK}")
        loaded = load(write(text), environment | {"DESK": address})
        return loaded.configuration.sources["helpdesk"].system

    assert (system(now) == system(DATABASE)) is same


@pytest.mark.parametrize(
    ("sign_in", "same"),
    [
        ('{type: bearer, token: "${KEY}"}', False),
        ('{type: header, header: X-Api-Key, key: "${KEY}"}', False),
        ('{type: basic, user: reader, password: "${KEY}"}', True),
    ],
)
def test_s8_a_key_that_alone_says_whose_data_it_opens_says_which_system_it_is(
    good, write, environment, sign_in, same
):
    """At a vendor's one address, another key may be that of another customer."""

    def system(key):
        other = f"""
  other:
    adapter: rest
    owner: revops
    settings: {{base_url: https://api.example.com, check: {{get: /me}}, sign_in: {sign_in}}}
accounts:"""
        text = good.replace("\naccounts:", other)
        loaded = load(write(text), environment | {"KEY": key})
        return loaded.configuration.sources["other"].system

    assert (system("sandbox-key") == system("live-key")) is same


def test_what_comes_from_outside_and_is_no_secret_tells_systems_apart(good, write, environment):
    def system(tenant):
        text = good.replace("region: eu", "region: ${TENANT}")
        loaded = load(write(text), environment | {"TENANT": tenant})
        return loaded.configuration.sources["crm"].system

    assert system("eu") != system("us")
