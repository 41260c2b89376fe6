"""From an old key to a new one: everything is sealed again, and the old one can be thrown away."""

from __future__ import annotations

from datetime import timedelta

from context_sidecar.core.grant import Tokens
from context_sidecar.core.secrets import Secret
from context_sidecar.store.consents import Consents
from context_sidecar.store.grants import Grants
from context_sidecar.store.installs import StoredInstalls
from context_sidecar.store.packages import Packages
from context_sidecar.store.resealing import reseal
from context_sidecar.store.schema import metadata
from context_sidecar.store.vault import Vault
from cryptography.fernet import Fernet
from sqlalchemy import select
from support.clock import START, FakeClock

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))
DECLARED = {"host": "gladly", "settings": {"signing_key": "canary"}}
TOKENS = Tokens(Secret("access-canary"), START + timedelta(hours=1))
STATE, SESSION = "state", "session"


def fill(engine, key, clock, name="desk"):
    """Keep one of each thing that is sealed."""
    vault = Vault([key])
    StoredInstalls(engine, vault, clock).add(name, DECLARED, "Ana")
    Packages(engine, vault, clock).keep(name, b"package")
    Grants(engine, vault, clock).of(name).give("client", TOKENS, "Ana")
    Consents(engine, vault, clock).begin(name, STATE + name, "verifier", SESSION)


def opened(engine, key, clock, name="desk"):
    """What of them opens with this key alone."""
    vault = Vault([key])
    consent = Consents(engine, vault, clock).end(STATE + name, SESSION)
    [install] = [one for one in StoredInstalls(engine, vault, clock).all() if one.id == name]
    return (
        install.declared,
        Packages(engine, vault, clock).last(name),
        Grants(engine, vault, clock).of(name).read().tokens,
        consent and consent.verifier,
    )


def test_what_the_old_key_sealed_opens_with_the_new_one_alone(engine):
    clock = FakeClock()
    fill(engine, OLD, clock)
    version = Grants(engine, Vault([OLD]), clock).of("desk").read().version

    done = reseal(engine, Vault([NEW, OLD]))

    assert done.again == {"install": 1, "package": 1, "grant": 1, "consent": 1}
    assert done.closed == {}
    assert Grants(engine, Vault([NEW]), clock).of("desk").read().version == version
    assert opened(engine, NEW, clock) == (DECLARED, b"package", TOKENS, "verifier")
    assert reseal(engine, Vault([NEW])).closed == {}


def test_every_table_with_something_sealed_is_looked_at(engine):
    fill(engine, OLD, FakeClock())
    before = sealed(engine)
    there = {table.name for table in metadata.sorted_tables if "sealed" in table.c}
    assert {table for table, _, _ in before} == there | {"packages"}

    reseal(engine, Vault([NEW, OLD]))

    after = sealed(engine)
    assert before.keys() == after.keys() != set()
    assert [place for place in before if before[place] == after[place]] == []


def sealed(engine):
    """All that is sealed, by its place: it begins as every Fernet token does."""
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for number, row in enumerate(connection.execute(select(table)).mappings()):
                for column, value in row.items():
                    text = value.decode() if isinstance(value, bytes) else str(value)
                    if text.startswith("gAAAA"):
                        found[table.name, number, column] = text
    return found


def test_what_has_the_first_key_is_left_as_it_is(engine):
    fill(engine, NEW, FakeClock())
    before = sealed(engine)

    assert not reseal(engine, Vault([NEW, OLD])).again
    assert sealed(engine) == before


def test_what_no_key_opens_is_named_and_keeps_nothing_else_back(engine):
    clock = FakeClock()
    fill(engine, LOST, clock, "lost")
    fill(engine, OLD, clock)

    done = reseal(engine, Vault([NEW, OLD]))

    assert {kind: done.closed[kind] for kind in ("install", "package", "grant")} == {
        "install": ["lost"], "package": ["lost"], "grant": ["lost"],
    }  # fmt: skip
    assert len(done.closed["consent"]) == 1
    assert opened(engine, NEW, clock) == (DECLARED, b"package", TOKENS, "verifier")
    assert opened(engine, LOST, clock, "lost") == (DECLARED, b"package", TOKENS, "verifier")


def test_what_is_renewed_at_the_same_moment_is_not_overwritten(engine):
    clock = FakeClock()
    fill(engine, OLD, clock)
    renewed = Tokens(Secret("renewed"), START + timedelta(hours=2))

    class Meanwhile(Vault):
        """Somebody renews the grant between the look at it and the change."""

        def again(self, text):
            after = super().again(text)
            grant = Grants(engine, Vault([OLD]), clock).of("desk")
            if after and grant.read().tokens == TOKENS and seen(text):
                grant.replace(grant.read().version, renewed)
            return after

    def seen(text):
        return text == sealed(engine)["grants", 0, "sealed"]

    reseal(engine, Meanwhile([NEW, OLD]))

    assert Grants(engine, Vault([NEW]), clock).of("desk").read().tokens == renewed
