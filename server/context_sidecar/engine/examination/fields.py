"""Whether what a source answers is what the fields declare: the names are there, and the values
parse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from context_sidecar.core.durations import spelled
from context_sidecar.core.errors import UnrecognisedError
from context_sidecar.core.evidence import AbsentError, Evidence, RetypedError, evidence_of
from context_sidecar.core.field import AgeClock, Field, FieldType
from context_sidecar.core.matching import visible
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.parsing import parse
from context_sidecar.core.reading import AnswerKind
from context_sidecar.core.reasons import Reason
from context_sidecar.core.remembered import Memory
from context_sidecar.core.shape import EACH
from context_sidecar.core.values import Items
from context_sidecar.engine import paths
from context_sidecar.engine.examination.absent import absent, lacking_in_items, living
from context_sidecar.engine.examination.findings import Finding, counted, doubtful, well, wrong
from context_sidecar.engine.extraction import extract

FEW_CODES = 5
LONGEST_CODE = 40

ENOUGH = 2
"""Values of which none is above one percent that make it likely that they are fractions."""


@dataclass(frozen=True, slots=True)
class Read:
    """A field read out of one answer: `refusal` says why its value does not parse."""

    evidence: Evidence
    refusal: str = ""


def examine_field(
    field: Field,
    founds: Sequence[Found],
    others: Collection[str],
    memory: Memory | None,
    now: datetime,
) -> Iterator[Finding]:
    """Examine *field* in the answers *founds*, of which there is one at least; *others* are the
    names that other fields read there, *memory* is what is remembered of the lookup."""
    read = [_read(field, found, memory, now) for found in founds]
    whole = [one for one in read if not (one.evidence.schema_changed or one.evidence.unread)]
    if unread := [one.evidence.unread for one in read if one.evidence.unread]:
        yield _unread(field, unread, len(read))
    pairs = zip(read, founds, strict=True)
    if lacking := [found for one, found in pairs if one.evidence.schema_changed]:
        yield _absent(field, lacking, others, memory, len(read))
    refused = [one for one in whole if one.refusal]
    retyped = any(one.evidence.retyped for one in refused)
    if refused and field.type is FieldType.CHOICE and not retyped:
        yield _unknown_codes(field, refused, len(whole))
    elif refused:
        yield _unparsed(field, refused, len(whole))
    if whole and field.clock is AgeClock.SOURCE:
        yield from _aged(field, [one.evidence for one in whole], now)
    if whole and not refused:
        yield (
            _fractions(field, whole)
            or _blank(field, whole)
            or _looked_at(field, whole, founds, memory)
            or _fine(field, whole)
        )


def _read(field: Field, found: Found, memory: Memory | None, now: datetime) -> Read:
    reads = partial(extract, memory=memory)
    evidence = evidence_of(field, Observation().answered(found, now), reads)
    if evidence.answer is not AnswerKind.UNRECOGNISED:
        return Read(evidence)
    try:
        raw, currency, _ = reads(field, found.data, found.unread)
        parse(field, raw, currency)
    except RetypedError as error:
        return Read(evidence, f"`{visible(error.args[0])}` is of another type there by now")
    except UnrecognisedError as error:
        return Read(evidence, str(error))
    raise AssertionError("unreachable")


def _fine(field: Field, read: Sequence[Read]) -> Finding:
    values = sum(one.evidence.answer is AnswerKind.VALUE for one in read)
    if not values:
        return doubtful(
            field.id,
            f"{counted(len(read), 'account')}, and not one has a value",
            "Look whether the field's path means what it should.",
        )
    none = f", {len(read) - values:,} without" if values < len(read) else ""
    return well(field.id, f"{counted(values, 'value')} as declared{none}")


def _looked_at(
    field: Field, read: Sequence[Read], founds: Sequence[Found], memory: Memory | None
) -> Finding | None:
    """Say that nobody has a value since no item has what some items had: they may not have it just
    now, or it may be called otherwise, which is told by those that had it."""
    if memory is None or any(one.evidence.answer is AnswerKind.VALUE for one in read):
        return None
    name = lacking_in_items(field, founds, memory)
    if not name:
        return None
    seen = memory.fields[name].last_seen
    return doubtful(
        field.id,
        f"{counted(len(read), 'account')}, and no item of theirs has `{visible(name)}`, which some "
        f"had on {seen:%Y-%m-%d at %H:%M} UTC",
        "`sidecar serve` asks those again that had it, once an answer lacks it, and says whether "
        "it is called otherwise by now.",
    )


def _blank(field: Field, read: Sequence[Read]) -> Finding | None:
    """Say that a list's items would be shown as nothing."""
    lists = [one.evidence.value for one in read if isinstance(one.evidence.value, Items)]
    items = [item for one in lists for item in one.items]
    if not items or any(item.title for item in items):
        return None
    return doubtful(
        field.id,
        f"{counted(len(items), 'item')}, and not one has a title or an id",
        f"Say in fields.{field.id}.items where they have it: {{title: NAME}}.",
    )


