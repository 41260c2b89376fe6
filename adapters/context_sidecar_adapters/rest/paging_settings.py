"""The setting `paging`: how the rest of a long answer is asked for."""

from __future__ import annotations

from typing import Any

from context_sidecar.settings import Expression, Variants
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.paging import ByCursor, ByNextLink, ByOffset, ByPage, OnePage


class _OnePage(Schema):
    most = fields.Integer(
        load_default=0,
        validate=validate.Range(0),
        metadata=about(
            "How many rows the answer can have: an answer of so many may have been cut, and is a "
            "failure. 0 where it is always whole."
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> OnePage:
        return OnePage(1, **data)


class _Pages(Schema):
    maximum = fields.Integer(
        load_default=1000,
        validate=validate.Range(1),
        metadata=about("More pages than this are a failure, not a shorter list."),
    )


class _Sized(_Pages):
    param = fields.String(
        required=True,
        metadata=about(
            "The parameter that says which page: page, offset, after. Deeper in the body of a "
            "post it is a JSON Pointer, such as /params/1, to what stands there for the first page."
        ),
    )
    size_param = fields.String(
        load_default="", metadata=about("The parameter that says how many rows a page has.")
    )
    size = fields.Integer(
        load_default=100,
        validate=validate.Range(1),
        metadata=about("How many rows a page has; sent as size_param."),
    )
    more = expression(
        "Where a page says whether there is another, such as meta.has_more; a page without meta is "
        "a changed schema then. Without it, pages are asked for until total rows have come or one "
        "is empty."
    )


class _ByPage(_Sized):
    start = fields.Integer(load_default=1, metadata=about("The number of the first page."))

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ByPage:
        return ByPage(**data)


class _ByOffset(_Sized):
    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ByOffset:
        return ByOffset(**data)


class _ByCursor(_Sized):
    cursor = Expression(
        required=True,
        metadata=about(
            "Where a page gives the mark for the next one. That what it begins with is not there "
            "is a changed schema; write next || `null` where the last page leaves it out."
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ByCursor:
        return ByCursor(**data)


class _ByNextLink(_Pages):
    next = expression(
        "Where a page gives the address of the next one, as cursor has it. Default: the header "
        "Link, rel=next."
    )
    param = fields.String(
        load_default="",
        metadata=about(
            "The parameter that says which page, by number: a full page without the address of the "
            "next one is followed by asking for that, as the address may have got lost."
        ),
    )
    size = fields.Integer(
        load_default=0,
        validate=validate.Range(0),
        metadata=about("How many rows a full page has."),
    )

    @validates_schema
    def _knows_full_pages(self, data: dict[str, Any], **kwargs: Any) -> None:
        if bool(data.get("param")) != bool(data.get("size")):
            raise ValidationError("expected param and size, or neither", "param")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ByNextLink:
        return ByNextLink(**data)


def paging() -> Variants:
    """Return the setting; it loads as a `Paging`."""
    return Variants(
        {
            "none": _OnePage,
            "page": _ByPage,
            "offset": _ByOffset,
            "cursor": _ByCursor,
            "next_link": _ByNextLink,
        },
        load_default=OnePage(1),
        metadata=about("How the rest of a long answer is asked for."),
    )
