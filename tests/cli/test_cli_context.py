"""`sidecar context`: the same card, the same words, the same flags, in a terminal."""

from __future__ import annotations

import io
import json
import os

import pytest
from context_sidecar.cli._card import show
from context_sidecar.wording import answer, words
from rich.console import Console
from support import gallery


def test_it_shows_the_card_of_a_record(sidecar):
    shown = sidecar("context", "iframe", "ticket", "7", "--key", "requester_email=a@brandt.example")

    assert "Brandt & Söhne" in shown.stdout
    assert "Account tier" in shown.stdout
    assert "Not recognised: “Platinum”" in shown.stdout
    assert "not in the agreed list" in shown.stdout


def test_a_customer_that_is_not_known_or_not_certain_is_said_to_be(sidecar):
    unknown = sidecar("context", "iframe", "ticket", "7", "--key", "requester_email=a@b.example")
    several = sidecar("context", "iframe", "ticket", "7", "--key", "requester_email=a@acme.example")

    assert "No customer found" in unknown.stdout
    assert "2 possible customers" in several.stdout
    assert "Acme Retail" in several.stdout


def test_a_customer_list_that_was_exchanged_is_read_before_anything_is_said(sidecar, folder):
    asked = ("context", "iframe", "ticket", "7", "--key", "requester_email=a@brandt.example")
    sidecar(*asked)
    (folder / "other.csv").write_text("number,name,website,tier\n2,Zenith,zenith.example,ENT\n")
    os.utime(folder / "other.csv", (1_700_000_000, 1_700_000_000))
    declared = (folder / "sidecar.yaml").read_text()
    (folder / "sidecar.yaml").write_text(declared.replace("customers.csv", "other.csv"))

    shown = sidecar(*asked)

    assert "No customer found" in shown.stdout
    assert "Brandt" not in shown.stdout


def test_it_speaks_the_language_that_is_asked_for(sidecar):
    shown = sidecar(
        "context", "iframe", "ticket", "7", "--locale", "de", "--key", "requester_email=a@b.example"
    )

    assert "Kein Kunde gefunden" in shown.stdout


def test_json_is_the_answer_of_the_api(sidecar):
    shown = sidecar(
        "context", "iframe", "ticket", "7", "--json", "--key", "requester_email=a@brandt.example"
    )

    said = json.loads(shown.stdout)
    assert said["account"]["id"] == "2"
    assert said["readings"][0]["state"] == "invalid"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("iframe", "planet", "7"), "There are cards for iframe/ticket"),
        (("iframe", "ticket", "7", "--card", "x"), "there is: ticket"),
        (("iframe", "ticket", "7", "--key", "email"), "'email' is not NAME=VALUE"),
        (
            ("iframe", "ticket", "7", "--install", "intranot"),
            "iframe has no install 'intranot'. Did you mean `intranet`?",
        ),
    ],
)
def test_what_cannot_be_shown_is_said_with_what_can(sidecar, arguments, told):
    assert told in sidecar("context", *arguments, status=1).stderr


def test_a_language_without_words_is_not_taken_for_english(sidecar):
    said = sidecar("context", "iframe", "ticket", "7", "--locale", "xx", status=2).stderr
    assert "There are no words for 'xx', but for en, de, es, fr, ja." in said
    sidecar("context", "iframe", "ticket", "7", "--locale", "de_AT")


def test_a_key_that_no_rule_reads_is_said_to_be_one(sidecar):
    shown = sidecar("context", "iframe", "ticket", "7", "--key", "requster_email=a@brandt.example")

    assert shown.stderr == (
        "No rule of accounts.match reads 'requster_email'. Did you mean `requester_email`?\n"
    )
    assert "There is nothing here by which a customer could be found." in shown.stdout


def test_an_address_that_is_anybodys_is_said_to_be_one(sidecar):
    shown = sidecar("context", "iframe", "ticket", "7", "--key", "requester_email=ana@gmail.com")

    said = " ".join(shown.stdout.split())
    assert "“ana@gmail.com” (e-mail address of the requester) points to no customer: it is" in said
    assert "nothing here" not in said


def test_a_mistake_in_the_configuration_is_said_without_a_trace(sidecar, folder):
    file = folder / "sidecar.yaml"
    file.write_text(file.read_text().replace("fields: [tier]", "fields: [teir]"))

    said = sidecar("context", "iframe", "ticket", "7", status=1)

    assert "tier" in said.stderr
    assert "Traceback" not in said.output


def printed(name, **options):
    stream = io.StringIO()
    console = Console(file=stream, width=100, highlight=False, emoji=False, **options)
    show(answer(gallery.GALLERY[name](), words("en", "UTC")), console)
    return stream.getvalue()


@pytest.mark.parametrize("name", gallery.GALLERY)
def test_every_card_says_in_words_what_the_page_says(name):
    said = answer(gallery.GALLERY[name](), words("en", "UTC"))
    text = " ".join(printed(name).split())

    for reading in said["readings"]:
        assert reading["label"] in text
        if reading["state"] != "fresh":
            assert reading["word"] in text, "a flag is a word, never a colour alone"
    for line in said["notices"] + said["attention"]:
        assert " ".join(line["message"].split())[:60] in text


def test_an_archived_record_is_no_failure():
    said = printed("archived")

    assert "⊟ The record in Salesforce is archived." in " ".join(said.split())
    assert "✗" not in said
    assert "✗ " in printed("source-down")


def test_what_is_fresh_has_no_mark():
    assert "Up to date" not in printed("fresh")


def test_it_has_colours_in_a_terminal_and_none_in_a_file():
    assert "\x1b[" in printed("failed", force_terminal=True, color_system="standard")
    assert "\x1b[" not in printed("failed")
