"""The way to a source that does not speak HTTP, as adapters see it."""

from __future__ import annotations

import socket
from typing import Protocol


class Dial(Protocol):
    """Connects to a source by TCP; refuses private addresses, as the door for HTTP does."""

    def __call__(self, host: str, port: int) -> socket.socket:
        """Return a line to *host*, whose timeout is what is left of the time that the call may
        take. Who takes the line closes it.

        Raises:
            SourceError: NOT_CONFIGURED, a source may not be at that address; UNREACHABLE or
                TIMEOUT, nobody answers there.
        """
