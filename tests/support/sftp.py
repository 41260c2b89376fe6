"""A real SFTP server, asyncssh's, in a thread of its own, over a folder.

with sftp.server(folder) as server:
    server.url("billing.csv"), server.login
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_private_key,
)

from support.ports import free_port

USER, PASSWORD = "context", "T0P-secret"


def new_key(kind: str = "ssh-ed25519") -> asyncssh.SSHKey:
    """Make a key of *kind*."""
    return asyncssh.generate_private_key(kind, **({"key_size": 2048} if "rsa" in kind else {}))


def public(key: asyncssh.SSHKey) -> str:
    """Return the public half of *key*, as in known_hosts."""
    return key.export_public_key().decode().strip()


def private(key: asyncssh.SSHKey, form: str, passphrase: str | None = None) -> str:
    """Return *key* itself, as OpenSSH or others write it: `OpenSSH`, `PKCS8`."""
    known = load_ssh_private_key(key.export_private_key("openssh"), None)
    sealed = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return known.private_bytes(Encoding.PEM, getattr(PrivateFormat, form), sealed).decode()


def nothing(told: object) -> None:
    """Do nothing."""


class Server:
    """A server over *folder* for one user, who has a password, or a `client_key`.

    Attributes:
        host_keys: how it proves who it is; a change counts from the next start.
        on_password: is called with each password that somebody tells it.
        before_read: is called whenever a piece of a file is read, with what breaks the connection.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.host_keys = [new_key()]
        self.client_key: asyncssh.SSHKey | None = None
        self.password: str | None = PASSWORD
        self.before_read: Callable[[Callable[[], None]], None] = nothing
        self.on_password: Callable[[str], None] = nothing
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._acceptor: Any = None
        self._connections: list[asyncssh.SSHServerConnection] = []
        self.start()

    def url(self, path: str) -> str:
        """Return the address of the file at *path*."""
        return f"sftp://127.0.0.1:{self.port}/{path}"

    @property
    def login(self) -> dict[str, str]:
        """The settings that lead in."""
        return {"user": USER, "password": PASSWORD, "host_key": public(self.host_keys[0])}

    def start(self) -> None:
        """Start it."""
        self._acceptor = self._run(self._listen())

    def stop(self) -> None:
        """Stop it, and end all connections."""
        self._run(self._close())

    def restart(self, *host_keys: asyncssh.SSHKey) -> None:
        """Stop it, and start it with other keys."""
        self.stop()
        self.host_keys = list(host_keys)
        self.start()

    def end(self) -> None:
        """Stop it for ever."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> Any:
        server = self

        class Doorman(asyncssh.SSHServer):
            def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
                server._connections.append(conn)

            def begin_auth(self, username: str) -> bool:
                return True

            def password_auth_supported(self) -> bool:
                return server.password is not None

            def validate_password(self, username: str, password: str) -> bool:
                server.on_password(password)
                return (username, password) == (USER, server.password)

            def public_key_auth_supported(self) -> bool:
                return server.client_key is not None

            def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
                known = server.client_key
                return known is not None and public(key) == public(known)

        class Files(asyncssh.SFTPServer):
            def __init__(self, channel: Any) -> None:
                super().__init__(channel, chroot=str(server.folder).encode())
                self._hang_up = channel.get_connection().abort

            def read(self, file_obj: Any, offset: int, size: int) -> bytes:
                server.before_read(self._hang_up)
                return super().read(file_obj, offset, size)

        return await asyncssh.listen(
            "127.0.0.1", self.port, server_host_keys=self.host_keys, server_factory=Doorman,
            sftp_factory=Files,
        )  # fmt: skip

    async def _close(self) -> None:
        self._acceptor.close()
        for connection in self._connections:
            connection.abort()
            await connection.wait_closed()
        self._connections.clear()
        await self._acceptor.wait_closed()


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Give a running server."""
    made = Server(folder)
    try:
        yield made
    finally:
        made.end()
