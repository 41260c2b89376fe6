"""Entity tags: whoever holds an answer is told in a few bytes that it still holds."""

from __future__ import annotations

import gzip
from datetime import timedelta

TICKET = "/v1/context/iframe/ticket/4711"


def test_an_answer_that_is_held_already_is_not_sent_again(deployment):
    token = deployment.token()
    first = deployment.get(TICKET, token)

    again = deployment.get(TICKET, token, If_None_Match=first.headers["ETag"])

    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Type" not in again.headers


def test_tags_are_compared_as_the_rfc_says(deployment):
    token = deployment.token()
    etag = deployment.get(TICKET, token).headers["ETag"]

    def status(tags):
        return deployment.get(TICKET, token, If_None_Match=tags).status_code

    assert etag.startswith('"')
    assert status(f'"other", {etag}') == 304
    assert status(f"W/{etag}") == 304
    assert status("*") == 304
    assert status('"other"') == 200
    assert status(etag.strip('"')) == 200


def test_an_answer_that_says_nothing_new_keeps_its_tag_and_its_bytes(deployment):
    token = deployment.token()
    deployment.engine.changes = {"complete": False}
    first = deployment.get(TICKET, token)
    asked = len(deployment.engine.asked)
    deployment.engine.changes["generated_at"] = deployment.clock() + timedelta(seconds=1)

    second = deployment.get(TICKET, token)

    assert len(deployment.engine.asked) > asked, "it was made anew"
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]


def test_a_changed_value_changes_the_tag(deployment):
    token = deployment.token()
    first = deployment.get(TICKET, token)
    deployment.engine.values = {"Tier__c": "PRO"}
    deployment.renderings.changed("crm", "account", "001A")

    second = deployment.get(TICKET, token, If_None_Match=first.headers["ETag"])

    assert second.status_code == 200
    assert "Professional" in second.text


def test_each_language_and_form_has_a_tag_of_its_own(deployment):
    token = deployment.token()
    wishes = [
        {"Accept": accept, "Accept-Language": language}
        for accept in ("application/json", "text/html")
        for language in ("en", "de")
    ]

    tags = {deployment.get(TICKET, token, **wish).headers["ETag"] for wish in wishes}

    assert len(tags) == 4


def test_an_answer_is_compressed_for_whoever_takes_that(deployment):
    token = deployment.token()

    plain = deployment.get(TICKET, token, Accept="text/html")
    zipped = deployment.get(TICKET, token, Accept="text/html", Accept_Encoding="br, gzip")
    refused = deployment.get(TICKET, token, Accept="text/html", Accept_Encoding="gzip;q=0")

    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data == refused.data
    assert len(zipped.data) < len(plain.data) / 3
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["ETag"] != plain.headers["ETag"], "a strong tag is for the bytes"
    assert "Accept-Encoding" in plain.headers["Vary"]
