"""A file on an SFTP server that is known by its key. Importing this needs paramiko."""

from __future__ import annotations

import errno
import io
import logging
import socket
import time
from collections.abc import Hashable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Timer
from urllib.parse import urlsplit

import paramiko
from context_sidecar import Adapter, Reason, Secret, SourceError
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)
from paramiko.ssh_exception import (
    AuthenticationException,
    BadAuthenticationType,
    IncompatiblePeer,
    SSHException,
)

from context_sidecar_adapters.files.origins import (
    AHEAD,
    LARGER,
    Delivery,
    FarMark,
    Unfinished,
    check_settled,
    far_mark,
)
from context_sidecar_adapters.files.places import Login, path_of

# What goes wrong is told once, as a reason.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)

_PORT = 22

_ALGORITHMS = {"ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"]}
"""The ways in which a server proves that it has a key, where they have other names than the key."""

_NOT_THERE = (
    "See whether the file is still delivered, and whether `url` in the source's settings leads to "
    "it: from the user's home it is sftp://host/~/path."
)
_NOT_OURS = "Let the user in `sftp` read the file, and enter the folders it is in."

_BY_ERRNO = {
    errno.ENOENT: (Reason.UNREACHABLE, "there is no such file", _NOT_THERE),
    errno.EACCES: (Reason.PERMISSION_DENIED, "the file may not be read", _NOT_OURS),
}


_BY_CLASS: list[tuple[type[BaseException], Reason, str]] = [
    (AuthenticationException, Reason.CREDENTIAL_EXPIRED, "the server refuses the sign-in"),
    (IncompatiblePeer, Reason.NOT_CONFIGURED, "the server and we have no cipher in common"),
    (TimeoutError, Reason.TIMEOUT, "no answer in time"),
    (EOFError, Reason.UNREACHABLE, "the connection was broken off"),
    (SSHException, Reason.UNREACHABLE, "the connection was broken off, or is not SSH"),
    (ConnectionError, Reason.UNREACHABLE, "the connection was broken off"),
]


@dataclass(frozen=True, slots=True)
class SftpFile:
    """The file at `url`, of at most `most` bytes."""

    adapter: Adapter
    url: str
    login: Login
    most: int
    settle: timedelta

    def fetch(self, known: Hashable | None) -> Delivery | None:
        """See `Origin`."""
        path = str(path_of(self.url))
        path = path.removeprefix("~/") if path.startswith("~/") else f"/{path}"
        with self._session() as sftp:
            begun, before = time.time(), sftp.stat(path)
            if isinstance(known, FarMark) and known.told_apart and known.told == _told(before):
                return None
            self._check_finished(sftp, before)
            size = before.st_size or 0
            if size > self.most:
                raise SourceError(
                    Reason.BAD_RESPONSE, f"a file of over {self.most} bytes", remedy=LARGER
                )
            with sftp.open(path, "rb") as file:
                file.prefetch(size)
                content = file.read(self.most + 1)
            if _told(sftp.stat(path)) != _told(before) or len(content) != size:
                raise Unfinished("the file changed while it was read")
        modified = before.st_mtime or 0
        mark = far_mark(_told(before), content, modified, begun)
        return Delivery(mark, content, datetime.fromtimestamp(modified, UTC))

    def _check_finished(self, sftp: paramiko.SFTPClient, now: paramiko.SFTPAttributes) -> None:
        if not self.login.marker:
            check_settled(now.st_mtime or 0, self.settle, ahead=AHEAD)
            return
        try:
            marked = sftp.stat(self.login.marker).st_mtime or 0
        except FileNotFoundError:
            marked = -1
        if marked < (now.st_mtime or 0):
            raise Unfinished("the file is newer than its marker")

    @contextmanager
    def _session(self) -> Iterator[paramiko.SFTPClient]:
        """Give a session that ends with the time of the call, whatever is done in it."""
        where = urlsplit(self.url)
        late: list[bool] = []
        line = self.adapter.dial(where.hostname or "", where.port or _PORT)
        seconds = line.gettimeout() or 0.0

        def hang_up() -> None:
            late.append(True)
            with suppress(OSError):  # it was closed at the last moment
                line.shutdown(socket.SHUT_RDWR)

        timer = Timer(seconds, hang_up)
        timer.daemon = True
        timer.start()
        try:
            with closing(line), closing(paramiko.Transport(line)) as transport:
                self._sign_in(transport, seconds)
                channel = paramiko.SFTPClient.from_transport(transport)
                assert channel is not None
                with channel:
                    yield channel
                return
        except (OSError, EOFError, SSHException) as error:
            failure = _failure(error)
        finally:
            timer.cancel()
        raise SourceError(Reason.TIMEOUT, "no whole file in time") if late else failure

    def _sign_in(self, transport: paramiko.Transport, seconds: float) -> None:
        # All of it ends when the line is hung up; no wait within may end it sooner.
        transport.banner_timeout = transport.handshake_timeout = 2 * seconds
        transport.auth_timeout = transport.channel_timeout = 2 * seconds
        types = [key.type for key in self.login.host_keys]
        if all(types):
            names = [name for kind in types for name in _ALGORITHMS.get(kind, [kind])]
            transport.get_security_options().key_types = tuple(dict.fromkeys(names))
        try:
            transport.start_client()
        except IncompatiblePeer as error:
            if "host key" not in str(error):
                raise
            shown = None
        else:
            shown = transport.get_remote_server_key()
        if shown is None or shown.fingerprint not in {
            key.fingerprint for key in self.login.host_keys
        }:
            raise _another_server(shown)
        login = self.login
        if login.private_key:
            transport.auth_publickey(login.user, _private_key(login.private_key, login.passphrase))
        elif login.password:
            transport.auth_password(login.user, login.password.reveal())


