"""The settings by which it is told what our credential may do."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.query_settings import RequestSchema, request_of
from context_sidecar_adapters.rest.rights import Rights


class RightsSchema(RequestSchema):
    """What one answer tells: of a call of its own, or else of the check's."""

    excess = expression(
        "What in the answer lists rights that are too much for reading, such as "
        "`permissions[?ends_with(@, '.write')]`. They are named by `sidecar doctor`."
    )
    right = fields.String(
        load_default="",
        metadata=about("A right that is needed, in the system's own words; `has` shows it."),
    )
    has = expression("What in the answer shows that we have `right`; null where it is not told.")
    of = fields.List(
        fields.String(),
        load_default=list,
        metadata=about(
            "The lookups that need `right`: in a recipe it is too much where none of them is used. "
            "Default: everything does."
        ),
    )
    unavoidable = fields.String(
        load_default="",
        metadata=about(
            "What a credential may do beyond reading that has what is needed, because the system "
            "has no narrower one, such as: writing whatever an administrator may."
        ),
    )

    @validates_schema(skip_on_field_errors=False)
    def _check_request(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "get" in data or "post" in data:
            super()._check_request(data, **kwargs)

    @validates_schema
    def _tells_something(self, data: dict[str, Any], **kwargs: Any) -> None:
        if bool(data["right"]) != bool(data["has"]):
            raise ValidationError("expected right and has, both or neither", "right")
        if not (data["excess"] or data["has"] or data["unavoidable"]):
            raise ValidationError("expected one of excess, has and unavoidable")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Rights:
        asks = "get" in data or "post" in data
        request = request_of(data) if asks else None
        return Rights(
            request, data["excess"], data["right"], data["has"], tuple(data["of"]),
            data["unavoidable"],
        )  # fmt: skip
