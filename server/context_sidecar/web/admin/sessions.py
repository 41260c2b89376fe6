"""Who is signed in to the admin pages: whoever has shown an admin's key, for a working day.

The session is a sealed cookie that names the key, so it ends with the key. Cookies are enough here
and nowhere else: these pages are never framed.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from cryptography.fernet import InvalidToken

from context_sidecar.core.clock import Clock
from context_sidecar.store.keys import ApiKey, ApiKeys
from context_sidecar.web.seal import Seal

LIFE = timedelta(hours=8)
_LONGEST = 1_024


class AdminSessions:
    """Begins sessions, and reads them back."""

    def __init__(self, seal: Seal, keys: ApiKeys, clock: Clock) -> None:
        self._seal, self._keys, self._clock = seal, keys, clock

    def begin(self, text: str) -> str | None:
        """Return a session for whoever shows the key *text*; None if it is not an admin's."""
        key = self._keys.find(text)
        if key is None or not key.admin:
            return None
        until = (self._clock() + LIFE).timestamp()
        return self._seal.close(json.dumps([key.id, until]).encode())

    def read(self, session: str) -> ApiKey | None:
        """Return whose *session* it is; None if it has ended, or never was."""
        if not session or len(session) > _LONGEST:
            return None
        try:
            name, until = json.loads(self._seal.open(session))
        except InvalidToken:
            return None
        if self._clock() >= datetime.fromtimestamp(until, UTC):
            return None
        key = self._keys.in_force(name)
        return key if key and key.admin else None
