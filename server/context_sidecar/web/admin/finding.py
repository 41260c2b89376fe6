"""What a page is about: the install, the kind of tool, its guide, and what it shows."""

from __future__ import annotations

from collections.abc import Collection

from markdown_it import MarkdownIt
from markupsafe import Markup

from context_sidecar import plugins
from context_sidecar.core.configuration import Install
from context_sidecar.core.host import Host
from context_sidecar.guides import guide
from context_sidecar.web.admin.showing import Shown, shown
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def find_install(id: str) -> Install:
    """Return the install *id*.

    Raises:
        RequestMistake: there is none.
    """
    try:
        return parts().installs[id]
    except KeyError:
        raise mistake("not-found", "There is no such install.") from None


def find_kind(host: str) -> type[Host]:
    """Return the kind of tool called *host*.

    Raises:
        RequestMistake: there is none.
    """
    try:
        return plugins.host(host)
    except KeyError:
        raise mistake("not-found", "There is no such kind of tool.") from None


def shown_at(host: str, roles: Collection[str]) -> list[Shown]:
    """Return what is shown at the places of *host*, to people with these *roles*."""
    return list(shown(parts().configuration, host, find_kind(host), roles))


def guide_to(kind: type[Host], install: str, *sections: str) -> Markup:
    """Return those *sections* of a tool's guide, for *install*, as HTML."""
    text = guide(kind, *sections, public_url=parts().configuration.public_url, install=install)
    # It is a file of the product's, and HTML in it is not taken as such.
    return Markup(_MARKDOWN.render(text))  # noqa: S704
