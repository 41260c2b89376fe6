"""The settings of `quotas`: where an API's answers tell what is left of its limits."""

from __future__ import annotations

from typing import Any

from context_sidecar import Quota, RateLimitFields, Unit
from context_sidecar.settings import Duration
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from context_sidecar_adapters.rest.described import about

_PLACE = r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?"


def _place(description: str) -> fields.String:
    return fields.String(
        load_default="",
        validate=validate.Regexp(
            f"^{_PLACE}$",
            error="expected a header such as X-RateLimit-Remaining, or header/parameter for a part "
            "of it",
        ),
        metadata=about(description),
    )


class QuotaSchema(Schema):
    """One limit of the API's. A place is a header, or `header/parameter` for a part of it, such as
    `ratelimit/r`; a number may be told as `12/100`."""

    name = fields.String(
        required=True, metadata=about("What people call it, such as daily; ietf for the standard.")
    )
    per = Duration(required=True, metadata=about("The span that it counts for."))
    left = _place("Where the answer tells what is left.")
    used = _place("Where it tells what is used up, if not what is left.")
    limit = _place("Where it tells the whole, or the whole itself where it is never told.")
    resets = _place("Where it tells when it is whole again; without it, after `per` at the latest.")
    unit = fields.String(
        load_default=Unit.SECONDS.value,
        validate=validate.OneOf([unit.value for unit in Unit]),
        metadata=about(
            "How that is told: in seconds or milliseconds from now, as a time in seconds or "
            "milliseconds since 1970, as ISO 8601 or as an HTTP date."
        ),
    )
    counts = fields.String(load_default="calls", metadata=about("What is counted."))
    path = fields.String(
        load_default="",
        validate=validate.Regexp("^/", error="expected a path such as /search*"),
        metadata=about(
            "The paths below base_url whose calls alone count, with * for any text, where it is a "
            "limit of an endpoint's own: /search*. Only what calls it then waits for it. Where no "
            "answer tells what is left, give limit as a number, and neither left nor used."
        ),
    )

    setting = fields.String(
        load_default="",
        metadata=about("The setting that gives `limit`, so that people are told what to raise."),
    )

    @validates_schema
    def _check_quota(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["name"] == "ietf" or bool(data["left"]) != bool(data["used"]):
            return
        if data["left"] or not (data["path"] and data["limit"].isdecimal()):
            raise ValidationError("expected either left or used", "left")
        if int(data["limit"]) < 1:
            raise ValidationError("expected at least 1", "limit")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Quota | RateLimitFields:
        if data["name"] == "ietf":
            return RateLimitFields(data["per"])
        limit = int(data["limit"]) if data["limit"].isdecimal() else data["limit"].lower()
        return Quota(
            data["name"], data["per"], data["left"].lower(), data["used"].lower(), limit,
            data["resets"].lower(), Unit(data["unit"]), data["counts"], data["path"],
            data["setting"],
        )  # fmt: skip
