"""Who asks: a visit, by its token, or a program, by its API key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from context_sidecar.core.clock import Clock
from context_sidecar.core.record import Visit
from context_sidecar.store.keys import ApiKey, ApiKeys
from context_sidecar.web.problems import mistake
from context_sidecar.web.recent import Recent
from context_sidecar.web.tokens import Session, TokenRefused, Tokens

KEY_BELIEVED = timedelta(seconds=30)
"""For how long a key is believed before the database is asked again: a revoked key dies within."""

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody proven.

    `name` tells callers apart, for limits and the log. `until` is when the proof has to be looked
    at again.
    """

    name: str
    until: datetime
    session: Session | None = None
    key: ApiKey | None = None

    @property
    def visit(self) -> Visit | None:
        """The visit, or None for a program."""
        return self.session.visit if self.session else None


class Access:
    """Believes tokens and keys, and remembers for a while whom it believed."""

    def __init__(self, tokens: Tokens, keys: ApiKeys, clock: Clock) -> None:
        self._tokens = tokens
        self._keys = keys
        self._clock = clock
        self._believed: Recent[str, Caller] = Recent(_REMEMBERED)

    def caller(self, authorization: str) -> Caller:
        """Return whom the `Authorization` header proves.

        Raises:
            RequestMistake: it proves nobody.
        """
        believed = self._believed.get(authorization)
        if believed and self._clock() < believed.until and self._stands(believed):
            return believed
        scheme, _, text = authorization.partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise mistake("not-proven", "Send a visit's token or an API key as a Bearer token.")
        caller = self._by_key(text) if text.startswith("sidecar_") else self._by_token(text)
        self._believed.put(authorization, caller)
        return caller

    def _stands(self, caller: Caller) -> bool:
        return caller.session is None or self._tokens.stands(caller.session)

    def _by_key(self, text: str) -> Caller:
        key = self._keys.find(text)
        if key is None:
            raise mistake(
                "not-proven",
                "The API key is not valid, or has been revoked. `sidecar key create` makes one.",
            )
        return Caller(f"key {key.id}", self._clock() + KEY_BELIEVED, key=key)

    def _by_token(self, text: str) -> Caller:
        try:
            session = self._tokens.read(text)
        except TokenRefused as error:
            raise mistake(
                "not-proven", "The token is not valid any more. Reload the page."
            ) from error
        return Caller(_name(session), session.expires_at, session=session)


def _name(session: Session) -> str:
    """Visitors whom the host does not name are told apart by when they came."""
    visit = session.visit
    return f"{visit.install}/{visit.visitor.id or session.began.timestamp()}"
