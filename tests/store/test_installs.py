"""Installs that were made in the admin pages: kept sealed, suspended, removed with everything."""

from __future__ import annotations

import pytest
from context_sidecar.store.installs import InstallChanged, InstallTaken, StoredInstalls
from context_sidecar.store.memory import StoredMemory
from context_sidecar.store.packages import Packages
from context_sidecar.store.schema import installs
from context_sidecar.store.sightings import Sightings
from context_sidecar.store.vault import Vault
from cryptography.fernet import Fernet
from sqlalchemy import select, text
from support.clock import FakeClock

SECRET = "x1Y2z3A4b5C6d7E8f9G0h1I2j3K4l5M6"
VAULT = Vault([Fernet.generate_key().decode()])
DECLARED = {"host": "gladly", "roles": ["support"], "settings": {"signing_key": SECRET}}


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def stored(engine, clock):
    return StoredInstalls(engine, Vault([Fernet.generate_key().decode()]), clock)


def test_an_install_is_kept_as_it_was_declared(stored, clock):
    stored.add("desk", DECLARED, "Ana")

    [row] = stored.all()
    assert (row.id, row.host, row.declared, row.suspended) == ("desk", "gladly", DECLARED, False)
    assert (row.changed_at, row.changed_by) == (clock(), "Ana")


def test_s18_no_secret_is_in_the_database_or_in_what_is_printed(stored, engine):
    stored.add("desk", DECLARED, "Ana")

    with engine.connect() as connection:
        row = connection.execute(select(installs)).one()
    assert SECRET not in repr(row)
    assert SECRET not in repr(stored.all())


def test_a_suspended_install_stays_suspended_when_it_is_changed(stored):
    stored.add("desk", DECLARED, "Ana")
    assert stored.suspend("desk", "Ben", suspended=True)

    stored.change("desk", DECLARED | {"label": "Desk"}, "Ana", read_at=stored.all()[0].changed_at)

    assert stored.all()[0].suspended
    assert stored.suspend("desk", "Ben", suspended=False)
    assert not stored.all()[0].suspended


def test_there_is_nothing_to_suspend_or_remove_where_there_is_no_install(stored):
    assert not stored.suspend("desk", "Ben", suspended=True)
    assert not stored.remove("desk")


def test_with_another_key_an_install_is_there_and_cannot_be_used(stored, engine, clock):
    stored.add("desk", DECLARED, "Ana")

    [row] = StoredInstalls(engine, Vault([Fernet.generate_key().decode()]), clock).all()

    assert (row.id, row.host, row.declared) == ("desk", "gladly", None)


def test_s9_removing_an_install_leaves_nothing_of_it_and_everything_of_others(
    stored, engine, clock
):
    memory, sightings = StoredMemory(engine, clock), Sightings(engine, clock)
    for name in ("desk", "des_", "desk2"):
        stored.add(name, DECLARED, "Ana")
        memory.pin(f"gladly/{name}/organization", f"of {name}")
        sightings.proven(name)
        Packages(engine, VAULT, clock).keep(name, b"zip")

    assert stored.remove("des_")
    assert stored.remove("desk")

    assert [row.id for row in stored.all()] == ["desk2"]
    with engine.connect() as connection:
        for table, column in (("pins", "name"), ("sightings", "install"), ("packages", "install")):
            found = connection.execute(text(f"SELECT {column} FROM {table}")).scalars().all()
            assert [each for each in found if "desk2" not in each] == []
            assert len(found) == 1


def test_a_name_is_taken_once_whoever_is_first(stored):
    stored.add("desk", DECLARED, "Ana")

    with pytest.raises(InstallTaken):
        stored.add("desk", DECLARED | {"label": "Other"}, "Ben")

    assert stored.all()[0].declared == DECLARED


def test_what_somebody_has_changed_meanwhile_is_not_overwritten(stored, clock):
    stored.add("desk", DECLARED, "Ana")
    read_at = stored.all()[0].changed_at
    clock.forward(seconds=1)
    stored.change("desk", DECLARED | {"label": "Ben's"}, "Ben", read_at=read_at)

    with pytest.raises(InstallChanged):
        stored.change("desk", DECLARED | {"label": "Ana's"}, "Ana", read_at=read_at)

    assert stored.all()[0].declared["label"] == "Ben's"


def test_what_is_removed_meanwhile_stays_removed(stored):
    stored.add("desk", DECLARED, "Ana")
    read_at = stored.all()[0].changed_at
    stored.remove("desk")

    with pytest.raises(InstallChanged):
        stored.change("desk", DECLARED, "Ana", read_at=read_at)

    assert stored.all() == ()


def test_s18_a_package_is_sealed_and_opens_again(engine, clock):
    packages = Packages(engine, VAULT, clock)
    packages.keep("desk", b"a link that opens something")

    with engine.connect() as connection:
        [kept] = connection.execute(text("SELECT content FROM packages")).scalars()
    assert b"opens something" not in kept
    assert packages.last("desk") == b"a link that opens something"
    other = Packages(engine, Vault([Fernet.generate_key().decode()]), clock)
    assert other.last("desk") is None
