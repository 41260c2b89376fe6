"""What a source tells by itself, in the words of the admin pages: where it sends it, and when the
last came."""

from __future__ import annotations

from dataclasses import dataclass

from context_sidecar.core.push import Push, address_of
from context_sidecar.core.source import Source
from context_sidecar.store.sightings import name_of_push
from context_sidecar.web.admin.checking import Check, ago_of
from context_sidecar.web.parts import parts


@dataclass(frozen=True, slots=True)
class Pushing:
    """The `address` to enter at the vendor, the `form` that its webhooks have of their own, and,
    where the source has a secret for them, how it is with them."""

    address: str
    form: Push | None
    check: Check | None


def pushing(source: Source) -> Pushing:
    """Return how *source* tells what has changed."""
    the = parts()
    address = address_of(the.configuration.public_url, source.id)
    form = the.changes.form(source.id)
    return Pushing(address, form, _check(source) if source.push else None)


def _check(source: Source) -> Check:
    seen = parts().sightings.of(name_of_push(source.id))
    if seen.refused_at and (seen.proven_at is None or seen.refused_at > seen.proven_at):
        text = f"Refused {ago_of(seen.refused_at)}: what came proved nothing."
        if seen.proven_at:
            text += f" The last that was proven came {ago_of(seen.proven_at)}."
        return Check("refused", text, f"{seen.refusal[:1].upper()}{seen.refusal[1:]}.")
    if seen.proven_at:
        return Check("works", f"The last came {ago_of(seen.proven_at)}.")
    return Check("waiting", "Nothing has come yet.")
