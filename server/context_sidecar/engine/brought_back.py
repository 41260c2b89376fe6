"""What a person brings back from a vendor's page, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import parse_qsl

from context_sidecar.core.errors import SidecarError
from context_sidecar.core.scrub import scrub
from context_sidecar.core.sign_in import AuthorizationCode


class ConnectRefused(SidecarError):
    """A source was not connected; the text says why, and what to do."""


def brought_back(text: str, state: str, back_to: str) -> Mapping[str, str]:
    """Return the parameters of the address that a person was sent back to, as they copied it whole.

    Raises:
        ConnectRefused: it is no address of ours, says nothing, or is of another attempt.
    """
    text = text.strip()
    address, _, query = text.partition("?")
    brought = dict(parse_qsl(query.partition("#")[0]))
    if _without_scheme(address) != _without_scheme(back_to) or "state" not in brought:
        raise ConnectRefused(
            "That is no address that the vendor leads back to. Begin again, and paste the whole of "
            f"what the browser's address bar shows then: it begins with {back_to}?, and has code= "
            "and state= in it, not the code alone. Nothing was sent."
        )
    if not compare_digest(brought["state"].encode(), state.encode()):
        raise ConnectRefused("That address is of another attempt. Begin again. Nothing was sent.")
    return brought


def _without_scheme(address: str) -> str:
    """Some browsers hide it."""
    return address.rpartition("://")[2]


def code_in(brought: Mapping[str, str]) -> str:
    """Return the code that they *brought* back.

    Raises:
        ConnectRefused: there is none, and why.
    """
    error = brought.get("error", "")
    if error == "access_denied":
        raise ConnectRefused("At the vendor's page somebody said no. Nothing was kept.")
    if error:
        said = scrub(f"{error}: {brought.get('error_description', '')}".rstrip(": "), ())
        raise ConnectRefused(f"The vendor refused ({said}). Nothing was kept.")
    if not brought.get("code"):
        raise ConnectRefused("The vendor sent no code along. Begin again.")
    return brought["code"]


def check_expected(how: AuthorizationCode, brought: Mapping[str, str]) -> None:
    """Check that they have let us into what *how* expects.

    Raises:
        ConnectRefused: it is another, or is not said.
    """
    for name, expected in how.expects.items():
        found = brought.get(name)
        if found is None:
            raise ConnectRefused(
                f"It is not said which one you have let us into ({name}). Copy the whole address "
                "that you were sent to, not the code alone."
            )
        if found != expected:
            raise ConnectRefused(
                f"You have let us into another one than sidecar.yaml names: {name} is "
                f"{scrub(found, ())[:80]}, not {expected}. Nothing was kept."
            )