def _another_server(shown: paramiko.PKey | None) -> SourceError:
    what = f"its key is {shown.get_name()} {shown.fingerprint}" if shown else "it has no such key"
    return SourceError(
        Reason.NOT_CONFIGURED,
        f"not the server that host_key says ({what}). Its key was renewed, or somebody stands "
        "between: ask whoever runs it before you change host_key",
    )


def _private_key(text: Secret, passphrase: Secret | None) -> paramiko.PKey:
    """Read a key in any of the usual forms, and hand it on in the one that paramiko reads."""
    written = f"{text.reveal().strip()}\n".encode()
    load = load_ssh_private_key if b"BEGIN OPENSSH" in written else load_pem_private_key
    try:
        key = load(written, passphrase.reveal().encode() if passphrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    for kind, form, of in (
        (Ed25519PrivateKey, PrivateFormat.OpenSSH, paramiko.Ed25519Key),
        (EllipticCurvePrivateKey, PrivateFormat.TraditionalOpenSSL, paramiko.ECDSAKey),
        (RSAPrivateKey, PrivateFormat.TraditionalOpenSSL, paramiko.RSAKey),
    ):
        if isinstance(key, kind):
            plain = key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
            return of.from_private_key(io.StringIO(plain))
    raise SourceError(
        Reason.NOT_CONFIGURED, "the private key cannot be read; is its passphrase the right one?"
    )


def _told(found: paramiko.SFTPAttributes) -> Hashable:
    return found.st_mtime, found.st_size


def _failure(error: BaseException) -> SourceError:
    if isinstance(error, OSError) and error.errno in _BY_ERRNO:
        reason, detail, remedy = _BY_ERRNO[error.errno]
        return SourceError(reason, detail, remedy=remedy)
    if isinstance(error, BadAuthenticationType):
        taken = ", ".join(sorted(error.allowed_types))
        return SourceError(Reason.NOT_CONFIGURED, f"the server wants another sign-in: {taken}")
    for kind, reason, told in _BY_CLASS:
        if isinstance(error, kind):
            return SourceError(reason, told)
    return SourceError(Reason.BAD_RESPONSE, "the server does not give the file")
