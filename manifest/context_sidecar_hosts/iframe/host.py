"""Any page: the card in an iframe whose address the page's server has signed.

Proof: HMAC-SHA256 over the address, with an expiry of at most ten minutes and a nonce that works
once; see `context_sidecar.proof.signed_url` for the exact text. Two secrets can be valid at once.

Record: `record=type/id` and as many `key.<name>` as the page knows about the customer. Everything
in the address is signed, so the page vouches for all of it.

Limits: an address works once. A page that keeps one, in a cache or in the browser's history,
shows an empty frame when it is opened again: sign when the frame is loaded, not when the page is.
"""

from __future__ import annotations

from context_sidecar import Host, Inbound, Visit
from context_sidecar.proof import signed_url


class AnyPage(Host):
    """A page of any kind, with a signed address in an iframe."""

    label = "Any page"
    places = signed_url.PLACES

    class Settings(signed_url.SignedUrlSettings):
        """What a page needs: a secret that its server and we share."""

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the address proves."""
        return signed_url.prove(inbound, self.install, self.memory)

    def once_more(self, inbound: Inbound) -> str:
        """Return another address for the same visit, for oEmbed."""
        return signed_url.once_more(inbound, self.install)
