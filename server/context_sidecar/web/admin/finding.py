"""What a page is about: the install, the kind of tool, its guide, and what it shows."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

from context_sidecar import plugins
from context_sidecar.core.configuration import Install
from context_sidecar.core.host import Host
from context_sidecar.hosting import guides
from context_sidecar.web.admin.showing import Shown, shown
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake


def _name_headings(state: StateCore) -> None:
    """Name headings as GitHub does, for the links that guides have to parts of one another."""
    for heading, words in pairwise(state.tokens):
        if heading.type == "heading_open":
            said = re.sub(r"[^\w -]", "", words.content.lower())
            heading.attrSet("id", said.replace(" ", "-"))


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKDOWN.core.ruler.push("name_headings", _name_headings)


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
    public = parts().configuration.public_url
    return _shown(guides.guide(kind, *sections, public_url=public, install=install))


def whole_guide(kind: type[Host], address: str) -> Markup:
    """Return the page at an *address* beside a tool's guide, as HTML.

    Raises:
        RequestMistake: there is none.
    """
    try:
        return _shown(guides.whole(kind, address, public_url=parts().configuration.public_url))
    except KeyError:
        raise mistake("not-found", "There is no such guide.") from None


def _shown(text: str) -> Markup:
    # It is a file of the product's, and HTML in it is not taken as such.
    return Markup(_MARKDOWN.render(text))  # noqa: S704
