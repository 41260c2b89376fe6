"""`sidecar receipt` and `sidecar disputes`: what was seen, and what is said to be wrong on it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from context_sidecar.app import open_sidecar
from context_sidecar.core.secrets import Secret
from context_sidecar.proof import signed_url
from support.deployment import SECRET
from werkzeug.test import Client, TestResponse

PUBLIC = "https://context.example.com"


@pytest.fixture
def said(folder):
    """Says something about ticket 7 of Brandt, as Ana, who has it on screen."""

    def act(name, **body):
        with open_sidecar(folder / "sidecar.yaml") as running:
            running.sync()
            client = Client(running.application(), TestResponse)
            who = {"record": "ticket/7", "user": "ana", "key.requester_email": "b@brandt.example"}
            address = signed_url.sign(
                PUBLIC, "intranet", Secret(SECRET), who, now=datetime.now(UTC)
            )
            page = client.get(address.removeprefix(PUBLIC)).text
            token = re.search(r'data-token="([^"]+)"', page)[1]
            proof = {"Authorization": f"Bearer {token}"}
            return client.post(f"/v1/visits/{name}", json=body, headers=proof).json

    return act


def test_a_receipt_says_who_saw_what_and_how_far_it_was_to_be_trusted(sidecar, said):
    code = said("summary")["code"]

    shown = sidecar("receipt", code.lower()).stdout

    assert "ana saw the card 'ticket' about iframe/ticket/7 at " in shown
    assert "the account was 2." in shown
    assert re.search(r"tier\W+invalid", shown)
    assert "Platinum" not in shown


def test_a_text_is_held_against_its_receipt(sidecar, said, tmp_path):
    given = said("summary")
    pasted = tmp_path / "pasted.txt"

    pasted.write_text("\n".join(f"> {line}" for line in given["text"].splitlines()))
    whole = sidecar("receipt", given["code"], "--check", str(pasted)).stdout
    pasted.write_text(given["text"].replace("Platinum", "Gold"))
    altered = sidecar("receipt", given["code"], "--check", str(pasted), status=1).stdout

    assert "exactly what was shown" in whole
    assert "Not shown: Account tier: “Gold”" in altered
    assert "Shown, and not in the text: a line about tier" in altered


def test_what_is_no_receipt_is_said(sidecar):
    assert "looks like 7F3K-Q2MD" in sidecar("receipt", "hello", status=2).stderr
    assert "There is no receipt 7F3K-Q2MD" in sidecar("receipt", "7F3K-Q2MD", status=1).stderr


def test_a_dispute_is_listed_until_somebody_says_what_came_of_it(sidecar, said):
    code = said("dispute", field="tier", note="They have Enterprise")["code"]

    listed = sidecar("disputes", "list", "--team", "revops").stdout
    refused = sidecar("disputes", "close", code, "--because", " ", status=2).stderr
    closed = sidecar("disputes", "close", code.lower(), "--because", "Entered late").stdout

    assert code in listed
    assert "They have" in listed
    assert "Say what came of it." in refused
    assert f"The dispute {code} is closed." in closed
    assert "Nobody says" in sidecar("disputes", "list").stdout
    assert "Entered late" in " ".join(sidecar("disputes", "list", "--closed").stdout.split())
    again = sidecar("disputes", "close", code, "--because", "x", status=1).stderr
    assert "There is no open dispute" in again


def test_a_team_that_does_not_exist_is_refused_with_those_that_do(sidecar):
    refused = sidecar("disputes", "list", "--team", "revop", status=2).stderr
    assert "There is no team 'revop'. There are: revops." in refused
