"""What a none is believed by where no canary is declared: every table that the query reads shows us
a row.

A table that was emptied, or whose rows are hidden from our user by row security, gives nobody an
answer, and no error; where it is joined to others, it gives null, 0 or false. One look a table
tells, once for all keys of a call that find nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from context_sidecar import Answer, Answers, Found, Reason, SourceError, nothing_shown

from context_sidecar_adapters.sql.database import Database
from context_sidecar_adapters.sql.settings import LookupQuery
from context_sidecar_adapters.sql.tables import TableName, tables

_TO_PROVE = "give the lookup a `canary`, a key that must always be found"
_NOT_LOOKED_AT = frozenset({Reason.TIMEOUT, Reason.NOT_CONFIGURED})
"""How a look fails at what gives no row without much work, such as a view that counts, or a table
of BigQuery's that must be asked for a day."""


def must_show(query: LookupQuery, backend: str) -> tuple[TableName, ...]:
    """Return the tables that must have a row for a none of *query* to be one, in a database that
    SQLAlchemy calls *backend*."""
    read = tables(query.query, backend)
    return tuple(one for one in read if not any(map(one.is_called, query.may_be_empty)))


def unshown(
    database: Database, needed: Sequence[TableName], answers: Answers
) -> SourceError | None:
    """Return why a none is not to be believed beside *answers*: one of the tables *needed* shows us
    nothing. Where it is one alone, an answer that has rows speaks for it."""
    if len(needed) == 1 and any(isinstance(one, Found) and one.data for one in answers.values()):
        return None
    return next(filter(None, (_empty(database, one.sql) for one in needed)), None)


def filled(database: Database, needed: Sequence[TableName], answers: Answers) -> Answers:
    """Return *answers* with what is null, 0 or false in rows of several tables taken for unread,
    where one of the tables *needed* shows us nothing: that may be all that it says."""
    hollow = {key: found for key, one in answers.items() if (found := _hollow(one))}
    why = unshown(database, needed, answers) if hollow and len(needed) > 1 else None
    if why is None or why.reason is not Reason.PERMISSION_DENIED:
        return answers
    return {**answers, **{key: _without(answers[key], names, why) for key, names in hollow.items()}}


def _hollow(answer: Answer | SourceError) -> list[str]:
    if not isinstance(answer, Found) or not isinstance(answer.data, dict):
        return []
    return [name for name, value in answer.data.items() if _says_nothing(value)]


def _says_nothing(value: object) -> bool:
    return not value or (isinstance(value, str) and re.fullmatch(r"-?0+(\.0+)?", value) is not None)


def _without(
    answer: Answer | SourceError, names: Collection[str], why: SourceError
) -> Answer | SourceError:
    assert isinstance(answer, Found)
    assert isinstance(answer.data, dict)
    rest = {name: value for name, value in answer.data.items() if name not in names}
    told = f"{why.detail[:1].upper()}{why.detail[1:]}. {why.remedy}"
    return replace(answer, data=rest, unread={**answer.unread, **dict.fromkeys(names, told)})


def _empty(database: Database, table: str) -> SourceError | None:
    try:
        if database.shows(table):
            return None
    except SourceError as error:  # what was found is an answer all the same
        if error.reason not in _NOT_LOOKED_AT:
            return error
        return SourceError(
            error.reason,
            f"whether {table} shows us any row cannot be told: {error.detail}",
            code=error.code,
            certain=error.certain,
            remedy=f"To prove that there is none without looking, {_TO_PROVE}.",
        )
    return nothing_shown(
        f"{table} shows us no row at all",
        remedy="See whether it is loaded, and whether our user may see its rows. Where it may be "
        f"empty, name it in the lookup's `may_be_empty`, or {_TO_PROVE}.",
    )
