"""`${NAME}` and `${file:…}`: taken from outside anywhere in a text, and shown nowhere."""

from __future__ import annotations

import os

import pytest
from context_sidecar.config import load
from context_sidecar.config.document import read
from context_sidecar.config.outside import Outside
from context_sidecar.core.errors import ConfigurationError
from context_sidecar.core.secrets import Secret
from hypothesis import given
from hypothesis import strategies as st
from support.canary import CANARY


@pytest.fixture
def outside(tmp_path):
    (tmp_path / "pw").write_text("s3cret\n")
    return Outside({"USER": "ada", "PW": "p@ss", "TRAP": "${USER}", "EMPTY": ""}, tmp_path)


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("${PW}", "p@ss"),
        ("postgresql://${USER}:${PW}@h/db", "postgresql://ada:p@ss@h/db"),
        ("Bearer ${file:pw}", "Bearer s3cret"),
        ("$${PW}", "${PW}"),
        ("$${PW} is ${PW}", "${PW} is p@ss"),
        ("$PW costs $5", "$PW costs $5"),
        ("${TRAP}", "${USER}"),
        ("$$$", "$$$"),
    ],
)
def test_placeholders_are_filled_in_once_and_an_escape_stands_for_itself(outside, written, filled):
    assert outside.fill(written).text == filled


def test_a_file_can_be_named_by_its_whole_path(outside, tmp_path):
    assert outside.fill(f"${{file:{tmp_path}/pw}}").text == "s3cret"


@given(st.text())
def test_a_text_without_a_placeholder_stays_as_it_is(text):
    filled = Outside({}, None).fill(text)
    assert filled.text == text or "${" in text


@pytest.mark.parametrize(
    ("written", "problem", "remedy"),
    [
        ("${MISSING}", "the environment variable MISSING is not set", "Set MISSING before sid"),
        ("${EMPTY}", "the environment variable EMPTY is empty", "Set EMPTY before sidecar st"),
        (
            "${file:none}",
            "the file FOLDER/none cannot be read (No such file or directory)",
            "Create",
        ),
        ("${file:.}", "FOLDER is not a file", "Name the file itself."),
        ("${}", "expected ${NAME} or ${file:/path}", "Write $${ where ${ itself is meant."),
        ("${a b}", "expected ${NAME} or ${file:/path}", "Write $${ where ${ itself is meant."),
        ("${unclosed", "expected ${NAME} or ${file:/path}", "Write $${ where ${ itself is meant."),
    ],
)
def test_what_cannot_be_had_is_told_with_its_remedy(outside, tmp_path, written, problem, remedy):
    [found] = outside.fill(written).problems
    assert str(found) == problem.replace("FOLDER", str(tmp_path))
    assert found.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff" + CANARY.encode(), "is not text in UTF-8"),
        (b"x" * 70_000, "is larger than 64 KB"),
    ],
)
def test_a_file_that_holds_no_secret_is_told_without_its_content(
    outside, tmp_path, content, problem
):
    (tmp_path / "odd").write_bytes(content)
    [found] = outside.fill("${file:odd}").problems
    assert str(found) == f"the file {tmp_path}/odd {problem}"
    assert found.__cause__ is None


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(outside, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in str(outside.fill("${file:pipe}").problems[0])


def test_all_that_is_missing_is_told_at_once_and_with_its_place(good, write):
    with pytest.raises(ConfigurationError) as caught:
        load(write(good), {})
    assert [(mistake.path, mistake.hint) for mistake in caught.value.mistakes] == [
        ("teams.revops.notify[0]", "Set REVOPS_SLACK before sidecar starts."),
        ("teams.it-leads.notify[0]", "Set IT_PAGER before sidecar starts."),
        ("sources.crm.settings.token", "Set LEDGER_TOKEN before sidecar starts."),
        ("sources.helpdesk.settings.database", "Set DESK_PASSWORD before sidecar starts."),
    ]


def test_what_came_from_outside_fits_settings_of_every_type(good, write, environment):
    numbers = good.replace("concurrency: 8", 'concurrency: "${CALLS}"').replace(
        "trusted_proxies: 1", "trusted_proxies: ${HOPS}"
    )
    loaded = load(write(numbers), environment | {"CALLS": "16", "HOPS": "2"}).configuration
    assert (loaded.sources["crm"].limits.concurrency, loaded.trusted_proxies) == (16, 2)


@pytest.mark.parametrize(
    ("written", "instead_of", "path"),
    [
        ("region: ${LEDGER_TOKEN}", "region: eu", "sources.crm.settings.region"),
        ("pages: ${LEDGER_TOKEN}", "pages: 10", "sources.crm.settings.pages"),
        ("owner: ${LEDGER_TOKEN}\n    runbook", "owner: revops\n    runbook", "sources.crm.owner"),
        ("time_zone: ${LEDGER_TOKEN}", "time_zone: Europe/Berlin", "time_zone"),
        ("public_url: ${LEDGER_TOKEN}", "public_url: https://context.example.com", "public_url"),
        ("path: ${LEDGER_TOKEN}", "path: Health__c", "fields.health.path"),
        ("stale_after: ${LEDGER_TOKEN}", "stale_after: 1h", "fields.health.stale_after"),
    ],
)
def test_a_mistake_in_a_value_from_outside_names_the_placeholder_and_not_the_value(
    good, mistakes_in, written, instead_of, path
):
    [mistake] = mistakes_in(good.replace(instead_of, written))
    assert (mistake.path, mistake.found) == (path, "a value from ${LEDGER_TOKEN}")
    assert "canary" not in str(mistake)


def test_the_nearest_name_to_a_value_from_outside_is_not_told(good, mistakes_in):
    text = good.replace("time_zone: Europe/Berlin", "time_zone: ${ZONE}")
    [mistake] = mistakes_in(text, {"ZONE": "Europe/Berln"})
    assert mistake.hint == ""


CARELESS = """
  other:
    adapter: careless
    owner: revops
    settings: {}
accounts:"""


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('{password: "${PW}", pin: "${PW}"}', "•••• is no pin"),
        ('{password: "${PW}", stage: schema}', "the schema refuses these settings (RuntimeError)"),
        ('{password: "${PW}", stage: adapter}', "the adapter refuses these settings (ValueError)"),
    ],
)
def test_an_adapter_that_quotes_a_secret_does_not_give_it_away(good, mistakes_in, settings, told):
    text = good.replace("\naccounts:", CARELESS.replace("{}", settings))
    [mistake] = mistakes_in(text, {"PW": CANARY})
    assert mistake.expected == told
    assert "canary" not in str(mistake)


