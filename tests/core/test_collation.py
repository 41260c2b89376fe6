"""What a database takes for equal is no customer's name spelled in two ways."""

from __future__ import annotations

import pytest
from context_sidecar import collated
from context_sidecar.core.collation import spelled_otherwise
from hypothesis import given
from hypothesis import strategies as st

ALIKE = [
    ("Müller", "Muller"), ("Müller", "mueller"), ("Müller", "Mu\N{COMBINING DIAERESIS}ller"),
    ("Weiß", "Weiss"), ("Weiß", "WEIS"), ("Øre", "Ore"), ("Ålborg", "aalborg"), ("Łódź", "Lodz"),
    ("Œuvre", "oeuvre"), ("Ἀθήνα", "Αθηνα"), ("Чёрный", "Черныи"), ("カナ", "かな"),
    ("K-1", "K-1 "),
    ("K-1", "\N{FULLWIDTH LATIN CAPITAL LETTER K}-1"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE, ids=ascii)
def test_what_some_collation_takes_for_equal_is_spelled_otherwise(one, other):
    assert collated(one) == collated(other)
    assert spelled_otherwise(other, ["C-1", one])
    assert spelled_otherwise(one, [other])


@pytest.mark.parametrize("other", ["Möller", "Müllers", "Mller", "", "C-1"])
def test_another_name_is_another(other):
    assert not spelled_otherwise(other, ["Müller", "K-1"])


def test_a_key_in_another_case_is_the_key_itself():
    """Whether the source tells C-1 from c-1, it says by itself."""
    assert not spelled_otherwise("c-1", ["C-1"])
    assert not spelled_otherwise("MÜLLER", ["Muller", "Müller"])


@given(st.text(), st.lists(st.text()))
def test_nothing_that_was_asked_for_is_spelled_otherwise(text, others):
    assert not spelled_otherwise(text, [text, *others])
