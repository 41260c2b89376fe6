"""What every recipe owes, ours or a third party's: played by a server that its sample declares.

Beside what every adapter's sample has, `samples/<recipe>.py` says: `play(server)`, the API; what is
`FOUND` by lookup and key (a number where it is a list of so many; URL stands for the server's
address), the answer that is `NONE` by lookup, the lists that are `NEVER_EMPTY`, as a key without
rows is not known by anything else; `LINKS`; how many accounts are `LISTED`; the keys of
`RECORDS`; what is `FILTERED` by a parameter; by lookup, a property that is `READ` of its rows;
by lookup, how the fields of its rows are `DESCRIBED`: type, label and choices by name;
`REFUSALS` as documented, and the header that says how long to `WAIT` if it is another than usual;
keys whose list is `CUT` without a word;
where the vendor says whether we see all, who is shown `LESS`, and, by lookup, who is shown less of
what it alone reads (`LESS_OF`); the lookups whose nones nothing but a canary proves
(`UNPROVEN`); and by lookup, what a record says that is `ARCHIVED`.
"""

from __future__ import annotations

import json
from functools import partial

import pytest
from context_sidecar import Adapter, Found, NoMatch, Reason, SourceError, config, plugins
from context_sidecar_adapters.rest.shape import properties
from support.adapters import ask, plugged
from support.played import ALL
from support.samples import recipes, sample

RECIPES = recipes()


def cases(of):
    """One parameter for each entry that a recipe's sample has under the name *of*."""
    found = [(name, entry) for name in RECIPES for entry in getattr(sample(name), of, ())]
    return pytest.mark.parametrize(("name", "entry"), found, ids=str)


def nobody(facts):
    """A key that nobody has."""
    return getattr(facts, "NOBODY", "999999")


NOTHING = [], {"items": [], "total": 0}
FILE = {"path": "customers.csv", "format": "csv", "key": "id"}


def recipes_where(holds):
    """One parameter for each recipe of which that *holds*."""
    return pytest.mark.parametrize("name", [name for name in RECIPES if holds(name)])


every_recipe = pytest.mark.parametrize("name", RECIPES)


@pytest.fixture
def facts(name):
    return sample(name)


@pytest.fixture
def api(httpserver, facts):
    return facts.play(httpserver)


@pytest.fixture
def adapter(name, api, facts):
    with plugged(name, facts.settings(api.url)) as opened:
        yield opened


def everything(adapter, facts):
    """Yield all that can be asked, each as a call."""
    keys = dict(reversed(facts.FOUND))
    for lookup in adapter.lookups:
        yield lookup, lambda lookup=lookup: ask(adapter, keys[lookup], lookup=lookup)
    yield "check", adapter.check
    if type(adapter).accounts is not Adapter.accounts:
        yield "accounts", lambda: list(adapter.accounts(()))
    for record in getattr(facts, "RECORDS", ()):
        yield str(record), lambda record=record: adapter.record(*record)


def lists(adapter, facts):
    """Yield the lookups and keys whose list takes more than a page."""
    return [entry for entry, found in facts.FOUND.items() if isinstance(found, int)]


def count(data):
    return data["total"] if isinstance(data, dict) else len(data)


def told(call):
    with pytest.raises(SourceError) as found:
        call()
    return found.value


@every_recipe
def test_the_check_says_whom_we_are(adapter):
    assert adapter.check()


@cases("FOUND")
def test_what_is_there_is_found(name, entry, adapter, api, facts):
    lookup, key = entry
    expected = facts.FOUND[entry]

    answer = ask(adapter, key, lookup=lookup)

    assert isinstance(answer, Found), answer
    if isinstance(expected, int):
        assert count(answer.data) == expected
    else:
        assert answer.data == json.loads(json.dumps(expected).replace("URL", api.url))


@cases("LINKS")
def test_it_leads_to_where_a_person_sees_more(name, entry, adapter, api, facts):
    lookup, key = entry

    assert ask(adapter, key, lookup=lookup).link in (
        facts.LINKS[entry],
        api.url + facts.LINKS[entry],
    )


@cases("NONE")
def test_what_is_not_there_is_none(name, entry, adapter, facts):
    assert ask(adapter, nobody(facts), lookup=entry) == facts.NONE[entry]


