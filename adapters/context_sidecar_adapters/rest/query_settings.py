"""The settings of one query: a request, its pages, and where in the answer the rows are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from context_sidecar.settings import Expression
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.paging_settings import paging
from context_sidecar_adapters.rest.pointer import is_pointer, leads
from context_sidecar_adapters.rest.query import NotFound, Query
from context_sidecar_adapters.rest.request import Request

STATUS = fields.Integer(validate=validate.Range(200, 599))


def _path() -> fields.String:
    return fields.String(
        validate=validate.Regexp(
            r"^/[^?#\s]*$", error="expected a path such as /companies/{{key}}; what follows ? goes "
            "into params",
        ),
        metadata=about(
            "The path below base_url. `{key}` in it is filled with the account's key, quoted."
        ),
    )  # fmt: skip


class RequestSchema(Schema):
    """One call: exactly one of `get` and `post`, and what goes with it. `may_hold` are the
    placeholders for keys that have a meaning in it."""

    may_hold: ClassVar[frozenset[str]] = frozenset()

    get = _path()
    post = _path()
    params = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(),
        load_default=dict,
        metadata=about(
            "The query's parameters. `{key}`, `{keys}` or `{names}` as a whole value, or `'{key}'` "
            "between quotes in a longer text, or without quotes where form is [1-9][0-9]*."
        ),
    )
    json = fields.Raw(
        load_default=None,
        metadata=about("The body of a post, with the same placeholders as params."),
    )
    lists_as = fields.String(
        load_default=None,
        validate=validate.OneOf(["comma", "each"]),
        metadata=about(
            "How {keys} and {names} are sent as a whole value: comma (one text) or each (a "
            "repeated parameter, a list in JSON). Default: each in a post with a body, else comma."
        ),
    )

    @validates_schema(skip_on_field_errors=False)
    def _check_request(self, data: dict[str, Any], **kwargs: Any) -> None:
        if ("get" in data) == ("post" in data):
            raise ValidationError("expected either get or post", "get")
        if data.get("json") is not None and "get" in data:
            raise ValidationError("only a post has a body", "json")
        request = request_of(dict(data))
        mistakes = list(request.mistakes(data.get("form", "")))
        foreign = request.placeholders & {"key", "keys"} - self.may_hold
        mistakes += [f"{{{name}}} has no meaning here" for name in sorted(foreign)]
        if mistakes:
            raise ValidationError(mistakes, request.method)
        if lacking := dict(self.lacking(request, data)):
            raise ValidationError({place: [text] for place, text in lacking.items()})

    def lacking(self, request: Request, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield what else a *request* of this kind must have, each with the setting it is about."""
        yield from ()


def request_of(data: dict[str, Any]) -> Request:
    """Take the request's settings out of *data*, and return the request that they declare."""
    method = "get" if "get" in data else "post"
    json = data.pop("json", None)
    lists_as = data.pop("lists_as", None) or ("each" if json is not None else "comma")
    return Request(method, data.pop(method), data.pop("params", {}), json, lists_as)


class _NotFound(Schema):
    status = fields.List(
        STATUS,
        load_default=list,
        metadata=about(
            "Statuses that say, with JSON: nothing under this key. Believed when said twice, and "
            "once the lookup has found something for another key."
        ),
    )
    when = expression("What in the body says so, true for an answer of not found.")
    empty = fields.Boolean(
        load_default=False,
        metadata=about(
            "Whether the API says so by such a status without a body, which is no JSON."
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> NotFound:
        return NotFound(frozenset(data["status"]), data["when"], empty=data["empty"])


class QuerySchema(RequestSchema):
    """A request whose answer has rows."""

    select = Expression(
        load_default="@",
        metadata=about("Where the row or the list of rows is. Nothing there is a changed schema."),
    )
    total = expression("Where the answer says how many rows there are in all.")
    pairs = fields.Dict(
        keys=fields.String(),
        values=fields.List(Expression(), validate=validate.Length(equal=2)),
        load_default=dict,
        metadata=about(
            "Lists of pairs in a row that are read as objects, each with where a pair has its name "
            "and its value: {customFields: [caption, value]} is read as customFields.Tier then. "
            "One without a value is a changed schema; `@.value` takes its value for null."
        ),
    )
    paging = paging()
    not_found = fields.Nested(
        _NotFound,
        metadata=about(
            "How the API says that it has nothing under a key. Default: status 404 or 410 where "
            "the key is in the path; else only an empty list says so."
        ),
    )

    def lacking(self, request: Request, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """See `RequestSchema`."""
        paging = data.get("paging")
        for name in (getattr(paging, "param", ""), getattr(paging, "size_param", "")):
            if is_pointer(name) and not leads(request.json, name):
                yield "paging", f"there is nothing in the body where {name} leads"


def query_of(data: dict[str, Any]) -> Query:
    """Take the query's settings out of *data*, and return the query that they declare."""
    request = request_of(data)
    by_default = NotFound(frozenset({404, 410} if request.addresses else ()))
    return Query(
        request,
        data.pop("select"),
        data.pop("total"),
        data.pop("paging"),
        data.pop("not_found", by_default),
        data.pop("pairs"),
    )
