"""A secret that is shown with every request: the weakest way, for tools that offer no other."""

from __future__ import annotations

from collections.abc import Sequence

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.secrets import Secret
from context_sidecar.proof.macs import is_one_of


def check_secret(given: str, secrets: Sequence[Secret]) -> None:
    """Accept *given* as one of *secrets*, compared in constant time.

    Raises:
        VisitRefused: it is none of them.
    """
    if not is_one_of(given, (secret.reveal() for secret in secrets)):
        raise VisitRefused("the secret is not there" if not given else "the secret is another one")
