"""What somebody does with a card that they see: take it along as text, say that a value on it is
wrong, look at one that is too old to be shown.

Each leaves a trace: a receipt, a dispute, a line in the log.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import structlog
from apiflask import APIBlueprint

from context_sidecar.core.context import Context
from context_sidecar.core.dispute import Dispute
from context_sidecar.core.reading import Reading
from context_sidecar.core.receipt import CODE_BITS, Line, Receipt, code_of, digest
from context_sidecar.core.record import Visit
from context_sidecar.web.bodies import check_body
from context_sidecar.web.description import VISIT_ONLY, responses
from context_sidecar.web.guard import guard, open_to_pages, refuse_haste
from context_sidecar.web.parts import caller, parts
from context_sidecar.web.problems import mistake
from context_sidecar.web.shapes import (
    DisputedSchema,
    DisputeSchema,
    RevealedSchema,
    RevealSchema,
    SeenSchema,
    SummarySchema,
)
from context_sidecar.wording import Words, answer
from context_sidecar.wording.summary import SummaryLine, summary

_SALT_BYTES = 16

sights = APIBlueprint("sights", __name__, tag="Sights")
sights.before_request(guard)
sights.before_request(check_body)
sights.after_request(open_to_pages)
log = structlog.get_logger(__name__)


@sights.post("/v1/visits/summary")
@sights.input(SeenSchema(), arg_name="seen")
@sights.doc(
    summary="The card as text, with a receipt",
    operation_id="summariseCard",
    security=VISIT_ONLY,
    responses=responses(SummarySchema, 400, 401, 403, 404, 429),
)
def summarise(seen: dict[str, str]) -> dict[str, str]:
    """Give the card as text to paste, with a code under which it is kept what was shown: who saw
    it, how far each value was to be trusted, and a digest of each line, but no value."""
    sight = _Sight(seen)
    text, receipt = sight.receipt()
    return {"text": text, "code": receipt.code}


@sights.post("/v1/visits/dispute")
@sights.input(DisputeSchema(), arg_name="seen")
@sights.doc(
    summary="Say that a value is wrong",
    operation_id="disputeValue",
    security=VISIT_ONLY,
    responses=responses(DisputedSchema, 400, 401, 403, 404, 429),
)
def dispute(seen: dict[str, str]) -> dict[str, str]:
    """Note that a value on the card is wrong. Everybody who sees the value sees that too, until the
    team that owns it closes the dispute."""
    the, sight = parts(), _Sight(seen)
    account, field = sight.context.account, sight.reading(seen["field"]).field
    assert account is not None
    _, receipt = sight.receipt()
    the.disputes.note(
        Dispute(
            receipt.code, account.id, field.id, field.owner.id, sight.visit.install,
            receipt.visitor, seen["note"].strip(), receipt.made_at,
        )
    )  # fmt: skip
    the.metrics.disputed(field.id)
    log.warning("value_disputed", field=field.id, team=field.owner.id, code=receipt.code)
    said = sight.words.text(
        "Noted for {team}. Receipt {code}", team=field.owner.name, code=receipt.code
    )
    return {"code": receipt.code, "said": said}


@sights.post("/v1/visits/reveal")
@sights.input(RevealSchema(), arg_name="seen")
@sights.doc(
    summary="Say that a value too old to use was looked at",
    operation_id="revealValue",
    security=VISIT_ONLY,
    responses=responses(RevealedSchema, 400, 401, 403, 404, 429),
)
def reveal(seen: dict[str, str]) -> dict[str, str]:
    """Note in the log who has looked at a value all the same that is too old to use."""
    the, sight = parts(), _Sight(seen)
    field = sight.reading(seen["field"]).field
    the.metrics.revealed(field.id)
    record = sight.context.record
    log.info(
        "expired_value_shown", field=field.id, caller=caller().name,
        record=f"{record.place}/{record.id}",
    )  # fmt: skip
    return {"field": field.id}


class _Sight:
    """What the caller of this request has on screen: the same card, as it is now.

    Raises:
        RequestMistake: the caller is no visit with a record, may not see the card, or comes too
            often.
    """

    def __init__(self, seen: dict[str, str]) -> None:
        the, who = parts(), caller()
        if who.visit is None or who.visit.record is None:
            raise mistake("not-allowed", "This is for the visit of one record.")
        refuse_haste(the.limits.sights, who.name)
        self.visit: Visit = who.visit
        self.words: Words = the.words(who.visit, seen["locale"])
        question = the.questions.of_visit(who.visit, seen["card"])
        self.context: Context = the.answers.context(question, live=True)

    def reading(self, field: str) -> Reading:
        """Return what the card shows of *field*.

        Raises:
            RequestMistake: it does not show it.
        """
        for reading in self.context.readings:
            if reading.field.id == field:
                return reading
        raise mistake("not-found", "The card shows no such field.")

    def receipt(self) -> tuple[str, Receipt]:
        """Return the card as text, and its receipt, which is kept."""
        context, now = self.context, self.context.generated_at
        code, salt = code_of(secrets.randbits(CODE_BITS)), secrets.token_hex(_SALT_BYTES)
        lines = summary(answer(context, self.words), self.words, now, code)
        receipt = Receipt(
            code=code,
            made_at=now,
            install=self.visit.install,
            place=context.record.place,
            record_id=context.record.id,
            visitor=self.visit.visitor.name or self.visit.visitor.id,
            account_id=context.account.id if context.account else "",
            card=context.card.id,
            salt=salt,
            lines=tuple(_line(line, salt, context) for line in lines),
        )
        parts().receipts.keep(receipt)
        return "\n".join(line.text for line in lines), receipt


def _line(line: SummaryLine, salt: str, context: Context) -> Line:
    for reading in context.readings:
        if reading.field.id == line.field:
            return Line(
                digest(salt, line.text), line.field, reading.state,
                _whole(reading.as_of), _whole(reading.confirmed_at),
            )  # fmt: skip
    return Line(digest(salt, line.text))


def _whole(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(microsecond=0)
