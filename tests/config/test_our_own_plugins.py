"""A whole configuration with the adapters and hosts of the house, as an admin would write it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from context_sidecar import config
from context_sidecar.core.errors import ConfigurationError
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jsonschema import Draft202012Validator
from support.canary import CANARY

PUBLIC_KEY = (
    generate_private_key(65537, 2048)
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
ACME = (Path(__file__).parent / "acme.yaml").read_text()
OUTSIDE = dict.fromkeys(
    ["REVOPS_SLACK_URL", "SF_CLIENT_ID", "RT_PASSWORD", "PG_PASSWORD"], f"x://{CANARY}"
) | {"INSTALL_SECRET": CANARY * 4, "PG_PASSWORD": "pw", "ZENDESK_KEY": PUBLIC_KEY}


@pytest.fixture
def acme(write):
    path = write(ACME)
    (path.parent / "secrets" / "sf").write_text(CANARY)
    return path


def test_it_loads_without_a_warning(acme):
    loaded = config.load(acme, OUTSIDE)
    assert loaded.warnings == ()
    assert [field.id for field in loaded.configuration.cards["ticket"].fields] == [
        "tier", "health", "renewal_date", "open_tickets",
    ]  # fmt: skip
    assert CANARY not in repr(loaded)


def test_an_editor_finds_nothing_wrong(data_in):
    problems = Draft202012Validator(config.json_schema()).iter_errors(
        data_in(ACME.replace("${file:secrets/sf}", "${SF_SECRET}"))
    )
    assert [(problem.json_path, problem.message) for problem in problems] == []


def test_a_mistake_in_an_adapters_settings_has_its_exact_place(acme):
    text = ACME.replace("customer_field: Customer Number", "custmer_field: Customer Number")
    acme.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        config.load(acme, OUTSIDE)
    [mistake] = caught.value.mistakes
    assert mistake.hint == "Did you mean `customer_field`?"
    line = text.split("\n")[mistake.line - 1]
    assert re.match("custmer_field:", line[mistake.column - 1 :])
