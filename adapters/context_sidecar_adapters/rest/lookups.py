"""A lookup, carried out: the rows of keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import Any

import jmespath
from context_sidecar import (
    AccountRow,
    Adapter,
    Answer,
    Answers,
    Found,
    NoMatch,
    Reason,
    Rows,
    Several,
    SourceError,
    Unasked,
    check_intact,
    each_once,
    fill_link,
    intact,
    key_text,
    own_time,
)

from context_sidecar_adapters.rest.changes import InBulk
from context_sidecar_adapters.rest.description import Description
from context_sidecar_adapters.rest.everybody import believed, filled, owned
from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.query import (
    Query,
    check_rows,
    check_total,
    said,
    search,
    total_of,
    with_total,
)
from context_sidecar_adapters.rest.request import Blanks
from context_sidecar_adapters.rest.shape import Shape, check_properties

Find = Callable[[Sequence[str]], Answers]


@dataclass(frozen=True, slots=True)
class LookupQuery:
    """A lookup as declared: its query, and how a row says whose it is, how old, and where.

    `key`, `name` and `as_of` are JMESPath expressions into a row; one without a `key` is of the one
    in its address. From `from_list` keys on, the list of accounts is read, or as `in_bulk` says.
    `known` names the lookup that finds a key if there is such, and `any_key` says that none can:
    they are what an empty list is believed by. `proof` shows that such rows are shown to us at all,
    `sees_all` that we are shown all. A row that has not what all have, `always`, is not believed to
    have nothing. With `omits_nulls` it has none of what it leaves out and others have.
    """

    query: Query
    batch: int = 1
    key: str = ""
    many: bool = False
    ignore_case: bool = False
    name: str = ""
    link: str = ""
    as_of: str = ""
    as_of_dialect: str = ""
    canary: str = ""
    canary_of: str = ""
    proof: Query | None = None
    everyone: bool = False
    found_by: str = ""
    omits_nulls: bool = False
    from_list: int = 0
    in_bulk: InBulk | None = None
    sums: bool = False
    sees_all: str = ""
    known: str = ""
    any_key: bool = False
    form: str = ""
    always: Sequence[str] = ()
    shape: Shape = field(default_factory=Shape)
    described: Sequence[Description] = ()

    def ask(
        self,
        adapter: Adapter,
        judge: Judgement,
        keys: Sequence[str],
        names: Collection[str],
        find: Find | None = None,
    ) -> Answers:
        """Return the answer to each of *keys*; *find* asks the lookup that is `known`.

        A list without any row is empty only of a key that there is. A row that does not count tells
        of it, too, and so does an address that would not be found otherwise.

        Raises:
            SourceError: what comes cannot be believed, such as a row that comes twice: it has moved
                from page to page, and another may have been passed over. PERMISSION_DENIED, there
                is no row at all, and no proof that we would be shown one.
        """
        sent = [key for key in keys if self._can_ask(key)]
        unsent = Unasked(
            Reason.NOT_CONFIGURED,
            f"the key is not of the form {self.form}" if self.form else "the key cannot be sent",
            remedy="Look whether the source's key in sidecar.yaml is that of its accounts.",
        )
        answers: dict[str, Any] = dict.fromkeys(keys, unsent)
        if sent:
            pages = list(self.query.pages(adapter, judge, Blanks(sent, sorted(names))))
            if pages[0].denied:
                by_status = pages[0].response.status in self.query.not_found.status
                return answers | dict.fromkeys(sent, NoMatch(certain=not by_status))
            rows = [row for page in pages for row in page.rows]
            zone = adapter.settings["time_zone"]
            reading = self._reading(sent[0], zone)
            check_rows(rows)
            if self.everyone or self.many:
                check_intact(rows, self.always)
            rows = each_once(rows, self._identity) if self._tells_apart or pages[1:] else rows
            if self.proof and not rows:
                self.proof.prove(adapter, judge, self.query)
            answered = pages[0].response.headers.get("date", "")
            groups = reading.grouped(sent, self._ours(rows, sent))
            for key, own in groups.items():
                counted = self.shape.counted(own, answered, zone or UTC)
                answers[key] = reading.answer(counted)
                if self.query.denies and answers[key] == NoMatch():
                    answers[key] = NoMatch(certain=False)  # it may be another kind of answer now
            answers = self._shaped(answers)
            if self._is_one_list:
                answers[sent[0]] = with_total(answers[sent[0]], total_of(pages))
            else:
                check_total(len(rows), total_of(pages))
            answers |= self._unknown([key for key, own in groups.items() if not own], find)
        return answers

    @property
    def proves(self) -> bool:
        """Whether what has no rows is told from what we may not see."""
        if self.any_key:
            return bool(self.canary)
        return bool(self.proof or self.canary) or self.query.denies

    @property
    def least(self) -> int:
        """From how many keys on they are not asked for one by one; 0 where they always are."""
        return self.in_bulk.least if self.in_bulk else self.from_list

    def ask_at_once(
        self, adapter: Adapter, judge: Judgement, keys: Sequence[str], names: Collection[str],
        find: Find | None = None,
    ) -> Answers:  # fmt: skip
        """Return the answer to each of *keys* among everybody's rows, as `ask` gives it to one."""
        assert self.in_bulk
        query = replace(self, query=self.in_bulk.query, batch=len(keys), everyone=True, found_by="")
        answers = query.ask(adapter, judge, keys, names, find)
        return {key: self.by_itself(answer) for key, answer in answers.items()}

    def by_itself(self, answer: Answer | SourceError) -> Answer | SourceError:
        """Return what *answer*, found among everybody's rows, is for one that is asked alone."""
        match answer:
            case NoMatch():
                return NoMatch(certain=False)  # a list may lack what can be asked for by itself
            case Found(list() as rows) if self._is_one_list and self.query.total:
                return with_total(answer, len(rows))
        return answer

    def _unknown(self, empty: Sequence[str], find: Find | None) -> Answers:
        """Return the answers to those of the *empty* keys of which there is no evidence."""
        if not (self.many and empty) or self._proves_keys:
            return {}
        found = find(empty) if find else dict.fromkeys(empty, NoMatch(certain=False))
        return {key: one for key, one in found.items() if not isinstance(one, Found | Several)}

    @property
    def _proves_keys(self) -> bool:
        """Whether an answer without rows is one about a key that there is."""
        return self.query.denies or (self.any_key and bool(self.canary))

    def among(self, adapter: Adapter, listed: Iterable[AccountRow], keys: Sequence[str]) -> Answers:
        """Return the answer to each of *keys* among all the rows that are *listed*."""
        rows = [row.data for row in listed]
        for row in rows:
            check_properties(row, [self.key])
        found = self._reading("", adapter.settings["time_zone"]).among(keys, rows)
        return self._shaped(found)

    @property
    def _tells_apart(self) -> bool:
        """Whether it says what tells a row from all others. Where it does not, two that are equal
        may be two, unless they came on several pages."""
        return "id" in self.shape.gives

    def _identity(self, row: Any) -> str:
        place = self.shape.gives.get("id", "@")
        check_properties(row, [place])
        return said(jmespath.search(place, row))

    def _can_ask(self, key: str) -> bool:
        fits = not self.form or re.fullmatch(self.form, key) is not None
        return fits and self.query.request.can_send(key)

    def _ours(self, rows: Sequence[Any], asked: Sequence[str]) -> list[Any]:
        """Return *rows* without those that were not asked for, where everybody's are given."""
        if not self.everyone:
            return list(rows)
        told = filled(rows, self.key) if self.omits_nulls else rows
        return owned(told, self.key, asked, str.lower if self.ignore_case else str, self.found_by)

    @property
    def _is_one_list(self) -> bool:
        """Whether the answer is one key's list, which may say that there are more than it has."""
        return self.many and self.batch == 1 and not (self.shape.picks or self.everyone)

    def _shaped(self, answers: Answers) -> dict[str, Any]:
        found = answers if self.many else intact(answers, self.always)
        return self.shape.shaped(believed(found, self.key) if self.omits_nulls else found)

    def _reading(self, asked: str, zone: tzinfo | None) -> Rows:
        def key(row: Any) -> object:
            return jmespath.search(self.key, row) if self.key else asked

        def part(row: Any, name: str) -> object:
            return key_text(key(row)) if name == "key" else jmespath.search(name, row)

        return Rows(
            key,
            many=self.many,
            as_of=lambda row: own_time(search(self.as_of, row), self.as_of_dialect, zone),
            link=lambda row: fill_link(self.link, lambda name: part(row, name)),
            name=lambda row: str(search(self.name, row) or ""),
            same=str.lower if self.ignore_case else str,
            alive=self.shape.alive,
        )
