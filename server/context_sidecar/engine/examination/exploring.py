"""A live system's fields: as it describes them itself or as some of its answers look, with what
some accounts have there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from context_sidecar.core.errors import SidecarError, SourceError
from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.inference import infer
from context_sidecar.core.observation import Found
from context_sidecar.core.shape import Shape, ShapeField
from context_sidecar.core.source import Source
from context_sidecar.engine import paths
from context_sidecar.engine.examination.samples import Samples
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import names_of

ACCOUNTS = 5
"""Accounts whose values are shown."""

TOLD_FROM = 50
"""Accounts from whose answers a shape is told that nobody describes."""

NAMES = 100
"""Names that are asked for at most: a system may have hundreds."""


class Unasked(SidecarError):
    """*source* could not be asked, and *error* says why. It is the one that is explored, or the
    owner of accounts, without which there is nobody to ask about."""

    def __init__(self, source: Source, error: SourceError) -> None:
        super().__init__(f"{source.label}: {error}")
        self.source, self.error = source, error


@dataclass(frozen=True, slots=True)
class Explored:
    """What one lookup of a source gives.

    `dated` says that its answers carry the source's own time. `samples` are, by the name of a
    field, the values of some accounts. `declared` are the ids of the fields in `sidecar.yaml` that
    read a name. `refusal` says why the system's own description could not be read, `unsampled` why
    there are no samples. `undescribed` are the ids of the fields that are declared of it where its
    system describes nothing at all now.
    """

    lookup: str
    shape: Shape
    dated: bool = False
    samples: Mapping[str, Sequence[object]] = field(default_factory=dict, hash=False)
    declared: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)
    refusal: SourceError | None = None
    unsampled: Unasked | None = None
    undescribed: Sequence[str] = ()


def described(trial: Trial, lookup: str) -> tuple[Shape | None, SourceError | None]:
    """Return the system's own description of *lookup*, if it gives one, and why it does not.

    Raises:
        SourceError: the source cannot be asked at all.
    """
    try:
        return trial.shape(lookup), None
    except SourceError as error:
        if not error.reason.needs_person:
            raise
        return None, error


def explore(
    trial: Trial,
    lookup: str,
    fields: Collection[Field],
    samples: Samples,
    *,
    search: str = "",
    sampled: bool = True,
) -> Explored:
    """Explore *lookup* of the source that *trial* tries.

    Args:
        trial: tries the source.
        lookup: which of its lookups.
        fields: what is declared.
        samples: accounts to ask for.
        search: what a field's name, label or choices must have in them.
        sampled: whether values of accounts are wanted.

    Raises:
        Unasked: it, or the owner of accounts, could not be asked.
    """
    try:
        shape, refusal = described(trial, lookup)
    except SourceError as error:
        raise Unasked(trial.source, error) from None
    known = shape and _matching(shape, search)
    founds: list[Found] = []
    unsampled: Unasked | None = None
    if sampled or known is None:
        try:
            founds = _asked(trial, lookup, samples, known)
        except Unasked as error:
            if known is None:
                raise Unasked(trial.source, refusal) if refusal else error from None
            unsampled = error
    known = known or _matching(infer(one.data for one in founds), search)
    return Explored(
        lookup,
        known,
        trial.is_dated(lookup),
        {one.name: _values(one, founds[:ACCOUNTS]) for one in known.fields} if sampled else {},
        _declared(fields, trial.source.id, lookup, known),
        refusal,
        unsampled,
        undescribed(shape, fields, trial.source.id, lookup),
    )


def undescribed(
    shape: Shape | None, fields: Collection[Field], source: str, lookup: str
) -> Sequence[str]:
    """Return the ids of *fields* that are read from *lookup* of *source*, where its *shape*, which
    is its system's own description, has nothing in it."""
    if shape is None or shape.fields:
        return ()
    return [one.id for one in fields if (one.source.id, one.lookup) == (source, lookup)]


def _matching(shape: Shape, search: str) -> Shape:
    """Return of *shape* the fields in which *search* is found: all without one."""
    wanted = search.casefold()
    kept = tuple(one for one in shape.fields if wanted in _words(one).casefold())
    return replace(shape, fields=kept)


def _words(one: ShapeField) -> str:
    return "\n".join((one.name, one.label, *one.choices, *one.choices.values()))


def _asked(trial: Trial, lookup: str, samples: Samples, shape: Shape | None) -> list[Found]:
    try:
        keys = samples.keys(trial.source.key)
    except SourceError as error:
        raise Unasked(samples.owner, error) from None
    try:
        return _founds(trial, lookup, keys, shape)
    except SourceError as error:
        raise Unasked(trial.source, error) from None


def _founds(trial: Trial, lookup: str, keys: Sequence[str], shape: Shape | None) -> list[Found]:
    names: Sequence[str] = ()
    if shape:
        keys = keys[:ACCOUNTS]
        names = [one.name for one in shape.fields if one.given and one.way][:NAMES]
    founds: list[Found] = []
    batch = trial.batch_of(lookup)
    for start in range(0, min(len(keys), TOLD_FROM), batch):
        results = trial.ask(lookup, keys[start : start + batch], names)
        failed = [one for one in results.values() if isinstance(one, SourceError)]
        if len(failed) == len(results):
            raise failed[0]
        founds += [one for one in results.values() if isinstance(one, Found)]
    return founds


def _values(one: ShapeField, founds: Sequence[Found]) -> list[object]:
    """What some accounts have there; those that have nothing are left out."""
    found = []
    for answer in founds:
        try:
            value = paths.search(one.path, answer.data)
        except AbsentError:
            continue
        if value is not None and value != "":
            found.append(_as_a_day(value) if one.type is FieldType.DATE else value)
    return found


def _as_a_day(value: object) -> object:
    """A midnight is how spreadsheets and databases hand out a day."""
    return value.removesuffix("T00:00:00") if isinstance(value, str) else value


def _declared(
    fields: Collection[Field], source: str, lookup: str, shape: Shape
) -> Mapping[str, Sequence[str]]:
    """Return, by name, the declared fields that read it."""
    here = [one for one in fields if (one.source.id, one.lookup) == (source, lookup)]
    return {
        known.name: [one.id for one in here if _reads(one, known)]
        for known in shape.fields
        if any(_reads(one, known) for one in here)
    }


def _reads(field: Field, known: ShapeField) -> bool:
    return field.path == known.path or (bool(known.way) and known.name in names_of(field))
