"""From the rows that a source lists to accounts with their keys; what is wrong with a row is
counted, and a list that cannot be what it seems is refused."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from context_sidecar.core.account import Account
from context_sidecar.core.adapter import AccountRow, Adapter
from context_sidecar.core.errors import SourceError
from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.matching import Normaliser, visible
from context_sidecar.core.reasons import Reason
from context_sidecar.engine import paths
from context_sidecar.store.generations import Listed

EXAMPLES = 20
"""Ids that are named as examples of what is wrong."""

LONGEST = 250
"""Characters that a key can have; what is longer is a text and identifies nobody."""


@dataclass(slots=True)
class Listing:
    """Reads a source's rows, once, and keeps count.

    `rows` were read and gave `accounts`; `without_id` were left out, and `without_name` go by their
    id. Of rows with one id the first names the account, and all say by what it is known; the others
    are `duplicates`, and the first few ids of them `examples`. `known_by` counts the accounts whose
    first row has each key. Memory holds the ids.
    """

    keys: Mapping[str, str]
    normalise: Normaliser
    rows: int = 0
    without_id: int = 0
    without_name: int = 0
    duplicates: int = 0
    examples: list[str] = field(default_factory=list)
    known_by: dict[str, int] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set, repr=False)
    _seen: set[str] = field(default_factory=set, repr=False)

    @property
    def accounts(self) -> int:
        """How many accounts the rows gave."""
        return len(self._ids)

    @property
    def names(self) -> frozenset[str]:
        """The names in a row that the keys read."""
        return frozenset().union(*(paths.names(path) for path in self.keys.values()))

    def read(self, rows: Iterable[AccountRow]) -> Iterator[Listed]:
        """Yield the accounts in *rows*, as they come; one of a repeated id comes again.

        Raises:
            SourceError: SCHEMA_CHANGED, at the end: not one row had what a key is read from, or
                none had an id.
        """
        self.known_by = dict.fromkeys(self.keys, 0)
        for row in rows:
            self.rows += 1
            listed = self._listed(row)
            if listed:
                yield listed
        if self.rows:
            self._refuse_changed()

    def _listed(self, row: AccountRow) -> Listed | None:
        values = {key: self._values(key, path, row.data) for key, path in self.keys.items()}
        account_id = next(iter(values["id"]), "")
        if not account_id:
            self.without_id += 1
            return None
        name = next(iter(values["name"]), "")
        keys = {key: tuple(found) for key, found in values.items() if found}
        account = Account(account_id, name or account_id, keys, visible(row.link))
        again = account_id in self._ids
        self._count(account, named=bool(name), again=again)
        return Listed(account, self._index(account), again=again)

    def _count(self, account: Account, *, named: bool, again: bool) -> None:
        if again:
            self.duplicates += 1
            if len(self.examples) < EXAMPLES and account.id not in self.examples:
                self.examples.append(account.id)
            return
        self._ids.add(account.id)
        self.without_name += not named
        for key in account.keys:
            self.known_by[key] += 1

    def _values(self, key: str, path: str, row: Mapping[str, object]) -> Sequence[str]:
        """What the row says for a key, as the source writes it."""
        try:
            found = paths.search(path, row)
        except AbsentError:
            return ()
        self._seen.add(key)
        written = list(_texts(found))
        if key == "domain":
            return [domain for text in written if (domain := self.normalise(key, text))]
        return written

    def _index(self, account: Account) -> set[tuple[str, str]]:
        return {
            (key, value)
            for key, written in account.keys.items()
            for text in written
            if (value := self.normalise(key, text))
        }

    def _refuse_changed(self) -> None:
        absent = sorted(self.keys[key] for key in self.keys.keys() - self._seen)
        if absent:
            raise SourceError(
                Reason.SCHEMA_CHANGED, f"no account in the list has {', '.join(absent)}"
            )
        if not self._ids:
            raise SourceError(Reason.SCHEMA_CHANGED, "no account in the list has an id")


def listed(adapter: Adapter, names: Collection[str]) -> Generator[AccountRow, None, None]:
    """Yield what *adapter* lists, with at least *names*.

    Raises:
        SourceError: the list could not be read to its end. What the adapter raises besides counts
            as an unreadable answer.
    """
    try:
        yield from adapter.accounts(names)
    except SourceError:
        raise
    except NotImplementedError as error:
        raise SourceError(
            Reason.NOT_CONFIGURED, "this kind of source cannot list accounts"
        ) from error
    except Exception as error:
        raise SourceError(Reason.BAD_RESPONSE, type(error).__name__) from error


def _texts(found: object) -> Iterator[str]:
    """The texts in what a path found: one, several in a list, or none.

    Spreadsheets hand out whole numbers as floats: 1001.0 is the id 1001.
    """
    if isinstance(found, list | tuple):
        for one in found:
            yield from _texts(one)
    elif isinstance(found, float) and found.is_integer():
        yield str(int(found))
    elif isinstance(found, str | int | float) and not isinstance(found, bool):
        text = visible(str(found)).strip()
        if 0 < len(text) <= LONGEST:
            yield text
