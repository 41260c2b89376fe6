"""Why it cannot be said whose a record is: what is known of the failure is said, as on a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.account import Unmatched
from context_sidecar.core.causes import Cause, Particulars
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record
from context_sidecar.core.source import Limits, Trouble
from context_sidecar.wording import answer, words
from support.gallery import HELPDESK, NOW, context

HOST = replace(HELPDESK, limits=Limits(rate=6))
LIMITED = Trouble(HOST, Reason.RATE_LIMITED, NOW, Particulars(causes=(Cause.OWN_LIMIT,)))
SUSPECTED = Trouble(
    HOST, Reason.CREDENTIAL_EXPIRED, NOW,
    Particulars(certain=False, causes=(Cause.TOKEN_EXPIRED, Cause.WRONG_INSTANCE)),
)  # fmt: skip


def not_found(trouble, locale="en"):
    shown = answer(context(match=Unmatched(trouble=trouble)), words(locale, "Europe/Berlin"))
    return shown["match"]["message"]


def not_confirmed(trouble, locale="en"):
    keys = {"requester_email": "ana@acme.example"}
    read_at = NOW - timedelta(hours=3)
    record = Record("iframe", "ticket", "4711", keys, read_at=read_at, trouble=trouble)
    [notice] = answer(context(record=record), words(locale, "Europe/Berlin"))["notices"]
    return notice["details"]


either = pytest.mark.parametrize("said", [not_found, not_confirmed])


@either
@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Helpdesk is not asked more often just now: our own limit for it (6 a minute)"),
        ("de", "unsere eigene Grenze dafür (6 pro Minute) ist ausgeschöpft"),
        ("fr", "notre propre limite (6 par minute) est atteinte"),
        ("es", "Helpdesk no se consulta más por ahora: nuestro propio límite (6 por minuto)"),
        ("ja", "1 分に 6 回"),
    ],
)
def test_our_own_limit_is_no_limit_of_the_hosts(said, locale, words):
    assert words in said(LIMITED, locale)


@either
def test_a_suspicion_is_said_to_be_one_with_all_that_it_may_be(said):
    told = said(SUSPECTED)

    assert "Helpdesk no longer accepts our key, as it seems" in told
    assert "Possible causes: the token has expired or the token is one of another" in told
