"""Any program: the card as JSON, asked for by a tool's server that shows it in fields of its own.

Proof: HMAC-SHA256 over the method, the address, the body and the time, one after the other, in
base64, as `X-Context-Sidecar-Signature`; the time, in milliseconds since 1970, as
`X-Context-Sidecar-Time`, at most five minutes ago. The body has a nonce that works once. Two
secrets can be valid at once.

Record: what `context_sidecar.proof.signed_url` has in an address stands in the body, under the same
names. Everything in it is signed, so the program vouches for all of it.

Limits: 1 MiB, which is ours. The answer is as true as it was at the time that it tells: whoever
keeps it has to keep that time with it, and to show both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from context_sidecar import Host, Inbound, Visit, VisitRefused
from context_sidecar.hosting.lines import lines, no_lines
from context_sidecar.hosting.posted import read_posted
from context_sidecar.hosting.sheets import sheet
from context_sidecar.proof import CLOCK_SKEW, check_request, signed_url, use_once

_WINDOW = timedelta(minutes=5)
_AGAIN = "again"


class AnyProgram(Host):
    """A program of any kind, which signs what it asks."""

    label = "Any program"
    places = signed_url.PLACES
    most_bytes = 1024 * 1024

    class Settings(signed_url.SignedUrlSettings):
        """What a program needs: a secret that it and we share."""

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the signed request proves."""
        if inbound.method != "POST":
            raise VisitRefused("a signed request is for POST")
        check_request(
            inbound,
            inbound.headers.get("x-context-sidecar-signature", ""),
            inbound.headers.get("x-context-sidecar-time", ""),
            self.install.secrets("secret"),
            window=_WINDOW,
        )
        posted = read_posted(inbound.body)
        said = {name: posted.text(name) for name in posted.names() if name != _AGAIN}
        visit = signed_url.read_visit(said, self.install)
        until = inbound.received_at + _WINDOW + CLOCK_SKEW
        use_once(self.memory, self.install.id, said["nonce"], until)
        return replace(visit, again=posted.flag(_AGAIN))

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return the card as the API has it, but for values too old to use, and as lines."""
        [answer] = answers
        readings = [_without_expired(reading) for reading in answer["readings"]]
        card = {**answer, "readings": readings}
        return {"card": card, "lines": lines(sheet(answer), self.fields)}

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return lines that say why there is no card."""
        return {"card": None, "lines": no_lines(title, text, self.fields)}


def _without_expired(reading: Mapping[str, Any]) -> Mapping[str, Any]:
    """Nobody has asked a program to see an expired value all the same."""
    later = [{**face, "last_known": None} for face in reading["later"]]
    return {**reading, "last_known": None, "later": later}
