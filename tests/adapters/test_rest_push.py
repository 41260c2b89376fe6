"""What `rest` and recipes can be told of an API's own webhooks, and what comes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from context_sidecar import Change, Delivery, Shown, Signed, plugins
from marshmallow import ValidationError

SCHEMA = plugins.adapter("rest").Settings
SIGNED = {"header": "X-Acme-Signature"}
RULES = [
    {"when": "kind == 'deal'", "keys": "deal.company_ids", "lookups": ["open_deals"]},
    {"when": "kind != 'note'", "keys": "company"},
]


def load(**push):
    usual = {"signed": SIGNED, "changes": RULES, "guide": "Under Settings, Webhooks."}
    said = {name: part for name, part in (usual | push).items() if part is not None}
    settings = {"base_url": "https://api.example.com", "check": {"get": "/me"}, "push": said}
    return SCHEMA().load(settings)["push"]


def read(said, headers=None, **push):
    return load(**push).read(said, headers or {})


def test_without_it_there_is_no_form_of_its_own():
    settings = SCHEMA().load({"base_url": "https://api.example.com", "check": {"get": "/me"}})
    assert plugins.adapter("rest")(settings).push() is None


def test_every_part_of_a_signature_is_declared():
    signed = {
        "header": "X-Acme-Signature", "signs": "{time}.{body}", "digest": "sha1",
        "encoding": "base64", "part": "v1", "time_part": "t", "dialect": "iso",
    }  # fmt: skip
    assert load(signed=signed).proof == Signed(
        "x-acme-signature", "{time}.{body}", "sha1", "base64", "v1", time_part="t", dialect=""
    )
    assert load(signed=None, shown={"header": "X-Key"}).proof == Shown("x-key")


@pytest.mark.parametrize(
    ("push", "where"),
    [
        ({"signed": None}, "signed"),
        ({"shown": {}}, "signed"),
        ({"signed": {"header": "X Y"}}, "signed"),
        ({"signed": SIGNED | {"signs": "{time}.{body}"}}, "signed"),
        ({"signed": SIGNED | {"signs": "{id}.{body}"}}, "signed"),
        ({"signed": SIGNED | {"digest": "md5"}}, "signed"),
        ({"changes": []}, "changes"),
        ({"changes": [{"when": "kind =="}]}, "changes"),
        ({"guide": None}, "guide"),
        ({"sigend": {}}, "sigend"),
    ],
    ids=str,
)
def test_what_cannot_prove_or_tell_is_refused_where_it_stands(push, where):
    with pytest.raises(ValidationError) as found:
        load(**push)

    assert list(found.value.messages["push"]) == [where]


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ({"kind": "company", "company": 7}, (Change(("7",)),)),
        (
            {"kind": "deal", "deal": {"company_ids": [1, 2]}, "company": None},
            (Change(("1", "2"), (), ("open_deals",)), Change()),
        ),
        ({"kind": "note"}, (Change(),)),
    ],
    ids=["one rule", "all rules that fit", "no rule"],
)
def test_what_has_changed_is_told_by_all_rules_that_fit_and_else_everything_may_have(said, changes):
    assert read(said) == Delivery(changes)


MOVED = [{"keys": "company", "items": "deals[].id", "lookups": ["open_deals"]}]


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ({"company": 7, "deals": [{"id": 1}, {"id": 2}]}, Change(("7",), items=("1", "2"))),
        ({"company": None, "deals": [{"id": 1}]}, Change(items=("1",))),
        ({"company": 7, "deals": []}, Change()),
        ({"company": 7}, Change()),
    ],
    ids=["named", "nobody's now", "none named", "nothing there"],
)
def test_what_may_have_been_anothers_before_is_meant_wherever_it_was_and_unnamed_anywhere(
    said, change
):
    assert read(said, changes=MOVED) == Delivery((replace(change, lookups=("open_deals",)),))


def test_what_is_about_nothing_that_is_read_changes_nothing():
    assert read({"kind": "ping", "id": 3}, ignore="kind == 'ping'", id="id") == Delivery((), "3")


def test_the_systems_own_time_and_what_is_alike_when_sent_again_are_read():
    said = {"kind": "company", "company": 7, "at": 1795435200000}
    how = {"at": "at", "dialect": "epoch_milliseconds", "id_header": "X-Acme-Delivery"}

    [change], sent = (found := read(said, {"x-acme-delivery": "d-1"}, **how)).changes, found.id

    assert change.at.isoformat() == "2026-11-23T12:00:00+00:00"
    assert sent == "d-1"


@pytest.mark.parametrize(
    "said", [{"kind": "deal", "deal": {"company_ids": [True]}}, "x", 7, [], None]
)
def test_what_is_not_as_declared_counts_for_nothing_less_than_everything(said):
    """The endpoint takes a `ValueError` for a change of everything."""
    try:
        found = read(said)
    except ValueError:
        return
    assert Change() in found.changes
