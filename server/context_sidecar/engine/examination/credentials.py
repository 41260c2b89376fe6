"""How long a source lets us in."""

from __future__ import annotations

from collections.abc import Iterator

from context_sidecar.core.credential import Credential, Validity
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.examination.findings import Finding, doubtful, well, wrong

SIGN_IN = "sign-in"


def examine_credential(credential: Credential) -> Iterator[Finding]:
    """Tell when it ends, where that is known; that it is not there yet is told by the check."""
    match credential.validity:
        case Validity.GOOD:
            yield well(SIGN_IN, credential.said)
        case Validity.SOON:
            yield doubtful(SIGN_IN, credential.said, credential.remedy)
        case Validity.PAST:
            yield wrong(SIGN_IN, credential.said, credential.remedy, Reason.CREDENTIAL_EXPIRED)