def _fractions(field: Field, read: Sequence[Read]) -> Finding | None:
    """Say that percentages may be fractions: many a warehouse writes 0.25 for 25%."""
    if field.type is not FieldType.PERCENT or field.dialect == "fraction":
        return None
    plain = (one.evidence for one in read if "%" not in str(one.evidence.raw))
    numbers = [one.value for one in plain if isinstance(one.value, Decimal) and one.value]
    if len(numbers) < ENOUGH or any(abs(number) > 1 for number in numbers):
        return None
    return doubtful(
        field.id,
        f"{counted(len(numbers), 'value')}, and not one is above 1%",
        f"If 0.25 means 25% there, say fields.{field.id}.dialect: fraction.",
    )


def _unread(field: Field, remedies: Sequence[str], of: int) -> Finding:
    said = f"{len(remedies):,} of {counted(of, 'value')} cannot be read"
    more = f" And {len(remedies) - 1:,} more." if len(remedies) > 1 else ""
    return wrong(field.id, said, f"{remedies[0]}{more}", Reason.BAD_RESPONSE)


def _absent(
    field: Field,
    founds: Sequence[Found],
    others: Collection[str],
    memory: Memory | None,
    of: int,
) -> Finding:
    name, there = next(filter(None, (_missing(field, found.data, memory) for found in founds)))
    where = "the answer" if len(founds) == of else f"{len(founds):,} of {of:,} answers"
    return absent(field, name, where, there, living(memory), others)


def _missing(
    field: Field, data: object, memory: Memory | None
) -> tuple[str, frozenset[str]] | None:
    """Return the name in *data* that *field* is read from and that is not there, and the names that
    are; None where nothing is missing."""
    try:
        extract(field, data, memory=memory)
    except AbsentError as error:
        way = str(error.args[0]).rpartition(f"{EACH}.")[2].split(".")
    except RetypedError:
        return None
    else:
        return None
    for part in _parts(field, data):
        level = part
        for name in way:
            if not isinstance(level, Mapping):
                break
            if name not in level:
                return name, frozenset(map(str, level))
            level = level[name]
    return ".".join(way), frozenset()


def _parts(field: Field, data: object) -> Iterable[object]:
    """What a field's names are looked for in: the answer, or where that is whole, a list's first
    item."""
    try:
        found = paths.search(field.path, data)
    except AbsentError:
        return [data]
    listed = found.get("items") if isinstance(found, Mapping) else found
    return [listed[0]] if isinstance(listed, list) and listed else [data]


def _unknown_codes(field: Field, refused: Sequence[Read], of: int) -> Finding:
    """A raw code is shown only where it looks like one: where every account has one of its own,
    the path leads to something else, such as names of people."""
    said = f"{len(refused):,} of {counted(of, 'value')} not in its choices"
    codes = Counter(visible(str(one.evidence.raw)) for one in refused)
    if len(codes) == of > 1 or max(map(len, codes)) > LONGEST_CODE:
        return wrong(
            field.id, f"{said}, each another text", "Look whether the field's path is right."
        )
    shown = ", ".join(f"`{code}` ({number:,})" for code, number in codes.most_common(FEW_CODES))
    more = f" and {len(codes) - FEW_CODES:,} more" if len(codes) > FEW_CODES else ""
    return wrong(
        field.id,
        f"{said}: {shown}{more}",
        f"Add what is missing to fields.{field.id}.choices, or correct it in {field.source.label}.",
    )


def _unparsed(field: Field, refused: Sequence[Read], of: int) -> Finding:
    why = ", ".join(sorted({one.refusal for one in refused}))
    return wrong(
        field.id,
        f"{len(refused):,} of {counted(of, 'value')} cannot be read as {field.type.value} ({why})",
        "Correct the field's type, dialect or path in sidecar.yaml, or the values in "
        f"{field.source.label}.",
    )


def _aged(field: Field, read: Iterable[Evidence], now: datetime) -> Iterator[Finding]:
    """Where age counts from the source's own time, the newest one says how old everything is."""
    answered = {AnswerKind.VALUE, AnswerKind.NONE}
    times = [one.as_of for one in read if one.answer in answered]
    newest = max((one for one in times if one), default=None)
    if times and newest is None:
        yield wrong(
            field.id,
            "age counts from the source's own time, and no answer has one that can be read",
            "Say in as_of where it is, or count from when the source was asked (clock: confirmed).",
        )
    elif newest and now - newest > field.stale_after:
        yield wrong(
            field.id,
            f"the newest is of {newest:%Y-%m-%d %H:%M} UTC, and counts as old after "
            f"{spelled(field.stale_after)}",
            f"Find out why {field.source.label} has nothing newer.",
        )