def test_a_secret_too_short_to_be_masked_everywhere_is_not_told_either(good, mistakes_in):
    settings = '{password: x, pin: "${PIN}"}'
    text = good.replace("\naccounts:", CARELESS.replace("{}", settings))
    [mistake] = mistakes_in(text, {"PIN": "007"})
    assert mistake.expected == "expected another value"
    assert "007" not in str(mistake)


def test_an_adapter_that_quotes_no_secret_is_heard(good, mistakes_in):
    settings = "{password: plain, stage: adapter}"
    text = good.replace("\naccounts:", CARELESS.replace("{}", settings))
    [mistake] = mistakes_in(text)
    assert mistake.expected == (
        "the adapter refuses these settings (ValueError: cannot sign in with plain)"
    )


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("token: [hunter2]", "a list"),
        ("token: {a: hunter2}", "a mapping"),
        ("token: 12345", "a number that is kept secret"),
        ("token: ''", "a text that is kept secret"),
    ],
)
def test_a_secret_written_into_the_file_is_not_quoted_either(good, mistakes_in, written, found):
    [mistake] = mistakes_in(good.replace("token: ${LEDGER_TOKEN}", written))
    assert (mistake.path, mistake.found) == ("sources.crm.settings.token", found)


def test_no_repr_of_what_was_loaded_shows_a_secret(good, write, environment):
    loaded = load(write(good), environment)
    assert "canary" not in repr(loaded)
    assert "canary" not in str(loaded.configuration)


def test_nothing_on_the_way_shows_a_secret_in_its_repr(good, write, environment, tmp_path):
    document = read(write(good), environment)
    assert "canary" not in repr(document)
    assert "canary" not in repr(Outside(environment, tmp_path).fill("${LEDGER_TOKEN}"))
    assert "canary" not in repr(Outside(environment, tmp_path))


def test_a_secret_reaches_the_adapter_as_it_is(good, write, environment):
    sources = load(write(good), environment).configuration.sources
    assert sources["crm"].settings["token"] == Secret(CANARY)
    assert sources["helpdesk"].settings["database"] == Secret(
        f"postgresql://sidecar:{CANARY}@db.example.com/desk"
    )


def test_logs_are_told_what_to_leave_out(good, write, environment):
    public = good.replace("label: Ledger", "label: ${LABEL}").replace(
        "region: eu", "labels: {a: '${FIRST}'}"
    )
    key = "-----BEGIN-----\nMIIEvQIBADANBg\nkqhki\n-----END-----"
    secrets = load(write(public), environment | {"LABEL": "Ledger", "FIRST": key}).secrets
    assert secrets >= {CANARY, f"slack://{CANARY}", key, "MIIEvQIBADANBg"}
    assert "Ledger" not in secrets


@pytest.mark.parametrize(
    ("url", "left_out"),
    [
        ("https://api.example.com", None),
        ("https://api.example.com/bot-4711/v1", "/bot-4711/v1"),
        ("https://ada:pw@api.example.com", "https://ada:pw@api.example.com"),
        ("https://api.example.com?key=1", "https://api.example.com?key=1"),
    ],
)
def test_of_an_address_from_outside_only_what_may_be_secret_is_left_out_of_logs(
    good, write, environment, url, left_out
):
    usual = load(write(good), environment).secrets
    text = good.replace("region: eu", 'labels: {a: "${URL}"}')
    secrets = load(write(text), environment | {"URL": url}).secrets
    assert secrets - usual == ({left_out} if left_out else set())
    assert "eu" not in secrets
