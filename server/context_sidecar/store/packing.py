"""Observations as bytes, to be kept: JSON, with times in ISO 8601."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from context_sidecar.core.causes import NONE, Cause, Particulars
from context_sidecar.core.observation import (
    Answer,
    Fetch,
    Found,
    NoMatch,
    Observation,
    Remnant,
    Several,
)
from context_sidecar.core.reasons import Reason

FORMAT = 2


def pack(observation: Observation) -> bytes:
    """Return *observation* as bytes; its data is already made of what JSON is made of."""
    packed = {
        "format": FORMAT,
        "answer": _pack_answer(observation.answer),
        "confirmed_at": _pack_time(observation.confirmed_at),
        "attempted_at": _pack_time(observation.attempted_at),
        "fetch": observation.fetch.value,
        "reason": observation.reason.value if observation.reason else None,
        "particulars": _pack_particulars(observation.particulars),
        "since": _pack_time(observation.since),
        "failures": observation.failures,
        "next_try_at": _pack_time(observation.next_try_at),
        "denied_at": _pack_time(observation.denied_at),
        "outdated_at": _pack_time(observation.outdated_at),
        "remnants": {
            name: [left.value, _pack_time(left.as_of), _pack_time(left.confirmed_at)]
            for name, left in observation.remnants.items()
        },
        "lost": _pack_since(observation.lost),
        "rewritten": _pack_since(observation.rewritten),
    }
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode(errors=_SURROGATES)


def unpack(body: bytes) -> Observation | None:
    """Return the observation that *body* holds, or None where it is not of this release's form."""
    try:
        packed = json.loads(body.decode(errors=_SURROGATES))
        if packed["format"] != FORMAT:
            return None
        return Observation(
            answer=_unpack_answer(packed["answer"]),
            confirmed_at=_unpack_time(packed["confirmed_at"]),
            attempted_at=_unpack_time(packed["attempted_at"]),
            fetch=Fetch(packed["fetch"]),
            reason=Reason(packed["reason"]) if packed["reason"] else None,
            particulars=_unpack_particulars(packed.get("particulars")),
            since=_unpack_time(packed["since"]),
            failures=packed["failures"],
            next_try_at=_unpack_time(packed["next_try_at"]),
            denied_at=_unpack_time(packed["denied_at"]),
            outdated_at=_unpack_time(packed.get("outdated_at")),  # an older release wrote none
            remnants={name: _unpack_remnant(left) for name, left in packed["remnants"].items()},
            lost=_unpack_since(packed.get("lost", {})),  # an older release wrote neither
            rewritten=_unpack_since(packed.get("rewritten", {})),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


_SURROGATES = "surrogatepass"
"""JSON may hold half a character (`"\\ud800"`); it is kept as it came."""


def _pack_answer(answer: Answer | None) -> dict[str, Any] | None:
    match answer:
        case None:
            return None
        case Found(data, as_of, link, unread, archived):
            packed = {"found": data, "as_of": _pack_time(as_of), "link": link}
            marks = {"unread": dict(unread), "archived": archived}
            return packed | {name: mark for name, mark in marks.items() if mark}
        case NoMatch(merged_into=other):
            return {"merged_into": other} if other else {}
        case Several(candidates):
            return {"several": candidates}


def _unpack_answer(packed: Mapping[str, Any] | None) -> Answer | None:
    if packed is None:
        return None
    if "found" in packed:
        marks = packed.get("unread", {}), packed.get("archived", False)
        return Found(packed["found"], _unpack_time(packed["as_of"]), packed["link"], *marks)
    if "several" in packed:
        return Several(tuple(packed["several"]))
    return NoMatch(merged_into=packed.get("merged_into", ""))


def _pack_particulars(known: Particulars) -> dict[str, Any] | None:
    if known == NONE:
        return None
    return {
        "certain": known.certain,
        "causes": [cause.value for cause in known.causes],
        "code": known.code,
        "request_id": known.request_id,
        "remedy": known.remedy,
    }


def _unpack_particulars(packed: Mapping[str, Any] | None) -> Particulars:
    """An older release wrote none, or no remedy, and a newer one may name a cause that is not known
    here."""
    if packed is None:
        return NONE
    causes = tuple(Cause(one) for one in packed["causes"] if one in _CAUSES)
    return Particulars(
        packed["certain"], causes, packed["code"], packed["request_id"], packed.get("remedy", "")
    )


_CAUSES = frozenset(cause.value for cause in Cause)


def _unpack_remnant(packed: tuple[Any, str | None, str]) -> Remnant:
    value, as_of, confirmed_at = packed
    return Remnant(value, _unpack_time(as_of), datetime.fromisoformat(confirmed_at))


def _pack_since(names: Mapping[str, datetime]) -> dict[str, str]:
    return {name: since.isoformat() for name, since in names.items()}


def _unpack_since(packed: Mapping[str, str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(since) for name, since in packed.items()}


def _pack_time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _unpack_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