@every_recipe
def test_what_is_archived_is_told_to_be_until_it_is_restored(adapter, api, facts):
    keys = dict(reversed(facts.FOUND))
    told = {name for name, query in adapter.settings["lookups"].items() if query.shape.archived}
    assert told == getattr(facts, "ARCHIVED", {}).keys()

    for lookup, says in getattr(facts, "ARCHIVED", {}).items():
        for change, archived in (({}, False), (says, True), ({}, False)):
            api.lies.says = change
            answer = ask(adapter, keys[lookup], lookup=lookup)
            assert isinstance(answer, Found), answer
            assert answer.archived is archived, lookup


@every_recipe
def test_a_number_is_not_asked_for_in_another_way_of_writing_it(adapter, facts):
    """Many a system takes 011 for 11, and answers with that: another key, which fails its batch."""
    for lookup, key in facts.FOUND:
        if key.isdecimal() and adapter.settings["lookups"][lookup].form:
            assert ask(adapter, f"0{key}", lookup=lookup).reason is Reason.NOT_CONFIGURED


@every_recipe
def test_no_list_is_empty_of_a_key_that_there_is_not(adapter, facts):
    """A key that nobody has is as likely one that is wrong: only what knows the keys can tell."""
    for lookup in adapter.lookups:
        assert isinstance(ask(adapter, nobody(facts), lookup=lookup), NoMatch), lookup


@every_recipe
def test_every_list_of_a_key_that_there_is_may_be_empty(adapter, facts):
    lists = {name for name, query in adapter.settings["lookups"].items() if query.many}
    empty = {
        lookup for (lookup, _), found in facts.FOUND.items()
        if found in NOTHING
    }  # fmt: skip

    assert lists - empty == getattr(facts, "NEVER_EMPTY", set())


@every_recipe
def test_many_that_are_read_at_once_read_as_each_by_itself(adapter, facts):
    for lookup in (one for one in adapter.lookups.values() if one.bulk):
        keys = [key for one, key in facts.FOUND if one == lookup.name]
        keys += [nobody(facts), f"{nobody(facts)}0"]

        at_once = ask(adapter, *keys, lookup=lookup.name)

        for key in keys:
            by_itself = ask(adapter, key, lookup=lookup.name)
            assert at_once[key] == by_itself or {at_once[key], by_itself} == {
                NoMatch(), NoMatch(certain=False)
            }, (lookup.name, key)  # fmt: skip


@every_recipe
def test_many_are_asked_for_together(adapter, api, facts):
    for lookup in adapter.lookups.values():
        keys = [key for one, key in facts.FOUND if one == lookup.name]
        if lookup.batch > 1 and len(keys) > 1:
            for key in keys:
                ask(adapter, key, lookup=lookup.name)
            one_by_one = len(api.asked)
            answers = ask(adapter, *keys, lookup=lookup.name)
            assert all(isinstance(one, Found) for one in answers.values())
            assert len(api.asked) < 2 * one_by_one
        api.asked.clear()


@every_recipe
def test_a_filter_that_is_ignored_is_found_out(adapter, api, facts):
    """The API answers 200, with other customers' rows."""
    api.lies.ignores = ALL
    for lookup, key in getattr(facts, "FILTERED", ()):
        error = told(lambda lookup=lookup, key=key: ask(adapter, key, lookup=lookup))
        assert error.reason is Reason.SCHEMA_CHANGED, lookup


@every_recipe
def test_a_page_that_comes_twice_or_not_at_all_is_no_shorter_list(adapter, api, facts):
    calls = [lambda: list(adapter.accounts(()))] if getattr(facts, "LISTED", 0) else []
    calls += [
        lambda lookup=lookup, key=key: ask(adapter, key, lookup=lookup)
        for lookup, key in lists(adapter, facts)
    ]
    for call in calls:
        api.lies.repeats, api.lies.loses = True, False
        assert told(call).reason is Reason.BAD_RESPONSE
        api.lies.repeats, api.lies.loses = False, True
        assert told(call).reason is Reason.SERVER_ERROR


@every_recipe
def test_a_row_that_comes_twice_is_not_counted_twice(adapter, api, facts):
    """The pages moved while they were read, so that another row may not have come at all."""
    lists = {name for name, query in adapter.settings["lookups"].items() if query.many}
    calls = [
        lambda lookup=lookup, key=key: ask(adapter, key, lookup=lookup)
        for (lookup, key), found in facts.FOUND.items()
        if lookup in lists
        and found not in NOTHING
        and ("id" in adapter.settings["lookups"][lookup].shape.gives or isinstance(found, int))
    ]
    api.lies.doubles = True
    for call in calls:
        assert told(call).reason is Reason.BAD_RESPONSE


