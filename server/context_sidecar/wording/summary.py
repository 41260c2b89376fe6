"""A card as plain text, to be pasted into a ticket or a mail: every value with how far to trust it,
and when it was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from context_sidecar.wording.times import clock, day, local
from context_sidecar.wording.words import Words


class SummaryLine(NamedTuple):
    """One line, and the field that it tells of, empty where it tells of none."""

    text: str
    field: str = ""


def summary(
    answer: Mapping[str, Any], words: Words, now: datetime, code: str
) -> tuple[SummaryLine, ...]:
    """Return *answer*, seen *now*, as lines of text; the last has the receipt's *code*.

    Relative times in it count from the time in its first line.
    """
    return tuple(_lines(answer, words, now, code))


def _lines(
    answer: Mapping[str, Any], words: Words, now: datetime, code: str
) -> Iterator[SummaryLine]:
    account, match = answer["account"], answer["match"]
    yield SummaryLine(
        words.text(
            "{customer}, as seen on {date} at {time} ({zone})",
            customer=account["name"] if account else match["headline"],
            date=day(words, local(words, now).date()), time=clock(words, now),
            zone=words.zone.key,
        )
    )  # fmt: skip
    yield SummaryLine(match["message"])
    for candidate in match["candidates"]:
        yield SummaryLine(f"- {candidate['name']} ({candidate['id']})")
    for line in answer["attention"]:
        yield SummaryLine(f"! {line['message']}")
    for notice in answer["notices"]:
        yield SummaryLine(f"! {notice['message']}")
    for reading in answer["readings"]:
        yield SummaryLine(_reading(reading, words), reading["field"])
        yield from (SummaryLine(text, reading["field"]) for text in _items(reading))
    yield SummaryLine(words.text("Receipt {code}", code=code))


def _reading(reading: Mapping[str, Any], words: Words) -> str:
    label, display = reading["label"], reading["display"]
    remarks = [reading["note"], reading["disputed"]["note"] if reading["disputed"] else ""]
    if reading["state"] != "fresh":
        remarks.insert(0, reading["word"])
    remark = " · ".join(filter(None, remarks))
    if remark:
        return words.text(
            "{label}: {display} ({remark})", label=label, display=display, remark=remark
        )
    return words.text("{label}: {display}", label=label, display=display)


def _items(reading: Mapping[str, Any]) -> Iterator[str]:
    if reading["type"] != "list" or not reading["value"]:
        return
    for item in reading["value"]["items"]:
        told = [item[part] for part in ("title", "here", "priority", "status", "age")]
        yield "- " + " · ".join(filter(None, told))
    if reading["rest"]:
        yield f"- {reading['rest']}"
