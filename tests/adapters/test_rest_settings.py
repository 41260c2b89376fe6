"""What `rest` can be told, and what it refuses to be told: where, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar import plugins
from marshmallow import ValidationError

SCHEMA = plugins.adapter("rest").Settings


def load(lookup=None, **more):
    settings = {"base_url": "https://api.example.com", "check": {"get": "/me"}}
    return SCHEMA().load(
        settings | {"lookups": {} if lookup is None else {"account": lookup}} | more
    )


def mistakes(lookup=None, **more):
    """Return the places of all mistakes, dotted."""
    with pytest.raises(ValidationError) as found:
        load(lookup, **more)
    return set(places(found.value.messages))


def places(messages, way=""):
    for name, inner in messages.items():
        if isinstance(inner, dict):
            yield from places(inner, f"{way}{name}.")
        else:
            yield f"{way}{name}"


ACCOUNT = "lookups.account.value."


@pytest.mark.parametrize(
    "lookup",
    [
        {"get": "/c/{key}"},
        {"get": "/c/extid-{key}/full", "params": {"fields": "{names}", "deep": True, "n": 5}},
        {"get": "/c/{keys}", "batch": 20, "key": "id"},
        {"get": "/c", "params": {"q": "id:'{key}' AND x:\"{key}\""}, "key": "id"},
        {"get": "/c", "params": {"id": ["{key}"]}, "key": "id"},
        {"get": "/c", "params": {"q": "id in ({keys})"}, "key": "id", "batch": 5, "form": "[0-9]+"},
        {
            "post": "/graphql", "key": "id", "select": "data.company",
            "json": {"query": "query($id: ID!) { company(id: $id) { id name } }",
                     "variables": {"id": "{key}"}},
        },
    ],
)  # fmt: skip
def test_a_lookup_says_where_the_key_goes(lookup):
    assert load(lookup)


@pytest.mark.parametrize(
    ("lookup", "place"),
    [
        ({}, "get"),
        ({"get": "/c/{key}", "post": "/c/{key}"}, "get"),
        ({"get": "c/{key}"}, "get"),
        ({"get": "/c?id={key}"}, "get"),
        ({"get": "/c/{kye}"}, "get"),
        ({"get": "/c/{names}/{key}"}, "get"),
        ({"get": "/c/{key}", "json": {}}, "json"),
        ({"get": "/c", "key": "id"}, "batch"),
        ({"get": "/c/{keys}", "key": "id"}, "batch"),
        ({"get": "/c/{key}", "batch": 5}, "batch"),
        ({"get": "/c/{key}", "params": {"a": "{keys}"}}, "batch"),
        ({"get": "/c", "params": {"q": "{key}"}}, "key"),
        ({"get": "/c", "params": {"q": "id = {key}"}, "key": "id"}, "get"),
        ({"get": "/c", "params": {"q": "id = '{key}\""}, "key": "id"}, "get"),
        ({"get": "/c", "params": {"q": "id IN ({keys})"}, "key": "id", "batch": 5}, "get"),
        ({"get": "/c", "params": {"q": "id = {key}"}, "key": "id", "form": "\\d+"}, "get"),
        ({"post": "/c", "json": {"a": [{"b": "x{key}"}]}, "key": "id"}, "post"),
        ({"get": "/c/{key}", "select": "a["}, "select"),
        ({"get": "/c/{key}", "link": "https://x.example/{a b}"}, "link"),
        ({"get": "/c/{key}", "link": "https://{id}.example/"}, "link"),
        ({"get": "/c/{key}", "link": "https://x.example.{id}"}, "link"),
        ({"get": "/c/{key}", "link": "javascript:alert(1)"}, "link"),
        ({"get": "/c/{key}", "many": "some"}, "many"),
        ({"get": "/c/{key}", "paging": {"type": "magic"}}, "paging.type"),
        ({"get": "/c/{key}", "paging": {"type": "page"}}, "paging.param"),
        ({"get": "/c/{key}", "paging": {"type": "offset", "param": "/params/1"}}, "paging"),
        (
            {"post": "/c/{key}", "json": {"a": [0]}, "paging": {"type": "page", "param": "/a/1"}},
            "paging",
        ),
        ({"get": "/c/{key}", "not_found": {"status": [4]}}, "not_found.status.0"),
    ],
)
def test_a_lookup_that_cannot_work_is_refused_where_it_is_wrong(lookup, place):
    assert f"{ACCOUNT}{place}" in mistakes(lookup)


def test_all_mistakes_of_a_lookup_are_told_at_once():
    assert mistakes({"get": "/c/{kye}", "selct": "a"}) == {f"{ACCOUNT}get", f"{ACCOUNT}selct"}
    assert mistakes({"get": "/c", "params": {"q": "{key}"}, "batch": 5}) == {
        f"{ACCOUNT}batch", f"{ACCOUNT}key",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"base_url": "ftp://x"}, "base_url"),
        ({"base_url": "https://user:password@x.example"}, "base_url"),
        ({"check": {"get": "/c/{key}"}}, "check.get"),
        ({"accounts": {"get": "/c/{key}"}}, "accounts.get"),
        ({"records": {"ticket": {"get": "/t/{key}"}}}, "records.ticket.value.keys"),
        ({"records": {"ticket": {"get": "/t", "keys": {"a": "b"}}}}, "records.ticket.value.key"),
        ({"errors": [{"reason": "timeout"}]}, "errors.0.status"),
        ({"errors": [{"status": [400], "reason": "busy"}]}, "errors.0.reason"),
        ({"errors": [{"status": [400], "reason": "timeout", "when": "a["}]}, "errors.0.when"),
        ({"sign_in": {"type": "bearer"}}, "sign_in.token"),
        ({"time_zone": "Mars"}, "time_zone"),
        ({"tagged": {"by": "is", "texts": {"date": "year"}}}, "tagged.texts.date.value"),
        ({"tagged": {"texts": {}}}, "tagged.by"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_where_it_is_wrong(settings, place):
    assert place in mistakes(**settings)


OMITTING = {"get": "/fields", "way": "name", "omits_nulls": True}
LIST = {"get": "/c", "params": {"q": "{key}"}, "key": "id", "many": "list"}


@pytest.mark.parametrize(
    ("lookup", "place"),
    [
        ({**LIST, "known": "nothing"}, "known"),
        ({**LIST, "known": "account"}, "known"),
        ({"get": "/c/{key}", "known": "other"}, "known"),
        ({"get": "/c/{key}", "any_key": True}, "any_key"),
        ({**LIST, "known": "other", "any_key": True}, "any_key"),
        ({"get": "/c/{key}", "many": "list", "any_key": True}, "any_key"),
        ({"get": "/c/{key}", "described": [OMITTING]}, "always"),
        ({"get": "/c/{key}", "always": ["a[0]"]}, "always.0"),
        ({**LIST, "archived": "!active"}, "archived"),
    ],
    ids=str,
)
def test_what_cannot_be_evidence_is_refused(lookup, place):
    assert mistakes(lookup) == {f"{ACCOUNT}{place}"}


def test_what_finds_keys_does_so_by_itself():
    lookups = {"account": {"get": "/c/{key}"}, "one": LIST | {"known": "account"}}

    assert load(lookups=lookups)
    found = mistakes(lookups=lookups | {"two": LIST | {"known": "one"}})
    assert found == {"lookups.two.value.known"}


MINUTE = {"name": "searches", "per": "1m"}


@pytest.mark.parametrize(
    "quota",
    [
        MINUTE | {"path": "/search*", "left": "x-left", "limit": "x-limit"},
        MINUTE | {"path": "/search*", "limit": "10"},
    ],
)
def test_an_endpoint_may_have_a_limit_of_its_own(quota):
    [loaded] = load(quotas=[quota])["quotas"]

    assert loaded.covers("/search/export")
    assert not loaded.covers("/companies")


@pytest.mark.parametrize(
    ("quota", "place"),
    [
        (MINUTE, "left"),
        (MINUTE | {"limit": "10"}, "left"),
        (MINUTE | {"path": "/search*"}, "left"),
        (MINUTE | {"path": "/search*", "limit": "0"}, "limit"),
        (MINUTE | {"path": "search", "limit": "10"}, "path"),
    ],
)
def test_what_no_answer_tells_of_a_limit_is_declared(quota, place):
    assert mistakes(quotas=[quota]) == {f"quotas.0.{place}"}


BULK = {"get": "/c", "params": {"state": "open"}}


@pytest.mark.parametrize(
    ("lookup", "place"),
    [
        ({"get": "/c/{key}", "in_bulk": BULK}, "in_bulk"),
        ({**LIST, "in_bulk": BULK}, "in_bulk"),
        ({**LIST, "params": {"q": "{keys}"}, "batch": 5, "in_bulk": BULK, "known": "x"}, "in_bulk"),
        ({"get": "/c/{key}", "key": "id", "in_bulk": BULK, "from_list": 20}, "in_bulk"),
        ({"get": "/c/{key}", "key": "id", "in_bulk": BULK | {"from": 1}}, "in_bulk.from"),
        ({"get": "/c/{key}", "key": "id", "in_bulk": BULK | {"get": "/c/{key}"}}, "in_bulk.get"),
    ],
    ids=str,
)
def test_many_at_once_need_rows_that_say_whose_they_are(lookup, place):
    assert f"{ACCOUNT}{place}" in mistakes(lookup)


CHANGES = {"since": "since", "id": "id", "at": "at", "gone": [{"state": "gone"}]}
CHANGES |= {"is_gone": "gone"}
KEPT = BULK | {"paging": {"type": "page", "param": "page"}, "changes": CHANGES}
TICKETS = {"get": "/t", "params": {"c": "{key}"}, "key": "c", "many": "list", "known": "account"}
SEEN = {"get": "/me", "sees_all": "all"}


def kept(changes=None, lookup=None, check=SEEN, **bulk):
    """A lookup whose rows are kept, by what has changed."""
    in_bulk = KEPT | bulk | ({"changes": CHANGES | changes} if changes else {})
    in_bulk = {name: one for name, one in in_bulk.items() if one is not None}
    tickets = TICKETS | {"in_bulk": in_bulk} | (lookup or {})
    return {"check": check, "lookups": {"account": {"get": "/c/{key}"}, "tickets": tickets}}


def test_what_is_kept_of_changes_is_declared():
    declared = load(**kept())["lookups"]["tickets"].in_bulk.changes

    assert (declared.overlap, declared.anew) == (timedelta(minutes=5), timedelta(days=1))


@pytest.mark.parametrize(
    ("declared", "place"),
    [
        (kept({"gone": []}), "in_bulk.changes.gone"),
        (kept({"at": ""}), "in_bulk.changes.at"),
        (kept({"is_gone": ""}), "in_bulk.changes.is_gone"),
        (kept(paging={"type": "none"}), "in_bulk.paging"),
        (kept(params={"fields": "{names}"}), "in_bulk.changes"),
        (kept(get=None, post="/t", json={}), "in_bulk.changes"),
        (kept(lookup={"many": "one", "known": ""}), "in_bulk"),
        (kept(lookup={"known": "", "any_key": True, "canary": "1"}), "in_bulk"),
        (kept(lookup={"as_of": "at"}), "as_of"),
        (kept(lookup={"late_after": "due"}), "late_after"),
        (kept(check={"get": "/me"}), "in_bulk"),
    ],
    ids=["gone untold", "no time", "gone unseen", "one page", "names", "post", "one row", "any key",
         "as_of", "late", "not all seen"],
)  # fmt: skip
def test_what_cannot_be_kept_of_changes_is_told(declared, place):
    assert f"lookups.tickets.value.{place}" in mistakes(**declared)


@pytest.mark.parametrize(
    ("scope", "place", "said"),
    [
        ({"right": "Deals"}, "right", "expected right and has, both or neither"),
        ({"has": "deals"}, "right", "expected right and has, both or neither"),
        ({"get": "/rights"}, "_schema", "expected one of excess, has and unavoidable"),
        ({"right": "Deals", "has": "deals", "of": ["deal"]}, "of", "there is no lookup deal"),
        ({"get": "/rights", "post": "/rights", "excess": "@"}, "get",
         "expected either get or post"),
    ],
    ids=["nothing shows it", "nothing is shown", "nothing told", "no such lookup", "two calls"],
)  # fmt: skip
def test_what_tells_of_rights_is_whole(scope, place, said):
    settings = {
        "base_url": "https://api.example.com", "sign_in": {"type": "none"},
        "check": {"get": "/me"}, "scope": [scope],
    }  # fmt: skip

    with pytest.raises(ValidationError) as refused:
        SCHEMA().load(settings)
    assert said in refused.value.messages["scope"][0][place]