@every_recipe
def test_a_page_without_a_word_of_the_next_is_not_the_last(adapter, api, facts):
    for lookup, key in lists(adapter, facts):
        paging = adapter.settings["lookups"][lookup].query.paging
        words = [getattr(paging, name, "") for name in ("cursor", "more", "next")]
        api.lies.drops = frozenset(one for word in words for one in properties(word))
        if api.lies.drops:
            call = partial(ask, adapter, key, lookup=lookup)
            assert told(call).reason is Reason.SCHEMA_CHANGED


@cases("CUT")
def test_a_list_that_may_have_been_cut_is_a_failure(name, entry, adapter):
    lookup, key = entry

    assert told(lambda: ask(adapter, key, lookup=lookup)).reason is Reason.BAD_RESPONSE


@cases("READ")
def test_a_property_that_is_read_and_gone_is_a_changed_schema(name, entry, adapter, api, facts):
    api.lies.forgets = frozenset({facts.READ[entry]})
    key = next(key for lookup, key in facts.FOUND if lookup == entry)

    assert told(lambda: ask(adapter, key, lookup=entry)).reason is Reason.SCHEMA_CHANGED


@cases("DESCRIBED")
def test_what_a_row_may_have_is_told_by_the_system_itself(name, entry, adapter, facts):
    shape = adapter.shape(entry)

    assert not shape.inferred
    assert {
        one.name: (one.type and one.type.value, one.label, dict(one.choices))
        for one in shape.fields
    } == facts.DESCRIBED[entry]


@recipes_where(lambda name: hasattr(sample(name), "LESS"))
def test_a_user_from_whom_something_is_hidden_never_reads_as_none(adapter, api, facts):
    """The API answers 200, with less, or with nothing."""
    api.me = facts.LESS
    calls = [
        lambda lookup=lookup: ask(adapter, nobody(facts), lookup=lookup) for lookup in facts.NONE
    ]
    calls += [
        lambda entry=entry: ask(adapter, entry[1], lookup=entry[0])
        for entry in lists(adapter, facts)
    ]
    calls += [adapter.check]
    if getattr(facts, "LISTED", 0):
        calls.append(lambda: list(adapter.accounts(())))
    for call in calls:
        assert told(call).reason is Reason.PERMISSION_DENIED


@cases("LESS_OF")
def test_a_user_from_whom_one_kind_is_hidden_is_told_all_others(name, entry, adapter, api, facts):
    api.me = facts.LESS_OF[entry]

    error = told(lambda: ask(adapter, nobody(facts), lookup=entry))
    assert (error.reason, error.certain) == (Reason.PERMISSION_DENIED, False)
    others = facts.NONE.keys() - {entry}
    assert {one: ask(adapter, nobody(facts), lookup=one) for one in others} == {
        one: facts.NONE[one] for one in others
    }
    assert adapter.check()
    [missing] = adapter.scope().where({entry}, adapter.rights).missing
    assert missing.endswith(f"see all that {entry} reads")
    assert adapter.scope().where(others, adapter.rights).missing == ()


@every_recipe
def test_what_is_shown_of_nobody_is_none_of_nobody(adapter, api, facts):
    """The API answers 200, with nothing, to a credential without rights."""
    proven = {name for name, query in adapter.settings["lookups"].items() if query.proof}
    asked = {entry for entry in facts.FOUND if entry[0] in proven}
    asked |= {(lookup, nobody(facts)) for lookup in proven}
    api.lies.hides = True
    for lookup, key in sorted(asked):
        error = told(partial(ask, adapter, key, lookup=lookup))
        assert (error.reason, error.certain) == (Reason.PERMISSION_DENIED, False), (lookup, key)


@every_recipe
def test_a_none_is_told_from_what_we_may_not_see_without_a_canary(name, facts):
    said = facts.settings("http://127.0.0.1:1")
    with plugged(name, {key: one for key, one in said.items() if key != "canary"}) as adapter:
        unproven = {one.name for one in adapter.lookups.values() if not one.proves_none}
    assert unproven == getattr(facts, "UNPROVEN", set())


@recipes_where(lambda name: "canary" in plugins.adapter(name).Settings().fields)
def test_a_canary_that_is_not_found_makes_a_doubt_of_none(name, api, facts):
    with plugged(name, facts.settings(api.url) | {"canary": nobody(facts)}) as adapter:
        lookups = adapter.settings["lookups"].items()
        proven = [name for name, one in lookups if one.canary or one.canary_of]
        assert proven
        for lookup in proven:
            error = ask(adapter, nobody(facts), lookup=lookup)
            assert (error.reason, error.certain) == (Reason.PERMISSION_DENIED, False), lookup
        assert told(adapter.check).reason is Reason.PERMISSION_DENIED


