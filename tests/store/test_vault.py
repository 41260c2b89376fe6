"""What is secret is sealed before it is stored, and opens with the key alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from context_sidecar.store.vault import FILE, VARIABLE, Vault, VaultRefused, open_vault
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

SETTINGS = {"settings": {"secret": "nobody may read this"}}
KEY, OTHER = (Fernet.generate_key().decode() for _ in range(2))


def test_what_was_sealed_opens_for_its_owner(tmp_path):
    vault = open_vault(tmp_path, {})

    assert vault.open("desk", vault.close("desk", SETTINGS)) == SETTINGS


def test_s18_nothing_can_be_read_from_what_is_sealed():
    assert "nobody" not in Vault([KEY]).close("desk", SETTINGS)


def test_what_was_sealed_for_one_does_not_open_for_another():
    vault = Vault([KEY])

    with pytest.raises(VaultRefused, match="somebody else"):
        vault.open("other", vault.close("desk", SETTINGS))


def test_what_was_sealed_with_another_key_does_not_open():
    with pytest.raises(VaultRefused, match="another key"):
        Vault([OTHER]).open("desk", Vault([KEY]).close("desk", SETTINGS))


@given(at=st.integers(0, 10_000), letter=st.sampled_from("AQgw"))
def test_what_was_changed_on_the_way_does_not_open(at, letter):
    vault = Vault([KEY])
    sealed = vault.close("desk", SETTINGS)
    at %= len(sealed.rstrip("=")) - 1
    changed = sealed[:at] + letter + sealed[at + 1 :]

    if changed != sealed:
        with pytest.raises(VaultRefused):
            vault.open("desk", changed)


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n"])
@pytest.mark.parametrize("kept", [True, False], ids=["in the file", "from outside"])
def test_a_key_is_replaced_by_putting_the_new_one_first(tmp_path, between, kept):
    before = open_vault(tmp_path, {VARIABLE: KEY}).close("desk", SETTINGS)
    keys = f"{OTHER}{between}{KEY}"
    if kept:
        (tmp_path / FILE).write_text(keys)
        (tmp_path / FILE).chmod(0o600)
    both = open_vault(tmp_path, {} if kept else {VARIABLE: keys})

    assert both.open("desk", before) == SETTINGS
    assert Vault([OTHER]).open("desk", both.close("desk", SETTINGS)) == SETTINGS


def test_without_a_key_from_outside_one_is_made_that_only_we_may_read(tmp_path):
    sealed = open_vault(tmp_path, {}).close("desk", SETTINGS)

    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert open_vault(tmp_path, {}).open("desk", sealed) == SETTINGS


def test_a_key_from_outside_leaves_none_on_the_disk(tmp_path):
    open_vault(tmp_path, {VARIABLE: KEY})

    assert not list(tmp_path.iterdir())


def test_a_key_that_others_may_read_is_refused_with_the_remedy(tmp_path):
    open_vault(tmp_path, {})
    (tmp_path / FILE).chmod(0o640)

    with pytest.raises(VaultRefused, match=f"chmod 600 {tmp_path / FILE}"):
        open_vault(tmp_path, {})


@pytest.mark.parametrize("content", ["", "\n", "é"])
def test_a_key_file_without_a_key_is_refused_with_the_remedy(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    (tmp_path / FILE).chmod(0o600)

    with pytest.raises(VaultRefused, match="Bring it back from your backup"):
        open_vault(tmp_path, {})


def test_processes_that_start_together_have_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: open_vault(tmp_path, {}), range(8)))

    sealed = vaults[0].close("desk", SETTINGS)
    assert [vault.open("desk", sealed) for vault in vaults] == [SETTINGS] * 8
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("key", ["short", "ä" * 32, f"{44 * 'A'} nonsense"])
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path, key):
    with pytest.raises(VaultRefused) as refused:
        open_vault(tmp_path, {VARIABLE: key})

    assert "Fernet.generate_key" in str(refused.value)
    assert key not in str(refused.value)
