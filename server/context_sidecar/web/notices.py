"""What a page says where there is no card to show: kindly, and nothing that helps an attacker."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template

from context_sidecar.core.configuration import Install
from context_sidecar.web.assets import bridge_url
from context_sidecar.web.headers import new_nonce
from context_sidecar.web.parts import parts
from context_sidecar.wording import Words
from context_sidecar.wording.words import msgid


@dataclass(frozen=True, slots=True)
class Notice:
    """A heading, and what to do next."""

    title: str
    text: str


OTHERWISE = Notice(
    msgid("Something went wrong here"),
    msgid("Reload the page. If it happens again, tell your administrator."),
)
_LATER = Notice(
    msgid("One moment, please"),
    msgid("There were many requests. Reload the page in a minute."),
)
NOTICES = {
    "not-proven": Notice(
        msgid("Please reload this page"),
        msgid("For your safety the link to this card works once, and only for a short time."),
    ),
    "not-allowed": Notice(
        msgid("This card is not for your role"),
        msgid("If you should see it, ask your administrator."),
    ),
    "suspended": Notice(
        msgid("This card is switched off"),
        msgid("Your administrator has suspended it for this tool."),
    ),
    "no-card": Notice(
        msgid("Nothing is set up for this place yet"),
        msgid("Your administrator can declare a card for it."),
    ),
    "too-many-requests": _LATER,
    "too-many-records": _LATER,
    "busy": _LATER,
}


def notice_of(kind: str) -> Notice:
    """Return what to say of a problem of this *kind*."""
    return NOTICES.get(kind, OTHERWISE)


def notice(kind: str, status: int, words: Words, install: Install, theme: str = "") -> Response:
    """Return a page about a problem of this *kind*, shown in frames of the install's pages. Its
    bridge tells them how tall it is, so that nobody takes it for a card that cannot be reached."""
    nonce = new_nonce()
    page = render_template(
        "notice.html", said=notice_of(kind), words=words, nonce=nonce, theme=theme,
        bridge=bridge_url(install.id), origins=" ".join(install.origins),
    )  # fmt: skip
    headers = parts().headers.page(nonce, install.origins)
    response = Response(page, status, headers)
    response.content_language.add(words.tag)
    return response
