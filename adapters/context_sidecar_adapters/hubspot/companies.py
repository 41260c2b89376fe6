"""Companies, by whatever key they are known, with all that is asked for and can be there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from context_sidecar import (
    Answer,
    Cause,
    NoMatch,
    Reason,
    Row,
    Rows,
    SourceError,
    Unasked,
    intact,
    is_number,
    nothing_shown,
)

from context_sidecar_adapters.hubspot.crm import FOUND_AT_MOST, ID, Crm, Record


class Companies:
    """The companies of one HubSpot account. *by* is what keys are: `id`, `domain`, or the name of
    a property that is declared to have unique values."""

    def __init__(self, crm: Crm, by: str) -> None:
        self._crm, self._by = crm, by

    def answers(
        self, keys: Sequence[str], names: Collection[str], link: Callable[[Row], str]
    ) -> dict[str, Answer | SourceError]:
        """Return the answer to each of *keys*: a company's properties, and its `owner` if named."""
        # One malformed id would fail the batch for all.
        asked = [key for key in keys if self._by != "id" or is_number(key)]
        rows, denied = self._rows(asked, properties(names)) if asked else ([], set())
        self._complete(rows, names)
        reader = Rows(
            lambda row: self._asked_as(row, asked),
            link=link,
            name=lambda row: f"{row['name']} ({row['id']})",
            same=str.lower,
        )
        doubt = SourceError(Reason.BAD_RESPONSE, "a company was neither shown nor denied")
        refused = Unasked(Reason.NOT_CONFIGURED, "the account's key is no HubSpot id")
        answers = {
            key: doubt if isinstance(answer, NoMatch) and key not in denied else answer
            for key, answer in intact(reader.answers(asked, rows), [ID]).items()
        }
        return dict.fromkeys(keys, refused) | self._doubted(answers)

    def prove(self) -> None:
        """Make sure that we are shown companies.

        Raises:
            SourceError: PERMISSION_DENIED, we are shown none.
        """
        if next(self._crm.every("companies", ["name"]), None) is None:
            causes = Cause.MISSING_SCOPE, Cause.NOTHING_THERE
            raise nothing_shown("HubSpot shows no company", causes)

    def _rows(
        self, keys: Collection[str], wanted: Collection[str]
    ) -> tuple[list[Record], set[str]]:
        """The companies that are found, and the keys of which HubSpot says that it has none."""
        if self._by == "domain":
            return self._of_domains(keys, wanted), set(keys)
        if self._by == "id":
            return self._crm.read("companies", keys, {*wanted, "hs_merged_object_ids"})
        return self._crm.read("companies", keys, {*wanted, self._by}, by=self._by)

    def _of_domains(self, domains: Collection[str], wanted: Collection[str]) -> list[Record]:
        values = [domain.lower() for domain in domains]
        filters = [{"propertyName": "domain", "operator": "IN", "values": values}]
        rows, total = self._crm.search("companies", filters, {*wanted, "domain"}, FOUND_AT_MOST)
        if len(rows) != total:
            raise SourceError(Reason.BAD_RESPONSE, "not as many companies as HubSpot announced")
        return rows

    def _doubted(self, answers: dict[str, Answer | SourceError]) -> dict[str, Answer | SourceError]:
        """The answers of a search with their nones doubted: it shows only what we may see, and what
        was entered a minute ago may not be in its index yet."""
        if self._by != "domain" or NoMatch() not in answers.values():
            return answers
        self.prove()
        lagging = NoMatch(certain=False)
        return {key: lagging if one == NoMatch() else one for key, one in answers.items()}

    def _asked_as(self, row: Row, keys: Collection[str]) -> object:
        """The key that a company was asked by: its id may be one that was merged into it."""
        if self._by != "id":
            return row[self._by]
        merged = (row.get("hs_merged_object_ids") or "").split(";")
        return next((one for one in [row["id"], *merged] if one in keys), row["id"])

    def _complete(self, rows: Sequence[Record], names: Collection[str]) -> None:
        """Put a null where a property exists and a company has none, and the owner if named."""
        for name in properties(names):
            lacking = [row for row in rows if name not in row]
            if lacking and self._crm.knows("companies", name):
                for row in lacking:
                    row[name] = None
        if not rows or "owner" not in _roots(names):
            return
        people = self._crm.owners()
        if {row["hubspot_owner_id"] for row in rows} - people.keys() - {None}:
            people |= self._crm.owners(archived=True)
        for row in rows:
            one = row["hubspot_owner_id"]
            row["owner"] = people.get(one, {"name": f"Owner {one}"}) if one else None


def properties(names: Collection[str]) -> set[str]:
    """Return the properties that *names* are read from."""
    roots = _roots(names)
    owner = {"hubspot_owner_id"} if "owner" in roots else set()
    return {"name", *roots, *owner} - {"id", "owner"}


def _roots(names: Collection[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}
