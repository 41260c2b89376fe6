"""The fields of issues, as Jira describes them, and what issues have there.

From "Issue fields" of Atlassian's REST API reference, platform v3: `/field` lists all that our user
may see, custom ones by an id that stays when they are renamed. What may be chosen from is shown to
those only who administer Jira.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from context_sidecar import FieldType, Http, ListedFields, Row, Shape, ShapeField

FIELDS = ListedFields("issues", "Close")

TYPES = {
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "number": FieldType.NUMBER,
}
"""What of ours Jira's types are; people, options, versions and the like are texts, by their
names."""

NAMED_BY = ("value", "displayName", "name", "key")


def listed(http: Http) -> list[Row]:
    """Return what Jira says of each field."""
    found: list[Row] = http.get("/rest/api/3/field").json()
    return found


def shape(rows: Iterable[Row], key: str) -> Shape:
    """Return the shape of a list of open issues, whose fields are described by *rows*; *key* is the
    id of that which names the customer."""
    return FIELDS.shape((_field(row, row["schema"]) for row in rows if "schema" in row), key)


def wanted(names: Collection[str]) -> set[str]:
    """Return the ids of the fields that *names* are read from."""
    return {name.partition(".")[0] for name in FIELDS.wanted(names)}


def values(issues: Iterable[Row], ids: Collection[str]) -> dict[str, list[Any]]:
    """Return what *issues* have in the fields of these *ids*. A field that an issue is shown
    without is none, or is hidden, and is left out."""
    shown = [issue["fields"] for issue in issues]
    return {
        one: [value for fields in shown for value in _plain(fields[one])]
        for one in sorted(ids)
        if all(one in fields for fields in shown)
    }


def _field(row: Row, schema: Mapping[str, Any]) -> ShapeField:
    native = str(schema["items"] if schema["type"] == "array" else schema["type"])
    return ShapeField(
        ("fields", row["id"]),
        TYPES.get(native, FieldType.TEXT),
        label=row["name"],
        native=native,
        filterable=row.get("searchable"),
        each=True,
    )


def _plain(value: Any) -> Iterator[Any]:
    """Give what people see of *value*: nothing where it is empty, each of several."""
    match value:
        case None | "":
            return
        case list():
            for one in value:
                yield from _plain(one)
        case dict():
            yield next((value[name] for name in NAMED_BY if name in value), value)
        case _:
            yield value
