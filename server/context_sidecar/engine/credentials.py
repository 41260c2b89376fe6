"""The credentials of all sources: how they stand, and how a person connects one.

To connect is to be sent to the vendor's page, to let us in there, and to come back with a code,
which is traded for tokens at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from threading import Lock
from types import MappingProxyType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from context_sidecar.core.clock import Clock
from context_sidecar.core.credential import Credential, start_of
from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import client_of, next_step, refused
from context_sidecar.core.http import Connection
from context_sidecar.core.kept_ends import ToldEnd
from context_sidecar.core.reasons import Reason
from context_sidecar.core.sign_in import AuthorizationCode, SignIn
from context_sidecar.core.source import Source
from context_sidecar.credential_ends import end_of, fingerprint, told_end
from context_sidecar.engine.brought_back import ConnectRefused, check_expected, code_in
from context_sidecar.engine.connected import Connected, OnConnect
from context_sidecar.engine.door.http import open_http
from context_sidecar.store.grants import Grants, GrantsOutOfReach
from context_sidecar.store.told_ends import ToldEnds

BACK = "/admin/connected"
"""Where vendors send people back to, below the public address."""

IN_TERMINAL = "cli-"
"""How the state of somebody begins who connects a source with the command: they bring back an
address, and have no session."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sent:
    """A person who is sent to the vendor's page at *address*: `state` is what they bring back, and
    `verifier` what proves that it was us who asked."""

    address: str
    state: str
    verifier: str


class Credentials:
    """The credentials of all sources.

    Args:
        sources: what is declared of them.
        connections: where they are on the network, of those that are.
        certificates: give the certificates, as PEM, that sources sign in with beside that, by id.
        grants: what people have granted us.
        clock: gives the present.
        ends: what systems told of when credentials end.
        back_to: the whole address that vendors send people back to.
        on_connect: is told of each source that was connected; see `Connected`.
        zone: in whose calendar days are counted.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        connections: Mapping[str, Connection],
        grants: Grants,
        clock: Clock,
        *,
        ends: ToldEnds,
        back_to: str,
        certificates: Mapping[str, Callable[[], str]] = MappingProxyType({}),
        on_connect: OnConnect = lambda *_: None,
        zone: tzinfo = UTC,
    ) -> None:
        self._sources, self._connections, self._grants = sources, connections, grants
        self._clock, self.back_to = clock, back_to
        self._zone, self._certificates = zone, certificates
        self._connected = Connected(grants, sources, clock, on_connect)
        self._ends, self._lock = ends, Lock()  # guards what follows
        self._told = ends.read()

    def all(self) -> tuple[Credential, ...]:
        """Return all, in the order of the configuration."""
        return tuple(map(self.of, self._sources))

    def of(self, id: str) -> Credential:
        """Return the credential of the source *id*."""
        source, how = self._sources[id], self._how(id)
        now = self._clock()
        declared = start_of(source.expires, self._zone) if source.expires else None
        signed_in_with = end_of(how, self._certificates.get(id, str))
        ends = [declared, signed_in_with, told_end(self._told, source)]
        if not isinstance(how, AuthorizationCode):
            return Credential(source, now, expires=_first(ends), zone=self._zone)
        try:
            grant = self._grants.of(id).read()
        except GrantsOutOfReach:
            error = SourceError(Reason.BUSY, "the database that keeps its tokens does not answer")
            return Credential(
                source, now, connects=True, expires=_first(ends), error=error, zone=self._zone
            )
        ends.append(grant.ends if grant else None)
        wrong: SourceError | None = None
        try:
            next_step(grant, client_of(how), "", now)
            if grant and grant.refused_at:
                wrong = refused()
        except SourceError as error:
            wrong = error
        return Credential(
            source, now, connects=True, grant=grant, expires=_first(ends), error=wrong,
            zone=self._zone,
        )  # fmt: skip

    def learn(self, id: str, end: datetime | None) -> None:
        """Keep *end* as that of the credential of the source *id*, as its system tells."""
        told = ToldEnd(fingerprint(self._sources[id]), end) if end else None
        with self._lock:
            if self._told.get(id) == told:
                return
            others = {name: one for name, one in self._told.items() if name != id}
            self._told = others | ({id: told} if told else {})
            try:
                self._ends.keep(id, told)
            except SQLAlchemyError as error:
                log.warning("end_not_kept", source=id, error=type(error).__name__)

    def scope(self, id: str) -> str:
        """Return what is asked for at the vendor's page."""
        return self._consented(id).scope

    def page_for(self, id: str, state: str = "") -> Sent:
        """Return where to send a person who is to connect the source *id*.

        Raises:
            ConnectRefused: it is not connected in that way.
        """
        from context_sidecar.engine.door import oauth  # noqa: PLC0415  it takes long to load

        how = self._consented(id)
        state, verifier = state or secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        address = oauth.page_to_ask_at(how, self.back_to, state, verifier)
        return Sent(address, state, verifier)

    def connect(self, id: str, verifier: str, brought: Mapping[str, str], by: str) -> None:
        """Connect the source *id* with what a person *brought* back, whose state was looked at.

        Args:
            id: the source's.
            verifier: that of the page they were sent to.
            brought: the parameters that they came back with.
            by: who they are.

        Raises:
            ConnectRefused: they have not let us in, or into something else.
            SourceError: the vendor gives no tokens for it.
            GrantsOutOfReach: the tokens could not be kept.
        """
        from context_sidecar.engine.door import oauth  # noqa: PLC0415  see above

        how, code = self._consented(id), code_in(brought)
        check_expected(how, brought)
        source = self._sources[id]
        door = open_http(
            self._connections[id], source.limits, allow_private=source.allow_private,
            clock=self._clock,
        )  # fmt: skip
        try:
            tokens = door.redeem(
                lambda post: oauth.tokens_for_code(
                    how, code, verifier, self.back_to, post, self._clock()
                ),
                frozenset({code, verifier}),
            )
        finally:
            door.close()
        self._grants.of(id).give(client_of(how), tokens, by)
        log.info("source_connected", source=id, by=by)
        self.look()

    def forget(self, id: str, by: str) -> None:
        """Forget what was granted for the source *id*; at the vendor it stands as before."""
        if self._grants.of(id).forget():
            log.info("source_disconnected", source=id, by=by)

    def look(self) -> None:
        """Notice which sources were connected since the last look, here or by another process, and
        what systems told another of when credentials end."""
        self._connected.look()
        with self._lock:
            self._told = self._ends.read()

    def _how(self, id: str) -> SignIn | None:
        connection = self._connections.get(id)
        return connection.sign_in if connection else None

    def _consented(self, id: str) -> AuthorizationCode:
        how = self._how(id)
        if not isinstance(how, AuthorizationCode):
            raise ConnectRefused(
                f"{self._sources[id].label} is not connected at a page of the vendor's: it signs "
                "in with what sidecar.yaml says."
            )
        return how


def _first(ends: Iterable[datetime | None]) -> datetime | None:
    return min(filter(None, ends), default=None)
