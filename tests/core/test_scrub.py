"""What is said about a call holds no secret, whatever kind of error says it."""

from __future__ import annotations

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.scrub import MASK, scrub, scrubbed

SECRET = "s3cr3t/with space"


class OfItsOwnMaking(SourceError):
    """An adapter's own kind of error, made in its own way."""

    def __init__(self, why: str) -> None:
        super().__init__(Reason.BAD_RESPONSE, why, code=why, request_id=why, remedy=why)


@pytest.mark.parametrize(
    "form", [SECRET, "s3cr3t%2Fwith%20space", "s3cr3t%2Fwith+space", "czNjcjN0L3dpdGggc3BhY2U="]
)
def test_a_secret_is_masked_in_every_form_in_which_it_travels(form):
    said = scrub(f"GET /?key={form} refused", {SECRET})

    assert "s3cr3t" not in said
    assert "czNjcjN0" not in said
    assert MASK in said


def test_an_error_keeps_its_kind_and_loses_its_secrets():
    clean = scrubbed(OfItsOwnMaking(f"no luck with {SECRET}"), {SECRET})

    assert isinstance(clean, OfItsOwnMaking)
    assert clean.reason is Reason.BAD_RESPONSE
    assert SECRET not in str(clean) + clean.detail + clean.code + clean.request_id + clean.remedy
    assert MASK in clean.remedy


def test_what_is_said_stays_on_one_line():
    assert "\n" not in scrub("one\ntwo\x1b[31m", ())
