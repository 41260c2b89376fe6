"""The door to the network, as adapters see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import Quotas
from context_sidecar.core.sign_in import SignIn


class Response(Protocol):
    """An HTTP answer, read whole and within the source's limits."""

    @property
    def status(self) -> int:
        """The status code; 200 to 299 unless the adapter asked to see others."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by lower-case name."""

    @property
    def content(self) -> bytes:
        """The body."""

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            SourceError: BAD_RESPONSE, it is none.
        """


def json_or_none(response: Response) -> Any:
    """Return the body of *response* as JSON, None where it is none: of a refusal, whose status says
    enough whatever its body is."""
    try:
        return response.json()
    except SourceError:
        return None


Explain = Callable[[Response], SourceError | None]
"""Reads a vendor's error body: the failure it stands for, or None to judge by status alone."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where an adapter's HTTP calls go, how they sign in, how refusals are read, and where answers
    tell what is left of the vendor's `quotas`.

    An answer of more than `max_bytes` is refused.
    """

    base_url: str
    sign_in: SignIn | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    explain: Explain | None = None
    max_bytes: int = 1_000_000
    quotas: Quotas = ()


class Http(Protocol):
    """The one door to the network. It keeps the source's timeout and byte cap, follows no
    redirects, refuses private addresses, signs in, and turns every failure into `SourceError`."""

    def get(
        self,
        path: str,
        parts: Mapping[str, str] | None = None,
        *,
        params: Mapping[str, str | Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Response:
        """GET *path* below the base address (or an absolute address of the same origin).

        *parts* fill `{name}` in the path, quoted, so that a key can never steer the address.
        *accept* are statuses besides 2xx that the adapter wants to see as answers.

        Raises:
            SourceError: whatever went wrong, as a reason.
        """

    def post(
        self,
        path: str,
        parts: Mapping[str, str] | None = None,
        *,
        json: object = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, str | Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Response:
        """POST a JSON or form body; see `get`."""
