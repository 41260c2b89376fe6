"""What each state says, word for word: in the row, beneath it, and in full."""

from __future__ import annotations

import pytest
from context_sidecar.wording import answer, words
from support.gallery import GALLERY

Sentences = dict[tuple[str, str], tuple[str, str, list[str]]]
"""By card of the gallery and field: what stands in the row, the note, and the message."""

ENGLISH: Sentences = {
    ("fresh", "tier"): (
        "Enterprise",
        "",
        ["Salesforce confirmed this at 11:47."],
    ),
    ("stale", "tier"): (
        "Enterprise",
        "as of 2 hours ago",
        ["Salesforce confirmed this at 09:52.", "That is older than the 1 hour agreed for it."],
    ),
    ("stale-checking", "tier"): (
        "Enterprise",
        "as of 2 hours ago, checking",
        [
            "Salesforce confirmed this at 09:52.",
            "That is older than the 1 hour agreed for it.",
            "Salesforce is being asked now.",
        ],
    ),
    ("stale-failing", "arr"): (
        "€48,000.00",
        "as of 2 hours ago · Billing cannot be reached",
        [
            "Billing confirmed this at 09:52.",
            "That is older than the 1 hour agreed for it.",
            "Billing cannot be reached (since 11:42).",
            "This is the last known value.",
            "Finance Systems looks after Billing.",
            "Next try at 11:55.",
        ],
    ),
    ("stale-blocked", "arr"): (
        "€48,000.00",
        "as of 2 hours ago · Billing no longer accepts our key",
        [
            "Billing confirmed this at 09:52.",
            "That is older than the 1 hour agreed for it.",
            "Billing no longer accepts our key (since 11:42).",
            "This is the last known value.",
            "Finance Systems has to fix this.",
            "Next try at 11:55.",
        ],
    ),
    ("source-down", "tier"): (
        "Enterprise",
        "as of 2 hours ago",
        [
            "Salesforce confirmed this at 09:52.",
            "That is older than the 1 hour agreed for it.",
            "Salesforce is not answering in time (since 11:42).",
            "This is the last known value.",
            "Revenue Operations looks after Salesforce.",
            "Next try at 11:55.",
        ],
    ),
    ("source-down-long", "tier"): (
        "Too old (5 days)",
        "",
        [
            "The last value is older than the 4 days it may be used for.",
            "Salesforce confirmed this on 18 Nov at 11:52.",
            "Salesforce no longer accepts our key (since 11:42).",
            "Revenue Operations has to fix this.",
            "Next try at 11:55.",
        ],
    ),
    ("expired", "arr"): (
        "Too old to use (5 days)",
        "Billing has a problem of its own",
        [
            "The last value is older than the 4 days it may be used for.",
            "Billing confirmed this on 18 Nov at 11:52.",
            "Billing has a problem of its own (since 11:42).",
            "Finance Systems looks after Billing.",
            "Next try at 11:55.",
        ],
    ),
    ("source-behind", "arr"): (
        "€48,000.00",
        "as of 3 days ago",
        [
            "This is from 20 Nov, 11:52.",
            "Billing confirmed this at 11:47.",
            "Billing had nothing newer.",
            "That is older than the 1 day agreed for it.",
        ],
    ),
    ("failed", "health"): (
        "Not available",
        "Salesforce does not let us read this",
        [
            "There is no value to show yet.",
            "Salesforce does not let us read this (since 11:42).",
            "Revenue Operations has to fix this.",
            "Next try at 11:55.",
        ],
    ),
    ("withheld", "health"): (
        "Not shown",
        "Salesforce is not answering in time",
        [
            "The last value is held back, because it cannot be confirmed.",
            "Salesforce confirmed this at 09:52.",
            "That is older than the 1 hour agreed for it.",
            "Salesforce is not answering in time (since 11:42).",
            "Revenue Operations looks after Salesforce.",
            "Next try at 11:55.",
        ],
    ),
    ("missing", "renewal_date"): (
        "None",
        "confirmed by Salesforce",
        ["Salesforce says that there is none.", "Salesforce confirmed this at 11:47."],
    ),
    ("unmatched", "arr"): (
        "No record found",
        "Billing does not know this customer",
        [
            "Billing has no record of Acme GmbH, looked up by erp number “4711”.",
            "Billing confirmed this at 11:47.",
            "Finance Systems can link the customer there.",
        ],
    ),
    ("archived", "tier"): ("Enterprise", "", ["Salesforce confirmed this at 11:47."]),
    ("merged", "arr"): (
        "No record found",
        "Billing merged it into Acme Holding AG (4790)",
        [
            "Billing has merged the record of this customer into Acme Holding AG (4790).",
            "Billing confirmed this at 11:47.",
            "Finance Systems can set the customer's erp number to that of the other record.",
        ],
    ),
    ("ambiguous", "arr"): (
        "2 possible records",
        "Acme GmbH (4711) and Acme AG (4712)",
        [
            "Billing has several records for this customer: Acme GmbH (4711) and Acme AG (4712).",
            "None is shown, because a guess could be wrong.",
            "Billing confirmed this at 11:47.",
            "Finance Systems can say which record is right.",
        ],
    ),
    ("invalid", "tier"): (
        "“Platinum+”",
        "not in the agreed list",
        [
            "Salesforce says “Platinum+”, which is not in the agreed list.",
            "It is shown as it was written.",
            "Salesforce confirmed this at 11:47.",
            "Revenue Operations can add it to the list.",
        ],
    ),
    ("pending", "open_tickets"): (
        "On its way",
        "asking Helpdesk",
        ["The answer is late and appears here when it arrives.", "Helpdesk is being asked now."],
    ),
    ("denied", "arr"): (
        "€48,000.00",
        "Billing did not find it last time · as of 5 minutes ago",
        [
            "Billing confirmed this at 11:47.",
            "Billing did not find this record when it was last asked.",
            "It is asked once more at 11:53 before that is believed.",
            "Finance Systems looks after Billing.",
        ],
    ),
    ("denied-and-failing", "arr"): (
        "€48,000.00",
        (
            "Billing did not find it last time · as of 5 minutes ago"
            " · Billing is not answering in time"
        ),
        [
            "Billing confirmed this at 11:47.",
            "Billing did not find this record when it was last asked.",
            "It is asked once more before that is believed.",
            "Billing is not answering in time (since 11:51).",
            "This is the last known value.",
            "Finance Systems looks after Billing.",
            "Next try at 11:55.",
        ],
    ),
    ("denied-once", "arr"): (
        "On its way",
        "asking Billing",
        ["Billing has found no such record so far and is asked once more."],
    ),
    ("paused", "tier"): (
        "Enterprise",
        "as of 2 hours ago · updates are paused",
        [
            "Salesforce confirmed this at 09:52.",
            "That is older than the 1 hour agreed for it.",
            "Updates from Salesforce are paused.",
        ],
    ),
}

