"""How far the directory's keys tell its accounts apart."""

from datetime import UTC, datetime

from context_sidecar.core.account import Account
from context_sidecar.store.coverage import Coverage, coverage
from context_sidecar.store.generations import Listed, begin

SYSTEM = "crm"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def listed(id, *found_by):
    return Listed(Account(id, f"Customer {id}"), (("id", id), *found_by))


def publish(engine, *accounts):
    generation = begin(engine, SYSTEM)
    generation.add(accounts)
    generation.publish(len(accounts), NOW)


def test_of_each_key_it_counts_who_has_it_who_has_several_and_what_is_shared(engine):
    publish(
        engine,
        listed("1", ("domain", "acme.example"), ("domain", "acme.test")),
        listed("2", ("domain", "acme.example")),
        listed("3", ("domain", "other.example")),
        listed("4"),
    )

    assert coverage(engine, SYSTEM) == {
        "id": Coverage(4),
        "domain": Coverage(3, several=1, shared=1, examples=(("1", "2"),)),
    }


def test_only_a_few_examples_are_named(engine):
    pairs = [(f"{letter}1", f"{letter}2") for letter in "abcde"]
    publish(engine, *(listed(one, ("domain", pair[0])) for pair in pairs for one in pair))

    found = coverage(engine, SYSTEM)["domain"]

    assert (found.shared, found.examples) == (5, tuple(pairs[:3]))


def test_what_readers_do_not_see_does_not_count(engine):
    publish(engine, listed("1", ("domain", "acme.example")))
    begin(engine, SYSTEM).add([listed("2", ("domain", "acme.example"))])

    assert coverage(engine, SYSTEM)["domain"] == Coverage(1)


def test_what_another_system_listed_does_not_count(engine):
    publish(engine, listed("1", ("domain", "acme.example")))

    assert coverage(engine, "another") == {}


def test_before_anything_was_read_there_is_nothing(engine):
    assert coverage(engine, SYSTEM) == {}
