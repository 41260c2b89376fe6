"""Whose card it is, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from context_sidecar.core.account import Account, Ambiguous, Match, Matched, Unmatched
from context_sidecar.core.context import Context
from context_sidecar.core.source import Source, Trouble
from context_sidecar.wording.keys import key_label
from context_sidecar.wording.times import STANDING, placed, rfc3339
from context_sidecar.wording.troubles import say_causes, trouble_since, who_has_it
from context_sidecar.wording.visible import encodable, link, visible
from context_sidecar.wording.words import Words


def say_match(words: Words, context: Context) -> dict[str, Any]:
    """Return, for the answer, how the record's account was found, or why there is none.

    `state` is `matched`, `unmatched`, `ambiguous`, or, where it cannot be said yet whether there is
    an account, `pending` or `failed`.
    """
    match, accounts = context.match, context.accounts
    tried = match.tried if isinstance(match, Unmatched) else ()
    candidates = match.candidates if isinstance(match, Ambiguous) else ()
    return {
        "state": _state(match),
        "headline": _headline(words, match),
        "message": words.paragraph(_message(words, context)),
        "by": None if isinstance(match, Unmatched) else match.by,
        "value": None if isinstance(match, Unmatched) else encodable(match.value),
        "candidates": [_candidate(words, account, candidates) for account in candidates],
        "tried": [
            {"key": key, "label": key_label(words, key), "value": visible(value)}
            for key, value in tried
        ],
        "owner": {"team": accounts.owner.id, "label": accounts.owner.name} if accounts else None,
    }


def _state(match: Match) -> str:
    match match:
        case Matched():
            return "matched"
        case Ambiguous():
            return "ambiguous"
        case Unmatched(trouble=None):
            return "unmatched"
        case Unmatched(trouble=Trouble(reason=None)):
            return "pending"
        case _:
            return "failed"


def _headline(words: Words, match: Match) -> str:
    match match:
        case Matched():
            return ""
        case Ambiguous(candidates):
            return words.plural(
                "{count} possible customer", "{count} possible customers", len(candidates)
            )
        case Unmatched(trouble=None):
            return words.text("No customer found")
        case Unmatched(trouble=Trouble(reason=None)):
            return words.text("Looking for the customer")
        case _:
            return words.text("Customer not known yet")


def _message(words: Words, context: Context) -> Iterator[str]:
    match context.match:
        case Matched(by=by, value=value):
            key = key_label(words, by)
            yield words.text("Found by {key} “{value}”.", key=key, value=visible(value))
        case Ambiguous(_, by, value):
            yield from _several(words, by, value, context.accounts)
        case Unmatched(trouble=None) as unmatched:
            yield from _nobody(words, unmatched, context.accounts)
        case Unmatched(trouble=Trouble() as trouble):
            yield from _cannot_say(words, trouble, context.generated_at)


def _several(words: Words, by: str, value: str, accounts: Source | None) -> Iterator[str]:
    key = key_label(words, by)
    yield words.text("They share the {key} “{value}”.", key=key, value=visible(value))
    yield words.text("None is shown, because a guess could be wrong.")
    if accounts:
        yield words.text("{team} can say which customer it is.", team=accounts.owner.name)


def _nobody(words: Words, unmatched: Unmatched, accounts: Source | None) -> Iterator[str]:
    if not unmatched.tried and not unmatched.nobodys:
        yield words.text("There is nothing here by which a customer could be found.")
    for key, value in unmatched.nobodys:
        yield words.text(
            "“{value}” ({key}) points to no customer: it is at a free mail service, or has no "
            "domain of its own.",
            key=key_label(words, key), value=visible(value),
        )  # fmt: skip
    if unmatched.tried:
        keys = words.several(
            words.text("{key} “{value}”", key=key_label(words, key), value=visible(value))
            for key, value in unmatched.tried
        )
        yield words.text("Looked for: {keys}.", keys=keys)
        if accounts:
            yield words.text("{source} has no such customer.", source=accounts.label)
    if accounts:
        yield words.text("{team} can add what is missing.", team=accounts.owner.name)


def _cannot_say(words: Words, trouble: Trouble, now: datetime) -> Iterator[str]:
    yield from _what(words, trouble, now)
    if trouble.reason:
        yield words.text("So it cannot be said yet who the customer is.")
        yield who_has_it(words, trouble.source, trouble.reason)


def _what(words: Words, trouble: Trouble, now: datetime) -> Iterator[str]:
    source, known = trouble.source, trouble.particulars
    if trouble.reason is None:
        yield words.text("{source} is being asked now.", source=source.label)
        return
    what = trouble_since(words, source, trouble.reason, trouble.since, now, known)
    yield words.text("{sentence}.", sentence=what)
    yield say_causes(words, known)


def _candidate(
    words: Words, account: Account, candidates: tuple[Account, ...]
) -> dict[str, str | list[dict[str, str]]]:
    """One of several, with the keys that tell it from the others."""
    apart = [
        key
        for key, values in account.keys.items()
        if key not in {"id", "name"} and any(each.keys.get(key) != values for each in candidates)
    ]
    return {
        "id": encodable(account.id),
        "name": visible(account.name),
        "link": link(account.link),
        "keys": [
            {
                "key": key,
                "label": key_label(words, key),
                "value": words.several(map(visible, account.keys[key])),
            }
            for key in apart
            if account.id not in account.keys[key]
        ],
    }


def say_overdue(words: Words, context: Context) -> dict[str, Any] | None:
    """Return a notice, for the answer, that the list of customers itself may be out of date."""
    overdue = context.overdue
    if overdue is None:
        return None
    headline = words.text(
        "The list of customers from {source} may be out of date.", source=overdue.source.label
    )
    return _notice(words, headline, overdue, context.generated_at)


def say_read(words: Words, context: Context) -> dict[str, Any] | None:
    """Return a notice, for the answer, that whom the record is about was read some time ago, and
    that its source cannot say whether that still holds."""
    record, now = context.record, context.generated_at
    if record.read_at is None or record.trouble is None or record.trouble.reason is None:
        return None
    headline = words.text(
        "The customer behind this record was last confirmed: {time}.",
        time=placed(words, STANDING, record.read_at, now),
    )
    return _notice(words, headline, record.trouble, now)


def _notice(words: Words, headline: str, trouble: Trouble, now: datetime) -> dict[str, Any]:
    source = trouble.source
    details = words.paragraph(_why(words, trouble, now))
    return {
        "kind": "trouble",
        "source": source.id,
        "reason": trouble.reason.value if trouble.reason else None,
        "fields": [],
        "headline": headline,
        "details": details,
        "message": words.paragraph((headline, details)),
        "ago": None,
        "unjudged": [],
        "since": rfc3339(trouble.since),
        "next_try_at": None,
        "owner": {"team": source.owner.id, "label": source.owner.name},
    }


def _why(words: Words, trouble: Trouble, now: datetime) -> Iterator[str]:
    yield from _what(words, trouble, now)
    if trouble.reason:
        yield who_has_it(words, trouble.source, trouble.reason)