GERMAN: Sentences = {
    ("fresh", "tier"): (
        "Enterprise",
        "",
        ["Salesforce hat das um 11:47 Uhr bestätigt."],
    ),
    ("stale", "tier"): (
        "Enterprise",
        "Stand: vor 2 Stunden",
        ["Salesforce hat das um 09:52 Uhr bestätigt.", "Das ist älter als vereinbart (1 Stunde)."],
    ),
    ("stale-checking", "tier"): (
        "Enterprise",
        "Stand: vor 2 Stunden, wird geprüft",
        [
            "Salesforce hat das um 09:52 Uhr bestätigt.",
            "Das ist älter als vereinbart (1 Stunde).",
            "Salesforce wird gerade gefragt.",
        ],
    ),
    ("stale-failing", "arr"): (
        "48.000,00 €",
        "Stand: vor 2 Stunden · Billing ist nicht erreichbar",
        [
            "Billing hat das um 09:52 Uhr bestätigt.",
            "Das ist älter als vereinbart (1 Stunde).",
            "Billing ist nicht erreichbar (seit 11:42 Uhr).",
            "Das ist der zuletzt bekannte Wert.",
            "Für Billing ist Finance Systems zuständig.",
            "Nächster Versuch um 11:55 Uhr.",
        ],
    ),
    ("stale-blocked", "arr"): (
        "48.000,00 €",
        "Stand: vor 2 Stunden · Billing nimmt unseren Schlüssel nicht mehr an",
        [
            "Billing hat das um 09:52 Uhr bestätigt.",
            "Das ist älter als vereinbart (1 Stunde).",
            "Billing nimmt unseren Schlüssel nicht mehr an (seit 11:42 Uhr).",
            "Das ist der zuletzt bekannte Wert.",
            "Finance Systems muss das beheben.",
            "Nächster Versuch um 11:55 Uhr.",
        ],
    ),
    ("source-down", "tier"): (
        "Enterprise",
        "Stand: vor 2 Stunden",
        [
            "Salesforce hat das um 09:52 Uhr bestätigt.",
            "Das ist älter als vereinbart (1 Stunde).",
            "Salesforce antwortet nicht rechtzeitig (seit 11:42 Uhr).",
            "Das ist der zuletzt bekannte Wert.",
            "Für Salesforce ist Revenue Operations zuständig.",
            "Nächster Versuch um 11:55 Uhr.",
        ],
    ),
    ("source-down-long", "tier"): (
        "Zu alt (5 Tage)",
        "",
        [
            "Der letzte Wert ist zu alt, um ihn zu verwenden (Grenze: 4 Tage).",
            "Salesforce hat das am 18. Nov. um 11:52 Uhr bestätigt.",
            "Salesforce nimmt unseren Schlüssel nicht mehr an (seit 11:42 Uhr).",
            "Revenue Operations muss das beheben.",
            "Nächster Versuch um 11:55 Uhr.",
        ],
    ),
    ("expired", "arr"): (
        "Zu alt (5 Tage)",
        "Billing hat selbst eine Störung",
        [
            "Der letzte Wert ist zu alt, um ihn zu verwenden (Grenze: 4 Tage).",
            "Billing hat das am 18. Nov. um 11:52 Uhr bestätigt.",
            "Billing hat selbst eine Störung (seit 11:42 Uhr).",
            "Für Billing ist Finance Systems zuständig.",
            "Nächster Versuch um 11:55 Uhr.",
        ],
    ),
    ("source-behind", "arr"): (
        "48.000,00 €",
        "Stand: vor 3 Tagen",
        [
            "Stand: 20. Nov., 11:52 Uhr.",
            "Billing hat das um 11:47 Uhr bestätigt.",
            "Billing hatte nichts Neueres.",
            "Das ist älter als vereinbart (1 Tag).",
        ],
    ),
    ("failed", "health"): (
        "Nicht verfügbar",
        "Salesforce lässt uns das nicht lesen",
        [
            "Es gibt noch keinen Wert, der angezeigt werden könnte.",
            "Salesforce lässt uns das nicht lesen (seit 11:42 Uhr).",
            "Revenue Operations muss das beheben.",
            "Nächster Versuch um 11:55 Uhr.",
        ],
    ),
    ("withheld", "health"): (
        "Nicht angezeigt",
        "Salesforce antwortet nicht rechtzeitig",
        [
            "Der letzte Wert wird zurückgehalten, weil er sich nicht bestätigen lässt.",
            "Salesforce hat das um 09:52 Uhr bestätigt.",
            "Das ist älter als vereinbart (1 Stunde).",
            "Salesforce antwortet nicht rechtzeitig (seit 11:42 Uhr).",
            "Für Salesforce ist Revenue Operations zuständig.",
            "Nächster Versuch um 11:55 Uhr.",
        ],
    ),
    ("missing", "renewal_date"): (
        "Nicht vorhanden",
        "bestätigt von Salesforce",
        ["Laut Salesforce ist nichts vorhanden.", "Salesforce hat das um 11:47 Uhr bestätigt."],
    ),
    ("unmatched", "arr"): (
        "Kein Eintrag gefunden",
        "Billing kennt diesen Kunden nicht",
        [
            "Billing hat keinen Eintrag zu Acme GmbH, gesucht über erp number „4711“.",
            "Billing hat das um 11:47 Uhr bestätigt.",
            "Finance Systems kann den Kunden dort verknüpfen.",
        ],
    ),
    ("ambiguous", "arr"): (
        "2 mögliche Einträge",
        "Acme GmbH (4711) und Acme AG (4712)",
        [
            "Billing hat mehrere Einträge zu diesem Kunden: Acme GmbH (4711) und Acme AG (4712).",
            "Keiner wird angezeigt, weil eine Vermutung falsch sein könnte.",
            "Billing hat das um 11:47 Uhr bestätigt.",
            "Finance Systems kann sagen, welcher Eintrag der richtige ist.",
        ],
    ),
    ("invalid", "tier"): (
        "„Platinum+“",
        "nicht in der vereinbarten Liste",
        [
            "In Salesforce steht „Platinum+“: nicht in der vereinbarten Liste.",
            "Es wird so angezeigt, wie es dort steht.",
            "Salesforce hat das um 11:47 Uhr bestätigt.",
            "Revenue Operations kann den Wert in die Liste aufnehmen.",
        ],
    ),
    ("pending", "open_tickets"): (
        "Unterwegs",
        "Helpdesk wird gefragt",
        [
            "Die Antwort braucht länger und erscheint hier, sobald sie da ist.",
            "Helpdesk wird gerade gefragt.",
        ],
    ),
    ("denied", "arr"): (
        "48.000,00 €",
        "Billing hat es zuletzt nicht gefunden · Stand: vor 5 Minuten",
        [
            "Billing hat das um 11:47 Uhr bestätigt.",
            "Billing hat diesen Eintrag bei der letzten Abfrage nicht gefunden.",
            "Bevor das als sicher gilt, wird um 11:53 Uhr noch einmal gefragt.",
            "Für Billing ist Finance Systems zuständig.",
        ],
    ),
    ("denied-once", "arr"): (
        "Unterwegs",
        "Billing wird gefragt",
        ["Billing hat bisher keinen solchen Eintrag gefunden und wird noch einmal gefragt."],
    ),
    ("paused", "tier"): (
        "Enterprise",
        "Stand: vor 2 Stunden · Aktualisierung angehalten",
        [
            "Salesforce hat das um 09:52 Uhr bestätigt.",
            "Das ist älter als vereinbart (1 Stunde).",
            "Aktualisierungen aus Salesforce sind angehalten.",
        ],
    ),
}


def said(card: str, field: str, locale: str) -> tuple[str, str, str]:
    whole = answer(GALLERY[card](), words(locale, "Europe/Berlin"))
    one = next(each for each in whole["readings"] if each["field"] == field)
    return one["display"].replace("\N{NO-BREAK SPACE}", " "), one["note"], one["message"]


@pytest.mark.parametrize(("card", "field"), ENGLISH)
def test_in_english(card, field):
    display, note, sentences = ENGLISH[card, field]
    assert said(card, field, "en") == (display, note, " ".join(sentences))


@pytest.mark.parametrize(("card", "field"), GERMAN)
def test_in_german(card, field):
    display, note, sentences = GERMAN[card, field]
    assert said(card, field, "de") == (display, note, " ".join(sentences))