@every_recipe
def test_it_stands_in_sidecar_yaml_as_any_adapter(name, facts, tmp_path):
    kind = plugins.adapter(name)
    listing = kind.accounts is not Adapter.accounts
    source = {"adapter": name, "owner": "revops"}
    source["settings"] = facts.settings("https://acme.example.com") | {"lookups": {}}
    (tmp_path / "customers.csv").write_text("id,name\nC-1,Acme\n")
    files = {"adapter": "files", "owner": "revops", "settings": FILE}
    lookup = next(lookup for lookup, _ in facts.FOUND)
    said = {
        "version": 1, "public_url": "https://context.example.com", "locale": "en",
        "time_zone": "UTC", "teams": {"revops": {"name": "Ops", "notify": ["mailto://a@b.example"]}},
        "sources": {"system": source} | ({} if listing else {"list": files}),
        "accounts": {
            "source": "system" if listing else "list", "keys": {"id": "id", "name": "name"},
            "refresh": "1h", "match": [{"record": "account_id", "account": "id"}],
        },
        "fields": {
            "field": {
                "label": "Field", "type": "text", "source": "system", "query": lookup, "path": "id",
                "stale_after": "1h", "expire_after": "1d", "on_failure": "withhold",
                "audience": ["support"], "decision": "Whether the customer is called today",
            }
        },
        "cards": {
            "card": {
                "title": "Customer", "where": ["iframe/ticket"], "audience": "support",
                "decision": "How urgent this ticket is", "fields": ["field"],
            }
        },
    }  # fmt: skip
    (tmp_path / "sidecar.yaml").write_text(json.dumps(said))

    loaded = config.load(tmp_path / "sidecar.yaml", {})

    system = loaded.configuration.sources["system"]
    assert (system.label, system.limits) == (kind.label, kind.limits)
    assert facts.SECRET in loaded.secrets
    assert facts.SECRET not in repr(loaded)


@cases("REFUSALS")
def test_a_documented_refusal_is_its_reason(name, entry, adapter, api, facts):
    status, body, reason, certain = entry
    api.refuse(status, body, {getattr(facts, "WAIT", "retry-after"): "7"})

    for asked, call in everything(adapter, facts):
        error = told(call)
        assert (error.reason, error.certain) == (reason, certain), asked
        if status == 429:
            assert error.retry_after == 7


@every_recipe
def test_a_wrong_key_is_refused_and_not_told(name, api, facts):
    said = json.loads(json.dumps(facts.settings(api.url)).replace(facts.SECRET, "another-key"))
    with plugged(name, said) as adapter:
        for asked, call in everything(adapter, facts):
            error = told(call)
            assert error.reason is Reason.CREDENTIAL_EXPIRED, asked
            assert "another-key" not in repr(vars(error))


@every_recipe
def test_all_accounts_are_listed(adapter, facts):
    if not getattr(facts, "LISTED", 0):
        assert type(adapter).accounts is Adapter.accounts
        return
    rows = list(adapter.accounts(()))
    assert len(rows) == facts.LISTED
    assert all(isinstance(row.data, dict) for row in rows)


@cases("RECORDS")
def test_a_record_says_who_its_customer_is(name, entry, adapter, facts):
    assert adapter.record(*entry) == facts.RECORDS[entry]


def in_bulk():
    """The lookups that give many from the list of accounts."""
    for name in RECIPES:
        with plugged(name, sample(name).settings("http://127.0.0.1:1")) as adapter:
            yield from ((name, lookup.name) for lookup in adapter.lookups.values() if lookup.bulk)


@pytest.mark.parametrize(("name", "lookup"), [*in_bulk()])
def test_many_from_the_list_are_what_each_is_by_itself(adapter, facts, lookup, httpserver):
    keys = [key for asked, key in facts.FOUND if asked == lookup]
    others = [f"{number}" for number in range(900_000, 900_050)]

    before = len(httpserver.log)
    many = ask(adapter, *keys, *others, lookup=lookup)
    calls = len(httpserver.log) - before

    assert calls < len(others)
    for key in keys:
        assert many[key] == ask(adapter, key, lookup=lookup)
    assert {many[key] for key in others} == {NoMatch(certain=False)}
