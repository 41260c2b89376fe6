"""A card as lines: names, and one text for each, for tools that show no more than that.

    from context_sidecar.hosting.lines import lines, no_lines

Each line says itself what is the matter with its value. Such tools keep what they were told until
they are told something else, and take an empty text for nothing. So every line that a card could
have is in every answer: what is not said is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from context_sidecar.core.configuration import Configuration, Install
from context_sidecar.hosting.sheets import Caution, Entry, Row, Sheet

CUSTOMER, ATTENTION, SEEN = "context_customer", "context_attention", "context_seen"

TITLES = {CUSTOMER: "Account", ATTENTION: "Attention", SEEN: "As of"}
"""What the lines that are no fields are called where an admin sets a tool up."""

_MOST_ENTRIES = 5


def lines(told: Sheet, fields: Sequence[str]) -> Mapping[str, str]:
    """Return the lines of a card, by name; *fields* are the names of those that others could
    have."""
    return {
        **dict.fromkeys(fields, ""),
        **{row.field: _value(row) for row in told.rows},
        CUSTOMER: _customer(told),
        ATTENTION: " ".join(caution.flagged for caution in told.cautions),
        SEEN: " · ".join(filter(None, (told.progress, told.seen))),
    }


def titles(configuration: Configuration, install: Install) -> Mapping[str, str]:
    """Return what each line is called that *install* may be told, by name, in the order to show
    them in.

    Raises:
        ValueError: there is none: no card is declared for the tool.
    """
    seen = [one for one in configuration.fields_for(install.host) if one.audience & install.roles]
    if not seen:
        raise ValueError(f"no card is declared for {install.host} that the install may see")
    reasons = {field.because for field in seen}  # stand in the line of what they explain
    fields = {field.id: field.label for field in seen if field.id not in reasons}
    first = {name: TITLES[name] for name in (CUSTOMER, ATTENTION)}
    return {**first, **fields, SEEN: TITLES[SEEN]}


def no_lines(title: str, text: str, fields: Sequence[str]) -> Mapping[str, str]:
    """Return lines that say why there is no card, and take back those of the last."""
    cleared = dict.fromkeys((*fields, CUSTOMER, SEEN), "")
    return {**cleared, ATTENTION: Caution("trouble", f"{title}. {text}").flagged}


def _customer(told: Sheet) -> str:
    if told.matched:
        return told.name
    return " ".join((f"{told.name}.", told.about, _listed(told.candidates)))


def _value(row: Row) -> str:
    return " ".join(filter(None, _parts(row)))


def _parts(row: Row) -> Iterator[str]:
    yield row.value
    yield row.url
    yield f"({row.remark})" if row.remark else ""
    yield _listed(row.entries[:_MOST_ENTRIES])
    yield row.rest


def _listed(entries: Sequence[Entry]) -> str:
    return "; ".join(
        f"{entry.title} ({entry.detail})" if entry.detail else entry.title for entry in entries
    )
