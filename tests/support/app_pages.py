"""Apps whose pages a host tool serves itself: their packages, and their page in a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from context_sidecar import plugins

from support.build import card, configuration
from support.hosts import install


def package(
    host: str,
    *where: str,
    public_url: str = "https://context.example.com",
    title: str = "Customer",
    **changes: Any,
) -> dict[str, bytes]:
    """Build the package of an install of *host* with *changes*, with a card of this *title* in each
    place of *where*."""
    cards = [card(id=place, title=title, where=(place,)) for place in where]
    shown = configuration(*cards, public_url=public_url)
    built = plugins.host(host).package(shown, install(host, **changes))
    return {file.path: file.content for file in built}


def write(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write *files* into *folder*, and return it."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


KINDS = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}


class AppPage:
    """The page of an app, as a tool serves it, with *client* in the place of the tool's own."""

    def __init__(
        self, page, files: Mapping[str, bytes], index: str, client: str, send: Callable[[Any], Any]
    ) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._files = dict(files)
        self._client = client
        self.address = f"https://app.example/{index}"
        page.route("https://app.example/**", self._serve)
        page.route("https://tool.example/**", lambda route: route.abort())
        page.expose_function("send", send)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))

    def _serve(self, route) -> None:
        path = route.request.url.partition("app.example/")[2].partition("?")[0]
        content = self._files.get(path)
        if path == "client.js":
            content = self._client.encode()
        if content is None:
            route.fulfill(status=404 if "favicon" not in path else 204)
            return
        route.fulfill(body=content, content_type=KINDS[path.rpartition(".")[2]])

    @property
    def text(self) -> str:
        """What is to be read on the page."""
        return self.page.inner_text("main")
