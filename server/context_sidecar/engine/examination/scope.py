"""Whether our credential may do what is needed, and no more; as far as that is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.scope import Scope
from context_sidecar.engine.examination.findings import Finding, doubtful, well, wrong
from context_sidecar.engine.examination.trial import Trial

SCOPE = "scope"


def examine_scope(trial: Trial, used: Collection[str]) -> Iterator[Finding]:
    """Say what our credential lacks for what is *used*, and what is too much, where the system
    tells."""
    try:
        found = trial.scope(used)
    except SourceError as error:
        why = f"{trial.source.label} {error.said}"
        yield doubtful(SCOPE, f"what our credential may do could not be looked at: {why}")
        return
    if found is None:
        yield well(SCOPE, _untold(trial))
        return
    if found.missing:
        said = f"our credential lacks {', '.join(found.missing)}"
        remedy = Reason.PERMISSION_DENIED.entry.owner
        yield wrong(SCOPE, said, remedy, Reason.PERMISSION_DENIED)
    if found.excess:
        yield doubtful(
            SCOPE,
            f"our credential may do more than is needed: {', '.join(found.excess)}",
            "Nothing is ever written. Take it away all the same: what a key may do, whoever finds "
            "it may do, too.",
        )
    if found.untold:
        yield doubtful(
            SCOPE,
            f"what our credential may do could not be told: {trial.source.label} does not let us "
            f"see {', '.join(found.untold)}",
            "Look there yourself: reading is enough.",
        )
    if found.missing or found.excess or found.untold:
        return
    yield well(SCOPE, _well(trial, found))


def _well(trial: Trial, found: Scope) -> str:
    label, narrowest = trial.source.label, ", ".join(found.unavoidable)
    if narrowest and not found.held:  # nothing of what is needed was looked at
        return (
            f"{label} has nothing narrower than {narrowest}; whether our credential may do what is "
            "needed, the lookups show"
        )
    if found.excess is None:
        said = f"whether it may do more, {label} tells nobody"
    elif narrowest:
        said = f"{label} has nothing narrower than {narrowest}"
    else:
        said = "nothing beyond it was found"
    return f"our credential may do what is needed; {said}"


def _untold(trial: Trial) -> str:
    enough = trial.enough.removesuffix(".")
    if not enough:  # of an admin's own making: whether it would tell is not known
        return "what our credential may do is not looked at; reading is enough"
    return (
        f"{trial.source.label} does not tell what our credential may do; what is enough: {enough}"
    )
