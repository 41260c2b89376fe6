"""The settings of `errors`: how an API says no where its statuses do not tell."""

from __future__ import annotations

from typing import Any

from context_sidecar import Cause, Reason, Unit
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.judgement import WAITS, Rule
from context_sidecar_adapters.rest.query_settings import STATUS

_REASONS = [
    reason.value
    for reason in Reason
    if reason not in {Reason.BUSY, Reason.CIRCUIT_OPEN, Reason.NOT_CONFIGURED}
]


class RuleSchema(Schema):
    """One way in which the API says no."""

    status = fields.List(STATUS, load_default=list, metadata=about("The statuses it is about."))
    when = expression("What in the body shows it. null, false, 0 and empty are no.")
    reason = fields.String(
        required=True,
        validate=validate.OneOf(_REASONS),
        metadata=about("What it means, in our words."),
    )
    code = expression("Where the body has the vendor's own code, for the log.")
    wait = fields.String(
        load_default="",
        metadata=about(
            "The header that says how long to wait, or until when, where the vendor sends no "
            "Retry-After."
        ),
    )
    wait_unit = fields.String(
        load_default=Unit.SECONDS.value,
        validate=validate.OneOf(WAITS),
        metadata=about("How that is told: from now, or as a time since 1970 (epoch)."),
    )
    certain = fields.Boolean(
        load_default=True,
        metadata=about("false where the vendor answers several causes in this same way."),
    )

    causes = fields.List(
        fields.String(validate=validate.OneOf([cause.value for cause in Cause])),
        load_default=list,
        metadata=about(
            "What may lie behind it: one where it is certain, several where the vendor answers "
            "them alike."
        ),
    )

    @validates_schema
    def _check_rule(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data["status"] and not data["when"]:
            raise ValidationError("expected a status, when, or both", "status")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Rule:
        return Rule(
            Reason(data["reason"]), frozenset(data["status"]), data["when"], data["code"],
            wait=data["wait"].lower(), unit=Unit(data["wait_unit"]), certain=data["certain"],
            causes=tuple(map(Cause, data["causes"])),
        )  # fmt: skip
