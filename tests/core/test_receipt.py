"""A receipt tells whether a text is what was shown, and gives away nothing of it."""

import pytest
from context_sidecar.core.receipt import CODE_BITS, Line, Receipt, code_of, digest, read_code
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START

SHOWN = ("Acme GmbH, as seen on 23 Nov 2026", "Account tier: Enterprise", "- Export fails · open")


def receipt(*lines):
    return Receipt(
        "7F3K-Q2MD", START, "intranet", "iframe/ticket", "4711", "ana", "001A", "ticket", "s4lt",
        tuple(Line(digest("s4lt", line), f"field{place}") for place, line in enumerate(lines)),
    )  # fmt: skip


def test_the_very_text_is_whole():
    kept = receipt(*SHOWN)
    assert kept.added("\n".join(SHOWN)) == ()
    assert kept.lacking("\n".join(SHOWN)) == ()


@pytest.mark.parametrize("manner", ["> {}", "  {}  ", "* {}", "\t• {}", "{}\n\n", "> > {}"])
def test_a_text_that_was_quoted_listed_or_spaced_is_still_whole(manner):
    pasted = "\n".join(manner.format(line.lstrip("- ")) for line in SHOWN)
    assert receipt(*SHOWN).added(pasted) == ()
    assert receipt(*SHOWN).lacking(pasted) == ()


def test_an_altered_line_is_named_and_so_is_what_it_took_the_place_of():
    kept, pasted = receipt(*SHOWN), "\n".join(SHOWN).replace("Enterprise", "Standard")
    assert kept.added(pasted) == ("Account tier: Standard",)
    assert [line.field for line in kept.lacking(pasted)] == ["field1"]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5), st.text(min_size=1))
def test_no_line_that_was_not_shown_passes(shown, other):
    lines = {" ".join(line.split()) for one in shown for line in one.splitlines()}
    kept = receipt(*lines)
    for line in kept.added(other):
        assert " ".join(line.split()) not in lines


def test_the_same_line_has_another_digest_in_another_receipt():
    assert digest("one", "Account tier: Enterprise") != digest("two", "Account tier: Enterprise")


@given(st.integers(0, 2**CODE_BITS - 1))
def test_every_code_is_read_as_it_was_written_however_it_is_typed(number):
    code = code_of(number)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code} ", code.replace("0", "O")):
        assert read_code(typed) == code


@pytest.mark.parametrize("typed", ["", "7F3K", "7F3K-Q2MDX", "7F3K-Q2MU", "../../etc", "7F3K-Q2M!"])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) is None
