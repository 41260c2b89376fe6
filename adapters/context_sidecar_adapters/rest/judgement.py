"""Whether an answer is one: many an API calls a failure a success, and a proxy answers for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import mktime_tz, parsedate_tz
from http import HTTPStatus
from typing import Any

import jmespath
from context_sidecar import (
    Cause,
    Reason,
    Response,
    SourceError,
    Unit,
    json_or_none,
    status_error,
)

from context_sidecar_adapters.rest.tagged import Tagged

_SINCE_1970 = {Unit.EPOCH_SECONDS, Unit.EPOCH_MILLISECONDS}
_THOUSANDTHS = {Unit.MILLISECONDS, Unit.EPOCH_MILLISECONDS}
WAITS = sorted(_SINCE_1970 | _THOUSANDTHS | {Unit.SECONDS})
_LONGEST = 24 * 3600
"""Nobody is kept waiting for more than a day."""

_SENSIBLE = 366 * _LONGEST
"""Whoever says more than a year, in seconds, means something else."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which the API says no: by status, by what the body says, or by both. `wait` is a
    header that says for how long or until when, in `unit`, `causes` are what may lie behind it."""

    reason: Reason
    status: frozenset[int] = frozenset()
    when: str = ""
    code: str = ""
    wait: str = ""
    unit: Unit = Unit.SECONDS
    certain: bool = True
    causes: tuple[Cause, ...] = ()

    def seconds(self, headers: Mapping[str, str]) -> float | None:
        """Return how long to wait, by the source's own clock, where it says so."""
        said, answered = headers.get(self.wait, ""), parsedate_tz(headers.get("date", ""))
        if not re.fullmatch(r"[0-9]{1,13}(\.[0-9]+)?", said):
            return None
        seconds = float(said) / (1000 if self.unit in _THOUSANDTHS else 1)
        if self.unit in _SINCE_1970:
            seconds -= mktime_tz(answered) if answered else seconds
        return min(seconds, _LONGEST) if 0 < seconds <= _SENSIBLE else None

    def fits(self, status: int, body: Any) -> bool:
        """Whether an answer of *status* with *body* (None where it is no JSON) is this failure."""
        if self.status and status not in self.status:
            return False
        return not self.when or bool(jmespath.search(self.when, body))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The declared `errors`, in order, what makes an answer `ok`, the media types of JSON, and
    which objects in it are values."""

    rules: Sequence[Rule] = ()
    ok: str = ""
    media_types: frozenset[str] = frozenset()
    tagged: Tagged = field(default_factory=Tagged)

    def explain(self, response: Response) -> SourceError | None:
        """Return the declared failure that *response* is, if it is one."""
        body = json_or_none(response) if self.is_json(response) else None
        is_success = response.status < HTTPStatus.MULTIPLE_CHOICES
        status = (is_success and _said_status(body)) or response.status
        rule = next((rule for rule in self.rules if rule.fits(status, body)), None)
        if rule is None:
            return None
        code = jmespath.search(rule.code, body) if rule.code else None
        return SourceError(
            rule.reason,
            f"declared in errors, status {status}",
            retry_after=rule.seconds(response.headers),
            code="" if code is None else str(code)[:80],
            certain=rule.certain,
            possible_causes=rule.causes,
        )

    def body(self, response: Response) -> Any:
        """Return what *response* says.

        Raises:
            SourceError: it is a declared failure, no JSON, nothing but an error, or not `ok`. An
                error that says a status is what this stands for.
        """
        if error := self.explain(response):
            raise error
        if not self.is_json(response):
            raise SourceError(Reason.BAD_RESPONSE, f"{_media_type(response)} where JSON belongs")
        body = response.json()
        if not isinstance(body, Mapping | list):
            raise SourceError(Reason.BAD_RESPONSE, "the answer is neither an object nor a list")
        if status := _said_status(body):
            raise status_error(status, "an error in a success")
        if _is_error(body):
            raise SourceError(Reason.BAD_RESPONSE, "an error, and nothing else, in a success")
        if self.ok and not jmespath.search(self.ok, body):
            raise SourceError(Reason.BAD_RESPONSE, f"the answer is not ok ({self.ok})")
        return self.tagged.plain(body)

    def is_json(self, response: Response) -> bool:
        """Whether *response* calls itself JSON."""
        media_type = _media_type(response)
        return media_type.endswith(("/json", "+json")) or media_type in self.media_types

    def denial(self, response: Response) -> None:
        """Check that *response*, of a status for "not found", is the API's own word: what is no
        JSON is the word of something else, which answers at a wrong address or in between.

        Raises:
            SourceError: it is a declared failure, or no JSON.
        """
        if error := self.explain(response):
            raise error
        if not self.is_json(response):
            raise SourceError(
                Reason.ENDPOINT_GONE,
                f"status {response.status} with {_media_type(response)} where JSON belongs",
                certain=False,
            )


_FAILURES = range(400, 600)
_ERRORS = frozenset({"error", "errors", "fault"})
_BESIDE_ERRORS = _ERRORS | {
    "code", "data", "detail", "details", "error_code", "error_description", "message", "messages",
    "ok", "path", "request_id", "requestid", "status", "statuscode", "success", "timestamp",
    "title", "type",
}  # fmt: skip
"""What stands beside an error where there is nothing else to say. A record may well have a property
of the name, so one with any other is taken for a record."""


def _is_error(body: Any) -> bool:
    said = _said(body)
    return bool(said.keys() & _ERRORS) and said.keys() <= _BESIDE_ERRORS


def _said_status(body: Any) -> int | None:
    """Return the status that *body* says it has, where it is a failure, and *body* nothing but an
    error: `statusCode` with or without one, as frameworks such as Nest have it, or `status`."""
    said = _said(body)
    name = "statuscode" if "statuscode" in said else "status" if _is_error(body) else ""
    status = said.get(name)
    is_failure = type(status) is int and status in _FAILURES and said.keys() <= _BESIDE_ERRORS
    return status if is_failure else None


def _said(body: Any) -> Mapping[str, Any]:
    """Return what *body* has, by names in small letters."""
    pairs = body.items() if isinstance(body, Mapping) else ()
    return {str(name).casefold(): value for name, value in pairs if value}


def _media_type(response: Response) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower() or "no type"
