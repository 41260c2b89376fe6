"""The settings of `rest`: the small language in which an API is declared."""

from __future__ import annotations

from typing import Any

from context_sidecar.settings import Address, TimeZone
from context_sidecar.settings.sign_in import SignInSetting
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from context_sidecar_adapters.rest.check import Check
from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.evidence_settings import unfit
from context_sidecar_adapters.rest.lookup_settings import (
    AccountsSchema,
    LookupSchema,
    RecordSchema,
)
from context_sidecar_adapters.rest.push_settings import PushSchema
from context_sidecar_adapters.rest.query_settings import (
    RequestSchema,
    request_of,
)
from context_sidecar_adapters.rest.quota_settings import QuotaSchema
from context_sidecar_adapters.rest.rights_settings import RightsSchema
from context_sidecar_adapters.rest.rule_settings import RuleSchema
from context_sidecar_adapters.rest.tagged import PLACE, Tagged


class _Check(RequestSchema):
    says = expression("What in the answer names whom we are signed in as.")
    sees_all = expression(
        "What in the answer shows that nothing is hidden from whom we are signed in as. Looked at "
        "again before any none, list or listing is believed."
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Check:
        return Check(request_of(data), data["says"], data["sees_all"])


class _Tagged(Schema):
    by = fields.String(
        required=True,
        validate=validate.Length(min=1),
        metadata=about("The property that says what an object stands for, such as __class__."),
    )
    texts = fields.Dict(
        keys=fields.String(),
        values=fields.String(
            validate=validate.Regexp(
                PLACE,
                error="expected a text with properties in braces, such as "
                "{{year:4}}-{{month:2}}-{{day:2}}",
            )
        ),
        required=True,
        metadata=about(
            "What each is written as, with {name} for a property and {name:2} for one of at least "
            'two digits, such as date: "{year:4}-{month:2}-{day:2}".'
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Tagged:
        return Tagged(**data)


class RestSettings(Schema):
    """What `settings` of a source with `adapter: rest` hold."""

    base_url = Address(
        required=True, metadata=about("Where the API lives; every path is below it.")
    )
    sign_in = SignInSetting(
        load_default=None, metadata=about("How we prove who we are. Default: not at all.")
    )
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata=about("Headers of every call. They are no place for a secret; sign_in is."),
    )
    time_zone = TimeZone(
        load_default=None,
        metadata=about(
            "The zone of times that name none, and of the midnights that stand for dates. Without "
            "it a time that names no zone is no time."
        ),
    )
    media_types = fields.List(
        fields.String(),
        load_default=list,
        metadata=about("Media types besides JSON's own under which this API sends JSON."),
    )
    tagged = fields.Nested(
        _Tagged,
        load_default=Tagged(),
        metadata=about("Which objects stand for dates, amounts and the like, and how they read."),
    )
    max_bytes = fields.Integer(
        load_default=1_000_000,
        strict=True,
        validate=validate.Range(1_000, 50_000_000),
        metadata=about("An answer of more bytes than this is refused, as it may have no end."),
    )
    ok = expression("What in the body of a success shows that it is one, such as `success`.")
    errors = fields.List(
        fields.Nested(RuleSchema),
        load_default=list,
        metadata=about(
            "How this API says no where its statuses do not tell, the first that fits; judged on "
            "every answer, successes included."
        ),
    )
    quotas = fields.List(
        fields.Nested(QuotaSchema),
        load_default=list,
        metadata=about(
            "Where its answers tell what is left of its limits, so that they do not bite: the "
            "background keeps off before they do, and what is left is shown."
        ),
    )
    check = fields.Nested(
        _Check,
        required=True,
        metadata=about("The cheapest call that proves that the settings work."),
    )
    scope = fields.List(
        fields.Nested(RightsSchema),
        load_default=list,
        metadata=about(
            "Where its answers tell what our credential may do, which `sidecar doctor` compares "
            "with what is needed."
        ),
    )
    lookups = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(LookupSchema),
        load_default=dict,
        metadata=about("The questions that fields ask, by name; account is the usual one."),
    )
    accounts = fields.Nested(
        AccountsSchema, load_default=None, metadata=about("How all accounts are listed.")
    )
    push = fields.Nested(
        PushSchema,
        load_default=None,
        metadata=about(
            "The form of the API's own webhooks, which say what has changed. The secret stands in "
            "`push` of the source. Without it they are taken as Standard Webhooks."
        ),
    )
    records = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(RecordSchema),
        load_default=dict,
        metadata=about("How a record's keys are read, by the record's type, such as ticket."),
    )

    @validates_schema
    def _lists_what_lookups_are_taken_from(self, data: dict[str, Any], **kwargs: Any) -> None:
        for name, query in data["lookups"].items():
            if query.from_list and data["accounts"] is None:
                told = "there is no list of accounts to take them from"
                raise ValidationError({"lookups": {name: {"value": {"from_list": [told]}}}})

    @validates_schema
    def _knows_what_needs_rights(self, data: dict[str, Any], **kwargs: Any) -> None:
        for at, rights in enumerate(data["scope"]):
            if unknown := [name for name in rights.of if name not in data["lookups"]]:
                told = f"there is no lookup {unknown[0]}"
                raise ValidationError({"scope": {at: {"of": [told]}}})

    @validates_schema
    def _sees_all_that_changes(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Who no longer sees a thing is not told that it has changed."""
        for name, query in data["lookups"].items():
            kept = query.in_bulk and query.in_bulk.changes
            if kept and not (query.sees_all or data["check"].sees_all):
                told = "sees_all of the check has to show that no change is hidden from us"
                raise ValidationError({"lookups": {name: {"value": {"in_bulk": [told]}}}})

    @validates_schema
    def _knows_what_finds_keys(self, data: dict[str, Any], **kwargs: Any) -> None:
        for name, told in unfit(data["lookups"]):
            raise ValidationError({"lookups": {name: {"value": {"known": [told]}}}})
